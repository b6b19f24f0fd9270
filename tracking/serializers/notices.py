"""What is known of a parcel's delay, as plain facts: messages and pages word the same ones."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from commerce.enums import PaymentState
from tracking.enums import DelayReason, Status
from tracking.ports import cancel_page
from tracking.rules import UNSAID, carrier_of, new_window, sureness_of
from tracking.selectors.told import delay_told
from tracking.serializers.represent import carrier_page

if TYPE_CHECKING:
    from tracking.models import Shipment

NEEDS_SHOPPER = (DelayReason.ADDRESS_INCORRECT, DelayReason.RECIPIENT)
"""Causes of which waiting is no help: the carrier needs to hear from the shopper."""

_NOT_WITH_CARRIER = (Status.PENDING, Status.INFO_RECEIVED)
_AT_THE_DOOR = (Status.DELIVERY_ATTEMPTED, Status.AVAILABLE_FOR_PICKUP)


def represent_notice(
    shipment: Shipment, *, today: date, locale: str, reason: str | None = None
) -> dict[str, Any]:
    """Return what a shopper is told of a delay, for the shop's calendar day `today`.

    `reason` is the one that the notice is about, where that is not the newest. Days are ISO 8601 or
    None. `cause` is None where none is known, `window` where no new day is; its `by` is "carrier"
    or "shop". `certainty` is in percent, `sureness` its word. `change_url` is the carrier's page
    for another day or place, or "". `can_wait` tells that the parcel comes though the shopper does
    nothing, `can_cancel` that the shop has not sent it yet; `cancel_url` is where the shopper then
    cancels without asking, or "".
    """
    delay = delay_told(shipment)
    window = new_window(delay, today=today)
    cause = cause_of(delay.reason if reason is None else reason)
    again, stoppable = shipment.write_again_on, can_cancel(shipment)
    return {
        "source": delay.source.value if delay.source else None,
        "cause": cause,
        "promised": str(delay.first_estimate) if delay.first_estimate else None,
        "window": {
            "date": str(window.first),
            "until": str(window.last) if window.last != window.first else None,
            "by": "carrier" if window.by_carrier else "shop",
        }
        if window
        else None,
        "certainty": delay.certainty or 100,
        "sureness": sureness_of(delay.certainty).value,
        "write_again_on": str(again) if again and again >= today else None,
        "change_url": change_page(shipment),
        "can_wait": cause not in NEEDS_SHOPPER,
        "can_cancel": stoppable,
        "cancel_url": cancel_page(shipment.order, locale) if stoppable and shipment.order else "",
    }


def can_cancel(shipment: Shipment) -> bool:
    """Say whether a parcel may still be stopped: the shop has not sent it, and its order stands."""
    order = shipment.order
    return (
        shipment.status in _NOT_WITH_CARRIER
        and shipment.dispatched_at is None
        and order is not None
        and order.cancelled_at is None
        and order.payment_state != PaymentState.REFUNDED
    )


def cause_of(reason: str | None) -> str | None:
    """Return the cause that a reason names, or None: what is not known is not said."""
    return None if not reason or DelayReason(reason) in UNSAID else DelayReason(reason).value


def change_page(shipment: Shipment) -> str:
    """Return the carrier's page where another day or place may be asked for, or "".

    Its page for another attempt once there was one, or where it waits to be collected.
    """
    redelivery = carrier_of(shipment.carrier).redelivery_url(shipment.tracking_number)
    if redelivery and shipment.status in _AT_THE_DOOR:
        return redelivery
    return carrier_page(shipment)
