"""What carriers' answers lead to: parcels that we asked about moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from integrations.connections import DISCONNECTED, was_disconnected
from integrations.polling.carriers import CARRIERS
from integrations.reports import dated
from integrations.sources import SOURCES
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage
from tracking.services import take_in_answers


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored answer to its effect.

    Raises Unreadable for an answer that is not the carrier's; staff find it among the requests.
    """
    (effect,) = process_together([message], at)
    return effect


def process_together(messages: Sequence[InboxMessage], at: datetime) -> list[Effect]:
    """Lead stored answers of one carrier to their effects, as `process` does each.

    A carrier that is asked about one parcel at a time gives many answers; what has to be looked up
    for one is looked up for all of them.
    """
    carrier = messages[0].source
    if was_disconnected(service=carrier, at=max(one.received_at for one in messages)):
        # Of several, some may have come before the end.
        return [process(one, at) for one in messages] if messages[1:] else [DISCONNECTED]
    told = [
        [dated(one, message) for one in SOURCES[carrier](bytes(message.body))]
        for message in messages
    ]
    about = take_in_answers(told, carriers=CARRIERS[carrier].slugs, at=at, actor=carrier)
    return [
        Effect(
            kind="shipment",
            object_id=parcels[0] if len(parcels) == 1 else "",
            detail={"told": len(answer), "shipments": parcels},
        )
        for answer, parcels in zip(told, about, strict=True)
    ]
