"""How quickly parcels are asked about and planned: `script/bench polling`, which has a shop alone.

Asking goes over real connections to made-up carriers on this machine, whose answers take a tenth of
a second as from afar; every answer is kept, and read and taken in by a drainer beside the asking,
as it is for everyone. Planning is of a million parcels.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

if TYPE_CHECKING:
    from benchmarks.rounds import Figure
    from benchmarks.shop import Shop
    from integrations.polling.models import CarrierAccount

PARCELS = 1_000_000
"""How many parcels are planned; another number can be named: `script/bench polling 50000`."""

ASKED = {"fedex": 3000, "ups": 1000}
LEAST_RATE = 50.0
ANSWER_TAKES = 0.1
LOOK_EVERY = 0.02
MEGABYTE = 1024
# What planning may add to the memory of a process, however many parcels there are.
MOST_MEMORY = 60
MOST_TURN, MOST_PAGE = 250.0, 500.0
PLANNED_TURNS = 100

# Bare rows, as wide as the table wants them; statuses as of a shop in full swing.
FILL = """
INSERT INTO tracking_shipment (
  merchant_id, public_id, source, fulfilment_ref, tracker_ref, tracking_number, number_key, carrier,
  service, carrier_url, created_at, changed_at, version, status, substatus, since_local,
  since_precision, since_zone, attempts, told, summary_status, summary_substatus, is_delayed,
  delay_source, delay_reason, dispatched_at)
SELECT %(merchant)s, 'shp_b' || n, 'shopify', 'b' || n, '', (800000000000 + n)::text,
  (800000000000 + n)::text, 'fedex', '', '', %(at)s, %(at)s, 0,
  (ARRAY['in_transit', 'in_transit', 'in_transit', 'pending', 'out_for_delivery'])[1 + n %% 5],
  '', '', '', '', 0, '{}', '', '', false, '', '', %(at)s
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""
FILL_AT_ONCE = 50_000


def main() -> int:
    """Measure in a database of its own; return 1 where a limit is missed."""
    django.setup()
    from benchmarks.rounds import Figure, table
    from benchmarks.shop import open_measured_shop
    from postexp.kernel.tenancy import merchant_scope

    shop = open_measured_shop()
    figures: list[Figure] = []
    with merchant_scope(shop.merchant.pk):
        for carrier, parcels in ASKED.items():
            rate = asking_rate(shop, carrier, parcels)
            figures.append(
                Figure(
                    f"asking {carrier}, stored and taken in",
                    1000 / rate,
                    "ms/parcel",
                    at_most=1000 / LEAST_RATE,
                    more=f" ({rate:,.0f} parcels/s, at least {LEAST_RATE:,.0f})",
                )
            )
        figures += planning_figures(int(sys.argv[1]) if len(sys.argv) > 1 else PARCELS)
    print(table(figures))
    return 0 if all(figure.holds for figure in figures) else 1


def asking_rate(shop: Shop, carrier: str, parcels: int) -> float:
    """Return how many parcels a second are asked about at a carrier and moved by its answers."""
    from benchmarks.visible import drainer
    from integrations.fake_carriers.fedex import FakeFedEx
    from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
    from integrations.fake_carriers.ups import FakeUps
    from integrations.polling.asking import run_slice
    from integrations.polling.models import AskedNumber, CarrierAccount
    from postexp.kernel import clock
    from tracking.rules import NormalisedShipment
    from tracking.services import take_in_report

    fake = {"fedex": FakeFedEx, "ups": FakeUps}[carrier]()
    answer = fake.answer

    def answer_from_afar(method: str, path: str, body: bytes) -> tuple[int, dict[str, object]]:
        time.sleep(ANSWER_TAKES)
        return answer(method, path, body)

    fake.answer = answer_from_afar  # type: ignore[method-assign]
    urls = {**settings.CARRIER_URLS, carrier: fake.url}
    with fake, override_settings(ALLOW_PRIVATE_ADDRESSES=True, CARRIER_URLS=urls):
        at = clock.now()
        account = connect(shop, carrier, fake.client_id, fake.client_secret, at)
        numbers = [f"{carrier.upper()}{place:010}" for place in range(parcels)]
        for number in numbers:
            scans = [
                FakeScan(step=step, at=at - timedelta(hours=hours))
                for hours, step in ((30, Step.PICKED_UP), (20, Step.DEPARTED), (2, Step.ARRIVED))
            ]
            fake.put(FakeParcel(number=number, scans=scans))
            take_in_report(
                NormalisedShipment(source="bench", tracking_number=number, carrier=carrier), at=at
            )
        AskedNumber.objects.filter(account=account).update(poll_at=at)
        CarrierAccount.objects.filter(pk=account.pk).update(per_second=500, per_day=10**7)
        call_command("run_events", until_empty=True)
        with drainer():
            began = time.perf_counter()
            asked = 0
            while asked < parcels:
                until = clock.now() + timedelta(seconds=5)
                new = run_slice(account.pk, until=until, now=clock.now)
                if not new:
                    raise RuntimeError(f"Only {asked} of {parcels} parcels were due.")
                asked += new
            wait_until_taken_in()
            rate = parcels / (time.perf_counter() - began)
        CarrierAccount.objects.filter(pk=account.pk).update(pause="staff")
    return rate


def wait_until_taken_in() -> None:
    """Wait until the drainer has read all that was stored."""
    from postexp.kernel.models import InboxMessage, InboxState

    while InboxMessage.objects.filter(state=InboxState.RECEIVED).exists():
        time.sleep(LOOK_EVERY)


def connect(shop: Shop, carrier: str, client_id: str, secret: str, at: datetime) -> CarrierAccount:
    """Connect the measured shop to a carrier."""
    from integrations.polling.accounts import connect_account

    return connect_account(
        merchant=shop.merchant,
        carrier=carrier,
        client_id=client_id,
        client_secret=secret,
        by=shop.owner,
        at=at,
    )


def planning_figures(parcels: int) -> list[Figure]:
    """Plan so many parcels of an account, and take turns when all of them are due."""
    from benchmarks.rounds import Figure
    from integrations.polling.models import AskedNumber, CarrierAccount
    from integrations.polling.planning import join_page
    from integrations.polling.turns import take_turn
    from postexp.kernel import clock

    at = clock.now()
    fill(parcels, at)
    account = CarrierAccount.objects.get(carrier="fedex")
    AskedNumber.objects.filter(account=account).delete()
    unjoined = {"joining": "", "joined_before": None, "joined_at": None}
    CarrierAccount.objects.filter(pk=account.pk).update(pause="", **unjoined)
    memory = peak_memory()
    pages = timed(lambda: join_page(account.pk, at=at))
    planned = AskedNumber.objects.filter(account=account).count()
    AskedNumber.objects.filter(account=account).update(poll_at=at)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE polling_askednumber")
    asked = 0

    def turn() -> bool:
        nonlocal asked
        CarrierAccount.objects.filter(pk=account.pk).update(free_at=None)
        asked += sum(map(len, take_turn(account.pk, at=at).groups))
        return True

    turns = timed(turn, times=PLANNED_TURNS)
    grown = (peak_memory() - memory) / MEGABYTE
    each = f" ({planned:,} planned in {sum(pages):,.0f} s)"
    of = f" ({asked / len(turns):,.0f} parcels each, of {planned:,} due)"
    return [
        Figure("planning a page of parcels, p95", p95(pages), "ms", at_most=MOST_PAGE, more=each),
        Figure("taking a turn, p95", p95(turns), "ms", at_most=MOST_TURN, more=of),
        Figure("memory that planning adds", grown, "MB", at_most=MOST_MEMORY),
    ]


def fill(parcels: int, at: datetime) -> None:
    """Put bare parcels into the scope's shop."""
    from postexp.kernel.tenancy import current_merchant_id

    with connection.cursor() as cursor:
        for first in range(0, parcels, FILL_AT_ONCE):
            last = min(first + FILL_AT_ONCE, parcels) - 1
            merchant = current_merchant_id()
            cursor.execute(FILL, {"merchant": merchant, "at": at, "first": first, "last": last})
        cursor.execute("VACUUM ANALYZE tracking_shipment")


def timed(work: Callable[[], bool], times: int = 0) -> list[float]:
    """Return the seconds each run of work takes, until it says that it is done."""
    taken: list[float] = []
    while not times or len(taken) < times:
        began = time.perf_counter()
        more = work()
        taken.append(time.perf_counter() - began)
        if not more:
            break
    return taken


def p95(seconds: list[float]) -> float:
    """Return the milliseconds within which 95 % of them were done."""
    return 1000 * sorted(seconds)[int(len(seconds) * 0.95)]


def peak_memory() -> int:
    """Return the most memory this process has had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.exit(main())
