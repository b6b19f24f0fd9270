"""Taking scans in: stored once, folded into the shipment's row, told once.

One transaction holds the rows of the shipments, in the order of their ids, from before the first
scan is stored until after the last event is published: workers that replay the same messages at
the same time wait for each other, and end in one state with one of each event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append_all
from tracking.enums import Status
from tracking.events import ParcelEvent
from tracking.models import Shipment
from tracking.rules import (
    NormalisedShipment,
    ShipmentState,
    Summary,
    Usual,
    fold,
    place,
    word_due_at,
)
from tracking.rules.correction import overrule
from tracking.selectors.corrections import word_of
from tracking.selectors.scans import scans_of
from tracking.services.codes import known_codes, note_scans, with_meanings
from tracking.services.incidents import bring_in_line
from tracking.services.judging import Judgement, judge, write_delay
from tracking.services.learning import usual_for
from tracking.services.news import (
    news_of,
    next_eve,
    return_changed,
    settles_at,
    shipment_changed,
)
from tracking.services.preferences import settle_time
from tracking.services.statements import STAMPS, STATED, learn
from tracking.services.storing import store_scans, write_shipments


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """How many scans were new or read anew, how many were repeats, and which shipments changed."""

    stored: int
    repeated: int
    changed: tuple[Shipment, ...]


def ingest_tracking(
    shipment: Shipment, told: NormalisedShipment, *, at: datetime, actor: str = "system"
) -> Ingested:
    """Take in what one message tells of one shipment; see `ingest_reports`."""
    return ingest_reports([(shipment.pk, told)], at=at, actor=actor)


def ingest_reports(
    reports: Sequence[tuple[int, NormalisedShipment]], *, at: datetime, actor: str = "system"
) -> Ingested:
    """Take in messages about shipments (by row id), in any order and with any repeats.

    Publishes ShipmentChanged once per shipment that changed, and each milestone once per turn:
    ShipmentOutForDelivery, ShipmentDelivered, ShipmentProblem (once it has lasted),
    ShipmentDelayed, ShipmentStillDelayed (on the day that was promised for the next word) and
    ShipmentRecovered; and what `bring_in_line` does.
    """
    with transaction.atomic():
        by_shipment: defaultdict[int, list[NormalisedShipment]] = defaultdict(list)
        for shipment_id, told in reports:
            by_shipment[shipment_id].append(told)
        shipments = lock_shipments(by_shipment)
        codes = known_codes([told for _, told in reports], at=at)
        for owner, those in by_shipment.items():
            by_shipment[owner] = [with_meanings(told, codes) for told in those]
        rows = {
            (shipment.pk, row.key): row
            for shipment in shipments
            for told in by_shipment[shipment.pk]
            for row in place(told.events)
        }
        scans = [(owner, row) for (owner, _), row in rows.items()]
        stored = store_scans(scans, at=at)
        note_scans(scans, codes, at=at)
        changed: list[Shipment] = []
        repeated: list[Shipment] = []
        for shipment in shipments:
            before, stamps = _values(shipment, STATED), _values(shipment, STAMPS)
            learn(shipment, by_shipment[shipment.pk], at=at)
            if shipment.pk in stored or _values(shipment, STATED) != before:
                changed.append(shipment)
            elif _values(shipment, STAMPS) != stamps:
                repeated.append(shipment)
        # That it was said again is kept, so that no message in between wins when it comes late.
        write_shipments(repeated, STAMPS)
        _refold(changed, at=at, actor=actor)
    count = sum(stored.values())
    return Ingested(stored=count, repeated=len(rows) - count, changed=tuple(changed))


def refold_shipments(
    shipment_ids: Iterable[int], *, at: datetime, actor: str = "system", has_changed: bool = False
) -> None:
    """Judge shipments anew from the scans they have: time may have brought something about.

    Publishes what has become true, as `ingest_reports` does; with `has_changed`, ShipmentChanged
    in any case: something else a page shows of them has.
    """
    with transaction.atomic():
        _refold(lock_shipments(shipment_ids), at=at, actor=actor, even_if_unchanged=has_changed)


def lock_shipments(shipment_ids: Iterable[int]) -> list[Shipment]:
    """Return shipments with their orders, their rows locked in the order of their ids."""
    return list(
        Shipment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("order")
        .filter(pk__in=list(shipment_ids))
        .order_by("pk")
    )


def _refold(
    shipments: Sequence[Shipment], *, at: datetime, actor: str, even_if_unchanged: bool = True
) -> None:
    if not shipments:
        return
    merchant, settle = get_merchant(), cache(settle_time)
    zone = merchant.time_zone
    scans = scans_of(shipment.pk for shipment in shipments)
    usual = usual_for(shipments, merchant)
    news: list[ParcelEvent] = []
    judged: list[Judgement] = []
    written: list[Shipment] = []
    for shipment in shipments:
        before, looked = _values(shipment, _JUDGED), _looked(shipment)
        rows = scans.get(shipment.pk, [])
        told = fold(rows, shipment_summary(shipment))
        word = word_of(shipment, zone)
        state = overrule(told, word) if word else told
        judgement = judge(
            shipment, state, rows, merchant=merchant, usual=usual.get(shipment.pk, Usual()), at=at
        )
        judged.append(judgement)
        _write(shipment, state)
        write_delay(shipment, judgement.delay)
        shipment.carrier_status = told.status if word else ""
        shipment.carrier_substatus = told.substatus if word else ""
        # Milestones are what carriers tell: nobody is written to because staff set a status.
        milestones = news_of(
            shipment,
            told,
            judgement.delay,
            pickup_late=judgement.pickup_late,
            zone=zone,
            at=at,
            settle=settle,
        )
        settles = settles_at(shipment, judgement.delay, settle=settle)
        _plan(shipment, judgement, settles, zone=zone, at=at)
        if even_if_unchanged or _values(shipment, _JUDGED) != before:
            shipment.version += 1
            shipment.changed_at = at
            news.append(shipment_changed(shipment))
            if shipment.is_return:
                news.append(return_changed(shipment))
            written.append(shipment)
        elif _looked(shipment) != looked:
            written.append(shipment)
        news += milestones
    write_shipments(written, _WRITTEN)
    # Whoever hears of a change at once, as the polling does, finds the incidents as they are now.
    bring_in_line(judged, at=at, actor=actor)
    append_all(news, at=at, actor=actor)


def _plan(
    shipment: Shipment, judgement: Judgement, settles: datetime | None, *, zone: str, at: datetime
) -> None:
    """Note when to look at the shipment again without having been told anything."""
    promised = shipment.write_again_on
    word_due = word_due_at(promised, zone) if promised else None
    eve = next_eve(shipment, zone=zone, at=at)
    moments = (judgement.look_again_at, settles, word_due, eve)
    shipment.look_again_at = min(filter(None, moments), default=None)


_JUDGED = (
    *("status", "substatus", "since_at", "since_local", "since_precision", "since_zone"),
    *("last_scan_at", "attempts", "carrier_status", "carrier_substatus"),
    *("is_delayed", "delay_source", "delay_reason", "delay_detected_at", "delay_cleared_at"),
    *("delay_certainty", "likely_from", "likely_until", "write_again_on"),
)
# What is kept of a look that changed nothing a page shows.
_LOOKED = (*("delay_known_at", "settling_turn", "settling_since", "look_again_at"),)
_WRITTEN = (*STATED, *STAMPS, *_JUDGED, *_LOOKED, "told", "version", "changed_at")


def _values(shipment: Shipment, names: Iterable[str]) -> tuple[object, ...]:
    return tuple(getattr(shipment, name) for name in names)


def _looked(shipment: Shipment) -> tuple[object, ...]:
    return dict(shipment.told), *_values(shipment, _LOOKED)


def shipment_summary(shipment: Shipment) -> Summary | None:
    """Return what the newest message said over all scans."""
    if not shipment.summary_status:
        return None
    return Summary(status=Status(shipment.summary_status), substatus=shipment.summary_substatus)


def _write(shipment: Shipment, state: ShipmentState) -> None:
    since = state.entered_by.event if state.entered_by else None
    shipment.status, shipment.substatus = state.status, state.substatus
    shipment.since_at = since.occurred_at if since else None
    shipment.since_local = since.local_time if since else ""
    shipment.since_precision = since.time_precision if since else ""
    shipment.since_zone = since.zone if since else ""
    shipment.last_scan_at = state.last_scan.sort_at if state.last_scan else None
    shipment.attempts = len(state.turns_to(Status.DELIVERY_ATTEMPTED))
