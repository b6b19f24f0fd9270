"""When shoppers are reminded of goods they have to send back. Days are counted to the last one."""

from collections.abc import Collection

LAST = 3
"""How many days before the last one a shopper is reminded for the last time."""

LONG = 10
"""From how many days on there is a reminder at half time, too."""

MORNING = 9
"""The hour, where the shop is, from which reminders go out."""


def reminders_of(period: int) -> frozenset[int]:
    """Return how many days before its last day a return is reminded of that has so many days.

    Never before half of its time is over.
    """
    half = period // 2
    if half == 0:
        return frozenset()
    return frozenset({min(LAST, half)} | ({half} if period >= LONG else set()))


def reminder_due(days_left: int, reminded: int | None, reminders: Collection[int]) -> int | None:
    """Return which of some reminders is due so many days before the last one, None for none.

    `reminded` is the last one that was sent. Where some were missed only the nearest is sent.
    """
    near = min((days for days in reminders if 0 <= days_left <= days), default=None)
    return near if near is not None and (reminded is None or near < reminded) else None
