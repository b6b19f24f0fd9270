"""Delivery reports: parcels whose journey ended, counted once each, and added up by month and way.

What a parcel was counted as is kept, so that one that changes afterwards is taken out as it was
counted and put in as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from commerce.selectors import get_merchant
from postexp.kernel.locks import lock
from postexp.kernel.tenancy import merchant_scope
from tracking.enums import Status, TimePrecision
from tracking.models import CountedParcel, DeliveryRollup, Incident, Shipment, ShipmentEvent
from tracking.models.shipments import TO_COUNT
from tracking.reports import figures_in
from tracking.rules import UNDATED, NormalisedEvent, day_of
from tracking.rules.gaps import lane_of
from tracking.rules.outcomes import (
    COUNTS,
    Cell,
    Figures,
    Moment,
    Outcome,
    added_up,
    figures_of,
    outcome_of,
)
from tracking.services.each_shop import work_on_each_shop
from tracking.services.learning import calendar_of

if TYPE_CHECKING:
    from commerce.models import Merchant

BATCH = 1000
# Scans of these say nothing of the parcel being with the carrier.
_NOT_WITH_CARRIER = ("", Status.PENDING, Status.INFO_RECEIVED, Status.CANCELLED)
# A parcel has many columns; these say how it fared.
_READ = (
    *("merchant_id", "order_id", "carrier", "service", "dispatched_at", "status", "attempts"),
    *("since_at", "since_local", "since_precision", "since_zone", "last_scan_at"),
    *("first_eta_day", "order__country", "order__postcode_key", "order__address"),
)

# What a roll-up holds of `Figures`.
_FIGURES = (*COUNTS, "transit", "first_scan")

Change = tuple[list[Figures], list[Figures]]


def count_parcels(*, at: datetime, limit: int = BATCH) -> int:
    """Count parcels that ended, or changed since they were counted, of every shop.

    Returns how many. Workers at the same time take different parcels; one that cannot be counted is
    left out until it changes again. `at` is when a parcel ended of which no time is known at all.
    """
    with transaction.atomic():
        taken = list(
            Shipment.every_merchant.select_for_update(no_key=True, skip_locked=True)
            .filter(TO_COUNT)
            .order_by("changed_at")
            .values_list("merchant_id", "pk")[:limit]
        )
        failed = work_on_each_shop(taken, lambda rows: _count(rows, at))
        Shipment.every_merchant.filter(pk__in=failed).update(counted_version=F("version"))
    return len(taken)


def forget_removed(*, limit: int = BATCH) -> int:
    """Take parcels that were removed out of the figures, of every shop; return how many."""
    with transaction.atomic():
        gone: defaultdict[int, list[CountedParcel]] = defaultdict(list)
        is_there = Exists(Shipment.every_merchant.filter(pk=OuterRef("shipment_row")))
        rows = CountedParcel.every_merchant.select_for_update(no_key=True, skip_locked=True)
        for row in rows.filter(~is_there)[:limit]:
            gone[row.merchant_id].append(row)
        for merchant_id in sorted(gone):
            with merchant_scope(merchant_id):
                changes: defaultdict[Cell, Change] = defaultdict(lambda: ([], []))
                _take_out(gone[merchant_id], changes)
                _add_up(changes)
    return sum(map(len, gone.values()))


def _count(shipment_rows: Sequence[int], at: datetime) -> None:
    changes: defaultdict[Cell, Change] = defaultdict(lambda: ([], []))
    counted = list(CountedParcel.objects.filter(shipment_row__in=shipment_rows))
    _take_out(counted, changes)
    found: list[CountedParcel] = []
    for shipment_row, cell, outcome in _outcomes(shipment_rows, at):
        changes[cell][0].append(figures_of(outcome))
        found.append(
            CountedParcel(shipment_row=shipment_row, **_cell_facts(cell), **_facts(outcome))
        )
    CountedParcel.objects.bulk_create(found)
    Shipment.objects.filter(pk__in=shipment_rows).update(counted_version=F("version"))
    _add_up(changes)


def _take_out(counted: Iterable[CountedParcel], changes: defaultdict[Cell, Change]) -> None:
    rows = list(counted)
    for row in rows:
        changes[_cell_of(row)][1].append(figures_of(_counted_as(row)))
    CountedParcel.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _outcomes(shipment_rows: Collection[int], at: datetime) -> Iterable[tuple[int, Cell, Outcome]]:
    """Yield how parcels of the shop fared that ended; tests and returns are not counted."""
    merchant = get_merchant()
    first_scans = _first_scans(shipment_rows)
    incidents = dict(
        Incident.objects.filter(shipment_id__in=shipment_rows)
        .values_list("shipment_id")
        .annotate(count=Count("pk"))
    )
    shipments = Shipment.objects.select_related("order").only(*_READ).filter(pk__in=shipment_rows)
    for shipment in shipments.exclude(order__test=True).exclude(is_return=True):
        zone = calendar_of(shipment, merchant).zone
        end = _scan(
            shipment.since_at, shipment.since_local, shipment.since_precision, shipment.since_zone
        )
        ended = _moment(end, zone)
        first_scan = first_scans.get(shipment.pk)
        outcome = outcome_of(
            Status(shipment.status),
            ended=ended,
            sent=_sent(shipment, merchant),
            first_scan=_moment(first_scan, zone) if first_scan else None,
            promised_on=shipment.first_eta_day,
            attempts=shipment.attempts,
            incidents=incidents.get(shipment.pk, 0),
        )
        if outcome is not None:
            ended_on = ended.on or (shipment.last_scan_at or at).astimezone(merchant.zone).date()
            yield shipment.pk, _cell_for(shipment, merchant, ended_on), outcome


def _first_scans(shipment_rows: Collection[int]) -> dict[int, NormalisedEvent]:
    """Return the first scan of each parcel that shows it with its carrier, in one query."""
    rows = (
        ShipmentEvent.objects.filter(shipment_id__in=shipment_rows)
        .exclude(Q(status__in=_NOT_WITH_CARRIER) | Q(sort_at=UNDATED))
        .order_by("shipment_id", "sort_at")
        .distinct("shipment_id")
        .values_list("shipment_id", "occurred_at", "local_time", "time_precision", "zone")
    )
    return {
        row: _scan(at, local_time, precision, zone) for row, at, local_time, precision, zone in rows
    }


def _scan(at: datetime | None, local_time: str, precision: str, zone: str) -> NormalisedEvent:
    return NormalisedEvent(
        source="",
        occurred_at=at,
        local_time=local_time,
        time_precision=TimePrecision(precision or TimePrecision.NONE),
        zone=zone,
    )


def _moment(scan: NormalisedEvent, zone: str) -> Moment:
    return Moment(at=scan.occurred_at, on=day_of(scan, zone))


def _sent(shipment: Shipment, merchant: Merchant) -> Moment:
    at = shipment.dispatched_at
    return Moment(at=at, on=at.astimezone(merchant.zone).date()) if at else Moment()


def _cell_for(shipment: Shipment, merchant: Merchant, ended_on: date) -> Cell:
    order = shipment.order
    return Cell(
        month=ended_on.replace(day=1),
        carrier=shipment.carrier,
        service=" ".join(shipment.service.split()),
        lane=lane_of(
            merchant.country, order.country if order else "", order.postcode_key if order else ""
        ),
    )


def _add_up(changes: dict[Cell, Change]) -> None:
    """Bring the roll-ups of the shop up to date, one worker at a time; empty ones are removed."""
    lock("delivery_rollups")
    rows = {
        _cell_of(row): row
        for row in DeliveryRollup.objects.filter(
            month__in={cell.month for cell in changes},
            carrier__in={cell.carrier for cell in changes},
            service__in={cell.service for cell in changes},
            lane__in={cell.lane for cell in changes},
        )
    }
    new: list[DeliveryRollup] = []
    kept: list[DeliveryRollup] = []
    empty: list[int] = []
    for cell, (added, taken_away) in changes.items():
        row = rows.get(cell) or DeliveryRollup(**_cell_facts(cell))
        figures = added_up([figures_in(row), *added], taken_away)
        for name in _FIGURES:
            setattr(row, name, getattr(figures, name))
        if not figures.parcels and row.pk:
            empty.append(row.pk)
        elif figures.parcels:
            (kept if row.pk else new).append(row)
    DeliveryRollup.objects.bulk_create(new)
    DeliveryRollup.objects.bulk_update(kept, _FIGURES, batch_size=BATCH)
    DeliveryRollup.objects.filter(pk__in=empty).delete()


def _cell_of(row: CountedParcel | DeliveryRollup) -> Cell:
    return Cell(month=row.month, carrier=row.carrier, service=row.service, lane=row.lane)


def _cell_facts(cell: Cell) -> dict[str, Any]:
    return {name: getattr(cell, name) for name in ("month", "carrier", "service", "lane")}


_OUTCOME = ("status", "on_time", "attempts", "incidents", "transit", "first_scan")


def _facts(outcome: Outcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in _OUTCOME}


def _counted_as(row: CountedParcel) -> Outcome:
    facts = {name: getattr(row, name) for name in _OUTCOME}
    return Outcome(**facts | {"status": Status(row.status)})
