"""When a place is open, by its opening hours as OpenStreetMap writes them.

The grammar is read by the `opening-hours-py` library. Which days are holidays it is told: in any
seven days every weekday comes once, so that a holiday among them is written as its weekday, and the
hours of those days come out as if the library had the same holidays as the rest of the house.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from returns.enums import HoursProblem, Standing

LONGEST = 1000
AHEAD = 14
"""Days looked ahead for the next opening."""
LATE = time(21)
"""What counts as the evening."""
SHOWN = 7
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_QUOTED = re.compile(r'("[^"]*")')
_HOLIDAY = re.compile(r"\bPH\b")
_SHIFTED = re.compile(r"\bPH [+-]?\d+ days?\b")
_SUN = re.compile(r"\b(sunrise|sunset|dawn|dusk)\b", re.IGNORECASE)
_FALLBACK = "||"
_SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_SPANS = re.compile(r"\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*")
_RULE = re.compile(r"(; |, | \|\| )")
_NOTE = re.compile("\x00(\\d+)\x00")
_PLACE = re.compile(r"-->\s*\d+:(\d+)")
_CHUNK = 6
"""Days read at once: with the night before them seven, of which no two have one weekday."""


class HoursUnreadable(ValueError):
    """Opening hours that cannot be read; `rest` is where the trouble begins."""

    def __init__(self, problem: HoursProblem, rest: str = "") -> None:
        super().__init__(problem, rest)
        self.problem, self.rest = problem, rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a place is, as far as its hours hang on that: its zone, its holidays, and the sun."""

    hours: str
    zone: ZoneInfo
    latitude: float
    longitude: float
    is_holiday: Callable[[date], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch in which a place is open, or may be (`is_sure` is False)."""

    begins: datetime
    ends: datetime
    is_sure: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """How a place stands at a moment: `changes` is when it closes or opens next.

    No `changes`: it stays so as far as one can see.
    """

    standing: Standing
    changes: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    """A day in the zone of a place, and the stretches that begin on it or reach into it."""

    day: date
    is_holiday: bool
    spans: tuple[Span, ...]


def read_hours(text: str) -> str:
    """Return opening hours as the grammar writes them. Raises HoursUnreadable."""
    written = " ".join(text.split())
    if len(written) > LONGEST:
        raise HoursUnreadable(HoursProblem.TOO_LONG)
    plain = _parsed(written)
    if shifted := _SHIFTED.search(_QUOTED.sub("", plain)):
        raise HoursUnreadable(HoursProblem.SHIFTED, shifted[0])
    # Holidays are put in as weekdays later, which must be readable as well.
    for hours in filter(None, _by_day(plain)):
        for days in ((), _DAYS[:1], _DAYS[:2]):
            _parsed(_with_holidays(hours, days))
    return plain


def _parsed(written: str) -> str:
    try:
        return str(OpeningHours(written, auto_country=False, auto_timezone=False))
    except ParserError as error:
        found = _PLACE.search(str(error))
        at = int(found[1]) - 1 if found else 0
        raise HoursUnreadable(HoursProblem.GRAMMAR, written[at:][:40]) from error


def stands(place: Place, at: datetime) -> Now:
    """Return how a place stands at an instant, and until when."""
    if not place.hours:
        return Now(standing=Standing.UNKNOWN)
    here = at.astimezone(place.zone)
    today = here.date()
    horizon = _midnight(today + timedelta(days=AHEAD), place.zone)
    spans = open_spans(place, today, AHEAD)
    for span in spans:
        if span.begins <= here < span.ends:
            return Now(
                standing=Standing.OPEN if span.is_sure else Standing.UNSURE,
                changes=None if span.ends >= horizon else span.ends,
                note=span.note,
            )
        if span.begins > here and span.is_sure:
            return Now(standing=Standing.CLOSED, changes=span.begins, note=span.note)
    return Now(standing=Standing.CLOSED)


def is_open(place: Place, at: datetime) -> bool:
    """Whether a place is surely open at an instant."""
    if not place.hours:
        return False
    here = at.astimezone(place.zone)
    spans = open_spans(place, here.date(), 1)
    return any(span.is_sure and span.begins <= here < span.ends for span in spans)


def is_open_late(place: Place, at: datetime) -> bool:
    """Whether a place is surely open this evening, from 21:00 or from now on if that is later.

    The evening ends with the day in the zone of the place.
    """
    if not place.hours:
        return False
    here = at.astimezone(place.zone)
    since = max(here, datetime.combine(here.date(), LATE, place.zone))
    spans = open_spans(place, here.date(), 1)
    return any(span.is_sure and span.ends > since for span in spans)


def week(place: Place, at: datetime) -> tuple[OpenDay, ...]:
    """Return the days of a week from an instant on, each with the stretches that begin on it.

    What reaches past midnight belongs to the day it began on; on the first day it is told as well
    where it began before.
    """
    if not place.hours:
        return ()
    first = at.astimezone(place.zone).date()
    days = [first + timedelta(days=more) for more in range(SHOWN)]
    # One day more, so that a night that begins on the last one is whole.
    spans = open_spans(place, first, SHOWN + 1)
    return tuple(
        OpenDay(
            day=day,
            is_holiday=place.is_holiday(day),
            spans=tuple(_of_day(spans, day, place.zone)),
        )
        for day in days
    )


def _of_day(spans: Sequence[Span], day: date, zone: ZoneInfo) -> Iterator[Span]:
    """Yield what is open on a day: a night belongs to the day it began on, longer stretches are
    cut at midnight.
    """
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    for span in spans:
        is_night = span.ends - span.begins < timedelta(days=1)
        if is_night and begins <= span.begins < ends:
            yield span
        elif not is_night and span.begins < ends and span.ends > begins:
            yield replace(span, begins=max(span.begins, begins), ends=min(span.ends, ends))


def open_spans(place: Place, first: date, days: int) -> list[Span]:
    """Return when a place is open, or may be, from the beginning of a day for some days.

    Stretches that touch are one. They are cut at both ends of the time asked for.
    """
    # Past a fallback rule the library skips days, unless each is asked for by itself.
    step = 1 if _FALLBACK in place.hours else _CHUNK
    spans = [
        span
        for skipped in range(0, days, step)
        for span in _chunk(place, first + timedelta(days=skipped), min(step, days - skipped))
    ]
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.begins, one.ends)):
        last = found[-1] if found else None
        if last and last.ends >= span.begins and _alike(last, span):
            found[-1] = replace(last, ends=max(last.ends, span.ends))
        else:
            found.append(span)
    return found


def _alike(one: Span, other: Span) -> bool:
    return (one.is_sure, one.note) == (other.is_sure, other.note)


def _chunk(place: Place, first: date, days: int) -> Iterator[Span]:
    """Yield the spans of at most six days, of which the night before is known as well."""
    off = [
        day
        for day in (first + timedelta(days=more) for more in range(-1, days))
        if place.is_holiday(day)
    ]
    # Places with the same hours share a reader, unless the sun opens and closes them.
    where = (place.latitude, place.longitude) if _SUN.search(place.hours) else None
    named = tuple(sorted(_DAYS[day.weekday()] for day in off))
    days_hours, nights = _by_day(place.hours)
    begins = _midnight(first, place.zone)
    ends = _midnight(first + timedelta(days=days), place.zone)
    yield from _read(_reader(days_hours, named, place.zone.key, where), begins, ends)
    if nights:
        a_day = timedelta(days=1)
        hours = _reader(nights, named, place.zone.key, where)
        for span in _read(hours, begins - a_day, ends - a_day):
            yield replace(span, begins=span.begins + a_day, ends=span.ends + a_day)


def _read(hours: OpeningHours, begins: datetime, ends: datetime) -> Iterator[Span]:
    for since, until, state, note in hours.intervals(begins, ends):
        if state != State.CLOSED and since < until:
            # With no more than a remark, such as "by appointment", nobody promises to be there.
            is_sure = state == State.OPEN and not note
            yield Span(begins=since, ends=until, is_sure=is_sure, note=note)


@lru_cache(maxsize=4096)
def _reader(
    hours: str, days_off: tuple[str, ...], zone: str, where: tuple[float, float] | None
) -> OpeningHours:
    return OpeningHours(
        _with_holidays(hours, days_off),
        timezone=ZoneInfo(zone),
        coords=where,
        auto_country=False,
        # Without it the library takes no notice of where the sun is.
        auto_timezone=where is not None,
    )


@lru_cache(maxsize=4096)
def _by_day(hours: str) -> tuple[str, str]:
    """Return hours up to midnight, and those past it as if they were of the same morning, "" where
    there are none.

    The library takes a day off for the calendar's: the end of the night before would be off, and
    the end of its own night, on the next morning, would not.
    """
    plain = _parsed(hours)
    notes = _QUOTED.findall(plain)
    masked = _QUOTED.sub(lambda found: f"\x00{notes.index(found[0])}\x00", plain)
    if not any(_is_night(span) for span in _SPAN.findall(masked)):
        return plain, ""
    days = _SPAN.sub(_until_midnight, masked)
    rules = _RULE.split(masked)
    nights = ""
    for separator, rule in zip(("", *rules[1::2]), rules[::2], strict=True):
        told = _night_of(rule, is_first=separator in ("", "; "))
        if told:
            nights += f"{separator if nights else ''}{told}"
    return _unmasked(days, notes), _unmasked(nights, notes)


def _unmasked(masked: str, notes: Sequence[str]) -> str:
    return _NOTE.sub(lambda found: notes[int(found[1])], masked)


def _until_midnight(span: re.Match[str]) -> str:
    return f"{span[1]}-24:00" if _is_night((span[1], span[2])) else span[0]


def _night_of(rule: str, *, is_first: bool) -> str:
    """Return what a rule says of the time past midnight, "" where it adds nothing."""
    spans = _SPAN.findall(rule)
    late = [f"00:00-{_past(end)}" for begin, end in spans if _is_night((begin, end))]
    if late:
        begin, end = _SPANS.search(rule).span()  # type: ignore[union-attr]  # it has a span
        return f"{rule[:begin]}{','.join(late)}{rule[end:]}"
    if not is_first:
        return ""
    days = _NOTE.sub("", _SPANS.sub("", rule))
    days = re.sub(r"\b(open|unknown|closed)\b", "", days).strip()
    return f"{days or '24/7'} off"


def _is_night(span: tuple[str, str]) -> bool:
    begin, end = span
    return end > "24:00" or end <= begin


def _past(end: str) -> str:
    hour, minute = end.split(":")
    return f"{int(hour) % 24:02}:{minute}"


def _with_holidays(hours: str, days_off: Sequence[str]) -> str:
    """Return hours with the weekdays that are holidays in the place of `PH`, if there are any."""
    if not days_off:
        return hours
    named = ",".join(days_off)
    parts = _QUOTED.split(hours)
    return "".join(part if part.startswith('"') else _HOLIDAY.sub(named, part) for part in parts)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def zone_at(latitude: float, longitude: float) -> str:
    """Return the name of the time zone of a place on the map, "" where the sea has none."""
    anywhen = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
    hours = OpeningHours("24/7", coords=(latitude, longitude), auto_country=False)
    [(begins, _ends, _state, _note), *_rest] = hours.intervals(
        anywhen, anywhen + timedelta(hours=1)
    )
    return str(getattr(begins.tzinfo, "key", ""))
