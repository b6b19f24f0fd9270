"""A shopper's search for a place to hand a parcel in, among twenty thousand drop-off points.

The points are made up: crowded in the large towns, and strewn over the country. Searches of all
kinds take turns, each at another place, in a shop with all the points and in one with a few.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

import django

FEW, MANY = 100, 20_000
ROUNDS = 60
AT_MOST_SECONDS, AT_MOST_QUERIES = 0.1, 20
CHUNK = 2_000


@dataclass(frozen=True, kw_only=True)
class Town:
    """A town with the beginning of its postcodes, and how many of all points are in it."""

    name: str
    postcode: str
    latitude: float
    longitude: float
    share: float


TOWNS = (
    Town(name="渋谷区", postcode="150", latitude=35.664, longitude=139.698, share=0.25),
    Town(name="大阪市北区", postcode="530", latitude=34.705, longitude=135.498, share=0.15),
    Town(name="名古屋市中区", postcode="460", latitude=35.171, longitude=136.905, share=0.1),
    Town(name="札幌市中央区", postcode="060", latitude=43.055, longitude=141.345, share=0.05),
    Town(name="那覇市", postcode="900", latitude=26.213, longitude=127.679, share=0.02),
)


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A shop with so many points, and where its shopper looks for one."""

    points: int
    path: str
    merchant_id: int


def open_shop_of(slug: str, points: int, owner: Any, at: Any) -> Shop:
    """Open a shop that has sold and sent something, with its drop-off points."""
    from django.urls import reverse

    from commerce.links import order_token
    from commerce.ports import AddressFacts, LineFacts, OrderFacts
    from commerce.services.merchants import open_shop
    from commerce.services.orders import take_in_order
    from integrations.demo.shops import SHOPS
    from postexp.kernel.tenancy import merchant_scope

    merchant = open_shop(owner=owner, at=at, **{**SHOPS[0].settings, "slug": slug})
    with merchant_scope(merchant.pk):
        facts = OrderFacts(
            external_id=slug,
            number="#1001",
            placed_at=at,
            updated_at=at,
            currency="JPY",
            tax_included=True,
            total=2500,
            address=AddressFacts(name="佐藤 花", postcode="150-0001", country="JP", city="渋谷区"),
            lines=(LineFacts(external_id="1", title="マグカップ", quantity=1, unit_price=2500),),
        )
        order = take_in_order(facts, merchant=merchant, at=at).order
        write(points, at)
        path = reverse("site:drop_off_points", args=[slug, order_token(order.public_id)])
    return Shop(points=points, path=path, merchant_id=merchant.pk)


def write(count: int, at: Any) -> None:
    """Write the points of the shop of the scope."""
    from django.db import connection

    from returns.models import DropOffPoint
    from returns.models.drop_off import simple

    chance = Random(count)
    weights = [town.share for town in TOWNS]
    made = []
    for number in range(count):
        town = None
        if chance.random() < sum(weights):
            town = chance.choices(TOWNS, weights)[0]
        point = DropOffPoint(
            source_id=f"bench-{number}",
            name=f"窓口{number}号店",
            operator=chance.choice(("まちのコンビニ", "みどり運送", "くるりロッカー", "")),
            carriers=chance.choice(((), ("ヤマト運輸",), ("佐川急便", "日本郵便"))),
            city=town.name if town else f"町{number % 400}",
            province="",
            address1=f"{number % 30}-{number % 17}",
            postcode=f"{town.postcode if town else f'{number % 900 + 100}'}-{number % 9000 + 1000}",
            country="JP",
            latitude=chance.gauss(town.latitude, 0.03) if town else chance.uniform(31, 45),
            longitude=chance.gauss(town.longitude, 0.03) if town else chance.uniform(130, 145),
            time_zone="Asia/Tokyo",
            opening_hours=hours(chance),
            changed_at=at,
        )
        point.postcode_key = simple(point.postcode)
        point.words = "".join(map(simple, (point.name, point.city, point.address1)))
        made.append(point)
    DropOffPoint.objects.bulk_create(made, batch_size=CHUNK)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def hours(chance: Random) -> str:
    """Return opening hours: a few hundred kinds, as people write them."""
    kind = chance.random()
    if kind < 0.3:
        return "24/7"
    if kind < 0.35:
        return ""
    opens, closes = chance.randrange(6, 11), chance.randrange(17, 24)
    half = chance.choice(("00", "30"))
    if kind < 0.7:
        return f"Mo-Fr {opens:02}:{half}-{closes}:00; Sa {opens:02}:00-15:00; PH off"
    return f"Mo-Su {opens:02}:{half}-{closes}:00; PH 10:00-18:00"


def searches(chance: Random) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every kind of search once, somewhere else each time."""
    town = chance.choice(TOWNS)
    spot = {
        "lat": f"{chance.gauss(town.latitude, 0.02):.5f}",
        "lon": f"{chance.gauss(town.longitude, 0.02):.5f}",
    }
    lonely = {"lat": f"{chance.uniform(32, 44):.5f}", "lon": f"{chance.uniform(131, 144):.5f}"}
    code = f"{town.postcode}-{chance.randrange(1000, 9999)}"
    yield "postcode", {"near": code}
    yield "postcode, open now", {"near": code, "open": "now"}
    yield "town", {"near": town.name}
    yield "a word of many", {"near": "号店"}
    yield "near me", spot
    yield "near me, open now", {**spot, "open": "now"}
    yield "near me, after 21:00", {**spot, "open": "late"}
    yield "in the country, open now", {**lonely, "open": "now"}
    yield "tenth page", {**spot, "page": "10"}


def measure(client: Any, shops: tuple[Shop, Shop]) -> bool:
    """Print the figures of every kind of search; return whether all limits are kept."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times: dict[str, tuple[list[float], list[float]]] = {}
    asked: dict[str, set[int]] = {}
    for turn in range(ROUNDS + 2):
        for name, query in searches(Random(turn)):
            for shop, seconds in zip(shops, times.setdefault(name, ([], [])), strict=True):
                with CaptureQueriesContext(connection) as captured:
                    began = time.perf_counter()
                    answer = client.get(f"{shop.path}?{urlencode(query)}")
                    took = time.perf_counter() - began
                assert answer.status_code == 200
                if turn >= 2:
                    seconds.append(took)
                    asked.setdefault(name, set()).add(len(captured))
    holds = True
    print(f"{'search':<28}{'queries':>10}{'few p95':>12}{'many p50':>12}{'many p95':>12}")
    for name, (few, many) in times.items():
        slow, slower = (statistics.quantiles(one, n=20)[18] for one in (few, many))
        kept = slower <= AT_MOST_SECONDS and max(asked[name]) <= AT_MOST_QUERIES
        holds &= kept
        print(
            f"{name:<28}{max(asked[name]):>10}{slow * 1000:>9.0f} ms"
            f"{statistics.median(many) * 1000:>9.0f} ms{slower * 1000:>9.0f} ms"
            f"  {'ok' if kept else 'over'}",
            flush=True,
        )
    return holds


def main() -> int:
    """Fill both shops and search them; return 1 where a limit is missed.

    The number of points of the large shop can be named as the first argument.
    """
    django.setup()
    from django.test import Client
    from django.test.utils import override_settings

    from commerce.models import User
    from postexp.kernel import clock

    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    owner = User.objects.create_user("bench@postexp.example", name="Bench Owner")
    with override_settings(ALLOWED_HOSTS=["*"]):
        shops = tuple(
            open_shop_of(slug, points, owner, clock.now())
            for slug, points in (("few", FEW), ("many", many))
        )
        print(f"{many:,} drop-off points beside {FEW}, {ROUNDS} searches of each kind.")
        return 0 if measure(Client(), (shops[0], shops[1])) else 1


if __name__ == "__main__":
    sys.exit(main())
