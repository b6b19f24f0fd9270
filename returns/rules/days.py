"""Which days staff and programs may plan for."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from returns.errors import DayOutOfRange

FURTHEST = timedelta(days=366)
# A day where the shopper is may have ended in the shop, and begun there before it does here.
ELSEWHERE = timedelta(days=1)


def require_ahead(day: date, *, at: datetime, zone: ZoneInfo) -> None:
    """Raise DayOutOfRange for a day that is over everywhere, or more than a year ahead."""
    today = at.astimezone(zone).date()
    if not today - ELSEWHERE <= day <= today + FURTHEST:
        raise DayOutOfRange
