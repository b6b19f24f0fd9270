"""The one-time code by which shoppers open their order page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables
from tracking.events import LookupCodeRequested
from tracking.selectors.lookups import CODE_VALID, code_of


def code_variables(event: LookupCodeRequested) -> MessageVariables | None:
    """The one-time code, derived here: no event carries it."""
    return order_variables(
        event.order_id,
        code=code_of(event.challenge_id),
        valid_minutes=int(CODE_VALID.total_seconds() // 60),
    )


def code_example(order_id: str) -> MessageVariables:
    """A code that opens nothing."""
    minutes = int(CODE_VALID.total_seconds() // 60)
    return order_variables(order_id, code="123456", valid_minutes=minutes)


register_kind(
    MessageKind(
        name="tracking.lookup_code",
        room="tracking",
        title=_("One-time code for the order page"),
        event=LookupCodeRequested,
        object_id=lambda event: event.challenge_id,
        variables=code_variables,
        tells=(*OF_ORDER, "code", "valid_minutes"),
        useful_for=CODE_VALID,
        secret=True,
        must_say=("code",),
        example=code_example,
    )
)
