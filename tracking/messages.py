"""What tracking tells shoppers by message, and while it is still true."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.enums import PaymentState
from commerce.selectors import get_merchant, get_order
from notifications.enums import State
from notifications.ports import (
    AlertKind,
    Forecast,
    MessageKind,
    MessageVariables,
    register_alert,
    register_forecast,
    register_kind,
)
from notifications.selectors import list_messages, order_variables
from postexp.kernel import clock
from tracking.enums import PROBLEMS, DelayReason, DelaySource, Status
from tracking.events import (
    DelayNews,
    LookupCodeRequested,
    Milestone,
    ParcelEvent,
    ShipmentDelayed,
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentOutForDelivery,
    ShipmentProblem,
    ShipmentReadyForPickup,
    ShipmentRecovered,
    ShipmentStillDelayed,
)
from tracking.rules import NOT_LATE_ANY_MORE
from tracking.selectors import (
    get_shipment,
    get_standing,
    has_shipment,
    list_moving_shipments,
    list_shipments_of_order,
)
from tracking.selectors.lookups import CODE_VALID, code_of
from tracking.selectors.told import said_of
from tracking.serializers import represent_shipment
from tracking.serializers.notices import represent_notice

if TYPE_CHECKING:
    from commerce.models import Order
    from tracking.models import Shipment


def parcel_is_here(event: ParcelEvent) -> bool:
    """Return whether the parcel of an event is still here, or its import was undone."""
    return has_shipment(event.shipment_id)


_WENT_OUT = (State.SENT, State.OUTCOME_UNKNOWN, State.DRY_RUN)


def parcel_variables(event: ParcelEvent) -> MessageVariables | None:
    """The order and the parcel; None for parcels without an order, which have no recipient. Old
    news come too late.
    """
    if not event.order_id:
        return None
    found = get_shipment(event.shipment_id)
    shipment = represent_shipment(found, locale=found.order.locale if found.order else "")
    variables = order_variables(event.order_id, shipment=shipment)
    if isinstance(event, Milestone | DelayNews) and event.historic:
        return replace(variables, too_late=gettext_noop("It happened over two days ago."))
    return variables


def problem_variables(event: ShipmentProblem) -> MessageVariables | None:
    """The parcel, and which problem it has."""
    found = parcel_variables(event)
    if found is None:
        return None
    problem = {"status": event.status, "substatus": event.substatus}
    return replace(found, facts={**found.facts, "problem": problem})


def pickup_variables(event: ShipmentReadyForPickup) -> MessageVariables | None:
    """The parcel, where it waits, and until which day."""
    found = parcel_variables(event)
    if found is None:
        return None
    action = found.facts["shipment"]["action_required"]
    pickup = {"place": event.place, "until": action["until"] if action else None}
    return replace(found, facts={**found.facts, "pickup": pickup})


def delay_variables(event: DelayNews) -> MessageVariables | None:
    """The parcel, and what is known of its delay, with the cause that this notice is about."""
    found = parcel_variables(event)
    if found is None:
        return None
    standing = get_standing(event.shipment_id)
    notice = represent_notice(
        standing, today=_today(), locale=found.recipient.locale, reason=event.reason
    )
    notice["write_again_on"] = event.write_again_on or None
    return replace(found, facts={**found.facts, "notice": notice})


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


def why_not_waiting(object_id: str) -> str:
    """Why a parcel, `shp_…:1` for the first time it waited, is not to be picked up any more."""
    shipment_id, _colon, _turn = object_id.partition(":")
    if get_standing(shipment_id).status != Status.AVAILABLE_FOR_PICKUP:
        return gettext_noop("The parcel no longer waits to be picked up.")
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
    in_trouble = shipment.status in (*PROBLEMS, Status.RETURNED)
    if not in_trouble or shipment.told.get("problem") != int(turn):
        return gettext_noop("The problem was solved in the meantime.")
    return ""


def why_no_delay(object_id: str) -> str:
    """Why a delay, `shp_…:weather:1` for the first notice of its parcel, is no news.

    Notices of an earlier version lack the number.
    """
    shipment_id, cause, *turn = object_id.split(":")
    shipment = get_standing(shipment_id)
    said = said_of(shipment)
    if said.causes[-1:] != (cause,) or turn not in ([], [str(said.late)]):
        return gettext_noop("A newer notice names the cause.")
    return _why_not_late(shipment)


def why_not_still_late(object_id: str) -> str:
    """Why a further word about a delay, `shp_…:1` for the first of its parcel, is not needed."""
    shipment_id, _colon, turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.told.get("still_delayed") != int(turn):
        return gettext_noop("There is newer news of the delay.")
    if shipment.status == Status.OUT_FOR_DELIVERY:
        return gettext_noop("The shopper was told that it is out for delivery.")
    return _why_not_late(shipment) or _why_nobody_was_told(shipment_id)


def why_not_recovered(object_id: str) -> str:
    """Why "in time again", `shp_…:1` for the first delay of its parcel, is no good news."""
    shipment_id, _colon, turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.is_delayed or shipment.told.get("recovered") != int(turn):
        return gettext_noop("The parcel is late again.")
    if shipment.status in NOT_LATE_ANY_MORE:
        return gettext_noop("The parcel has arrived, or it is not coming.")
    return _why_not_wanted(shipment.order) or _why_nobody_was_told(shipment_id)


def _why_not_late(shipment: Shipment) -> str:
    if shipment.status in NOT_LATE_ANY_MORE:
        return gettext_noop("The parcel has arrived, or it is not coming.")
    if not shipment.is_delayed:
        return gettext_noop("The parcel is in time again.")
    return _why_not_wanted(shipment.order)


def _why_not_wanted(order: Order | None) -> str:
    if order is None:
        return ""
    if order.cancelled_at:
        return gettext_noop("The order was cancelled.")
    if order.payment_state == PaymentState.REFUNDED or 0 < order.captured <= order.given_back:
        return gettext_noop("The order was refunded.")
    return ""


def _why_nobody_was_told(shipment_id: str) -> str:
    """Whoever was not told of the delay itself, since the last good news, needs no more words.

    A notice that still waits has stopped being true when this is asked, and is never sent.
    """
    went_out = list_messages().filter(
        kind__in=("shipment.delayed", "shipment.recovered"),
        object_id__startswith=f"{shipment_id}:",
        state__in=_WENT_OUT,
    )
    newest = went_out.order_by("-id").first()
    if newest is None or newest.kind != "shipment.delayed":
        return gettext_noop("Nobody was told that it is late.")
    return ""


def _today() -> date:
    return clock.now().astimezone(get_merchant().zone).date()


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


def pickup_example(order_id: str) -> MessageVariables | None:
    """The same, as if it waited at the carrier's for a week."""
    found = parcel_example(order_id)
    if found is None:
        return None
    pickup = {"place": "", "until": str(_today() + timedelta(days=7))}
    return replace(found, facts={**found.facts, "pickup": pickup})


def delay_example(order_id: str) -> MessageVariables | None:
    """The same, as if its carrier had moved the day because of the weather."""
    found = parcel_example(order_id)
    if found is None:
        return None
    shipment = list_shipments_of_order(get_order(order_id))[-1]
    promised = max(shipment.first_eta_day or _today(), _today())
    window = {"date": str(promised + timedelta(days=1)), "until": None, "by": "carrier"}
    notice: dict[str, Any] = {
        **represent_notice(
            shipment,
            today=_today(),
            locale=found.recipient.locale,
            reason=DelayReason.WEATHER,
        ),
        "source": DelaySource.CARRIER.value,
        "promised": str(promised),
        "window": window,
        "certainty": 100,
        "sureness": "certain",
        "write_again_on": window["date"],
    }
    return replace(found, facts={**found.facts, "notice": notice})


def code_example(order_id: str) -> MessageVariables:
    """A code that opens nothing."""
    minutes = int(CODE_VALID.total_seconds() // 60)
    return order_variables(order_id, code="123456", valid_minutes=minutes)


def foresee(limit: int, leaving_out: Collection[str]) -> list[Forecast]:
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
        for shipment in list_moving_shipments(limit, leaving_out=leaving_out)
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
        exists=parcel_is_here,
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
        exists=parcel_is_here,
        still_true=why_not_out_for_delivery,
        optional=True,
        useful_for=timedelta(hours=12),
        example=parcel_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.ready_for_pickup",
        room="tracking",
        title=_("Ready for pick-up"),
        event=ShipmentReadyForPickup,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=pickup_variables,
        exists=parcel_is_here,
        still_true=why_not_waiting,
        example=pickup_example,
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
        exists=parcel_is_here,
        still_true=why_not_delivered,
        optional=True,
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
        exists=parcel_is_here,
        still_true=why_no_problem,
        example=problem_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.delayed",
        room="tracking",
        title=_("Late parcel"),
        event=ShipmentDelayed,
        object_id=lambda event: f"{event.shipment_id}:{event.reason}:{event.turn}",
        variables=delay_variables,
        exists=parcel_is_here,
        still_true=why_no_delay,
        example=delay_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.still_delayed",
        room="tracking",
        title=_("Late parcel: still late"),
        event=ShipmentStillDelayed,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=delay_variables,
        exists=parcel_is_here,
        still_true=why_not_still_late,
        useful_for=timedelta(hours=24),
        example=delay_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.recovered",
        room="tracking",
        title=_("Late parcel: in time again"),
        event=ShipmentRecovered,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=parcel_variables,
        exists=parcel_is_here,
        still_true=why_not_recovered,
        useful_for=timedelta(hours=24),
        example=parcel_example,
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
        exists=parcel_is_here,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        detail=lambda event: get_shipment(event.shipment_id).tracking_number,
        page=lambda event: ("shipment_detail", [event.shipment_id]),
        icon="package-x",
        applies=lambda event: not event.historic,
    )
)
