"""What the row of a shipment keeps of a delay and of what is to be done, as the rules read it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tracking.enums import Actor, Deed, DelayReason, DelaySource, Status
from tracking.rules import Action, Delay, PickupPlace, Proof, Said
from tracking.rules.estimates import is_carrier

if TYPE_CHECKING:
    from tracking.models import Shipment


def delay_told(shipment: Shipment) -> Delay:
    """Return the delay block that the row keeps."""
    first, last = shipment.likely_from, shipment.likely_until
    return Delay(
        is_delayed=shipment.is_delayed,
        source=DelaySource(shipment.delay_source) if shipment.delay_source else None,
        reason=DelayReason(shipment.delay_reason) if shipment.delay_reason else None,
        first_estimate=shipment.first_eta_day,
        latest_estimate=shipment.eta_day,
        detected_at=shipment.delay_detected_at,
        cleared_at=shipment.delay_cleared_at,
        known_at=shipment.delay_known_at,
        certainty=shipment.delay_certainty,
        days=(first, last) if first and last else None,
    )


def action_told(shipment: Shipment) -> Action | None:
    """Return what the newest message says somebody must do."""
    if not shipment.action_who or not shipment.action_what:
        return None
    return Action(
        who=Actor(shipment.action_who),
        what=Deed(shipment.action_what),
        until=shipment.action_until,
    )


def said_of(shipment: Shipment) -> Said:
    """Return what the shopper was told of the parcel's delay."""
    told, said_at = shipment.told, shipment.told.get("delay_word_at")
    return Said(
        late=told.get("delayed", 0),
        still_late=told.get("still_delayed", 0),
        in_time=told.get("recovered", 0),
        causes=tuple(DelayReason(cause) for cause in told.get("delay_causes", ())),
        at=datetime.fromisoformat(said_at) if said_at else None,
        again_on=shipment.write_again_on,
    )


def proof_told(shipment: Shipment) -> Proof:
    """Return what shows that the parcel was handed over; nothing unless it counts as delivered.

    Sources tell of signatures while a parcel is still on its way, or goes back.
    """
    return (
        Proof(**_known(Proof, shipment.proof)) if shipment.status == Status.DELIVERED else Proof()
    )


def pickup_told(shipment: Shipment) -> PickupPlace:
    """Return where the parcel waits to be collected, as far as a source tells."""
    waits = shipment.status == Status.AVAILABLE_FOR_PICKUP
    return place_that_counts(shipment) if waits else PickupPlace()


def place_that_counts(shipment: Shipment) -> PickupPlace:
    """Return the place of collection told since the parcel's status began, whole from one source.

    A carrier's own word goes before those of others, then the newest; an older place was one of
    an earlier turn.
    """
    told = [
        (is_carrier(source), told_at, source, facts)
        for source, said in shipment.by_source.items()
        for told_at, facts in [said.get("pickup", ("", {}))]
        if facts and not _is_before(told_at, shipment.since_at)
    ]
    if not told:
        return PickupPlace()
    *_, facts = max(told, key=lambda one: one[:3])
    return PickupPlace(**_known(PickupPlace, facts))


def _is_before(told_at: str, since: datetime | None) -> bool:
    return since is not None and datetime.fromisoformat(told_at) < since


def _known(kind: type[Proof | PickupPlace], facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts that this version knows; a newer one may have kept others besides."""
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in facts.items() if name in names}
