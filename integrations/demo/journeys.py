"""What happens to each order of the demo: platform messages, and returns to ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from integrations.demo import platform, stories
from integrations.demo.platform import DemoOrder
from integrations.demo.shops import DemoShop

DAYS = 42
ORDERS = 100


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message of the platform, told at an instant."""

    at: datetime
    topic: str
    key: str
    body: bytes


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
# Only young orders still wait for their payment or their parcel.
WAITING_ENDS = timedelta(days=6)

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
ENDS = ("requested", "approved", "received", "settled", "settled", "settled", "declined")


def plan(
    shop: DemoShop,
    *,
    now: datetime,
    seed: int = 7,
    orders: int | None = None,
    days: int = DAYS,
) -> list[Step]:
    """Return every step of a shop's past up to `now`, oldest first; the same for the same seed."""
    chance = Random(seed)
    orders = ORDERS if orders is None else orders
    steps: list[Step] = []
    begin = now - timedelta(days=days)
    for product in shop.products:
        body = platform.product_body(shop, product, begin)
        steps.append(Told(at=begin, topic="products/create", key=product.key, body=body))
    for position in range(orders):
        # Business grows a little: later days have more orders.
        share = ((position + chance.random()) / orders) ** 0.85
        placed_at = begin + timedelta(days=0.2) + (now - begin - timedelta(days=0.25)) * share
        order = stories.new_order(shop, 1001 + position, placed_at, chance)
        steps += [step for step in _journey(order, now, chance) if step.at <= now]
    return sorted(steps, key=lambda step: step.at)


def _journey(order: DemoOrder, now: datetime, chance: Random) -> Iterator[Step]:
    age = now - order.placed_at
    fate = chance.choices([name for name, _ in FATES], [weight for _, weight in FATES])[0]
    order.unpaid = fate == "unpaid"
    acts = [stories.placed(order)]
    if fate in ("not shipped", "unpaid") and age > WAITING_ENDS:
        fate = "delivered"
        acts.append(stories.paid(order, timedelta(hours=3)))
    acts += _what_follows(order, fate, chance)
    for act in acts:
        if act.is_passage and age > BRIEF_AFTER:
            continue
        at = order.placed_at + act.after
        yield Told(at=at, topic=act.topic, key=act.key, body=act.tell(at))
    if fate in ("delivered", "two parcels") and chance.random() < 0.3:
        yield _wish(order, order.placed_at + max(act.after for act in acts), chance)


def _what_follows(order: DemoOrder, fate: str, chance: Random) -> Iterator[stories.Act]:
    if fate == "cancelled":
        after = timedelta(hours=chance.uniform(0.5, 5))
        yield stories.cancelled(order, after)
        # Some wait for staff to pay them back.
        if order.number % 3:
            yield from stories.refunded(order, after + timedelta(hours=1))
    elif fate not in ("not shipped", "unpaid"):
        yield from stories.parcels_of(order, fate, chance)


def _wish(order: DemoOrder, delivered_at: datetime, chance: Random) -> Wished:
    line = chance.choice(order.lines)
    reason = stories.a_reason(chance)
    return Wished(
        at=delivered_at + timedelta(days=chance.uniform(1, 8)),
        order_external_id=str(order.external_id),
        line_external_id=str(line.external_id),
        reason=reason,
        outcome=chance.choice(("refund", "refund", "store_credit", "exchange")),
        ends=chance.choice(ENDS),
    )
