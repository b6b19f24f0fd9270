"""What a webhook of any system leads to: parcels that moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from integrations.connections import DISCONNECTED, was_disconnected
from integrations.generic.parse import EVENTS, Batch, parse_answers, parse_events, topic_of
from integrations.models import Service
from integrations.reception import opened
from integrations.reports import dated
from postexp.kernel.inbox import Effect, Unreadable
from postexp.kernel.models import InboxMessage
from tracking.rules import NormalisedShipment, number_key
from tracking.services import Ingested, take_in_batch, take_in_report

ACTOR = "generic"


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect. What comes after the shop disconnected has none."""
    if was_disconnected(service=Service.GENERIC, at=message.received_at):
        return DISCONNECTED
    body = bytes(message.body)
    if topic_of(opened(body, "")) in ("", EVENTS):
        return _take_in_events(parse_events(body, at=message.received_at), message, at)
    reports = [dated(told, message) for told in parse_answers(body, at=message.received_at)]
    # In one order for all, so that no two messages wait for each other.
    reports.sort(key=lambda told: number_key(told.tracking_number))
    shipments = [take_in_report(told, at=at, actor=ACTOR) for told in reports]
    return Effect(
        kind="shipment",
        object_id=shipments[0].public_id if len(shipments) == 1 else "",
        detail={"shipments": [shipment.public_id for shipment in shipments]},
    )


def _take_in_events(batch: Batch, message: InboxMessage, at: datetime) -> Effect:
    """Take in every event that can be; raises Unreadable where none could."""
    places = list(batch.scans)
    reports = [(scan.shipment_id, dated(scan.told, message)) for scan in batch.scans.values()]
    taken, lost = take_in_batch(reports, at=at, actor=ACTOR)
    unknown = [row for row in lost if reports[row][0]]
    counts = [taken, *_begin([reports[row][1] for row in lost if not reports[row][0]], at)]
    refused = batch.refused + [
        {"index": places[row], "code": "unknown_shipment", "detail": "There is no such shipment."}
        for row in unknown
    ]
    if len(refused) == len(batch.scans) + len(batch.refused):
        raise Unreadable(
            f"No event could be taken. The first: {refused[0]['code']}, {refused[0]['detail']}",
            "Mend the sender; events that were refused have to be sent again.",
        )
    return Effect(
        kind=EVENTS,
        detail={
            "stored": sum(one.stored for one in counts),
            "repeated": sum(one.repeated for one in counts),
            "refused": sorted(refused, key=lambda row: row["index"]),
        },
    )


def _begin(reports: Sequence[NormalisedShipment], at: datetime) -> list[Ingested]:
    """Make the parcels whose numbers nobody told of before: staff see them without an order."""
    firsts = {number_key(told.tracking_number): told for told in reversed(reports)}
    rest = [("", told) for told in reports if firsts[number_key(told.tracking_number)] is not told]
    for number in sorted(firsts):
        take_in_report(firsts[number], at=at, actor=ACTOR)
    begun = Ingested(stored=len(firsts), repeated=0, changed=())
    return [begun, take_in_batch(rest, at=at, actor=ACTOR)[0]]
