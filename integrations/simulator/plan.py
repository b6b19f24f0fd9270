"""What will happen in a demo shop, and when, in the shop's own time. Pure; the seed decides."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from random import Random

from integrations.demo import stories
from integrations.demo.platform import DemoOrder, DemoParcel
from integrations.demo.shops import DemoShop
from integrations.demo.stories import Act

NOT_YET = datetime(2000, 1, 1, tzinfo=UTC)
FATES = (
    ("delivered", 55),
    ("delayed", 10),
    ("attempted", 8),
    ("collected", 4),
    ("problem", 3),
    ("lost", 3),
    ("two parcels", 9),
    ("partly refunded", 3),
    ("cancelled", 5),
    ("paid later", 4),
)
RETURNING = 0.22
BY_CARRIER = 0.5
"""The share of parcels whose carrier tells of them itself, where the shop has that connection."""


class Purpose(StrEnum):
    """What a shopper comes for: `look` at the order, `ask` for a return, see how it is (`follow`:
    send it once approved), or `give_up` a return nobody has decided."""

    LOOK = "look"
    ASK = "ask"
    FOLLOW = "follow"
    GIVE_UP = "give up"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A shopper comes to the shop's pages, some time after the story began."""

    after: timedelta
    purpose: Purpose


Step = Act | Visit


@dataclass(kw_only=True)
class Story:
    """Everything that will happen around one order, in order.

    `page` and `case` are the addresses a shopper has found out: of the order, and of its return.
    """

    shop: DemoShop
    number: str
    contact: str
    chance: Random
    steps: list[Step]
    page: str = ""
    case: str = ""
    reason: str = field(default="changed_mind")


@dataclass(frozen=True, kw_only=True)
class Due:
    """A step of a story, due some time after the beginning, in the shop's time."""

    after: timedelta
    story: Story
    step: Step


def story_of(shop: DemoShop, number: int, *, seed: int, has_carrier: bool) -> Story:
    """Return the story of the shop's order of a number; the same for the same seed."""
    chance = Random(f"{seed}/{shop.slug}/{number}")
    order = stories.new_order(shop, number, NOT_YET, chance)
    fate = chance.choices([name for name, _ in FATES], [weight for _, weight in FATES])[0]
    topic = stories.TRACKER if has_carrier and chance.random() < BY_CARRIER else ""
    acts = [stories.placed(order), *_what_follows(order, fate, chance, topic)]
    visits = list(_visits(fate, max(act.after for act in acts), chance))
    return Story(
        shop=shop,
        number=f"#{number}",
        contact=order.person.email,
        chance=chance,
        reason=stories.a_reason(chance),
        steps=sorted([*acts, *visits], key=lambda step: step.after),
    )


def _what_follows(order: DemoOrder, fate: str, chance: Random, topic: str) -> Iterator[Act]:
    if fate == "cancelled":
        after = timedelta(hours=chance.uniform(0.5, 5))
        yield stories.cancelled(order, after)
        yield from stories.refunded(order, after + timedelta(hours=1))
        return
    if fate == "paid later":
        order.unpaid = True
        yield stories.paid(order, timedelta(hours=chance.uniform(2, 5)))
    parcels = list(stories.parcels_of(order, fate, chance, topic=topic))
    yield from parcels
    ended = max(act.after for act in parcels)
    if fate == "lost":
        yield from stories.refunded(order, ended + timedelta(hours=24))
    elif fate == "partly refunded":
        yield from stories.refunded(order, ended + timedelta(hours=20), order.lines[0])


def _visits(fate: str, ended: timedelta, chance: Random) -> Iterator[Visit]:
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        yield Visit(after=ended * chance.uniform(0.05, 1.1), purpose=Purpose.LOOK)
    has_goods = fate in ("delivered", "delayed", "two parcels", "attempted", "collected")
    if has_goods and chance.random() < RETURNING:
        asked = ended + timedelta(hours=chance.uniform(20, 120))
        yield Visit(after=asked, purpose=Purpose.ASK)
        yield Visit(after=asked + timedelta(days=1), purpose=Purpose.FOLLOW)
        yield Visit(after=asked + timedelta(days=3), purpose=Purpose.FOLLOW)
        yield Visit(after=asked + timedelta(days=7), purpose=Purpose.GIVE_UP)


def story_of_parcel(
    parcel: DemoParcel, *, seed: int, number: str, contact: str, is_sent: bool, scans: int
) -> Story:
    """Return how a parcel that stands somewhere now comes to its door."""
    chance = Random(f"{seed}/{parcel.shop.slug}/{parcel.fulfilment_id}")
    leaves = timedelta(hours=chance.uniform(0.5, 20))
    if is_sent:
        way = stories.last_miles(parcel, chance, tries=1)
        acts = list(stories.scanned(parcel, leaves, way, first=scans))
    else:
        way = stories.way(parcel, "delivered", chance)
        acts = [stories.shipped(parcel, leaves), *stories.scanned(parcel, leaves, way)]
    return Story(shop=parcel.shop, number=number, contact=contact, chance=chance, steps=[*acts])


def new_stories(
    shop: DemoShop, *, first_number: int, seed: int, has_carrier: bool
) -> Iterator[Story]:
    """Yield the stories of a shop's coming orders, without end."""
    for number in count(first_number):
        yield story_of(shop, number, seed=seed, has_carrier=has_carrier)


def arrivals(told: Iterable[Story], *, rate: float, chance: Random) -> Iterator[Due]:
    """Let stories begin one by one, `rate` of them in a day on average; yield their first steps."""
    after = timedelta()
    for story in told:
        after += timedelta(days=chance.expovariate(rate))
        yield Due(after=after, story=story, step=story.steps[0])


def timetable(begun: Iterable[Due]) -> Iterator[Due]:
    """Yield every step of stories in the order of time; `begun` are their first ones, in order.

    Only the stories that have begun are kept.
    """
    waiting: list[tuple[timedelta, int, int, Due]] = []
    numbers = count()
    coming = iter(begun)
    following = next(coming, None)
    while waiting or following:
        while following and (not waiting or following.after <= waiting[0][0]):
            heapq.heappush(waiting, (following.after, next(numbers), 0, following))
            following = next(coming, None)
        after, number, place, first = heapq.heappop(waiting)
        steps = first.story.steps
        yield Due(after=after, story=first.story, step=steps[place])
        if place + 1 < len(steps):
            due = after + steps[place + 1].after - steps[place].after
            heapq.heappush(waiting, (due, number, place + 1, first))


def interleaved(told: Iterator[Story], *, chance: Random, window: int) -> Iterator[Due]:
    """Yield the steps of stories, `window` of them under way at a time, without regard to time."""
    under_way: list[tuple[Story, Iterator[Step]]] = []
    for _ in range(window):
        story = next(told)
        under_way.append((story, iter(story.steps)))
    while True:
        place = chance.randrange(window)
        story, steps = under_way[place]
        step = next(steps, None)
        if step is None:
            story = next(told)
            under_way[place] = story, iter(story.steps)
        else:
            yield Due(after=step.after, story=story, step=step)
