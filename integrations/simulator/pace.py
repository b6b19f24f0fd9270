"""How fast the clock of a demo shop goes, for the pages that say so.

A running simulation says it again and again; when it is silent for some minutes, it is over.
"""

from __future__ import annotations

from django.core.cache import cache

BEAT = 60.0
FORGOTTEN_AFTER = 3 * BEAT


def note_pace(merchant_id: int, speed: float) -> None:
    """Say that a shop's clock goes `speed` times as fast as ours, for the next minutes."""
    cache.set(_key(merchant_id), speed, timeout=FORGOTTEN_AFTER)


def end_pace(merchant_id: int) -> None:
    """Say that nothing moves by itself any more."""
    cache.delete(_key(merchant_id))


def pace_of(merchant_id: int) -> float | None:
    """Return how many times as fast as ours a shop's clock goes; None where nothing is played."""
    found: float | None = cache.get(_key(merchant_id))
    return found


def _key(merchant_id: int) -> str:
    return f"simulation:{merchant_id}"
