"""The one JSON representation of parcels and scans: API, webhooks and messages share it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from commerce.selectors import get_merchant
from commerce.serializers import instant
from tracking.enums import CarrierBasis, Status
from tracking.models import Shipment, ShipmentItem
from tracking.rules import Action, PlacedEvent, ShipmentState, action_of, carrier_of
from tracking.selectors.told import action_told

if TYPE_CHECKING:
    from commerce.models import OrderLine


def represent_shipment(
    shipment: Shipment, *, locale: str = "en", zone: ZoneInfo | None = None
) -> dict[str, Any]:
    """Return a shipment with its items.

    Times of day of the estimate are in `zone`, the shop's own unless given; `locale` chooses how
    the carrier's name is written.
    """
    carrier = carrier_of(shipment.carrier)
    delivered = shipment.status == Status.DELIVERED
    return {
        "id": shipment.public_id,
        "order_id": shipment.order_ref,
        "external_id": shipment.fulfilment_ref,
        "carrier": carrier.slug,
        "carrier_name": carrier.name_in(locale),
        "carrier_basis": shipment.carrier_basis if shipment.carrier else None,
        "told_carrier": shipment.told_carrier or None,
        "service": shipment.service,
        "tracking_number": shipment.tracking_number,
        "tracking_url": carrier_page(shipment),
        "status": shipment.status,
        "substatus": shipment.substatus,
        "status_since": instant(shipment.since_at),
        "reported": _reported(shipment),
        "delivered_at": instant(shipment.since_at) if delivered else None,
        "delivered_on": (shipment.since_local[:10] or None) if delivered else None,
        "failed_attempts": shipment.attempts,
        "estimate": _estimate(shipment, zone),
        "delay": {
            "is_delayed": shipment.is_delayed,
            "source": shipment.delay_source or None,
            "reason": shipment.delay_reason or None,
            "first_estimate": str(shipment.first_eta_day) if shipment.first_eta_day else None,
            "latest_estimate": str(shipment.eta_day) if shipment.eta_day else None,
            "certainty": shipment.delay_certainty,
            "likely_from": str(shipment.likely_from) if shipment.likely_from else None,
            "likely_until": str(shipment.likely_until) if shipment.likely_until else None,
            "detected_at": instant(shipment.delay_detected_at),
            "cleared_at": instant(shipment.delay_cleared_at),
        },
        "action_required": _action(shipment),
        "dispatched_at": instant(shipment.dispatched_at),
        "updated_at": instant(shipment.changed_at),
        "items": [represent_item(item) for item in shipment.items.all()],
    }


def represent_item(item: ShipmentItem) -> dict[str, Any]:
    """Return units in a parcel; `image_url` is empty where the product has no picture."""
    return represent_units(item.order_line, item.quantity)


def represent_units(line: OrderLine, quantity: int) -> dict[str, Any]:
    """Return units of an order line, in a parcel or not."""
    image = line.product.image if line.product else None
    return {
        "line_id": line.public_id,
        "title": line.title,
        "variant_title": line.variant_title,
        "sku": line.sku,
        "quantity": quantity,
        "image_url": image.url if image else "",
    }


def represent_scan(scan: PlacedEvent) -> dict[str, Any]:
    """Return a scan. `occurred_at` is null where the source told no instant."""
    event = scan.event
    return {
        "id": str(scan.key),
        "occurred_at": instant(event.occurred_at),
        "local_time": event.local_time,
        "time_precision": event.time_precision.value,
        "status": event.status.value if event.status else None,
        "substatus": event.substatus,
        "location": event.location,
        "code": event.raw_code,
        "description": event.raw_description,
        "source": event.source,
    }


def carrier_page(shipment: Shipment) -> str:
    """Return the carrier's own page of a parcel: as the shop gave it, or as the carrier has it.

    Where staff corrected the carrier, the page the shop gave is another carrier's.
    """
    told = "" if shipment.carrier_basis == CarrierBasis.CORRECTED else shipment.carrier_url
    return told or carrier_of(shipment.carrier).tracking_url(shipment.tracking_number)


def _reported(shipment: Shipment) -> dict[str, str] | None:
    """Return what the scans add up to where the status shown is one that staff set."""
    if not shipment.corrected_status:
        return None
    return {"status": shipment.carrier_status, "substatus": shipment.carrier_substatus}


def action_required(shipment: Shipment) -> Action | None:
    """Return whose turn it is before a parcel goes on, and what is to be done."""
    state = ShipmentState(status=Status(shipment.status), substatus=shipment.substatus)
    return action_of(state, action_told(shipment))


def _action(shipment: Shipment) -> dict[str, Any] | None:
    action = action_required(shipment)
    if action is None:
        return None
    until = action.until.isoformat() if action.until else None
    return {"who": action.who.value, "what": action.what.value, "until": until}


def _estimate(shipment: Shipment, zone: ZoneInfo | None) -> dict[str, Any] | None:
    if shipment.eta_day is None:
        return None
    starts, ends = shipment.eta_starts_at, shipment.eta_ends_at
    if starts or ends:
        zone = zone or get_merchant().zone
    return {
        "date": shipment.eta_day.isoformat(),
        "until": None,
        "from": f"{starts.astimezone(zone):%H:%M}" if starts else None,
        "to": f"{ends.astimezone(zone):%H:%M}" if ends else None,
    }
