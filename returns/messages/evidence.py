"""Asking shoppers for photos, and telling staff that they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce import links
from commerce.selectors import get_merchant, get_order
from notifications.ports import (
    OF_ORDER,
    AlertKind,
    MessageKind,
    MessageVariables,
    register_alert,
    register_kind,
)
from notifications.selectors import order_variables
from returns.enums import ReturnState
from returns.events import EvidenceAdded, EvidenceAsked
from returns.selectors import get_return, list_returns_of_order
from returns.serializers import represent_return

if TYPE_CHECKING:
    from returns.models import Return


def asked_variables(event: EvidenceAsked) -> MessageVariables | None:
    """The return, what its photos should show, and the page that takes them; of no gift."""
    case = get_return(event.return_id)
    return None if case.gift_id is not None else _of_case(case)


def _of_case(case: Return) -> MessageVariables:
    token = links.order_token(case.order.public_id)
    url = links.site_url(get_merchant(), "site:return_status", case.locale, token, case.public_id)
    return order_variables(
        case.order.public_id,
        evidence={"text": case.evidence_text, "url": url},
        **{"return": represent_return(case)},
    )


def why_not_asked(object_id: str) -> str:
    """Why photos, `ret_…:1` for the first time they were asked for, are no longer waited for."""
    return_id, _colon, asked = object_id.partition(":")
    case = get_return(return_id)
    waits = case.evidence_wanted and case.state == ReturnState.IN_REVIEW
    if not waits or case.evidence_asked != int(asked):
        return gettext_noop("The photos are here, or no longer waited for.")
    return ""


def asked_example(order_id: str) -> MessageVariables | None:
    """The order's newest return, as if its photos were asked for."""
    cases = list_returns_of_order(get_order(order_id))
    return _of_case(get_return(cases[0].public_id)) if cases else None


register_kind(
    MessageKind(
        name="return.photos_wanted",
        room="returns",
        title=_("Asked for photos"),
        event=EvidenceAsked,
        object_id=lambda event: f"{event.return_id}:{event.asked}",
        variables=asked_variables,
        tells=(*OF_ORDER, "return", "evidence"),
        still_true=why_not_asked,
        example=asked_example,
    )
)
register_alert(
    AlertKind(
        name="return.evidence_added",
        title=pgettext_lazy("kind of alert", "Photos for a return"),
        event=EvidenceAdded,
        object_id=lambda event: f"{event.return_id}:{event.answers}",
        detail=lambda event: get_return(event.return_id).number,
        page=lambda event: ("return_detail", [event.return_id]),
        icon="image",
        applies=lambda event: event.answers > 0,
    )
)
