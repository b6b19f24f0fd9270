"""How quickly a file of many lines comes in, and how much memory that takes."""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta

from django.core.files import File

from benchmarks.rounds import Figure
from benchmarks.shop import Shop
from commerce.models import Merchant, User
from integrations.spreadsheets import services, steps
from integrations.spreadsheets.enums import Kind
from integrations.spreadsheets.models import Import
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

LINES = 1_000
# Milliseconds a line may take in both passes together, and megabytes a file of any length.
LIMIT, GROWTH = 50.0, 64.0
STEP = timedelta(seconds=20)
HEADERS = {
    Kind.CUSTOMERS: "Email,First name,Last name,Phone\n",
    Kind.ORDERS: "Order number,Order date,Email,Order total,Product name,Quantity,Unit price\n",
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Lines a second of the dry run and of the run, and the growth of the process's peak memory."""

    checked: float
    brought_in: float
    grown_megabytes: float


def figures(shop: Shop) -> list[Figure]:
    """Bring files of customers and of orders in; return what a line and a file take."""
    found = []
    for kind in HEADERS:
        went = measure_import(shop.merchant, shop.owner, kind=kind)
        took = 1000 / went.checked + 1000 / went.brought_in
        rates = f"; {went.checked:,.0f}/s checked, {went.brought_in:,.0f}/s brought in"
        found += [
            Figure(f"import, {kind}", took, "ms/line", LIMIT, rates),
            Figure(f"import, {kind}", went.grown_megabytes, "MB more", GROWTH),
        ]
    return found


def measure_import(merchant: Merchant, owner: User, *, kind: Kind, lines: int = LINES) -> Measured:
    """Bring a file of so many lines in, as a worker does, and return how it went."""
    before = _peak()
    with merchant_scope(merchant.pk), tempfile.TemporaryFile() as raw:
        raw.write(HEADERS[kind].encode())
        for number in range(lines):
            raw.write(_line(kind, number))
        raw.seek(0)
        batch = services.upload(
            kind=kind, file=File(raw, name="many.csv"), by=owner, locale="en", at=clock.now()
        )
        services.choose_columns(
            batch, columns=batch.columns, date_order=batch.date_order, at=clock.now()
        )
        checking = _work_off(batch)
        services.start(batch, by=owner, at=clock.now())
        running = _work_off(batch)
    return Measured(
        checked=lines / checking,
        brought_in=lines / running,
        grown_megabytes=(_peak() - before) / 1024,
    )


def _work_off(batch: Import) -> float:
    began = time.perf_counter()
    while steps.work(batch.public_id, until=clock.now() + STEP, now=clock.now):
        pass
    return time.perf_counter() - began


def _line(kind: Kind, number: int) -> bytes:
    if kind is Kind.CUSTOMERS:
        return f"person{number}@example.com,Ann {number},Lee,\n".encode()
    return f"#{number},2026-10-02,person{number}@example.com,20.00,Mug,1,20.00\n".encode()


def _peak() -> int:
    """Return the most memory this process has held, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
