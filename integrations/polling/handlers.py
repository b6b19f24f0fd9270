"""Parcels change, and with them when their carrier is asked next."""

from __future__ import annotations

from collections.abc import Sequence

from integrations.polling.planning import plan_changed
from postexp.kernel.events import follow
from postexp.kernel.models import EventRecord
from tracking.events import ShipmentChanged


@follow
def plan_next_polls(records: Sequence[EventRecord]) -> None:
    """Plan with the changes themselves: no reaction of its own for each change of every parcel.

    Where the parcel is with another carrier now, the one before drops it when it is due there.
    """
    changed = [record for record in records if record.type == ShipmentChanged.type]
    if changed:
        plan_changed(
            [record.payload["shipment_id"] for record in changed], at=changed[0].occurred_at
        )
