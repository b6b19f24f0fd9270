"""The inquiry pages of Japanese carriers as rows: their parcels, years, times and page order.

A message is `{"carrier", "parcels": [...]}`, one parcel, or a list of parcels. A parcel has its
`number`, the `inquiry_date` on which the page was asked for, and its rows: objects with `state`,
`date`, `time` and `office`, or whole lines of text. The ending of the list's name (`_newest_first`,
`_oldest_first`) says which way the page runs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.payload import Payload
from integrations.reading.listing import bounded, counted, homeward, in_order
from integrations.reading.meanings import UNMAPPED, Meaning, summary_of
from integrations.reading.moments import read_day, read_estimate, read_moment
from integrations.reading.scans import scan
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Summary,
    carrier_of,
    number_key,
)

ZONE = "Asia/Tokyo"

_LISTS = tuple(
    f"{kind}{way}"
    for kind in ("rows", "lines", "history", "events")
    for way in ("_newest_first", "_oldest_first", "_in_page_order", "")
)
_TOLD = (*_LISTS, "state", "inquiry_date", "carrier_message")
_AHEAD = timedelta(days=1)
_DATE = re.compile(
    r"(?:(?P<year>\d{4})\s*[年/.-]\s*)?(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})(?!\d)日?"
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2})\s*[:時]\s*(?P<minute>\d{2})分?")
_MARKS = re.compile(r"^[\s↑↓→⇒⇨⇩⇧➡⬇⬆■□●○・*>-]+")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a page. `state` is the carrier's words in plain signs, without blanks and marks.

    `raw` is the row's words as they were printed; `local_time` is ISO 8601 without an offset, a
    date only, or "".
    """

    raw: str
    words: str
    state: str
    local_time: str
    office: str = ""
    prefecture: str = ""
    postcode: str = ""
    detail: str = ""


Read = Callable[[str, str], Meaning | None]
"""From a state and its detail, in plain signs, to the meaning; None where it is not known."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """How one carrier's page is read."""

    source: str
    name: str
    read: Read
    place: Callable[[Row], str]
    zone: Callable[[Row], str] = lambda _: ZONE

    def shipments(self, body: bytes) -> tuple[NormalisedShipment, ...]:
        """Return the parcels of a message; raises Unreadable for one that is not this carrier's."""
        return tuple(self._shipment(parcel) for parcel in self._parcels(body))

    def _parcels(self, body: bytes) -> Iterator[Payload]:
        if body.lstrip().startswith(b"["):
            body = b'{"parcels":' + body + b"}"
        message = Payload.read(body, self.name)
        for told in [message, *(message.children("parcels") if "parcels" in message else ())]:
            if told.text("carrier") and carrier_of(told.text("carrier")).slug != self.source:
                told.refuse("carrier", f"is {told.text('carrier')}, not {self.name}")
        if "parcels" not in message:
            yield message
            return
        asked_on = message.text("inquiry_date")
        for parcel in message.children("parcels"):
            dated = {**parcel.data, "inquiry_date": parcel.text("inquiry_date") or asked_on}
            yield Payload(dated, self.name, parcel.path)

    def _shipment(self, parcel: Payload) -> NormalisedShipment:
        number = number_key(parcel.identity("number"))
        if not number or not any(name in parcel for name in _TOLD):
            parcel.refuse("number", "stands without rows: this is no inquiry page")
        asked_on = _inquiry(parcel.text("inquiry_date"))
        name = next((name for name in _LISTS if isinstance(parcel.data.get(name), list)), "")
        rows = _rows(parcel, name, asked_on)
        events = bounded(self._event(row) for row in rows)
        if name.endswith(("_newest_first", "_oldest_first")):
            events = events[::-1] if name.endswith("_newest_first") else events
            ordered = counted(events)
        else:
            ordered = in_order(events)
        return NormalisedShipment(
            source=self.source,
            tracking_number=number,
            carrier=self.source,
            service=parcel.text("product"),
            summary=self._over_all(parcel),
            estimate=_planned(parcel, asked_on),
            events=homeward(ordered),
        )

    def _over_all(self, parcel: Payload) -> Summary | None:
        told = [*parcel.texts("carrier_message"), parcel.text("carrier_message")]
        meant = self.read(plain(" ".join([*told, parcel.text("state")])), "")
        return summary_of(meant)

    def _event(self, row: Row) -> NormalisedEvent:
        zone = self.zone(row)
        when = read_moment(row.local_time, zone)
        means = self.read(row.state, plain(row.detail)) or UNMAPPED
        return scan(
            self.source,
            when,
            means,
            location=self.place(row),
            raw_code=row.raw,
            raw_description=" ".join(part for part in (row.words, row.detail) if part),
        )


def plain(text: str) -> str:
    """Return words for comparing: one width, without blanks and without marks before them."""
    return _BLANKS.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", text)))


def _rows(parcel: Payload, name: str, asked_on: date | None) -> Iterator[Row]:
    rows = parcel.data.get(name) if name else [parcel.data] if parcel.text("state") else []
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            yield _cells(Payload(row, parcel.provider), asked_on)
        elif isinstance(row, str) and plain(row):
            yield _line(Payload({"": row}, parcel.provider).text(""), asked_on)


def _cells(row: Payload, asked_on: date | None) -> Row:
    words = _MARKS.sub("", row.text("state") or row.text("status") or row.text("history"))
    return Row(
        raw=words,
        words=words,
        state=plain(words),
        local_time=_moment(f"{row.text('date')} {row.text('time')}", asked_on),
        office=row.text("office"),
        prefecture=row.text("prefecture"),
        postcode=row.text("postcode"),
        detail=row.text("detail") or row.text("details"),
    )


def _line(text: str, asked_on: date | None) -> Row:
    """Read a line: a mark, a date, a time and a sentence; or a state, date, time and office."""
    written = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    day = _DATE.search(written)
    before, after = (written[: day.start()], written[day.end() :]) if day else ("", written)
    clock = _CLOCK.match(after.strip()) if day else None
    after = after.strip()[clock.end() :] if clock else after
    words, office = (before, after) if before.strip() else (after, "")
    return Row(
        raw=text,
        words=words.strip(),
        state=plain(words),
        local_time=_moment(written, asked_on),
        office=office.strip(),
    )


def _moment(text: str, asked_on: date | None) -> str:
    """Return the time in a text as ISO 8601; a date alone where the clock says midnight."""
    text = unicodedata.normalize("NFKC", text)
    written = _DATE.search(text)
    day = _day(written, asked_on) if written else None
    if written is None or day is None:
        return ""
    clock = _CLOCK.search(text, written.end())
    hour, minute = (int(clock["hour"]), int(clock["minute"])) if clock else (0, 0)
    # The pages print 00:00 where they know no time.
    if (hour, minute) == (0, 0) or hour > 23 or minute > 59:
        return day.isoformat()
    return f"{day.isoformat()}T{hour:02}:{minute:02}"


def _planned(parcel: Payload, asked_on: date | None) -> Estimate | None:
    """Return the latest day planned, with its hours; plans may lie on either side of the inquiry.

    Hours without a day are the same hours of every plan: they make none.
    """
    for text in reversed(parcel.texts("planned")):
        written = _DATE.search(unicodedata.normalize("NFKC", text))
        if written is None or asked_on is None:
            continue
        years = [int(written["year"])] if written["year"] else _around(asked_on.year)
        month, day = int(written["month"]), int(written["day"])
        days = [
            found
            for year in years
            if (found := _calendar(year, month, day)) and read_day(found.isoformat())
        ]
        if days:
            planned = min(days, key=lambda found: abs(found - asked_on))
            clocks = [f"{int(one['hour']):02}:{one['minute']}" for one in _CLOCK.finditer(text)]
            starts, ends = clocks if len(clocks) == 2 else ("", "")
            return read_estimate(planned.isoformat(), starts=starts, ends=ends, zone=ZONE)
    return None


def _around(year: int) -> range:
    return range(max(year - 1, 1), min(year + 2, 9999))


def _day(written: re.Match[str], asked_on: date | None) -> date | None:
    """Return the day of a row: the last such day up to the inquiry, where the year is not printed.

    A row of December asked about in January is last year's. One of the day after the inquiry came
    about over midnight, or while the asker's clock was behind Japan's. Without an inquiry date
    there is no year to be had.
    """
    month, day = int(written["month"]), int(written["day"])
    if written["year"]:
        return _calendar(int(written["year"]), month, day)
    if asked_on is None:
        return None
    latest = asked_on + _AHEAD if asked_on < date.max else asked_on
    # Eight years hold a 29 February, whatever the century.
    years = range(latest.year, max(latest.year - 9, 0), -1)
    days = (_calendar(year, month, day) for year in years)
    return next((found for found in days if found and found <= latest), None)


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _inquiry(text: str) -> date | None:
    """Return the day of the inquiry in Japan, from a date or an instant."""
    try:
        asked_at = datetime.fromisoformat(text)
        if asked_at.tzinfo:
            return asked_at.astimezone(ZoneInfo(ZONE)).date()
    except (ValueError, OverflowError):
        pass
    written = _DATE.search(unicodedata.normalize("NFKC", text))
    if written is None or not written["year"]:
        return None
    return _calendar(int(written["year"]), int(written["month"]), int(written["day"]))
