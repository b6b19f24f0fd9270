"""What shoppers are told of a parcel that a carrier fetches."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from commerce.selectors import get_order
from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables
from returns.enums import ReturnState
from returns.events import PickUpArranged
from returns.models import Return
from returns.selectors import get_return, list_returns_of_order
from returns.selectors.pickups import pickup_of
from returns.serializers import represent_return
from returns.serializers.pickups import represent_pickup


def pickup_variables(event: PickUpArranged) -> MessageVariables | None:
    """The return and when it is fetched; that of a gift has a kind of its own."""
    return _told(event.order_id, get_return(event.return_id))


def _told(order_id: str, case: Return) -> MessageVariables | None:
    pickup = pickup_of(case)
    if pickup is None or case.gift_id is not None:
        return None
    return order_variables(
        order_id, collection=represent_pickup(pickup), **{"return": represent_return(case)}
    )


def why_not_arranged(object_id: str) -> str:
    """Why a pick-up, `ret_…:1` for the first time it was set, does not hold any more."""
    return_id, _colon, turn = object_id.partition(":")
    case = get_return(return_id)
    pickup = pickup_of(case)
    if pickup is None or pickup.turn != int(turn):
        return gettext_noop("Another day was arranged in the meantime.")
    if case.state != ReturnState.APPROVED:
        return gettext_noop("The return is on its way or was cancelled.")
    return ""


def pickup_example(order_id: str) -> MessageVariables | None:
    """The newest return of the order that is fetched."""
    cases = list_returns_of_order(get_order(order_id))
    return next((told for case in cases if (told := _told(order_id, case))), None)


register_kind(
    MessageKind(
        name="return.pickup_arranged",
        room="returns",
        title=_("Pick-up arranged"),
        event=PickUpArranged,
        object_id=lambda event: f"{event.return_id}:{event.turn}",
        variables=pickup_variables,
        tells=(*OF_ORDER, "return", "collection"),
        still_true=why_not_arranged,
        example=pickup_example,
    )
)
