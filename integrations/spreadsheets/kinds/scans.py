"""Tracking events: one line for each scan of a parcel that is here, from any carrier."""

# The names of columns read best as a table.
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from integrations.reading import moments
from integrations.reading.english import ENGLISH
from integrations.reading.listing import MOST_ROWS, in_order
from integrations.reading.meanings import UNMAPPED, Meaning
from integrations.reading.moments import Moment, Offsets
from integrations.reading.scans import scan
from integrations.sources import PAGES, SOURCES
from integrations.spreadsheets.columns import Field, simple
from integrations.spreadsheets.enums import Outcome
from integrations.spreadsheets.errors import Refused
from integrations.spreadsheets.kinds.base import (
    Applied,
    Row,
    Setting,
    Told,
    fingerprint,
    labels_of,
    require,
)
from integrations.spreadsheets.values import plain, read_moment
from tracking import selectors
from tracking.enums import Status, TimePrecision, vocabulary
from tracking.rules import NormalisedEvent, NormalisedShipment, carrier_of, number_key, place
from tracking.services import take_in_batch

SOURCE = "import"
AHEAD = timedelta(days=1)


class Scans:
    """Scans of parcels. Lines of one parcel that follow one another are one entry, in order.

    A line that cannot be read is left out by itself.
    """

    fields = (
        Field(name="tracking_number", label=gettext_lazy("Tracking number"), required=True,
              names=("Tracking number", "追跡番号", "Tracking", "伝票番号", "送り状番号", "お問い合わせ番号", "お問い合わせ伝票番号", "Tracking no", "Number"),
              sample_en=("1Z999AA10123456784", "1Z999AA10123456784", "9400100000000000000006"),
              sample_ja=("1032-6136-7661", "1032-6136-7661", "6000-7842-0325")),
        Field(name="occurred_at", label=pgettext_lazy("column of a file", "Time of the scan"), required=True,
              names=("Time of the scan", "日時", "Time", "Date", "Scanned at", "Event time", "Timestamp", "Date and time", "処理日時", "状態発生日"),
              sample_en=("2026-10-05 08:12", "2026-10-06 14:30", "2026-10-06"), sample_ja=("2026/10/05 08:12", "2026/10/06 14:30", "2026/10/06")),
        Field(name="carrier", label=gettext_lazy("Carrier"),
              names=("Carrier", "配送会社", "運送会社", "配送業者", "Courier", "Shipping company"),
              sample_en=("UPS", "UPS", "USPS"), sample_ja=("ヤマト運輸", "ヤマト運輸", "佐川急便")),
        Field(name="location", label=pgettext_lazy("column of a file", "Place"),
              names=("Place", "場所", "Location", "City", "取扱局", "担当店名", "営業所", "Office"),
              sample_en=("Louisville, KY", "Denver, CO", "Oakland, CA"), sample_ja=("羽田クロノゲートベース店", "渋谷神宮前センター", "大阪店")),
        Field(name="description", label=pgettext_lazy("column of a file", "Words of the carrier"),
              names=("Words of the carrier", "荷物状況", "Description", "Event", "Message", "Details", "配送履歴", "状況", "詳細"),
              sample_en=("Departed from Facility", "Delivered", "Picked up"), sample_ja=("発送", "配達完了", "集荷")),
        Field(name="code", label=pgettext_lazy("column of a file", "Code of the carrier"),
              names=("Code of the carrier", "コード", "Code", "Event code", "Status code", "状態コード")),
        Field(name="status", label=pgettext_lazy("column of a file", "Status"),
              names=("Status", "ステータス", "配送状況", "State"),
              sample_en=("In transit", "Delivered", "In transit"), sample_ja=("輸送中", "配達完了", "輸送中")),
        Field(name="time_zone", label=pgettext_lazy("column of a file", "Time zone"),
              names=("Time zone", "タイムゾーン", "Timezone", "TZ")),
    )  # fmt: skip

    def group(self, row: Row) -> str:
        """The lines of one parcel are one entry. A line without a number belongs to nobody."""
        return row["tracking_number"] or "?"

    def belongs(self, row: Row, above: Row) -> bool:
        """A line that names none adds to the one above."""
        return True

    def read(self, rows: Sequence[Row], setting: Setting) -> Told:
        """Return the parcel's scans, as the lines tell them. Raises Refused, for one line or all."""
        number, carrier = rows[0]["tracking_number"], carrier_of(rows[0]["carrier"]).slug
        if number and not number_key(number):
            raise Refused(_("“%(text)s” is no tracking number.") % {"text": number})
        if len(rows) > MOST_ROWS:
            raise Refused(
                _("One parcel has more than %(most)s scans. Split the file.")
                % {"most": f"{MOST_ROWS:,}"}
            )
        labels = labels_of(self.fields)
        events = in_order(self._scans(rows, carrier, labels, setting))
        told = [event.occurred_at for event in events if event.occurred_at]
        cells = [[row[field.name] for field in self.fields] for row in rows]
        return Told(
            key=fingerprint([number_key(number), *cells]),
            facts=NormalisedShipment(
                source=SOURCE,
                tracking_number=number[:120],
                carrier=carrier,
                reported_at=max(told, default=None),
                events=events,
            ),
            print=fingerprint(cells),
        )

    def _scans(
        self, rows: Sequence[Row], carrier: str, labels: dict[str, str], setting: Setting
    ) -> Iterator[NormalisedEvent]:
        for number, row in enumerate(rows):
            try:
                require(row, self.fields)
                event = _event(row, _time(row, labels, setting), carrier, labels)
            except Refused as error:
                raise Refused(*error.reasons, row=number) from error
            yield event

    def known(self, told: Sequence[Told]) -> set[str]:
        """Return the entries whose every scan is here."""
        parcels = selectors.find_by_numbers(one.facts.tracking_number for one in told)
        scans = selectors.scans_of({row for rows in parcels.values() for row in rows})
        here = {row: {scan.key for scan in found} for row, found in scans.items()}

        def is_here(facts: NormalisedShipment) -> bool:
            keys = {scan.key for scan in place(facts.events)}
            rows = parcels.get(number_key(facts.tracking_number), [])
            return bool(rows) and all(keys <= here.get(row, set()) for row in rows)

        return {one.key for one in told if is_here(one.facts)}

    def refusals(self, told: Sequence[Told]) -> dict[str, str]:
        """A scan needs its parcel."""
        parcels = selectors.find_by_numbers(one.facts.tracking_number for one in told)
        return {
            one.key: _unknown(one.facts.tracking_number)
            for one in told
            if number_key(one.facts.tracking_number) not in parcels
        }

    def apply(self, told: Told, setting: Setting, *, at: datetime) -> Applied:
        """Take the scans in; those that are here already change nothing."""
        facts: NormalisedShipment = told.facts
        taken, lost = take_in_batch([("", facts)], at=at, actor=setting.actor)
        if lost:
            raise Refused(_unknown(facts.tracking_number))
        if not taken.stored:
            return Applied(outcome=Outcome.UNCHANGED)
        return Applied(
            outcome=Outcome.CREATED,
            object_id=selectors.find_by_number(facts.tracking_number)[0].public_id,
            before={"scans": taken.stored},
        )

    def undo(self, object_id: str, before: Any, setting: Setting, *, at: datetime) -> str:
        """Scans are kept: status, dates and messages have followed from them."""
        return _("Tracking events are kept: the parcel’s status and messages followed from them.")


def _unknown(number: str) -> str:
    return _("There is no parcel with the number %(number)s. Import its shipment first.") % {
        "number": number
    }


def _time(row: Row, labels: dict[str, str], setting: Setting) -> Moment:
    """Return when a line's scan was: an instant, or a day where the cell names no time of day.

    Without an offset the clock is that of the named zone, else the shop's.
    """
    zone = _zone(row["time_zone"]) or setting.zone
    cell = plain(row["occurred_at"])
    moment = read_moment(labels["occurred_at"], cell, zone, setting.date_order)
    assert moment is not None, "an empty cell was refused"
    if moment > setting.uploaded_at + AHEAD:
        raise Refused(
            _("%(field)s: “%(text)s” lies more than a day ahead.")
            % {"field": labels["occurred_at"], "text": cell}
        )
    # Spreadsheets write midnight behind a day alone, and so do carriers.
    if moment.time() == time():
        return Moment(
            local_time=moment.date().isoformat(),
            time_precision=TimePrecision.DATE,
            zone=zone.key,
        )
    exactness = "seconds" if moment.second else "minutes"
    return moments.read_moment(
        moment.isoformat(timespec=exactness), zone.key, offsets=Offsets.PLACE_UNLESS_ZERO
    )


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(_("“%(text)s” is no time zone.") % {"text": name}) from None


def _event(row: Row, when: Moment, carrier: str, labels: dict[str, str]) -> NormalisedEvent:
    return scan(
        SOURCE,
        when,
        _meaning(row, carrier, labels["status"]),
        location=row["location"],
        raw_code=row["code"] or row["description"] or row["status"],
        raw_description=row["description"],
    )


def _meaning(row: Row, carrier: str, label: str) -> Meaning:
    """Return what a line says: by its status, else by words we know. Others are information."""
    written = row["status"]
    if written:
        known = _statuses().get(simple(written))
        if known is None:
            raise Refused(
                _("%(field)s: “%(text)s” is no status.") % {"field": label, "text": written}
            )
        return known
    words = row["description"] or row["code"]
    return _statuses().get(simple(words)) or _by_carrier(carrier, words)


def _by_carrier(carrier: str, words: str) -> Meaning:
    """Read words as a row of the carrier's own page, where we know it, else as plain English."""
    if carrier in PAGES:
        page = json.dumps({"parcels": [{"number": "0", "rows": [{"state": words}]}]})
        for event in SOURCES[carrier](page.encode())[0].events:
            if event.status or event.substatus:
                return Meaning(event.status, event.substatus, event.delay_reason)
    return ENGLISH.meant_by(words) or UNMAPPED


@cache
def _statuses() -> dict[str, Meaning]:
    """Return our statuses and substatuses by their names, plain, in English and in Japanese."""
    found: dict[str, Meaning] = {}
    for name, entry in vocabulary()["statuses"].items():
        status = Status(name)
        # A status alone says no more than itself: no cause is made up.
        plain_ones = (one for one in (name, "other") if one in entry["substatuses"])
        plainest = next(plain_ones, next(iter(entry["substatuses"])))
        for written in (name, entry["en"], entry["ja"]):
            found.setdefault(simple(written), Meaning(status, plainest))
        for substatus, words in entry["substatuses"].items():
            for written in (f"{name}/{substatus}", words["en"], words["ja"]):
                found.setdefault(simple(written), Meaning(status, substatus))
    return found
