"""What tracking tells of parcels that do not arrive as they should, and while it is still true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from notifications.ports import (
    OF_ORDER,
    AlertKind,
    MessageKind,
    MessageVariables,
    register_alert,
    register_kind,
)
from tracking.enums import PROBLEMS, Status
from tracking.events import ShipmentCameBack, ShipmentPickupLate, ShipmentProblem
from tracking.messages.facts import (
    parcel_example,
    parcel_is_here,
    parcel_variables,
    why_not_wanted,
)
from tracking.selectors import get_shipment, get_standing


def problem_variables(event: ShipmentProblem) -> MessageVariables | None:
    """The parcel, and which problem it has. That it is back already is said by its own kind."""
    found = parcel_variables(event)
    if found is None or event.status == Status.RETURNED:
        return None
    problem = {"status": event.status, "substatus": event.substatus}
    return replace(found, facts={**found.facts, "problem": problem})


def pickup_late_variables(event: ShipmentPickupLate) -> MessageVariables | None:
    """The parcel, and how often its shopper was told that its carrier has not taken it."""
    found = parcel_variables(event)
    return replace(found, facts={**found.facts, "turn": event.turn}) if found else None


def why_no_problem(object_id: str) -> str:
    """Why a problem, `shp_…:1` for the first of its parcel, is over."""
    shipment_id, _colon, turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.status == Status.RETURNED:
        return gettext_noop("The parcel is back at the shop already.")
    if shipment.status not in PROBLEMS or shipment.told.get("problem") != int(turn):
        return gettext_noop("The problem was solved in the meantime.")
    return ""


def why_not_back(object_id: str) -> str:
    """Why a parcel, `shp_…:1` for the first time it came back, is not at the shop."""
    shipment_id, _colon, _turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.status != Status.RETURNED:
        return gettext_noop("The parcel is on its way again.")
    return why_not_wanted(shipment.order)


def why_not_waiting_for_carrier(object_id: str) -> str:
    """Why a parcel, `shp_…:1` when it was told first, does not wait to be picked up any more."""
    shipment_id, _colon, turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.status != Status.INFO_RECEIVED:
        return gettext_noop("The carrier has taken the parcel.")
    if shipment.told.get("pickup_late") != int(turn):
        return gettext_noop("There is newer news of the parcel.")
    if shipment.is_delayed:
        return gettext_noop("The shopper hears of the delay.")
    return why_not_wanted(shipment.order)


def problem_example(order_id: str) -> MessageVariables | None:
    """The order’s newest parcel, as if nobody had been home."""
    found = parcel_example(order_id)
    if found is None:
        return None
    problem = {"status": Status.DELIVERY_ATTEMPTED.value, "substatus": ""}
    return replace(found, facts={**found.facts, "problem": problem})


def pickup_late_example(order_id: str) -> MessageVariables | None:
    """The same, as if its carrier had not taken it for two days."""
    found = parcel_example(order_id)
    return replace(found, facts={**found.facts, "turn": 1}) if found else None


register_kind(
    MessageKind(
        name="shipment.pickup_late",
        room="tracking",
        title=_("Not picked up by the carrier"),
        event=ShipmentPickupLate,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=pickup_late_variables,
        tells=(*OF_ORDER, "shipment", "turn"),
        exists=parcel_is_here,
        still_true=why_not_waiting_for_carrier,
        useful_for=timedelta(hours=24),
        example=pickup_late_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.problem",
        room="tracking",
        title=_("Delivery problem"),
        event=ShipmentProblem,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=problem_variables,
        tells=(*OF_ORDER, "shipment", "problem"),
        exists=parcel_is_here,
        still_true=why_no_problem,
        example=problem_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.came_back",
        room="tracking",
        title=_("Back at the shop"),
        event=ShipmentCameBack,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=parcel_variables,
        tells=(*OF_ORDER, "shipment"),
        exists=parcel_is_here,
        still_true=why_not_back,
        example=parcel_example,
    )
)
register_alert(
    AlertKind(
        name="shipment.problem",
        title=pgettext_lazy("kind of alert", "Parcel in trouble"),
        event=ShipmentProblem,
        exists=parcel_is_here,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        detail=lambda event: get_shipment(event.shipment_id).tracking_number,
        page=lambda event: ("shipment_detail", [event.shipment_id]),
        icon="package-x",
        applies=lambda event: not event.historic,
    )
)
