"""What shoppers are told of a parcel that was lost on its way back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from commerce.selectors import get_order
from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables
from returns.enums.losses import Bearer
from returns.events import LossEvent, ReturnLossBorne, ReturnLossDeclined
from returns.messages.required import DECIDED
from returns.models import Return, ReturnLoss
from returns.rules.states import UNDO_TIME
from returns.selectors import get_return, list_lines_of, list_returns_of_order
from returns.selectors.losses import get_loss, list_losses_of
from returns.serializers import represent_return
from returns.serializers.losses import loss_words


def loss_variables(event: LossEvent) -> MessageVariables | None:
    """The return, and what was decided of its loss; that of a gift has kinds of its own."""
    return _told(event.order_id, get_loss(event.loss_id))


def _told(order_id: str, loss: ReturnLoss) -> MessageVariables | None:
    case = get_return(loss.case.public_id)
    if case.gift_id is not None:
        return None
    return order_variables(
        order_id, loss=loss_facts(loss, case), **{"return": represent_return(case)}
    )


def loss_facts(loss: ReturnLoss, case: Return) -> dict[str, Any]:
    """What was decided of the lost units of a return, without any sum."""
    units = sum(line.quantity for line in list_lines_of(case))
    return {
        "text": loss.text,
        "why": loss_words(loss, case.locale) if loss.bearer == Bearer.SHOPPER else "",
        "units": loss.units,
        "whole": loss.units == units,
    }


def why_not_decided(loss_id: str) -> str:
    """Why a decision on a loss does not hold any more."""
    if get_loss(loss_id).ended_at is not None:
        return gettext_noop("The decision was taken back, or the parcel turned up.")
    return ""


def loss_example(order_id: str) -> MessageVariables | None:
    """The newest loss of the order's returns."""
    cases = list_returns_of_order(get_order(order_id))
    losses = [loss for case in cases for loss in list_losses_of(case)]
    return next((told for loss in losses if (told := _told(order_id, loss))), None)


register_kind(
    MessageKind(
        name="return.loss_borne",
        room="returns",
        title=_("Return lost on its way, paid for"),
        event=ReturnLossBorne,
        object_id=lambda event: event.loss_id,
        variables=loss_variables,
        tells=(*OF_ORDER, "return", "loss"),
        still_true=why_not_decided,
        hold=UNDO_TIME,
        example=loss_example,
    )
)
register_kind(
    MessageKind(
        name="return.loss_declined",
        room="returns",
        title=_("Return lost on its way, not paid for"),
        event=ReturnLossDeclined,
        object_id=lambda event: event.loss_id,
        variables=loss_variables,
        tells=(*OF_ORDER, "return", "loss"),
        still_true=why_not_decided,
        hold=UNDO_TIME,
        example=loss_example,
        required=DECIDED,
    )
)
