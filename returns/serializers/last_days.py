"""The last moment of a window or a period in words: by the clock on which its last day ends."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from commerce.selectors import get_merchant
from postexp.design import formats
from postexp.kernel.zones import zones_of
from returns.rules.windows import LAST_SECOND


def last_day(until: datetime, country: str) -> date:
    """Return the day that ends with a moment, where an order to a country went or in the shop."""
    return until.astimezone(_zone(until, country, get_merchant().zone)).date()


def last_moment(until: datetime, country: str) -> str:
    """Write a last moment: `Thu 15 Oct 2026, 23:59`, with its zone where that is not the shop's."""
    shop = get_merchant().zone
    zone = _zone(until, country, shop)
    with timezone.override(zone):
        words = formats.moment(until, "year")
    if zone == shop:
        return words
    return f"{words} ({until.astimezone(zone).tzname()})"


def _zone(until: datetime, country: str, shop: ZoneInfo) -> ZoneInfo:
    zones = (shop, *map(ZoneInfo, zones_of(country)))
    ending = (zone for zone in zones if until.astimezone(zone).time() == LAST_SECOND)
    return next(ending, shop)
