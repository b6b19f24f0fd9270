"""Until when something may come back: calendar days in the shop's zone, last second inside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from returns.enums import StartBasis, StartEvent

LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowStart:
    """The day a window counts from, in the shop's zone, and why that day."""

    day: date
    basis: StartBasis


def window_start(
    *,
    shipped: datetime | None,
    delivered: datetime | date | None,
    transit_allowance: int,
    zone: ZoneInfo,
    event: StartEvent = StartEvent.DELIVERED,
    placed: datetime | None = None,
) -> WindowStart | None:
    """Return where a window that counts from `event` starts, or None while nothing was shipped.

    Without a delivery event it starts `transit_allowance` days after shipping. A carrier's date
    without a time counts as the end of that day, so it is that day. Where the event is not known to
    have happened, the one after it counts, which is later.
    """
    if event is StartEvent.PLACED and placed is not None and (shipped or delivered):
        return WindowStart(day=local_day(placed, zone), basis=StartBasis.PLACED)
    if event is not StartEvent.DELIVERED and shipped is not None:
        return WindowStart(day=local_day(shipped, zone), basis=StartBasis.SHIPPED)
    if delivered is not None:
        return WindowStart(day=local_day(delivered, zone), basis=StartBasis.DELIVERED)
    if shipped is None:
        return None
    day = local_day(shipped, zone) + timedelta(days=transit_allowance)
    return WindowStart(day=day, basis=StartBasis.SHIPPED_PLUS_ALLOWANCE)


def window_end(start: date, days: int, zone: ZoneInfo) -> datetime:
    """Return the last second of the window, as aware UTC: 23:59:59 on the day `days` later."""
    # Where clocks are put back over midnight that second comes twice: the later one counts.
    local = datetime.combine(start + timedelta(days=days), LAST_SECOND, tzinfo=zone)
    return local.replace(fold=1).astimezone(UTC)


def latest_end(last: date, zones: Iterable[ZoneInfo]) -> datetime:
    """Return the last second of a day in whichever of some zones it ends last."""
    return max(window_end(last, 0, zone) for zone in zones)


def is_open(until: datetime, at: datetime) -> bool:
    """Whether a window is still open; the whole of its last second is inside."""
    return at < until + timedelta(seconds=1)


def local_day(moment: datetime | date, zone: ZoneInfo) -> date:
    """Return the day on which something happened in a zone; a date tells it already."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
