"""What happens to each order of the demo: platform messages, and returns to ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from integrations.demo import platform
from integrations.demo.platform import BoughtLine, DemoOrder
from integrations.demo.shops import DemoShop

DAYS = 42
ORDERS = 100


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message of the platform, told at an instant; `is_passage` for scans on the way."""

    at: datetime
    topic: str
    key: str
    body: bytes
    is_passage: bool = False


@dataclass(frozen=True, kw_only=True)
class Wished:
    """A return a shopper asks for: which line, why, for what, and how far it gets."""

    at: datetime
    order_external_id: str
    line_external_id: str
    reason: str
    outcome: str
    ends: str


Step = Told | Wished

# Parcels of long ago keep only the scans their shoppers were told of; it halves the seeding.
BRIEF_AFTER = timedelta(days=8)

FATES = (
    ("delivered", 62),
    ("delayed", 8),
    ("attempted", 6),
    ("problem", 4),
    ("two parcels", 8),
    ("not shipped", 5),
    ("cancelled", 4),
    ("unpaid", 3),
)
REASONS = (
    ("changed_mind", 4),
    ("too_small", 3),
    ("too_large", 2),
    ("damaged_in_transit", 2),
    ("not_as_described", 1),
)
ENDS = ("requested", "approved", "received", "settled", "settled", "settled", "declined")


def plan(shop: DemoShop, *, now: datetime, seed: int = 7) -> list[Step]:
    """Return every step of a shop's past up to `now`, oldest first; the same for the same seed."""
    chance = Random(seed)
    steps: list[Step] = []
    begin = now - timedelta(days=DAYS)
    for product in shop.products:
        body = platform.product_body(shop, product, begin)
        steps.append(Told(at=begin, topic="products/create", key=product.key, body=body))
    for position in range(ORDERS):
        # Business grows a little: later days have more orders.
        share = ((position + chance.random()) / ORDERS) ** 0.85
        placed_at = begin + timedelta(days=0.2) + (now - begin - timedelta(days=0.25)) * share
        order = _order(shop, 1001 + position, placed_at, chance)
        steps += [step for step in _journey(order, now, chance) if step.at <= now]
    return sorted(steps, key=lambda step: step.at)


def _order(shop: DemoShop, number: int, placed_at: datetime, chance: Random) -> DemoOrder:
    # Every fifth order is a returning shopper's.
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


def _journey(order: DemoOrder, now: datetime, chance: Random) -> Iterator[Step]:
    fate = chance.choices([name for name, _ in FATES], [weight for _, weight in FATES])[0]
    order.unpaid = fate == "unpaid"
    yield _told(order, "orders/create", order.placed_at)
    if fate in ("not shipped", "unpaid") and now - order.placed_at > timedelta(days=6):
        fate, order.unpaid = "delivered", False
        if order.placed_at:
            yield _told(order, "orders/updated", order.placed_at + timedelta(hours=3))
    if fate in ("not shipped", "unpaid"):
        return
    if fate == "cancelled":
        order.cancelled_at = order.placed_at + timedelta(hours=chance.uniform(0.5, 5))
        yield _told(order, "orders/cancelled", order.cancelled_at)
        # Some wait for staff to pay them back.
        if order.number % 3:
            yield from _refunded(order, order.cancelled_at + timedelta(hours=1))
        return
    halves: tuple[tuple[BoughtLine, ...], ...] = (order.lines,)
    if fate == "two parcels" and len(order.lines) > 1:
        halves = (order.lines[:1], order.lines[1:])
    delivered_at = order.placed_at
    for part, lines in enumerate(halves):
        parcel = list(_parcel(order, part, lines, fate, chance))
        if now - order.placed_at > BRIEF_AFTER:
            parcel = [told for told in parcel if not told.is_passage]
        delivered_at = max(delivered_at, parcel[-1].at)
        yield from parcel
    if fate in ("delivered", "two parcels") and chance.random() < 0.3:
        yield _wish(order, delivered_at, chance)


def _refunded(order: DemoOrder, at: datetime) -> Iterator[Told]:
    """Tell a refund as the platform does: by itself, and in the next version of its order."""
    refund = platform.refund_of(order, at)
    order.refunds.append(refund)
    yield Told(
        at=at,
        topic="refunds/create",
        key=f"{order.number}-refund",
        body=platform.refund_body(refund),
    )
    yield _told(order, "orders/updated", at)


def _told(order: DemoOrder, topic: str, at: datetime) -> Told:
    return Told(
        at=at,
        topic=topic,
        key=f"{order.number}-{topic}",
        body=platform.order_body(order, at),
    )


def _parcel(
    order: DemoOrder, part: int, lines: tuple[BoughtLine, ...], fate: str, chance: Random
) -> Iterator[Told]:
    shop = order.shop
    fulfilment_id = 9_300_000_000_000_000 + order.number * 10 + part
    at = order.placed_at + timedelta(hours=chance.uniform(6, 30) + part * 20)
    carrier = chance.choice(shop.carriers)
    yield Told(
        at=at,
        topic="fulfillments/create",
        key=f"{fulfilment_id}",
        body=platform.fulfilment_body(
            order, fulfilment_id, lines, carrier, tracking_number(shop, chance), at
        ),
    )
    home = (order.person.address["province"], order.person.address["city"])
    estimate = at + timedelta(days=2 if shop.country == "JP" else 4)
    for number, (hours, status, place, message) in enumerate(_scans(shop, fate, home, chance)):
        at += timedelta(hours=hours)
        yield Told(
            at=at,
            topic="fulfillment_events/create",
            key=f"{fulfilment_id}-{number}",
            is_passage=status == "in_transit",
            body=platform.scan_body(
                order,
                fulfilment_id,
                fulfilment_id * 100 + number,
                status,
                place,
                at,
                message=message,
                estimate=estimate,
            ),
        )


Scan = tuple[float, str, tuple[str, str], str]


def _scans(shop: DemoShop, fate: str, home: tuple[str, str], chance: Random) -> list[Scan]:
    """Return the scans of a parcel: hours since the one before, status, place, words."""
    japan = shop.country == "JP"
    pace = 0.6 if japan else 1.5
    hub = ("東京都", "大田区") if japan else ("UT", "Salt Lake City")

    def words(english: str, japanese: str) -> str:
        return japanese if japan else english

    scans: list[Scan] = [
        (
            chance.uniform(1, 4),
            "carrier_picked_up",
            shop.depot,
            words("Picked up", "荷物を受け付けました"),
        ),
        (
            chance.uniform(5, 9) * pace,
            "in_transit",
            hub,
            words("Departed facility", "中継店を出発しました"),
        ),
        (
            chance.uniform(9, 16) * pace,
            "in_transit",
            home,
            words("Arrived at delivery depot", "配達店に到着しました"),
        ),
    ]
    if fate == "delayed":
        scans.append(
            (
                chance.uniform(6, 12),
                "delayed",
                hub,
                words("Delayed by weather", "天候の影響により遅れています"),
            )
        )
        scans.append((chance.uniform(40, 60), "in_transit", home, words("On the way", "輸送中")))
    if fate == "problem":
        scans.append(
            (
                chance.uniform(4, 8),
                "failure",
                home,
                words("Address not found", "お届け先が見つかりません"),
            )
        )
        return scans
    scans.append(
        (
            chance.uniform(8, 14),
            "out_for_delivery",
            home,
            words("Out for delivery", "配達に出発しました"),
        )
    )
    if fate == "attempted":
        scans.append(
            (
                chance.uniform(2, 5),
                "attempted_delivery",
                home,
                words("Nobody was home", "ご不在のため持ち戻りました"),
            )
        )
        scans.append(
            (
                chance.uniform(30, 60),
                "out_for_delivery",
                home,
                words("Out for delivery", "再配達に出発しました"),
            )
        )
    scans.append(
        (chance.uniform(2, 6), "delivered", home, words("Delivered", "お届けが完了しました"))
    )
    return scans


def tracking_number(shop: DemoShop, chance: Random) -> str:
    """Return a number in the form the country's carriers use; in Japan its last digit checks."""
    if shop.country == "JP":
        head = f"{chance.randrange(10**10, 10**11)}"
        return f"{head}{int(head) % 7}"
    return f"1Z{chance.randrange(10**15, 10**16)}"


def _wish(order: DemoOrder, delivered_at: datetime, chance: Random) -> Wished:
    line = chance.choice(order.lines)
    reason = chance.choices([name for name, _ in REASONS], [weight for _, weight in REASONS])[0]
    return Wished(
        at=delivered_at + timedelta(days=chance.uniform(1, 8)),
        order_external_id=str(order.external_id),
        line_external_id=str(line.external_id),
        reason=reason,
        outcome=chance.choice(("refund", "refund", "store_credit", "exchange")),
        ends=chance.choice(ENDS),
    )
