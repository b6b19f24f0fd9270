"""Reads of credit notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404

from postexp.kernel.tenancy import current_merchant_id
from returns.models import CreditNote, CreditNoteIssuer

if TYPE_CHECKING:
    from commerce.models import Order


def issuer_of_notes() -> CreditNoteIssuer:
    """Return who the shop's credit notes are from; empty and unsaved while nothing was said."""
    found: CreditNoteIssuer | None = CreditNoteIssuer.objects.first()
    return found or CreditNoteIssuer(merchant_id=current_merchant_id())


def list_credit_notes(
    *, first: date | None = None, last: date | None = None, order: Order | None = None
) -> QuerySet[CreditNote]:
    """Return credit notes, newest first, of days `first` to `last` in the zone that is active."""
    notes: QuerySet[CreditNote] = CreditNote.objects.select_related(
        "order__customer", "settlement__case"
    ).order_by("-issued_at", "-id")
    if first is not None:
        notes = notes.filter(issued_at__date__gte=first)
    if last is not None:
        notes = notes.filter(issued_at__date__lte=last)
    return notes.filter(order=order) if order is not None else notes


def list_credit_notes_of_order(order: Order) -> list[CreditNote]:
    """Return an order's credit notes, oldest first."""
    return list(list_credit_notes(order=order).order_by("id"))


def access_credit_note(public_id: str) -> CreditNote:
    """Return a credit note of the scope's shop for a page; raises Http404."""
    note = list_credit_notes().filter(public_id=public_id).first()
    if note is None:
        raise Http404
    return note


@dataclass(frozen=True, kw_only=True)
class RateTotal:
    """What credit notes give back at one rate in one currency, and the tax in it."""

    currency: str
    rate: int | None
    amount: int
    tax: int
    notes: int


def sums_per_rate(notes: QuerySet[CreditNote]) -> list[RateTotal]:
    """Return the totals of credit notes per currency and rate, the higher rate first."""
    sums: dict[tuple[str, int | None], tuple[int, int, int]] = {}
    for currency, rate, amount, tax in _rate_rows(notes):
        before = sums.get((currency, rate), (0, 0, 0))
        sums[currency, rate] = (before[0] + amount, before[1] + tax, before[2] + 1)
    return [
        RateTotal(currency=currency, rate=rate, amount=amount, tax=tax, notes=count)
        for (currency, rate), (amount, tax, count) in sorted(
            sums.items(), key=lambda one: (one[0][0], -(one[0][1] or 0))
        )
    ]


def _rate_rows(notes: QuerySet[CreditNote]) -> Iterator[tuple[str, int | None, int, int]]:
    told = notes.order_by().values_list("currency", "rates")
    for currency, rates in told.iterator(chunk_size=1000):
        for row in rates:
            yield currency, row["rate"], row["amount"], row["tax"]
