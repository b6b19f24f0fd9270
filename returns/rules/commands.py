"""What people ask for and find, as plain values; and when two commands are the same command."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from returns.enums import Grade
from returns.enums.receiving import Disposition
from returns.errors import IdempotencyMismatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Units of an order line a shopper wants to return, why, and the variant they want instead.

    `line` and `variant` are public ids, `reason` is a code of the policy. `photos` counts the
    pictures that come with it.
    """

    line: str
    quantity: int
    reason: str
    variant: str = ""
    photos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeWish:
    """How a shopper wants their exchange carried out.

    `instead` is what they get where it cannot be, an Instead or "" where they were not asked;
    `instant` whether they want the replacement at once, with its price held on their card;
    `rest_to` where what it leaves of their value goes, an Outcome or "" where they did not say.
    """

    instead: str = ""
    instant: bool = False
    rest_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Units of a return line (by public id) with their grade, and whether they are accepted.

    `disposition` is where they go, what is usual unless given. `found` is the variant that arrived
    (by public id) where it is another one than was announced, `note` says more to the shopper and
    `photo` shows it (by public id). `offer` is a partial refund for units that are not accepted, in
    minor units.
    """

    line: str
    grade: Grade
    quantity: int
    accepted: bool
    disposition: Disposition | None = None
    found: str = ""
    note: str = ""
    photo: str = ""
    offer: int | None = None


def fingerprint(body: Mapping[str, object]) -> str:
    """Return what must be equal for two bodies of plain JSON values to be the same command."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def require_same(first: str, again: str) -> None:
    """Raise IdempotencyMismatch when a key comes back with another body."""
    if first != again:
        raise IdempotencyMismatch
