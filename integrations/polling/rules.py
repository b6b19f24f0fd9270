"""How often a carrier may be asked, and when it is left alone: pure sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

A_DAY = timedelta(days=1)
BURST = timedelta(seconds=0.5)
"""How much of its rate may be used at once by an account that has been still."""

HEAD_START = timedelta(hours=1)
"""By how much the calls of a day may run ahead of the clock: they have to last until midnight."""

BREAKS_AT = 5
"""After so many failures in a row a carrier is left alone."""

_FIRST_BREAK, _LONGEST_BREAK = timedelta(minutes=1), timedelta(minutes=30)
_FIRST_BACK_OFF, _LONGEST_BACK_OFF = timedelta(minutes=2), timedelta(hours=6)
_JITTER = 0.2


@dataclass(frozen=True, kw_only=True)
class Grant:
    """How many calls may be made now, and until when the account has then used its rate up.

    Where none may be made, `again_at` is when the next one may.
    """

    calls: int
    free_at: datetime | None
    again_at: datetime | None = None


def grant_calls(
    wanted: int,
    *,
    at: datetime,
    free_at: datetime | None,
    per_second: float,
    per_day: int,
    made_today: int,
) -> Grant:
    """Grant calls of an account that has made so many today (UTC).

    In any stretch of time no more are granted than its length and half a second allow at that rate,
    and one; over a day no more than `per_day`, spread over its hours.
    """
    step = timedelta(seconds=1 / per_second)
    base = max(free_at, at) if free_at else at
    ahead = at + BURST - base
    of_rate = ahead // step + 1
    of_day = _allowed_by(at, per_day) - made_today
    calls = max(0, min(wanted, of_rate, of_day))
    if calls:
        return Grant(calls=calls, free_at=base + step * calls)
    return Grant(
        calls=0,
        free_at=free_at,
        again_at=max(base - BURST, _day_allows(at, per_day, of_day)),
    )


def start_of_day(at: datetime) -> datetime:
    """Return the midnight (UTC) from which the calls of a day are counted."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _allowed_by(at: datetime, per_day: int) -> int:
    """Return how many calls may have been made on a day by an instant."""
    passed = min(at - start_of_day(at) + HEAD_START, A_DAY)
    return int(per_day * passed / A_DAY)


def _day_allows(at: datetime, per_day: int, left: int) -> datetime:
    """Return when the day allows one more call; the next midnight where it is used up."""
    if left > 0:
        return at
    midnight = start_of_day(at) + A_DAY
    if not per_day:
        return midnight
    return min(at + A_DAY * min((1 - left) / per_day, 1.0), midnight)


def break_after(failures: int, *, jitter: float) -> timedelta | None:
    """Return for how long a carrier is left alone after failures in a row; None for not yet.

    `jitter`, from 0 to 1, spreads who comes back.
    """
    if failures < BREAKS_AT:
        return None
    return _grown(_FIRST_BREAK, _LONGEST_BREAK, failures - BREAKS_AT, jitter)


def back_off(failures: int, *, jitter: float) -> timedelta:
    """Return for how long a number is left alone after questions about it that failed in a row."""
    return _grown(_FIRST_BACK_OFF, _LONGEST_BACK_OFF, max(failures - 1, 0), jitter)


def _grown(first: timedelta, longest: timedelta, times: int, jitter: float) -> timedelta:
    """Return a wait doubled so many times, up to a fifth shorter or longer."""
    wait: timedelta = min(first * 2 ** min(times, 20), longest)
    return wait * (1 + _JITTER * (2 * jitter - 1))


def group_numbers(
    numbers: list[str], suspects: frozenset[str], *, size: int
) -> list[tuple[str, ...]]:
    """Return the numbers of each request: `size` in one, and those in `suspects` each alone.

    One number that a carrier cannot stand must not take its neighbours' answers with it.
    """
    sound = [number for number in numbers if number not in suspects]
    groups = [tuple(sound[start : start + size]) for start in range(0, len(sound), size)]
    return groups + [(number,) for number in numbers if number in suspects]
