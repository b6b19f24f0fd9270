"""What tracking tells shoppers by message, and while it is still true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.selectors import get_order
from notifications.ports import (
    AlertKind,
    Forecast,
    MessageKind,
    MessageVariables,
    register_alert,
    register_forecast,
    register_kind,
)
from notifications.selectors import order_variables
from tracking.enums import PROBLEMS, Status
from tracking.events import (
    LookupCodeRequested,
    Milestone,
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentOutForDelivery,
    ShipmentProblem,
)
from tracking.selectors import (
    get_shipment,
    get_standing,
    list_moving_shipments,
    list_shipments_of_order,
)
from tracking.selectors.lookups import CODE_VALID, code_of
from tracking.serializers import represent_shipment

SETTLE = timedelta(minutes=30)
"""Most exceptions clear in minutes; nobody is alarmed by those."""


def parcel_variables(event: Milestone) -> MessageVariables | None:
    """The order and the parcel; None for parcels without an order, which have no recipient. Old
    news come too late.
    """
    if not event.order_id:
        return None
    found = get_shipment(event.shipment_id)
    shipment = represent_shipment(found, locale=found.order.locale if found.order else "")
    variables = order_variables(event.order_id, shipment=shipment)
    if event.historic:
        return replace(variables, too_late=gettext_noop("It happened over two days ago."))
    return variables


def problem_variables(event: ShipmentProblem) -> MessageVariables | None:
    """The parcel, and which problem it has."""
    found = parcel_variables(event)
    if found is None:
        return None
    problem = {"status": event.status, "substatus": event.substatus}
    return replace(found, facts={**found.facts, "problem": problem})


def code_variables(event: LookupCodeRequested) -> MessageVariables | None:
    """The one-time code, derived here: no event carries it."""
    return order_variables(
        event.order_id,
        code=code_of(event.challenge_id),
        valid_minutes=int(CODE_VALID.total_seconds() // 60),
    )


def why_not_shipped(shipment_id: str) -> str:
    """Why "on its way" is no longer news."""
    if Status(get_standing(shipment_id).status).is_final:
        return gettext_noop("The parcel has ended its journey.")
    return ""


def why_not_out_for_delivery(shipment_id: str) -> str:
    """Why "out for delivery" is no longer true."""
    if get_standing(shipment_id).status != Status.OUT_FOR_DELIVERY:
        return gettext_noop("The parcel is no longer out for delivery.")
    return ""


def why_not_delivered(shipment_id: str) -> str:
    """Why "delivered" is not true any more."""
    if get_standing(shipment_id).status != Status.DELIVERED:
        return gettext_noop("The carrier has taken the delivery back.")
    return ""


def why_no_problem(object_id: str) -> str:
    """Why a problem, `shp_…:1` for the first of its parcel, is over."""
    shipment_id, _colon, turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.status not in PROBLEMS or shipment.told.get("problem") != int(turn):
        return gettext_noop("The problem was solved in the meantime.")
    return ""


def parcel_example(order_id: str) -> MessageVariables | None:
    """The order's newest parcel, as it stands."""
    shipments = list_shipments_of_order(get_order(order_id))
    if not shipments:
        return None
    shipment = represent_shipment(shipments[-1], locale=get_order(order_id).locale)
    return order_variables(order_id, shipment=shipment)


def problem_example(order_id: str) -> MessageVariables | None:
    """The same, as if nobody had been home."""
    found = parcel_example(order_id)
    if found is None:
        return None
    problem = {"status": Status.DELIVERY_ATTEMPTED.value, "substatus": ""}
    return replace(found, facts={**found.facts, "problem": problem})


def code_example(order_id: str) -> MessageVariables:
    """A code that opens nothing."""
    minutes = int(CODE_VALID.total_seconds() // 60)
    return order_variables(order_id, code="123456", valid_minutes=minutes)


def foresee(limit: int) -> list[Forecast]:
    """Parcels on their way are likely to be out for delivery or delivered within a day."""
    return [
        Forecast(
            kind="shipment.delivered"
            if shipment.status == Status.OUT_FOR_DELIVERY
            else "shipment.out_for_delivery",
            order_id=shipment.order.public_id,
            order_number=shipment.order.number,
            address=shipment.order.email,
        )
        for shipment in list_moving_shipments(limit)
        if shipment.order is not None
    ]


register_forecast(foresee)
register_kind(
    MessageKind(
        name="shipment.shipped",
        room="tracking",
        title=_("Shipped"),
        event=ShipmentDispatched,
        object_id=lambda event: event.shipment_id,
        variables=parcel_variables,
        still_true=why_not_shipped,
        example=parcel_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.out_for_delivery",
        room="tracking",
        title=_("Out for delivery"),
        event=ShipmentOutForDelivery,
        object_id=lambda event: event.shipment_id,
        variables=parcel_variables,
        still_true=why_not_out_for_delivery,
        useful_for=timedelta(hours=12),
        example=parcel_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.delivered",
        room="tracking",
        title=_("Delivered"),
        event=ShipmentDelivered,
        object_id=lambda event: event.shipment_id,
        variables=parcel_variables,
        still_true=why_not_delivered,
        example=parcel_example,
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
        still_true=why_no_problem,
        hold=SETTLE,
        example=problem_example,
    )
)
register_kind(
    MessageKind(
        name="tracking.lookup_code",
        room="tracking",
        title=_("One-time code for the order page"),
        event=LookupCodeRequested,
        object_id=lambda event: event.challenge_id,
        variables=code_variables,
        useful_for=CODE_VALID,
        secret=True,
        example=code_example,
    )
)
register_alert(
    AlertKind(
        name="shipment.problem",
        title=pgettext_lazy("kind of alert", "Parcel in trouble"),
        event=ShipmentProblem,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        detail=lambda event: get_shipment(event.shipment_id).tracking_number,
        page=lambda event: ("shipment_detail", [event.shipment_id]),
        icon="package-x",
        applies=lambda event: not event.historic,
    )
)
