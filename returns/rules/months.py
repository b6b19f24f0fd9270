"""The months reports are told by."""

from datetime import date

MONTHS_KEPT = 24
"""Months a report can reach back, this one among them."""


def months_back(first: date, count: int) -> list[date]:
    """Return so many months up to this one, the newest first."""
    total = first.year * 12 + first.month - 1
    return [date((total - back) // 12, (total - back) % 12 + 1, 1) for back in range(count)]
