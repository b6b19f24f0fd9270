"""Reads of what the desk goes by: its times, and the working hours of the shop."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

from postexp.kernel.holidays import is_holiday, weekend
from returns.models import DeskSettings
from returns.rules.clocks import DeskTimes, WorkHours

if TYPE_CHECKING:
    from commerce.models import Merchant


def desk_times() -> DeskTimes:
    """Return how soon the shop means to deal with returns."""
    own = DeskSettings.objects.first()
    if own is None:
        return DeskTimes()
    return DeskTimes(**{field.name: getattr(own, field.name) for field in fields(DeskTimes)})


def work_hours(merchant: Merchant, times: DeskTimes) -> WorkHours:
    """Return when a shop works: no weekend and no public holiday of its country."""

    def is_off(day: date) -> bool:
        return day.weekday() in weekend(merchant.country) or is_holiday(day, merchant.country)

    return WorkHours(zone=str(merchant.zone), opens=times.opens, closes=times.closes, is_off=is_off)
