"""Returns that take an unusual way: lost, refused, and exchanged in each way there is. Pure.

Each is asked for as long ago as its way takes, of an order that is otherwise left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DECIDE = ("decide", timedelta(hours=5))
SEND = ("send", timedelta(days=1))
RECEIVE = ("receive", timedelta(days=3, hours=5))
PAY = ("pay", timedelta(days=4, hours=1))
SHIP = ("ship", timedelta(days=4, hours=6))
SENT = (DECIDE, SEND)
LOST = (*SENT, ("call_lost", timedelta(days=9)))
REFUSED = (DECIDE, RECEIVE, ("refuse", timedelta(days=3, hours=6)))
KEPT = (*SENT, ("ship", timedelta(days=1, hours=6)), ("disown", timedelta(days=12)))

COURSES: Mapping[str, tuple[tuple[str, timedelta], ...]] = {
    "seems_lost": LOST,
    "lost": (*LOST, ("bear", timedelta(days=10)), ("settle", timedelta(days=10, hours=2))),
    "lost_unproved": (DECIDE, ("say_sent", timedelta(days=1)), ("disown", timedelta(days=12))),
    "refused": REFUSED,
    "refused_fee": (*REFUSED, ("ask_back", timedelta(days=4))),
    "refused_part": (*REFUSED, ("take_part", timedelta(days=4))),
    "payment_due": (DECIDE,),
    "converted": (DECIDE, ("sold_out", timedelta(hours=30))),
    "ready": SENT,
    "shipped": (*SENT, ("ship", timedelta(days=1, hours=6))),
    "exchanged": (*SENT, ("ship", timedelta(days=1, hours=6)), RECEIVE, PAY),
    "unreturned": KEPT,
    "charged": (*KEPT, ("charge", timedelta(days=13))),
}
"""What becomes of a return, and how long after it was asked for."""

RESTS = timedelta(hours=3)
"""How long each has stood so by now at least."""

OF_ALL = ("seems_lost", "lost", "lost_unproved", "refused", "refused_fee", "refused_part")
EXCHANGED = (
    *("requested", "approved", "declined", "payment_due", "converted"),
    *("ready", "shipped", "exchanged", "unreturned", "charged"),
)


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A line of an order that arrived, and of which nothing comes back yet."""

    order: str
    line: str
    at: datetime
    has_variants: bool


def cast_unusual(
    arrived: Sequence[Arrived], names: Sequence[str], *, now: datetime, of_variants: bool
) -> Iterator[tuple[str, Arrived, datetime]]:
    """Yield which way each of some lines takes, and when it is asked for; none takes two.

    Ways for which no line arrived long enough ago are left out.
    """
    left = sorted(arrived, key=lambda one: one.at, reverse=True)
    for name in sorted(names, key=_span):
        asked = now - RESTS - _span(name)
        fits = [one for one in left if one.at <= asked and (one.has_variants or not of_variants)]
        if fits:
            left.remove(fits[0])
            yield name, fits[0], asked


def _span(name: str) -> timedelta:
    return max((after for _move, after in COURSES.get(name, (DECIDE,))), default=timedelta())
