"""What shoppers who withdraw from a contract are told, and what staff are told of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commerce.links import site_url
from commerce.selectors import get_merchant, get_order
from notifications.ports import (
    AlertKind,
    MessageKind,
    MessageVariables,
    Recipient,
    register_alert,
    register_kind,
)
from postexp.design.formats import honorific
from returns.enums import WithdrawalEnd
from returns.events import WithdrawalClosed, WithdrawalReceived
from returns.messages.required import ACKNOWLEDGED, DECIDED
from returns.models import Withdrawal
from returns.selectors.withdrawals import (
    cancellation_of,
    get_withdrawal,
    is_mailed,
    list_withdrawals_of_order,
)
from returns.serializers.withdrawals import receipt_token, represent_withdrawal


def withdrawal_variables(withdrawal: Withdrawal) -> MessageVariables:
    """Write to the address that was stated, in the language it was stated in."""
    merchant, locale = get_merchant(), withdrawal.locale
    with translation.override(locale):
        name = honorific(withdrawal.name) if withdrawal.name else ""
    token = receipt_token(withdrawal)
    told: dict[str, Any] = {
        **represent_withdrawal(withdrawal),
        "zone": withdrawal.received_at.astimezone(merchant.zone).tzname(),
        "url": site_url(merchant, "site:withdrawal_receipt", locale, token),
    }
    return MessageVariables(
        recipient=Recipient(address=withdrawal.contact, locale=locale),
        order_id=withdrawal.order.public_id if withdrawal.order else "",
        facts={"withdrawal": told, "customer_name": name},
    )


def received_variables(event: WithdrawalReceived) -> MessageVariables | None:
    """Acknowledge a statement, unless so many came that its form is being misused."""
    withdrawal = get_withdrawal(event.withdrawal_id)
    return withdrawal_variables(withdrawal) if is_mailed(withdrawal) else None


def closed_variables(event: WithdrawalClosed) -> MessageVariables | None:
    """Answer a statement; a refund by its return or cancellation was told of already."""
    withdrawal = get_withdrawal(event.withdrawal_id)
    if event.end == WithdrawalEnd.REFUNDED and withdrawal.case is not None:
        return None
    if event.end == WithdrawalEnd.CANCELLED and cancellation_of(withdrawal) is not None:
        return None
    return withdrawal_variables(withdrawal)


def withdrawal_example(order_id: str) -> MessageVariables | None:
    """The order's newest withdrawal, as it stands."""
    found = list_withdrawals_of_order(get_order(order_id))
    return withdrawal_variables(get_withdrawal(found[0].public_id)) if found else None


register_kind(
    MessageKind(
        name="withdrawal.received",
        room="returns",
        title=_("Withdrawal acknowledged"),
        event=WithdrawalReceived,
        object_id=lambda event: event.withdrawal_id,
        variables=received_variables,
        tells=("customer_name", "withdrawal"),
        # The law asks for it: late is better than never.
        useful_for=timedelta(days=14),
        must_say=("withdrawal.received_at", "withdrawal.statement"),
        example=withdrawal_example,
        required=ACKNOWLEDGED,
    )
)
register_kind(
    MessageKind(
        name="withdrawal.closed",
        room="returns",
        title=_("Withdrawal answered"),
        event=WithdrawalClosed,
        object_id=lambda event: event.withdrawal_id,
        variables=closed_variables,
        tells=("customer_name", "withdrawal"),
        useful_for=timedelta(days=14),
        example=withdrawal_example,
        required=DECIDED,
    )
)
register_alert(
    AlertKind(
        name="withdrawal.received",
        title=pgettext_lazy("kind of alert", "New withdrawal from a contract"),
        event=WithdrawalReceived,
        object_id=lambda event: event.withdrawal_id,
        detail=lambda event: get_withdrawal(event.withdrawal_id).number,
        page=lambda event: ("withdrawal_detail", [event.withdrawal_id]),
        applies=lambda event: is_mailed(get_withdrawal(event.withdrawal_id)),
        icon="file-text",
    )
)
