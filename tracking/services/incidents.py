"""Incidents: the rows brought in line with the rules, and what staff do about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import list_members
from postexp.kernel.events import append, append_all
from tracking.enums import IncidentEnd, Status
from tracking.errors import NotStaff, WakesInThePast
from tracking.events import (
    IncidentAssigned,
    IncidentClosed,
    IncidentOpened,
    IncidentSnoozed,
    ParcelEvent,
)
from tracking.models import Incident, Shipment, ShipmentItem
from tracking.rules import FoundIncident
from tracking.rules.risk import Box, money_at_risk, paid_share
from tracking.services.judging import Judgement

if TYPE_CHECKING:
    from commerce.models import User

_FOLLOWING = ("cause", "remedy", "certainty", "since_at", "deadline")
_LONGEST_WORD = 200


def bring_in_line(judged: Sequence[Judgement], *, at: datetime, actor: str = "system") -> None:
    """Open and close incidents of shipments so that they are those the rules name.

    Call it in the transaction that holds the shipments' rows. Publishes IncidentOpened and
    IncidentClosed.
    """
    standing: defaultdict[int, dict[str, Incident]] = defaultdict(dict)
    rows = Incident.objects.select_for_update(no_key=True).filter(
        shipment_id__in=[one.shipment.pk for one in judged], ended_at__isnull=True
    )
    for row in rows.order_by("pk"):
        standing[row.shipment_id][row.kind] = row
    opened: list[Incident] = []
    changed: list[Incident] = []
    ended: list[Incident] = []
    news: list[ParcelEvent] = []
    for one in judged:
        known = standing[one.shipment.pk]
        for found in one.incidents:
            if found.kind not in known:
                opened.append(_opened(one.shipment, found, at))
            elif _follow(row := known.pop(found.kind), found):
                changed.append(row)
        for row in known.values():
            if row.closed_at is None:
                row.closed_at, row.closed_because = at, one.end
                news.append(_closed(row, one.shipment))
            row.ended_at = at
            ended.append(row)
    _weigh(opened, {one.shipment.pk: one.shipment for one in judged})
    Incident.objects.bulk_update(changed, _FOLLOWING)
    Incident.objects.bulk_update(ended, ["closed_at", "closed_because", "ended_at"])
    Incident.objects.bulk_create(opened)
    append_all([*news, *(_told_open(row) for row in opened)], at=at, actor=actor)


def _opened(shipment: Shipment, found: FoundIncident, at: datetime) -> Incident:
    row = Incident(shipment=shipment, kind=found.kind, opened_at=at)
    _follow(row, found)
    return row


def _follow(row: Incident, found: FoundIncident) -> bool:
    """Let a row be as the rules tell; return whether it changed."""
    before = tuple(getattr(row, name) for name in _FOLLOWING)
    row.cause, row.remedy, row.certainty = found.cause[:40], found.remedy, found.certainty
    row.since_at, row.deadline = found.since, found.deadline
    return tuple(getattr(row, name) for name in _FOLLOWING) != before


def weigh_incidents(order_id: str) -> None:
    """Let the money at risk of an order's open incidents follow what was paid and given back."""
    with transaction.atomic():
        rows = list(
            Incident.objects.select_for_update(no_key=True, of=("self",))
            .select_related("shipment__order")
            .filter(shipment__order__public_id=order_id, ended_at__isnull=True)
            .order_by("pk")
        )
        before = [row.money for row in rows]
        _weigh(rows, {row.shipment_id: row.shipment for row in rows})
        changed = [row for row, money in zip(rows, before, strict=True) if row.money != money]
        Incident.objects.bulk_update(changed, ["money", "currency"])


def _weigh(rows: Iterable[Incident], shipments: dict[int, Shipment]) -> None:
    """Note what is at risk with each parcel that belongs to an order."""
    orders = {
        order.pk: order for row in rows if (order := shipments[row.shipment_id].order) is not None
    }
    if not orders:
        return
    paid: defaultdict[int, int] = defaultdict(int)
    items = ShipmentItem.objects.filter(shipment__order__in=orders)
    for item in items.select_related("order_line"):
        line = item.order_line
        paid[item.shipment_id] += paid_share(line.goods_paid, item.quantity, line.quantity)
    boxes: defaultdict[int, list[Box]] = defaultdict(list)
    parcels = Shipment.objects.filter(order__in=orders).exclude(status=Status.CANCELLED)
    for parcel, order_id, fulfilment in parcels.values_list("pk", "order_id", "fulfilment_ref"):
        boxes[order_id].append(Box(parcel=parcel, fulfilment=fulfilment, paid=paid.get(parcel)))
    risks: dict[int, int] = {}
    for order_id, order in orders.items():
        risks |= money_at_risk(boxes[order_id], max(0, order.captured - order.given_back))
    for row in rows:
        if (order := shipments[row.shipment_id].order) is not None:
            row.money, row.currency = risks.get(row.shipment_id, 0), order.currency


def _told_open(row: Incident) -> IncidentOpened:
    return IncidentOpened(
        shipment_id=row.shipment.public_id,
        order_id=row.shipment.order_ref,
        happened_at=row.since_at.isoformat() if row.since_at else "",
        incident_id=row.public_id,
        kind=row.kind,
        cause=row.cause,
    )


def _closed(row: Incident, shipment: Shipment) -> IncidentClosed:
    return IncidentClosed(
        shipment_id=shipment.public_id,
        order_id=shipment.order_ref,
        incident_id=row.public_id,
        kind=row.kind,
        because=row.closed_because,
        word=row.closing_word,
    )


def snooze_incidents(
    incident_ids: Iterable[str], *, until: datetime | None, by: User, at: datetime
) -> int:
    """Take open incidents out of the queue until an instant, or bring them back with None.

    Returns how many there were. Publishes IncidentSnoozed for each. Raises WakesInThePast.
    """
    if until is not None and until <= at:
        raise WakesInThePast
    with transaction.atomic():
        rows = _lock_open(incident_ids)
        for row in rows:
            row.snoozed_until = until
            append(
                IncidentSnoozed(
                    shipment_id=row.shipment.public_id,
                    order_id=row.shipment.order_ref,
                    incident_id=row.public_id,
                    until=until.isoformat() if until else "",
                ),
                at=at,
                actor=by.actor,
            )
        Incident.objects.bulk_update(rows, ["snoozed_until"])
    return len(rows)


def assign_incidents(
    incident_ids: Iterable[str], *, to: User | None, by: User, at: datetime
) -> int:
    """Give open incidents to somebody of the shop, or to nobody; return how many there were.

    Publishes IncidentAssigned for each. Raises NotStaff.
    """
    if to is not None and all(member.user_id != to.pk for member in list_members()):
        raise NotStaff
    with transaction.atomic():
        rows = _lock_open(incident_ids)
        for row in rows:
            row.assignee = to
            append(
                IncidentAssigned(
                    shipment_id=row.shipment.public_id,
                    order_id=row.shipment.order_ref,
                    incident_id=row.public_id,
                    assignee=to.actor if to else "",
                ),
                at=at,
                actor=by.actor,
            )
        Incident.objects.bulk_update(rows, ["assignee"])
    return len(rows)


def close_incidents(incident_ids: Iterable[str], *, word: str, by: User, at: datetime) -> int:
    """Close open incidents by hand, with a word why; return how many there were.

    They stay closed while the facts remain as they are. Publishes IncidentClosed for each.
    """
    with transaction.atomic():
        rows = _lock_open(incident_ids)
        for row in rows:
            row.closed_at, row.closed_because = at, IncidentEnd.BY_STAFF
            row.closing_word = " ".join(word.split())[:_LONGEST_WORD]
            append(_closed(row, row.shipment), at=at, actor=by.actor)
        Incident.objects.bulk_update(rows, ["closed_at", "closed_because", "closing_word"])
    return len(rows)


def _lock_open(incident_ids: Iterable[str]) -> list[Incident]:
    return list(
        Incident.objects.select_for_update(no_key=True, of=("self",))
        .select_related("shipment__order")
        .filter(public_id__in=list(incident_ids), closed_at__isnull=True)
        .order_by("pk")
    )
