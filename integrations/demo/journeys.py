"""What happens to each order of the demo: platform messages, and returns to ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from integrations.demo import platform, stories
from integrations.demo.platform import DemoOrder
from integrations.demo.shops import DemoShop
from integrations.demo.unusual import COURSES, EXCHANGED, OF_ALL, Arrived, cast_unusual
from returns.rules.cancellations import CANCEL_UNDO_TIME

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
    """A return a shopper asks for: which line, why, for what, and how far it gets.

    `parcel` is the number it is sent under, `instead` the product an exchange is for, by its
    external id; "" for another variant of the same.
    """

    at: datetime
    order_external_id: str
    line_external_id: str
    reason: str
    outcome: str
    ends: str
    parcel: str = ""
    instead: str = ""


@dataclass(frozen=True, kw_only=True)
class CalledOff:
    """A cancellation of a whole order by its shopper, and how far it gets."""

    at: datetime
    order_external_id: str
    ends: str


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What follows from a wish later on, and is played when its own time comes."""

    at: datetime
    of: Wished | CalledOff
    move: str


Step = Told | Wished | CalledOff | Followed

SECOND_THOUGHTS = timedelta(minutes=20)
"""When shoppers who cancel do so after they have ordered."""

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
# Whatever chance brings, a demo shows parcels that wait for their shopper.
WAITING_FOR_SHOPPER = ("absent", "to collect")
WAITING_SINCE = (timedelta(days=4.3), timedelta(days=6))
COURSE = (
    ("decide", timedelta(hours=5)),
    ("receive", timedelta(days=3, hours=5)),
    ("pay", timedelta(days=4, hours=1)),
)
"""What becomes of a return, and how long after it was asked for."""
MOVES_UNTIL = {"requested": 0, "approved": 1, "declined": 1, "received": 2, "settled": 3}
ENDS = ("requested", "approved", "received", "settled", "settled", "settled", "declined")


def plan(
    shop: DemoShop,
    *,
    now: datetime,
    seed: int = 7,
    orders: int | None = None,
    days: int = DAYS,
    unusual: bool = False,
) -> list[Step]:
    """Return every step of a shop's past up to `now`, oldest first; the same for the same seed.

    With `unusual` some returns are lost, refused, and exchanged in each way there is.
    """
    chance = Random(seed)
    orders = ORDERS if orders is None else orders
    steps: list[Step] = []
    to_show = list(WAITING_FOR_SHOPPER)
    arrived: list[Arrived] = []
    begin = now - timedelta(days=days)
    for product in shop.products:
        body = platform.product_body(shop, product, begin)
        steps.append(Told(at=begin, topic="products/create", key=product.key, body=body))
    for position in range(orders):
        # Business grows a little: later days have more orders.
        share = ((position + chance.random()) / orders) ** 0.85
        placed_at = begin + timedelta(days=0.2) + (now - begin - timedelta(days=0.25)) * share
        order = stories.new_order(shop, 1001 + position, placed_at, chance)
        is_shown = to_show and WAITING_SINCE[0] <= now - placed_at < WAITING_SINCE[1]
        fate = to_show.pop(0) if is_shown else ""
        journey = list(_journey(order, now, chance, fate))
        arrived += _arrived(order, journey)
        for step in journey:
            steps += [one for one in (step, *follow_ups(step)) if one.at <= now]
    if unusual:
        for wish in _unusual(shop, arrived, now):
            steps += [wish, *follow_ups(wish)]
    return sorted(steps, key=lambda step: step.at)


def _arrived(order: DemoOrder, journey: Sequence[Step]) -> list[Arrived]:
    """Return the first line of an order that arrived and is otherwise left alone."""
    told = [step for step in journey if isinstance(step, Told)]
    if len(told) < len(journey) or b'"delivered"' not in told[-1].body:
        return []
    line = order.lines[0]
    return [
        Arrived(
            order=str(order.external_id),
            line=str(line.external_id),
            at=told[-1].at,
            has_variants=len(line.product.variants) > 1,
        )
    ]


def _unusual(shop: DemoShop, arrived: Sequence[Arrived], now: datetime) -> Iterator[Wished]:
    """Yield returns that take an unusual way; exchanges where replacements are sent early."""
    dearest = max(shop.products, key=lambda product: product.price)
    exchanged = EXCHANGED if shop.country == "JP" else ()
    taken: set[str] = set()
    for names, outcome in ((exchanged, "exchange"), (OF_ALL, "refund")):
        left = [one for one in arrived if one.line not in taken]
        chosen = cast_unusual(left, names, now=now, of_variants=outcome == "exchange")
        for name, one, at in chosen:
            taken.add(one.line)
            yield Wished(
                at=at,
                order_external_id=one.order,
                line_external_id=one.line,
                reason="changed_mind",
                outcome=outcome,
                ends=name,
                parcel=stories.tracking_number(shop.carriers[0], Random(int(one.line))),
                instead=str(dearest.external_id) if name == "payment_due" else "",
            )


def _journey(order: DemoOrder, now: datetime, chance: Random, fate: str) -> Iterator[Step]:
    """Yield the steps of an order; its fate is left to chance where none is named."""
    age = now - order.placed_at
    drawn = chance.choices([name for name, _ in FATES], [weight for _, weight in FATES])[0]
    fate = fate or drawn
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
    if ends := _called_off(order, fate):
        yield CalledOff(
            at=order.placed_at + SECOND_THOUGHTS,
            order_external_id=str(order.external_id),
            ends=ends,
        )
    if fate in ("delivered", "two parcels") and chance.random() < 0.3:
        yield _wish(order, order.placed_at + max(act.after for act in acts), chance)


def follow_ups(step: Step) -> Iterator[Followed]:
    """Yield what follows from a step: each in its own time, for other things happen between."""
    if isinstance(step, Wished):
        course = COURSES.get(step.ends) or COURSE[: MOVES_UNTIL[step.ends]]
        for move, after in course:
            yield Followed(at=step.at + after, of=step, move=move)
    elif isinstance(step, CalledOff):
        if step.ends == "withdrawn":
            yield Followed(at=step.at + timedelta(minutes=2), of=step, move="withdraw")
            return
        carried_out = step.at + CANCEL_UNDO_TIME + timedelta(seconds=20)
        yield Followed(at=carried_out, of=step, move="carry_out")
        if step.ends == "refunded":
            yield Followed(at=carried_out + timedelta(hours=3), of=step, move="pay_back")


def _called_off(order: DemoOrder, fate: str) -> str:
    """Return how a shopper's cancellation of an order ends, or "" where they keep it."""
    if fate == "not shipped":
        return "refunded" if order.number % 2 else "refunding"
    if fate == "delivered":
        return {7: "too_late", 13: "withdrawn"}.get(order.number % 20, "")
    return ""


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
