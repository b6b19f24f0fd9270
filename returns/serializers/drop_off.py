"""Drop-off points in words: when they are open, how far away they are, and how one gets there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from babel.units import format_unit
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commerce.rules.addresses import address_lines
from commerce.serializers import instant
from postexp.design import formats
from returns.enums import Standing
from returns.models import DropOffPoint
from returns.rules.opening import Now, OpenDay, Span, stands, week
from returns.selectors.drop_off import Near, place_of
from tracking.rules import carrier_of

TONES: Mapping[Standing, str] = {
    Standing.OPEN: "good",
    Standing.CLOSED: "neutral",
    Standing.UNSURE: "attention",
    Standing.UNKNOWN: "neutral",
}
MILES = ("US", "GB")
MILE = 1.609344
NIGHT_ENDS = time(6)
"""Until then people speak of an hour as of the evening before."""
MAP = "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}"


@dataclass(frozen=True, kw_only=True)
class DayShown:
    """A day of the week's table."""

    day: str
    hours: str
    is_holiday: bool


@dataclass(frozen=True, kw_only=True)
class PointShown:
    """A drop-off point as a shopper reads it, in the language in force."""

    point: DropOffPoint
    lines: tuple[str, ...]
    operator: str
    carriers: str
    state: str
    standing: str
    tone: str
    away: str
    days: tuple[DayShown, ...]
    map_url: str

    @property
    def where(self) -> str:
        """The address in one line, by the custom of its country."""
        return (" " if self.point.country == "JP" else ", ").join(self.lines)


def show_point(point: DropOffPoint, *, at: datetime, away: str = "") -> PointShown:
    """Return a point as it stands at an instant."""
    place, locale = place_of(point), formats.language()
    now = stands(place, at)
    names = [carrier_of(one).name_in(locale) for one in point.carriers]
    return PointShown(
        point=point,
        lines=lines_of(point, locale),
        operator=point.operator if point.operator != point.name else "",
        carriers=pgettext("between words of a list", ", ").join(names),
        state=str(now.standing.label),
        standing=standing_words(now, at.astimezone(point.zone)),
        tone=TONES[now.standing],
        away=away,
        days=tuple(_day(one) for one in week(place, at)),
        map_url=map_of(point),
    )


def show_near(near: Near, *, at: datetime, is_about: bool) -> PointShown:
    """Return a point of a search, with how far away it is."""
    away = distance_words(near.away, near.point.country) if near.away is not None else ""
    if away and is_about:
        away = _("about %(distance)s") % {"distance": away}
    return show_point(near.point, at=at, away=away)


def lines_of(point: DropOffPoint, locale: str) -> tuple[str, ...]:
    """Return the address of a point as lines, by the custom of its country."""
    parts = ("address1", "address2", "city", "province", "postcode")
    address = {part: getattr(point, part) for part in parts}
    if point.country == "JP":
        address["country"] = "JP"
    return tuple(address_lines(address, locale))


def map_of(point: DropOffPoint) -> str:
    """Return the address of a map of a point."""
    return MAP.format(lat=f"{point.latitude:.5f}", lon=f"{point.longitude:.5f}")


def distance_words(kilometres: float, country: str) -> str:
    """Write a distance as people of a country do: `350 m`, `1.2 km`, `0.7 mi`."""
    locale = formats.language()
    if country in MILES:
        return str(format_unit(round(kilometres / MILE, 1), "length-mile", "short", locale=locale))
    if kilometres < 1:
        metres = max(10, round(kilometres * 1000 / 10) * 10)
        return str(format_unit(metres, "length-meter", "short", locale=locale))
    return str(format_unit(round(kilometres, 1), "length-kilometer", "short", locale=locale))


def standing_words(now: Now, here: datetime) -> str:
    """Say how a place stands; `here` is the moment in the zone of the place."""
    if now.standing is Standing.OPEN:
        return _open(now.changes, here)
    if now.standing is Standing.UNSURE:
        if now.note:
            return _("May be closed: “%(note)s”") % {"note": now.note}
        return _("May be closed: ask before you go")
    if now.standing is Standing.UNKNOWN:
        return str(Standing.UNKNOWN.label)
    return _closed(now.changes, here)


def _open(until: datetime | None, here: datetime) -> str:
    if until is None:
        return _("Open day and night")
    tomorrow = here.date() + timedelta(days=1)
    is_tonight = until.date() == here.date() or (
        until.date() == tomorrow and until.time() <= NIGHT_ENDS
    )
    if is_tonight:
        return _("Open until %(time)s") % {"time": _ends(until)}
    return _("Open until %(day)s, %(time)s") % {
        "day": formats.day(until.date()),
        "time": formats.hour(until.time()),
    }


def _closed(until: datetime | None, here: datetime) -> str:
    if until is None:
        return _("Closed for the next two weeks")
    words = {"time": formats.hour(until.time()), "day": formats.day(until.date())}
    if until.date() == here.date():
        return _("Closed, opens at %(time)s") % words
    if until.date() == here.date() + timedelta(days=1):
        return _("Closed, opens tomorrow at %(time)s") % words
    return _("Closed, opens on %(day)s at %(time)s") % words


def _ends(until: datetime) -> str:
    """Write when something ends: midnight is the end of a day, not the beginning of the next."""
    return "24:00" if until.time() == time() else formats.hour(until.time())


def _day(one: OpenDay) -> DayShown:
    hours = ", ".join(_span(span) for span in one.spans)
    return DayShown(
        day=formats.day(one.day),
        hours=hours or pgettext("drop-off point", "Closed"),
        is_holiday=one.is_holiday,
    )


def _span(span: Span) -> str:
    if span.ends - span.begins >= timedelta(hours=23) and span.begins.time() == time() == (
        span.ends.time()
    ):
        words = _("all day")
    else:
        words = f"{formats.hour(span.begins.time())}–{_ends(span.ends)}"
    if span.is_sure:
        return words
    return _("%(hours)s (%(note)s)") % {"hours": words, "note": span.note or _("may be closed")}


def represent_point(point: DropOffPoint) -> dict[str, Any]:
    """Return a drop-off point, as the API, webhooks and messages show it."""
    return {
        "id": point.public_id,
        "source_id": point.source_id,
        "name": point.name,
        "operator": point.operator,
        "carriers": list(point.carriers),
        "takes_label": point.takes_label,
        "takes_qr": point.takes_qr,
        "address1": point.address1,
        "address2": point.address2,
        "city": point.city,
        "province": point.province,
        "postcode": point.postcode,
        "country": point.country,
        "latitude": point.latitude,
        "longitude": point.longitude,
        "time_zone": point.time_zone,
        "opening_hours": point.opening_hours,
        "changed_at": instant(point.changed_at),
        "withdrawn_at": instant(point.withdrawn_at),
    }


def represent_near(near: Near, *, at: datetime) -> dict[str, Any]:
    """Return a point of a search with its distance in metres, and how it stands at an instant."""
    now = stands(place_of(near.point), at)
    return {
        **represent_point(near.point),
        "distance": None if near.away is None else round(near.away * 1000),
        "standing": now.standing.value,
        "changes_at": instant(now.changes),
    }
