"""What shoppers are told of a parcel that was lost on its way back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from commerce.selectors import get_order
from notifications.ports import MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables
from returns.enums.losses import Bearer
from returns.events import LossEvent, ReturnLossBorne, ReturnLossDeclined
from returns.models import ReturnLoss
from returns.rules.states import UNDO_TIME
from returns.selectors import get_return, list_lines_of, list_returns_of_order
from returns.selectors.losses import get_loss, list_losses_of
from returns.serializers import represent_return
from returns.serializers.losses import loss_words


def loss_variables(event: LossEvent) -> MessageVariables | None:
    """The return, and what was decided of its loss; nobody is written to of a gift."""
    return _told(event.order_id, get_loss(event.loss_id))


def _told(order_id: str, loss: ReturnLoss) -> MessageVariables | None:
    case = get_return(loss.case.public_id)
    if case.gift_id is not None:
        return None
    units = sum(line.quantity for line in list_lines_of(case))
    return order_variables(
        order_id,
        loss={
            "text": loss.text,
            "why": loss_words(loss, case.locale) if loss.bearer == Bearer.SHOPPER else "",
            "units": loss.units,
            "whole": loss.units == units,
        },
        **{"return": represent_return(case)},
    )


def why_not_decided(loss_id: str) -> str:
    """Why a decision on a loss does not hold any more."""
    if get_loss(loss_id).ended_at is not None:
        return gettext_noop("The decision was taken back, or the parcel turned up.")
    return ""


def loss_example(order_id: str) -> MessageVariables | None:
    """The newest loss of the order's returns."""
    for case in list_returns_of_order(get_order(order_id)):
        for loss in list_losses_of(case):
            return _told(order_id, loss)
    return None


register_kind(
    MessageKind(
        name="return.loss_borne",
        room="returns",
        title=_("Return lost on its way, paid for"),
        event=ReturnLossBorne,
        object_id=lambda event: event.loss_id,
        variables=loss_variables,
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
        still_true=why_not_decided,
        hold=UNDO_TIME,
        example=loss_example,
    )
)
