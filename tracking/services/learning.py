"""What is usual for parcels: learnt from those delivered, in batches, beside the taking in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from commerce.selectors import get_merchant
from commerce.selectors.setup import is_trial
from postexp.kernel.locks import lock
from postexp.kernel.zones import zone_of
from tracking.enums import Status
from tracking.models import Shipment, UsualTimes
from tracking.rules import Times, Usual, WorkCalendar, number_key, times_of
from tracking.rules.gaps import lane_of
from tracking.selectors.scans import scans_of
from tracking.services.each_shop import work_on_each_shop

if TYPE_CHECKING:
    from commerce.models import Merchant

BATCH = 500
LET_COME = timedelta(hours=6)
"""A delivered parcel teaches after so long: its last scans may come late."""

Level = tuple[str, str, str]


def calendar_of(shipment: Shipment, merchant: Merchant) -> WorkCalendar:
    """Return the business days of a parcel; its order is loaded."""
    order = shipment.order
    country = order.country if order else ""
    region = str(order.address.get("province") or "") if order else ""
    return WorkCalendar(
        carrier=shipment.carrier,
        origin=merchant.country,
        destination=country,
        zone=zone_of(country, region) or merchant.time_zone,
    )


def usual_for(shipments: Sequence[Shipment], merchant: Merchant) -> dict[int, Usual]:
    """Return what is usual for each shipment (by row id), in one query; orders are loaded."""
    levels = {shipment.pk: _levels(shipment, merchant) for shipment in shipments}
    wanted = {level for several in levels.values() for level in several}
    if not wanted:
        return {}
    rows = UsualTimes.objects.filter(
        Q(lane="") | Q(lane__in={lane for _, _, lane in wanted}),
        carrier__in={carrier for carrier, _, _ in wanted},
        service__in={service for _, service, _ in wanted},
    )
    learnt = {
        level: Times.from_json(row.times)
        for row in rows
        if (level := (row.carrier, row.service, row.lane)) in wanted
    }
    return {
        shipment_id: Usual(levels=[learnt[level] for level in several if level in learnt])
        for shipment_id, several in levels.items()
    }


def learn_from_delivered(*, at: datetime, limit: int = BATCH) -> int:
    """Add the times of delivered parcels to what is usual, of every shop; return how many.

    Each parcel teaches once; demo data and tests teach demo shops alone, and a parcel that cannot
    be read nobody. Workers at the same time take different parcels.
    """
    with transaction.atomic():
        taken = list(
            Shipment.every_merchant.select_for_update(no_key=True, skip_locked=True)
            .filter(status=Status.DELIVERED, learnt_at__isnull=True, changed_at__lte=at - LET_COME)
            .order_by("changed_at")
            .values_list("merchant_id", "pk")[:limit]
        )
        failed = work_on_each_shop(taken, lambda rows: _learn(rows, at))
        Shipment.every_merchant.filter(pk__in=failed).update(learnt_at=at)
    return len(taken)


def _learn(shipment_ids: Sequence[int], at: datetime) -> None:
    merchant = get_merchant()
    scans = scans_of(shipment_ids)
    lessons: dict[Level, Times] = {}
    parcels: defaultdict[Level, int] = defaultdict(int)
    for shipment in Shipment.objects.select_related("order__sale").filter(pk__in=shipment_ids):
        if _is_trial(shipment, merchant):
            continue
        told = times_of(scans.get(shipment.pk, []), calendar_of(shipment, merchant))
        for level in _levels(shipment, merchant) if told.arrivals else ():
            lessons[level] = lessons.get(level, Times()).merged(told)
            parcels[level] += 1
    _keep(lessons, parcels, at)
    Shipment.objects.filter(pk__in=shipment_ids).update(learnt_at=at)


def _is_trial(shipment: Shipment, merchant: Merchant) -> bool:
    """Say whether a parcel is demo data or a test, which teach a real shop nothing."""
    order = shipment.order
    if order is None or merchant.is_demo:
        return False
    return order.test or is_trial(order)


def _keep(lessons: dict[Level, Times], parcels: dict[Level, int], at: datetime) -> None:
    """Add lessons to the rows of the shop, one worker at a time."""
    lock("usual_times")
    rows = {
        (row.carrier, row.service, row.lane): row
        for row in UsualTimes.objects.filter(carrier__in={carrier for carrier, _, _ in lessons})
    }
    new: list[UsualTimes] = []
    for level, told in lessons.items():
        row = rows.get(level)
        if row is None:
            carrier, service, lane = level
            row = UsualTimes(carrier=carrier, service=service, lane=lane)
            new.append(row)
        row.times = Times.from_json(row.times).merged(told).to_json()
        row.parcels += parcels[level]
        row.updated_at = at
    UsualTimes.objects.bulk_create(new)
    known = [row for level in lessons if (row := rows.get(level))]
    UsualTimes.objects.bulk_update(known, ["times", "parcels", "updated_at"], batch_size=BATCH)


def _levels(shipment: Shipment, merchant: Merchant) -> Iterable[Level]:
    """Return the lane, the service and the carrier of a parcel, each counted by itself.

    Nothing is learnt of parcels whose carrier is not known.
    """
    carrier, service = shipment.carrier, number_key(shipment.service)[:80]
    if not carrier:
        return ()
    order = shipment.order
    lane = lane_of(
        merchant.country, order.country if order else "", order.postcode_key if order else ""
    )
    return tuple(
        dict.fromkeys(((carrier, service, lane), (carrier, service, ""), (carrier, "", "")))
    )
