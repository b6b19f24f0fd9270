"""Pages of a shop with a million parcels, beside those of a shop with a thousand: the delivery
report, the list of parcels and the queue.

Parcels and their scans are made up and written by COPY, then counted by the product's own schedule
step, batch by batch. Pages of both shops take turns, so that they meet the same machine.
"""

from __future__ import annotations

import itertools
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import django

from benchmarks.sizes import Limits, compare, copy_lines

SMALL, LARGE = 1_000, 1_000_000
SCANS_A_PARCEL = 10
MONTHS = 12
CARRIERS = (("yamato", ("TA-Q-BIN", "Compact")), ("sagawa", ("Hikyaku",)), ("japan_post", ("",)))
REGIONS = "125"
AT_MOST = Limits(seconds=1.0, ratio=1.2, queries=12)
REPORT = "reports/delivery/"
PAGES = (
    *(f"{REPORT}{words}" for words in ("", "?by=service", "?by=lane", "?by=month")),
    *(f"{REPORT}?span=12", f"{REPORT}?span=12&by=lane"),
    *("parcels/", "parcels/?carrier=yamato", "attention/"),
)
CHUNK = 20_000

STEPS = ("in_transit",) * (SCANS_A_PARCEL - 2) + ("out_for_delivery", "delivered")


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A shop with so many parcels."""

    slug: str
    parcels: int
    merchant_id: int
    country: str
    order_rows: list[int]


def open_shop_of(slug: str, parcels: int, owner: Any, at: datetime) -> Shop:
    """Open a shop with an order for each lane, which all its parcels of that lane share."""
    from commerce.ports import AddressFacts, LineFacts, OrderFacts, TenderFacts
    from commerce.services.merchants import open_shop
    from commerce.services.orders import take_in_order
    from integrations.demo.shops import SHOPS
    from postexp.kernel.tenancy import merchant_scope

    merchant = open_shop(owner=owner, at=at, **{**SHOPS[0].settings, "slug": slug})
    rows = []
    with merchant_scope(merchant.pk):
        for place, region in enumerate(REGIONS):
            facts = OrderFacts(
                external_id=f"{slug}-{place}",
                number=f"#{place}",
                placed_at=at,
                updated_at=at,
                currency=merchant.currency,
                tax_included=True,
                total=1000,
                locale="ja",
                email=f"lane{place}@example.jp",
                address=AddressFacts(name="Lane", postcode=f"{region}50-0001", country="JP"),
                lines=(LineFacts(external_id="l1", title="Mug", quantity=1, unit_price=1000),),
                tenders=(TenderFacts(kind="card", gateway="card", captured=1000),),
            )
            rows.append(take_in_order(facts, merchant=merchant, at=at).order.pk)
    return Shop(
        slug=slug,
        parcels=parcels,
        merchant_id=merchant.pk,
        country=merchant.country,
        order_rows=rows,
    )


def fill(shop: Shop, at: datetime) -> None:
    """Write the parcels of a shop and their scans, without asking what they mean."""
    from django.db import connection, transaction

    from tracking.models import Shipment, ShipmentEvent

    chance = Random(shop.slug)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM tracking_shipment")
        first = cursor.fetchone()[0] + 1
    for begin in range(first, first + shop.parcels, CHUNK):
        rows = range(begin, min(begin + CHUNK, first + shop.parcels))
        parcels = [made_up_parcel(shop, row, chance, at) for row in rows]
        scans = itertools.chain.from_iterable(made_up_scans(shop, parcel) for parcel in parcels)
        with transaction.atomic():
            copy_lines(
                Shipment, PARCEL, ("\t".join(parcel[name] for name in PARCEL) for parcel in parcels)
            )
            copy_lines(ShipmentEvent, SCAN, scans)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('tracking_shipment', 'id'), %s)",
            [first + shop.parcels],
        )
        cursor.execute("ANALYZE tracking_shipment")


def made_up_parcel(shop: Shop, row: int, chance: Random, at: datetime) -> dict[str, str]:
    """Return the columns of a delivered parcel that differ from the usual."""
    carrier, services = chance.choice(CARRIERS)
    hours = chance.lognormvariate(3.6, 0.5)
    arrived = at - timedelta(days=chance.uniform(0, 30.4 * (MONTHS - 1)))
    sent = arrived - timedelta(hours=hours)
    told = dict.fromkeys(("changed_at", "since_at", "since_local", "last_scan_at"), str(arrived))
    return told | {
        "id": str(row),
        "merchant_id": str(shop.merchant_id),
        "public_id": f"shp_bench{row}",
        "order_id": str(chance.choice(shop.order_rows)),
        "source": "bench",
        "number_key": f"B{row}",
        "tracking_number": f"B{row}",
        "carrier": carrier,
        "service": chance.choice(services),
        "dispatched_at": str(sent),
        "created_at": str(sent),
        "version": "1",
        "status": "delivered",
        "substatus": "delivered",
        "since_precision": "second",
        "attempts": str(int(chance.random() < 0.08)),
        "first_eta_day": str((sent + timedelta(hours=60)).date()),
    }


PARCEL = (
    *("id", "merchant_id", "public_id", "order_id", "source", "number_key", "tracking_number"),
    *("carrier", "service", "dispatched_at", "created_at", "changed_at", "version", "status"),
    *("substatus", "since_at", "since_local", "since_precision", "last_scan_at", "attempts"),
    "first_eta_day",
)
SCAN = (
    *("merchant_id", "shipment_id", "sort_at", "key", "source", "occurred_at", "local_time"),
    *("time_precision", "status", "mapping_version", "received_at"),
)


def made_up_scans(shop: Shop, parcel: dict[str, str]) -> Iterator[str]:
    """Yield the scans of a parcel as lines of COPY, evenly from its sending to its delivery."""
    sent = datetime.fromisoformat(parcel["dispatched_at"])
    between = (datetime.fromisoformat(parcel["since_at"]) - sent) / SCANS_A_PARCEL
    begin = f"{shop.merchant_id}\t{parcel['id']}\t"
    for step, status in enumerate(STEPS, start=1):
        moment = str(sent + step * between)
        yield (
            f"{begin}{moment}\t{step:032x}\tbench\t{moment}\t{moment}\tsecond\t{status}\t1\t{moment}"
        )


def count_all() -> tuple[int, float]:
    """Count every parcel as the schedule does; return how many, and the seconds."""
    from postexp.kernel import clock
    from tracking.services import count_parcels

    began, done = time.perf_counter(), 0
    while count := count_parcels(at=clock.now()):
        done += count
    return done, time.perf_counter() - began


def main() -> int:
    """Fill both shops, count, and compare their pages; return 1 where a limit is missed.

    The number of parcels of the large shop can be named as the first argument.
    """
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings

    from commerce.models import User
    from postexp.kernel import clock

    at = clock.now()
    parcels = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    owner = User.objects.create_user("reports@postexp.example", name="Bench Owner")
    small = open_shop_of("bench-small", SMALL, owner, at)
    large = open_shop_of("bench-large", parcels, owner, at)
    for shop in (small, large):
        began = time.perf_counter()
        fill(shop, at)
        print(
            f"{shop.parcels:,} parcels with {shop.parcels * SCANS_A_PARCEL:,} events "
            f"written in {time.perf_counter() - began:.0f} s",
            flush=True,
        )
    count, seconds = count_all()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:,} parcels counted in {seconds:.0f} s: {count / seconds:,.0f}/s, "
        f"{memory:.0f} MB at most",
        flush=True,
    )
    with connection.cursor() as cursor:
        # What autovacuum does by itself while a shop lives; here a year was counted in minutes.
        cursor.execute("VACUUM ANALYZE")
    with override_settings(ALLOWED_HOSTS=["*"]):
        client = Client()
        client.force_login(owner)
        return 0 if compare(client, small, large, PAGES, AT_MOST) else 1


if __name__ == "__main__":
    sys.exit(main())
