"""Withdrawals on the wire and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from commerce.serializers import instant
from postexp.design import formats
from postexp.kernel import signing
from returns.enums import WithdrawalEnd, WithdrawalState
from returns.models import Withdrawal

if TYPE_CHECKING:
    from commerce.models import Merchant

RECEIPT = "withdrawal"
"""Purpose of the token that shows one statement to who made it."""
TONES = {
    WithdrawalState.WAITING: "attention",
    WithdrawalState.MATCHED: "information",
    WithdrawalState.CLOSED: "neutral",
}


def receipt_token(withdrawal: Withdrawal) -> str:
    """Return the token that opens the acknowledgement of a statement."""
    return signing.sign(RECEIPT, withdrawal.public_id)


def withdrawal_of_token(token: str) -> str:
    """Return the public id of the withdrawal a token opens; raises signing.BadToken."""
    return signing.unsign(RECEIPT, token)


def write_statement(
    merchant: Merchant, *, name: str, contract: str, contact: str, goods: str, locale: str
) -> str:
    """Return the statement a shopper confirms, in their language."""
    told = {
        "shop": merchant.name_in(locale),
        "name": name,
        "contract": contract,
        "contact": contact,
        "goods": goods,
    }
    return render_to_string(f"returns/withdrawals/statement.{locale}.txt", told).strip()


def represent_withdrawal(withdrawal: Withdrawal) -> dict[str, Any]:
    """Return a withdrawal; `answer` is in the shopper's language, empty while it is open."""
    order, case = withdrawal.order, withdrawal.case
    return {
        "id": withdrawal.public_id,
        "number": withdrawal.number,
        "state": withdrawal.state,
        "received_at": instant(withdrawal.received_at),
        "refund_due": withdrawal.refund_due.isoformat(),
        "name": withdrawal.name,
        "contract": withdrawal.contract,
        "contact": withdrawal.contact,
        "goods": withdrawal.goods,
        "statement": withdrawal.statement,
        "locale": withdrawal.locale,
        "order_id": order.public_id if order else None,
        "order_number": order.number if order else None,
        "return_id": case.public_id if case else None,
        "end": withdrawal.end or None,
        "answer": answer_words(withdrawal, withdrawal.locale),
        "closed_at": instant(withdrawal.closed_at),
    }


def answer_words(withdrawal: Withdrawal, locale: str) -> str:
    """Return what the shopper was answered at the end: the reason, and the words of staff."""
    if not withdrawal.end:
        return ""
    with translation.override(locale):
        reason = str(WithdrawalEnd(withdrawal.end).label)
    parts = (reason if withdrawal.end != WithdrawalEnd.OTHER else "", withdrawal.answer)
    return "\n\n".join(part for part in parts if part)


def due_words(days: int) -> str:
    """Say how long there is until money is due, from the days that are left."""
    if days < 0:
        return _("overdue by %(days)s days") % {"days": formats.number(-days)}
    if days == 0:
        return _("today")
    return _("in %(days)s days") % {"days": formats.number(days)}
