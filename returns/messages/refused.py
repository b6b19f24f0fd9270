"""What shoppers are told of units that were not accepted, and of more than they announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from commerce.selectors import get_order
from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables
from postexp.kernel import clock
from returns.enums.receiving import RefusedState
from returns.events import (
    RefusedFeeDue,
    RefusedFeeEvent,
    RefusedFeeReminded,
    SurplusFound,
    UnitsRefused,
)
from returns.messages.required import DECIDED
from returns.selectors import get_return, list_returns_of_order
from returns.selectors.receiving import (
    get_refused,
    get_unannounced,
    list_refused_of,
    list_surplus_of,
)
from returns.serializers import represent_return
from returns.serializers.refused import (
    is_paid_online,
    options_in_words,
    represent_refused,
    usual_choice,
)
from returns.serializers.unannounced import represent_unannounced


def refused_variables(event: UnitsRefused | RefusedFeeEvent) -> MessageVariables | None:
    """The return, the units that were refused, and what is done without an answer; of no gift."""
    if get_return(event.return_id).gift_id is not None:
        return None
    return _of_refused(event.order_id, event.refused_id)


def _of_refused(order_id: str, refused_id: str) -> MessageVariables:
    refused = get_refused(refused_id)
    usual = usual_choice(refused)
    locale = refused.case.locale
    told = represent_refused(refused, locale=locale)
    line = {name: told[name] for name in ("title", "variant_title", "image_url", "quantity")}
    return order_variables(
        order_id,
        refused={
            **told,
            "lines": [line],
            "options": options_in_words(refused, locale),
            "without_answer": usual.value,
            "pays_online": is_paid_online(refused),
        },
        **{"return": represent_return(refused.case)},
    )


def why_not_asked(object_id: str) -> str:
    """Why the shopper need not decide any more: `rfu_…:1200` names units and what was offered."""
    refused_id, _colon, offer = object_id.partition(":")
    refused = get_refused(refused_id)
    if refused.state != RefusedState.ASKED or (refused.offer or 0) != int(offer):
        return gettext_noop("It was decided or offered anew in the meantime.")
    return ""


def why_no_fee(refused_id: str) -> str:
    """Why the fee for sending units back need not be paid any more."""
    refused = get_refused(refused_id)
    late = refused.pay_by is None or refused.pay_by <= clock.now()
    if late or refused.state != RefusedState.FEE_DUE:
        return gettext_noop("It was paid in the meantime, or is not wanted any more.")
    return ""


def fee_example(order_id: str) -> MessageVariables | None:
    """The newest refused units of the order, as if their fee were due in three days."""
    found = refused_example(order_id)
    if found is None:
        return None
    told = found.facts["refused"]
    pay_by = told["pay_by"] or (clock.now() + timedelta(days=3)).isoformat()
    return replace(found, facts={**found.facts, "refused": {**told, "pay_by": pay_by}})


def refused_example(order_id: str) -> MessageVariables | None:
    """The newest units of the order's returns that were refused."""
    for case in list_returns_of_order(get_order(order_id)):
        if found := list_refused_of(case):
            return _of_refused(order_id, found[-1].public_id)
    return None


def surplus_variables(event: SurplusFound) -> MessageVariables | None:
    """The return, and what came with it unannounced; of no gift."""
    if get_return(event.return_id).gift_id is not None:
        return None
    return _of_surplus(event.order_id, event.return_id, event.unannounced_id)


def _of_surplus(order_id: str, return_id: str, unannounced_id: str) -> MessageVariables:
    return order_variables(
        order_id,
        surplus=represent_unannounced(get_unannounced(unannounced_id)),
        **{"return": represent_return(get_return(return_id))},
    )


def surplus_example(order_id: str) -> MessageVariables | None:
    """The newest goods that came with the order's returns unannounced."""
    for case in list_returns_of_order(get_order(order_id)):
        if found := list_surplus_of(case):
            return _of_surplus(order_id, case.public_id, found[-1].public_id)
    return None


register_kind(
    MessageKind(
        name="return.units_refused",
        room="returns",
        title=_("Item not accepted"),
        event=UnitsRefused,
        object_id=lambda event: f"{event.refused_id}:{event.offer}",
        variables=refused_variables,
        tells=(*OF_ORDER, "return", "refused"),
        still_true=why_not_asked,
        example=refused_example,
        required=DECIDED,
    )
)
for _event, _title in (
    (RefusedFeeDue, _("Postage for an item that goes back")),
    (RefusedFeeReminded, _("Reminder: postage for an item that goes back")),
):
    register_kind(
        MessageKind(
            name=_event.type,
            room="returns",
            title=_title,
            event=_event,
            object_id=lambda event: event.refused_id,
            variables=refused_variables,
            tells=(*OF_ORDER, "return", "refused"),
            still_true=why_no_fee,
            example=fee_example,
        )
    )
register_kind(
    MessageKind(
        name="return.surplus_found",
        room="returns",
        title=_("More arrived than announced"),
        event=SurplusFound,
        object_id=lambda event: event.unannounced_id,
        variables=surplus_variables,
        tells=(*OF_ORDER, "return", "surplus"),
        example=surplus_example,
    )
)
