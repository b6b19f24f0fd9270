"""What can happen to one order: acts, each some time after the order was placed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from integrations.demo import platform
from integrations.demo.platform import BoughtLine, DemoOrder, DemoParcel, DemoScan
from integrations.demo.shops import DemoShop
from tracking.rules import carrier_of
from tracking.rules.detection import detect_carriers

Place = tuple[str, str]
Scan = tuple[float, str, Place, str]

REASONS = (
    ("changed_mind", 4),
    ("too_small", 3),
    ("too_large", 2),
    ("damaged_in_transit", 2),
    ("not_as_described", 1),
)
TRACKER = "tracker.updated"
"""The topic of what a carrier tells by itself, through EasyPost, and not through the platform."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something the platform or a carrier tells, `after` the order was placed, in the shop's time.

    `tell` makes the message of the instant at which it happens; what it tells of has happened then,
    so each act is told once and in order. `is_passage` marks scans on the way.
    """

    after: timedelta
    topic: str
    key: str
    tell: Callable[[datetime], bytes]
    is_passage: bool = False


def new_order(shop: DemoShop, number: int, placed_at: datetime, chance: Random) -> DemoOrder:
    """Return an order of one to three products; every fifth is a returning shopper's."""
    known = number if number % 5 else number - 7
    person = shop.person(known, Random(known))
    products = chance.sample(shop.products, k=chance.choice((1, 1, 2, 2, 3)))
    lines = tuple(
        BoughtLine(
            external_id=(9_200_000_000_000_000 + number * 10 + position),
            product=product,
            variant=chance.randrange(len(product.variants)),
            quantity=chance.choice((1, 1, 1, 2)),
        )
        for position, product in enumerate(products)
    )
    return DemoOrder(
        shop=shop,
        number=number,
        person=person,
        placed_at=placed_at,
        lines=lines,
        coupon=chance.random() < 0.3,
    )


def placed(order: DemoOrder) -> Act:
    """The order comes in; its instant is when it was placed."""

    def tell(at: datetime) -> bytes:
        order.placed_at = at
        return platform.order_body(order, at)

    return Act(
        after=timedelta(), topic="orders/create", key=f"{order.number}-orders/create", tell=tell
    )


def paid(order: DemoOrder, after: timedelta) -> Act:
    """The payment of an order arrives later than the order."""

    def tell(at: datetime) -> bytes:
        order.unpaid = False
        return platform.order_body(order, at)

    return _updated(order, after, tell)


def cancelled(order: DemoOrder, after: timedelta) -> Act:
    """The shopper cancels before anything left."""

    def tell(at: datetime) -> bytes:
        order.cancelled_at = at
        return platform.order_body(order, at)

    return Act(
        after=after, topic="orders/cancelled", key=f"{order.number}-orders/cancelled", tell=tell
    )


def refunded(order: DemoOrder, after: timedelta, *lines: BoughtLine) -> Iterator[Act]:
    """Money goes back on the platform, of some lines or of everything.

    It is told as the platform does: by itself, and in the next version of its order.
    """
    yield Act(
        after=after,
        topic="refunds/create",
        key=f"{order.number}-refund",
        tell=lambda at: platform.refund_body(platform.refund_of(order, at, lines=lines)),
    )
    yield _updated(order, after, lambda at: platform.order_body(order, at))


def _updated(order: DemoOrder, after: timedelta, tell: Callable[[datetime], bytes]) -> Act:
    key = f"{order.number}-orders/updated"
    return Act(after=after, topic="orders/updated", key=key, tell=tell)


def parcels_of(order: DemoOrder, fate: str, chance: Random, *, topic: str = "") -> Iterator[Act]:
    """The goods leave and travel, in two parcels where the fate says so and there is enough.

    With the topic `TRACKER` their scans are told by the carrier.
    """
    halves: tuple[tuple[BoughtLine, ...], ...] = (order.lines,)
    if fate == "two parcels" and len(order.lines) > 1:
        halves = (order.lines[:1], order.lines[1:])
    for part, lines in enumerate(halves):
        leaves = timedelta(hours=chance.uniform(6, 30) + part * 20)
        carrier = chance.choice(order.shop.carriers)
        parcel = DemoParcel(
            shop=order.shop,
            order_id=order.external_id,
            fulfilment_id=9_300_000_000_000_000 + order.number * 10 + part,
            lines=tuple((line.external_id, line.quantity) for line in lines),
            carrier=carrier,
            number=tracking_number(carrier, chance),
            home=(order.person.address["province"], order.person.address["city"]),
            promise=timedelta(days=2 if order.shop.country == "JP" else 4),
        )
        yield shipped(parcel, leaves)
        yield from scanned(parcel, leaves, way(parcel, fate, chance), topic=topic)


def shipped(parcel: DemoParcel, after: timedelta) -> Act:
    """A parcel leaves the shop."""

    def tell(at: datetime) -> bytes:
        parcel.shipped_at = at
        return platform.fulfilment_body(parcel, at)

    return Act(after=after, topic="fulfillments/create", key=f"{parcel.fulfilment_id}", tell=tell)


def scanned(
    parcel: DemoParcel, after: timedelta, scans: list[Scan], *, topic: str = "", first: int = 0
) -> Iterator[Act]:
    """A parcel is scanned on its way; each scan names the hours since the one before.

    The platform tells each by itself; a carrier (topic `TRACKER`) with all that came before it.
    `first` is how many scans were told before these.
    """
    told_as = topic or "fulfillment_events/create"
    for number, (hours, status, place, message) in enumerate(scans, first):
        after += timedelta(hours=hours)

        def tell(
            at: datetime,
            number: int = number,
            status: str = status,
            place: Place = place,
            message: str = message,
        ) -> bytes:
            scan = DemoScan(status=status, place=place, message=message, at=at)
            parcel.scans.append(scan)
            if told_as == TRACKER:
                return platform.tracker_body(parcel)
            return platform.scan_body(parcel, scan, parcel.fulfilment_id * 100 + number)

        yield Act(
            after=after,
            topic=told_as,
            key=f"{parcel.fulfilment_id}-{number}",
            tell=tell,
            is_passage=status == "in_transit",
        )


def way(parcel: DemoParcel, fate: str, chance: Random) -> list[Scan]:
    """Return the scans of a parcel: hours since the one before, status, place, words."""
    shop, home = parcel.shop, parcel.home
    pace = 0.6 if shop.country == "JP" else 1.5
    hub = ("東京都", "大田区") if shop.country == "JP" else ("UT", "Salt Lake City")
    scans: list[Scan] = [
        (
            chance.uniform(1, 4),
            "carrier_picked_up",
            shop.depot,
            _words(shop, "Picked up", "荷物を受け付けました"),
        ),
        (
            chance.uniform(5, 9) * pace,
            "in_transit",
            hub,
            _words(shop, "Departed facility", "中継店を出発しました"),
        ),
        (
            chance.uniform(9, 16) * pace,
            "in_transit",
            home,
            _words(shop, "Arrived at delivery depot", "配達店に到着しました"),
        ),
    ]
    if fate in ("delayed", "lost"):
        scans.append(
            (
                chance.uniform(6, 12),
                "delayed",
                hub,
                _words(shop, "Delayed by weather", "天候の影響により遅れています"),
            )
        )
    if fate == "lost":
        lost = _words(shop, "Lost in transit", "輸送中に紛失しました")
        return [*scans, (chance.uniform(60, 90), "lost", hub, lost)]
    if fate == "delayed":
        scans.append(
            (chance.uniform(40, 60), "in_transit", home, _words(shop, "On the way", "輸送中"))
        )
    if fate == "problem":
        wrong = _words(shop, "Address not found", "お届け先が見つかりません")
        return [*scans, (chance.uniform(4, 8), "failure", home, wrong)]
    if fate in ("absent", "to collect", "collected"):
        return [*scans, *missed(parcel, chance, fate)]
    return [*scans, *last_miles(parcel, chance, tries=2 if fate == "attempted" else 1)]


def last_miles(parcel: DemoParcel, chance: Random, *, tries: int) -> list[Scan]:
    """Return the scans from the last depot to the door; nobody is home but at the last try."""
    shop, home = parcel.shop, parcel.home
    scans: list[Scan] = [
        (
            chance.uniform(8, 14),
            "out_for_delivery",
            home,
            _words(shop, "Out for delivery", "配達に出発しました"),
        )
    ]
    for _ in range(tries - 1):
        scans.append(
            (
                chance.uniform(2, 5),
                "attempted_delivery",
                home,
                _words(shop, "Nobody was home", "ご不在のため持ち戻りました"),
            )
        )
        scans.append(
            (
                chance.uniform(30, 60),
                "out_for_delivery",
                home,
                _words(shop, "Out for delivery", "再配達に出発しました"),
            )
        )
    delivered = _words(shop, "Delivered", "お届けが完了しました")
    return [*scans, (chance.uniform(2, 6), "delivered", home, delivered)]


def missed(parcel: DemoParcel, chance: Random, fate: str) -> list[Scan]:
    """Return the scans of a parcel nobody was home for: it goes back (`absent`), and then waits
    at the depot (`to collect`), where its shopper comes for it (`collected`).
    """
    shop, home = parcel.shop, parcel.home
    out, tried, *_ = last_miles(parcel, chance, tries=2)
    held = _words(shop, "Held at the depot for pick-up", "営業所でお荷物を保管しています")
    collected = _words(shop, "Collected at the depot", "営業所でお渡ししました")
    waits: list[Scan] = [
        (chance.uniform(4, 8), "ready_for_pickup", home, held),
        (chance.uniform(20, 60), "delivered", home, collected),
    ]
    return [out, tried, *waits[: ("absent", "to collect", "collected").index(fate)]]


def a_reason(chance: Random) -> str:
    """Return why something comes back."""
    return chance.choices([name for name, _ in REASONS], [weight for _, weight in REASONS])[0]


def _words(shop: DemoShop, english: str, japanese: str) -> str:
    return japanese if shop.country == "JP" else english


_NUMBERS = {"ups": ("1Z", 16), "usps": ("94", 20), "fedex": ("", 12)}
"""How an American carrier's numbers begin, and how many digits follow."""


def tracking_number(carrier: str, chance: Random) -> str:
    """Return a number in the form of a carrier's, with a check digit that is right."""
    slug = carrier_of(carrier).slug
    if slug not in _NUMBERS:
        head = f"{chance.randrange(10**10, 10**11)}"
        return f"{head}{int(head) % 7}"
    lead, digits = _NUMBERS[slug]
    # However many numbers are tried, one is drawn: what follows in the story stays the same.
    tries = Random(chance.randrange(10**15, 10**16))
    while True:
        number = f"{lead}{tries.randrange(10 ** (digits - 1), 10**digits)}"
        if any(one.carrier.slug == slug for one in detect_carriers(number)):
            return number
