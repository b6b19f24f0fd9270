"""Which scan of a parcel is news to Shopify, in Shopify's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.models import Connection, Service
from tracking.enums import Status, TimePrecision
from tracking.selectors import get_shipment, list_shipments_of_order, scans_of

# What Shopify has no word for is not told, nor that a parcel was announced: it announced it.
STATUSES: dict[Status, str] = {
    Status.IN_TRANSIT: "IN_TRANSIT",
    Status.OUT_FOR_DELIVERY: "OUT_FOR_DELIVERY",
    Status.AVAILABLE_FOR_PICKUP: "READY_FOR_PICKUP",
    Status.DELIVERY_ATTEMPTED: "ATTEMPTED_DELIVERY",
    Status.DELIVERED: "DELIVERED",
    Status.EXCEPTION: "FAILURE",
    Status.RETURNING: "FAILURE",
}


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A scan as Shopify keeps it: a status of Shopify's, and the instant, which is whole seconds.

    It stands on a fulfilment, whichever of its parcels was scanned.
    """

    fulfilment_external_id: str
    status: str
    happened_at: datetime

    @property
    def key(self) -> str:
        """What the scan is known by, however it is told."""
        instant = self.happened_at.astimezone(UTC).replace(microsecond=0)
        return f"{self.fulfilment_external_id}:{self.status}:{instant:%Y-%m-%dT%H:%M:%SZ}"


def wants_scans() -> bool:
    """Whether the scope's shop wants its parcels' scans told to Shopify."""
    living = Connection.objects.filter(
        service=Service.SHOPIFY, ended_at=None, tells_scans=True
    ).exclude(client_id="")
    return bool(living.exists())


def find_news(shipment_id: str) -> Scan | None:
    """Return the scan that says how a parcel stands, or None where Shopify need not hear of it.

    That is where the order is not Shopify's, Shopify told of this status itself, or nothing says
    when it was. A fulfilment in several parcels is delivered with the last of them.
    """
    shipment = get_shipment(shipment_id)
    order = shipment.order
    status = STATUSES.get(Status(shipment.status))
    if order is None or order.source != Service.SHOPIFY or not shipment.fulfilment_ref:
        return None
    rows = [
        row
        for row in scans_of([shipment.pk]).get(shipment.pk, [])
        if row.event.status == shipment.status
    ]
    deciding = [
        row
        for row in rows
        if (row.event.occurred_at, row.event.local_time)
        == (shipment.since_at, shipment.since_local)
        and row.event.time_precision is not TimePrecision.NONE
    ]
    if status is None or not deciding or any(row.event.source == Service.SHOPIFY for row in rows):
        return None
    if shipment.status == Status.DELIVERED and any(
        other.status != Status.DELIVERED
        for other in list_shipments_of_order(order)
        if other.fulfilment_ref == shipment.fulfilment_ref
    ):
        return None
    return Scan(
        fulfilment_external_id=shipment.fulfilment_ref,
        status=status,
        # Of a day alone it is the start of that day.
        happened_at=deciding[-1].sort_at,
    )
