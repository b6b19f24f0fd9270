"""What people ask for and find, as plain values; and when two commands are the same command."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from returns.enums import Grade
from returns.errors import IdempotencyMismatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Units of an order line a shopper wants to return, why, and the variant they want instead.

    `line` and `variant` are public ids, `reason` is a code of the policy.
    """

    line: str
    quantity: int
    reason: str
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Units of a return line (by public id) with their grade, and whether they are accepted."""

    line: str
    grade: Grade
    quantity: int
    accepted: bool


def fingerprint(body: Mapping[str, object]) -> str:
    """Return what must be equal for two bodies of plain JSON values to be the same command."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def require_same(first: str, again: str) -> None:
    """Raise IdempotencyMismatch when a key comes back with another body."""
    if first != again:
        raise IdempotencyMismatch
