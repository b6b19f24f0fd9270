"""When a return is fetched, in words and as programs read it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from postexp.design import formats
from returns.models import PickUp


def pickup_words(pickup: PickUp) -> str:
    """Write the day and the hours in the language in force: `Sat 28 Nov, 9:00–12:00`."""
    day = formats.day(pickup.on)
    if pickup.earliest is None or pickup.latest is None:
        return day
    hours = formats.hours(pickup.earliest, pickup.latest)
    return _("%(day)s, %(hours)s") % {"day": day, "hours": hours}


def pickup_sentence(pickup: PickUp) -> str:
    """Tell a shopper when the carrier comes, in the language in force."""
    return _("The carrier fetches the parcel on %(when)s.") % {"when": pickup_words(pickup)}


def represent_pickup(pickup: PickUp | None) -> dict[str, Any] | None:
    """Return when a return is fetched, as the API and messages show it; None where nobody knows."""
    if pickup is None:
        return None
    return {
        "on": pickup.on.isoformat(),
        "earliest": pickup.earliest.isoformat("minutes") if pickup.earliest else None,
        "latest": pickup.latest.isoformat("minutes") if pickup.latest else None,
        "carrier_name": pickup.carrier,
    }
