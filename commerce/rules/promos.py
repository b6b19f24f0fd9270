"""Personal promo codes: how they are written and compared, what one gives, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

ALPHABET = "34679CDFGHJKMNPQRTVWX"
"""Letters and digits that look like no other, and no vowels, so that no words come out."""

GROUP, GROUPS = 5, 2
MOST_DAYS = 365
WHOLE = 10_000
"""All of a price, in basis points."""


@dataclass(frozen=True, kw_only=True)
class PromoOffer:
    """What a code gives: a share of the goods in basis points, or an amount, from a minimum on.

    `percent` is 0 where it is an amount. `amount` and `minimum` are minor units of `currency`, 0
    for none. It is good for `days` whole days after the day it is made.
    """

    percent: int = 0
    amount: int = 0
    currency: str
    minimum: int = 0
    days: int


def is_possible(offer: PromoOffer) -> bool:
    """Whether a code can give this: a share or an amount, not both, for a time that ends."""
    shares, fixed = 0 < offer.percent <= WHOLE, offer.amount > 0
    return (
        shares != fixed
        and (offer.percent == 0 or shares)
        and offer.amount >= 0
        and offer.minimum >= 0
        and 0 < offer.days <= MOST_DAYS
    )


def write_code(draw: Callable[[int], int]) -> str:
    """Return a code such as `7KQ4D-XM9TR`; `draw(n)` answers a number below n by chance."""
    groups = ("".join(ALPHABET[draw(len(ALPHABET))] for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def normal_code(typed: str) -> str:
    """Return a code as codes are compared: shoppers type small letters, and blanks around it."""
    return typed.strip().upper()


def good_until(made_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return when a code ends: with the last of its days, by the clock of the shop."""
    after = made_at.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(after, time.min, tzinfo=zone)
