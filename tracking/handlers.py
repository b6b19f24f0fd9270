"""What tracking does when something happens elsewhere."""

from __future__ import annotations

from commerce.events import FulfilmentRecorded
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, subscribe
from tracking import services


@subscribe(FulfilmentRecorded, name="tracking.record_fulfilment")
def record_fulfilment(event: FulfilmentRecorded, delivery: DeliveryContext) -> None:
    """A fulfilment was taken in: its parcels follow."""
    services.record_fulfilment(event.fulfilment_id, at=clock.now(), actor=delivery.actor)
