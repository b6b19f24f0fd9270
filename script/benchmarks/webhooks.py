"""How many webhooks a second one sender delivers to 1,000 endpoints, and when 50 of them hang."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.test import override_settings

from benchmarks.rounds import Comparison
from benchmarks.shop import Shop
from commerce.events import OrderPlaced
from integrations.outgoing.models import Delivery, Endpoint
from integrations.outgoing.rules import write_secret
from integrations.outgoing.sender import Sender
from postexp.kernel import clock
from postexp.kernel.events import append
from postexp.kernel.tenancy import merchant_scope

ENDPOINTS, HANGING, EVENTS = 1_000, 50, 2
GIVE_UP = 120.0


def comparisons(shop: Shop) -> list[Comparison]:
    """Return what is measured of outgoing webhooks."""
    return [
        Comparison(
            f"webhooks of one sender, {HANGING} of {ENDPOINTS:,} endpoints hang",
            "/s",
            lambda: deliveries_per_second(shop, hanging=HANGING),
            "the same while none hangs",
            lambda: deliveries_per_second(shop, hanging=0),
            at_least=0.8,
        )
    ]


def deliveries_per_second(shop: Shop, *, hanging: int) -> float:
    """Tell every endpoint of some events; return deliveries a second to those that answer.

    The clock stops when the last endpoint that answers has everything, whatever the others do.
    """
    with (
        override_settings(ALLOW_PRIVATE_ADDRESSES=True),
        merchant_scope(shop.merchant.pk),
        _receivers() as (answers, hangs),
    ):
        Endpoint.objects.bulk_create(
            Endpoint(
                url=f"http://127.0.0.1:{hangs if number < hanging else answers}/{number}",
                events=[OrderPlaced.type],
                secret=write_secret(b"bench" * 8),
                created_at=clock.now(),
            )
            for number in range(ENDPOINTS)
        )
        for number in range(EVENTS):
            with transaction.atomic():
                append(OrderPlaced(order_id="ord_bench", number=str(number)), at=clock.now())
        rate = _send(f"http://127.0.0.1:{answers}/", (ENDPOINTS - hanging) * EVENTS)
        Endpoint.objects.all().delete()
    return rate


def _send(address: str, wanted: int) -> float:
    """Send until everything for an address is delivered; return how many a second that were."""
    delivered = Delivery.objects.filter(state="delivered", endpoint__url__startswith=address)
    sender = Sender()
    began = time.perf_counter()
    while (done := delivered.count()) < wanted:
        if time.perf_counter() - began > GIVE_UP:
            raise RuntimeError(f"{done} of {wanted} webhooks were delivered in {GIVE_UP:.0f} s.")
        if not sender.round(at=clock.now()):
            sender.wait(0.02)
    took = time.perf_counter() - began
    sender.close()
    return wanted / took


@contextmanager
def _receivers() -> Iterator[tuple[int, int]]:
    """Run the receivers as long as the block; yield the ports that answer and that hang."""
    command = [sys.executable, str(Path(__file__).with_name("receivers.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answers, hangs = map(int, process.stdout.readline().split())
        try:
            yield answers, hangs
        finally:
            process.terminate()
