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

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from tracking.enums import Status
from tracking.events import ParcelEvent
from tracking.models import Shipment
from tracking.rules import (
    Delay,
    NormalisedShipment,
    ShipmentState,
    Summary,
    delay_of,
    fold,
    place,
)
from tracking.selectors.scans import scans_of
from tracking.services.news import news_of
from tracking.services.storing import store_scans


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """How many scans were new, how many were repeats, and which shipments changed."""

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
    ShipmentOutForDelivery, ShipmentDelivered, ShipmentProblem, ShipmentDelayed.
    """
    with transaction.atomic():
        by_shipment: defaultdict[int, list[NormalisedShipment]] = defaultdict(list)
        for shipment_id, told in reports:
            by_shipment[shipment_id].append(told)
        shipments = lock_shipments(by_shipment)
        rows = {
            (shipment.pk, row.key): row
            for shipment in shipments
            for told in by_shipment[shipment.pk]
            for row in place(told.events)
        }
        stored = store_scans([(owner, row) for (owner, _), row in rows.items()], at=at)
        changed = [
            shipment
            for shipment in shipments
            if _learn(shipment, by_shipment[shipment.pk], at) or shipment.pk in stored
        ]
        _refold(changed, at=at, actor=actor)
    count = sum(stored.values())
    return Ingested(stored=count, repeated=len(rows) - count, changed=tuple(changed))


def refold_shipments(shipment_ids: Iterable[int], *, at: datetime, actor: str = "system") -> None:
    """Judge shipments anew from the scans they have: a promise may have passed meanwhile.

    Publishes what has become true, as `ingest_reports` does.
    """
    with transaction.atomic():
        _refold(lock_shipments(shipment_ids), at=at, actor=actor, even_if_unchanged=False)


def lock_shipments(shipment_ids: Iterable[int]) -> list[Shipment]:
    """Return shipments with their orders, their rows locked in the order of their ids."""
    return list(
        Shipment.objects.select_for_update(of=("self",))
        .select_related("order")
        .filter(pk__in=list(shipment_ids))
        .order_by("pk")
    )


def _learn(shipment: Shipment, reports: Iterable[NormalisedShipment], at: datetime) -> bool:
    """Take over what messages say beside scans; the newest message counts. Return if it changed."""
    before = _said(shipment)
    for told in reports:
        told_at = told.reported_at or at
        shipment.tracker_ref = told.external_id or shipment.tracker_ref
        shipment.service = told.service[:80] or shipment.service
        shipment.carrier = shipment.carrier or told.carrier[:80]
        if told.summary and (shipment.summary_at is None or told_at >= shipment.summary_at):
            shipment.summary_status = told.summary.status
            shipment.summary_substatus = told.summary.substatus
            shipment.summary_at = told_at
        if told.estimate:
            _learn_estimate(shipment, told, told_at)
    return _said(shipment) != before


def _said(shipment: Shipment) -> tuple[object, ...]:
    return (
        shipment.tracker_ref,
        shipment.service,
        shipment.carrier,
        shipment.summary_status,
        shipment.summary_substatus,
        shipment.eta_day,
        shipment.eta_starts_at,
        shipment.eta_ends_at,
        shipment.first_eta_day,
    )


def _learn_estimate(shipment: Shipment, told: NormalisedShipment, told_at: datetime) -> None:
    estimate = told.estimate
    assert estimate is not None
    newest = (shipment.eta_told_at, shipment.eta_day)
    if newest[0] is None or (told_at, estimate.day) >= newest:
        shipment.eta_day = estimate.day
        shipment.eta_starts_at, shipment.eta_ends_at = estimate.starts_at, estimate.ends_at
        shipment.eta_told_at = told_at
    first = (shipment.first_eta_told_at, shipment.first_eta_day)
    if first[0] is None or (told_at, estimate.day) < first:
        shipment.first_eta_day, shipment.first_eta_told_at = estimate.day, told_at


def _refold(
    shipments: Sequence[Shipment], *, at: datetime, actor: str, even_if_unchanged: bool = True
) -> None:
    if not shipments:
        return
    zone = get_merchant().time_zone
    scans = scans_of(shipment.pk for shipment in shipments)
    news: list[ParcelEvent] = []
    written: list[Shipment] = []
    for shipment in shipments:
        before = _judged(shipment)
        rows = scans.get(shipment.pk, [])
        state = fold(rows, shipment_summary(shipment))
        delay = delay_of(
            state,
            rows,
            first_estimate=shipment.first_eta_day,
            latest_estimate=shipment.eta_day,
            estimate_changed_at=shipment.eta_told_at,
            zone=zone,
            at=at,
        )
        _write(shipment, state, delay)
        if not even_if_unchanged and _judged(shipment) == before:
            continue
        written.append(shipment)
        shipment.version += 1
        shipment.changed_at = at
        news += news_of(shipment, state, delay, zone=zone, at=at)
    if len(written) == 1:
        written[0].save(update_fields=_WRITTEN)
    else:
        Shipment.objects.bulk_update(written, _WRITTEN)
    for event in news:
        append(event, at=at, actor=actor)


_LEARNT = (
    *("tracker_ref", "service", "carrier", "summary_status", "summary_substatus", "summary_at"),
    *("eta_day", "eta_starts_at", "eta_ends_at", "eta_told_at"),
    *("first_eta_day", "first_eta_told_at"),
)
_JUDGED = (
    *("status", "substatus", "since_at", "since_local", "since_precision", "since_zone"),
    *("last_scan_at", "attempts"),
    *("is_delayed", "delay_source", "delay_reason", "delay_detected_at", "delay_cleared_at"),
)
_WRITTEN = (*_LEARNT, *_JUDGED, "told", "version", "changed_at")


def _judged(shipment: Shipment) -> tuple[object, ...]:
    return tuple(getattr(shipment, name) for name in _JUDGED)


def shipment_summary(shipment: Shipment) -> Summary | None:
    """Return what the newest message said over all scans."""
    if not shipment.summary_status:
        return None
    return Summary(status=Status(shipment.summary_status), substatus=shipment.summary_substatus)


def _write(shipment: Shipment, state: ShipmentState, delay: Delay) -> None:
    since = state.entered_by.event if state.entered_by else None
    shipment.status, shipment.substatus = state.status, state.substatus
    shipment.since_at = since.occurred_at if since else None
    shipment.since_local = since.local_time if since else ""
    shipment.since_precision = since.time_precision if since else ""
    shipment.since_zone = since.zone if since else ""
    shipment.last_scan_at = state.last_scan.sort_at if state.last_scan else None
    shipment.attempts = len(state.turns_to(Status.DELIVERY_ATTEMPTED))
    shipment.is_delayed = delay.is_delayed
    shipment.delay_source = delay.source or ""
    shipment.delay_reason = delay.reason or ""
    shipment.delay_detected_at = delay.detected_at
    shipment.delay_cleared_at = delay.cleared_at
