"""Units that could not be accepted, on the wire and in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from commerce import links
from commerce.selectors import get_merchant
from commerce.serializers import instant, money
from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import Grade
from returns.enums.payments import PaymentPageState
from returns.enums.receiving import RefusedChoice, RefusedMove, RefusedState
from returns.ports import payment_provider_for
from returns.rules.states import REFUSED_MOVES, possible
from returns.selectors.exchanges import due_of
from returns.selectors.gifts import return_token
from returns.selectors.receiving import receiving_settings
from returns.selectors.refused import list_fee_payments, quote_offer

if TYPE_CHECKING:
    from returns.models import FeePayment, Inspection, RefusedUnits

_MOVE_OF = {
    RefusedChoice.SEND_BACK: RefusedMove.ASK_BACK,
    RefusedChoice.DONATE: RefusedMove.GIVE_AWAY,
    RefusedChoice.PART_REFUND: RefusedMove.TAKE_OFFER,
}

REFUSED_TONES = {
    RefusedState.ASKED: "attention",
    RefusedState.FEE_DUE: "attention",
    RefusedState.TO_SEND: "information",
    RefusedState.SENT_BACK: "neutral",
    RefusedState.DONATED: "neutral",
    RefusedState.PART_REFUNDED: "good",
}


def open_choices(refused: RefusedUnits) -> list[RefusedChoice]:
    """Return what the shopper of refused units can still choose."""
    moves = possible(REFUSED_MOVES, RefusedState(refused.state))
    return [
        choice
        for choice in RefusedChoice
        if _MOVE_OF[choice] in moves
        and (choice is not RefusedChoice.PART_REFUND or refused.offer is not None)
    ]


def amount_of(refused: RefusedUnits, choice: RefusedChoice) -> int:
    """Return what a choice costs (sending back) or gives (a partial refund), in minor units."""
    if choice is RefusedChoice.SEND_BACK:
        return refused.fee
    return quote_offer(refused).payout if choice is RefusedChoice.PART_REFUND else 0


def refused_reason(inspection: Inspection, locale: str) -> str:
    """Return why units could not be accepted, as their shopper reads it, and what staff added."""
    with override(locale):
        if inspection.found is not None:
            product = inspection.found.product
            name = " ".join(part for part in (product.title, inspection.found.title) if part)
            reason = _("Another item arrived than the one announced: %(name)s.") % {"name": name}
        else:
            reason = {
                Grade.WORN: _("It arrived worn or damaged."),
                Grade.NOT_OURS: _("It is not an item from our shop."),
            }.get(Grade(inspection.grade), _("It could not be accepted as it arrived."))
    return "\n".join(part for part in (reason, inspection.note) if part)


def decide_url(refused: RefusedUnits, locale: str) -> str:
    """Return the absolute address of the page on which a shopper decides."""
    case, token = refused.case, return_token(refused.case)
    return links.site_url(get_merchant(), "site:return_decide", locale, token, case.public_id)


def photo_path(refused: RefusedUnits) -> str:
    """Return the address of the photo on the shopper's site, or "" where there is none."""
    photo = refused.inspection.photo
    if photo is None:
        return ""
    token = return_token(refused.case)
    parts = [get_merchant().slug, token, refused.case.public_id, photo.public_id]
    return reverse("site:return_finding", args=parts)


def represent_refused(refused: RefusedUnits, *, locale: str) -> dict[str, Any]:
    """Return refused units: `amount` of a choice is its fee, or what the partial refund gives.

    `fee` is what sending them back costs, to be paid until `pay_by` once they are wanted back.
    """
    currency = refused.case.order.currency
    sold = refused.line.order_line
    image = sold.product.image if sold.product else None
    return {
        "id": refused.public_id,
        "return_id": refused.case.public_id,
        "line_id": refused.line.public_id,
        "title": sold.title,
        "variant_title": sold.variant_title,
        "image_url": image.url if image else "",
        "quantity": refused.quantity,
        "grade": refused.inspection.grade,
        "reason": refused_reason(refused.inspection, locale),
        "state": refused.state,
        "choices": [
            {"choice": choice.value, "amount": money(amount_of(refused, choice), currency)}
            for choice in open_choices(refused)
        ],
        "choice": refused.choice or None,
        "answer_by": instant(refused.answer_by),
        "fee": money(refused.fee, currency),
        "pay_by": instant(refused.pay_by),
        "payments": [_payment(one, currency) for one in list_fee_payments(refused)],
        "tracking_number": refused.tracking_number,
        "url": decide_url(refused, locale),
    }


def _payment(payment: FeePayment, currency: str) -> dict[str, Any]:
    return {
        "id": payment.public_id,
        "state": payment.state,
        "amount": money(payment.amount, currency),
        "provider": payment.provider,
        "reference": payment.reference,
        "pay_url": payment.pay_url,
        "order_id": payment.order.public_id if payment.order else None,
    }


def payment_rows(refused: RefusedUnits) -> list[dict[str, Any]]:
    """Return the payments of a fee as staff see them, oldest first."""
    currency = refused.case.order.currency
    return [
        {
            "payment": one,
            "amount": Money(one.amount, currency),
            "tone": PAYMENT_TONES[PaymentPageState(one.state)],
        }
        for one in list_fee_payments(refused)
    ]


PAYMENT_TONES = {
    PaymentPageState.OPEN: "attention",
    PaymentPageState.CLOSED: "neutral",
    PaymentPageState.PAID: "good",
    PaymentPageState.RETURNED: "neutral",
}


def fee_to_pay(refused: RefusedUnits, *, at: datetime) -> dict[str, Any] | None:
    """Return what the shopper of refused units is to pay now and until when, or None.

    Where it cannot be paid `online`, staff take it.
    """
    if refused.state != RefusedState.FEE_DUE or not refused.pay_by or refused.pay_by <= at:
        return None
    order = refused.case.order
    return {
        "amount": Money(refused.fee, order.currency),
        "until": refused.pay_by,
        "online": is_paid_online(refused),
    }


def is_paid_online(refused: RefusedUnits) -> bool:
    """Whether the shopper of refused units can pay their fee on a page; else staff take it."""
    return payment_provider_for(due_of(refused.case.order, refused.fee)) is not None


def choice_rows(refused: RefusedUnits) -> list[dict[str, Any]]:
    """Return what can be chosen, each with its words and its amount, in the language in force."""
    currency = refused.case.order.currency
    is_gift = refused.case.gift_id is not None
    rows = []
    for choice in open_choices(refused):
        if is_gift and choice is RefusedChoice.PART_REFUND:
            # A sum would tell what the present cost.
            rows.append(_row(choice, words=_("We keep it, and you get store credit for a part.")))
            continue
        amount = amount_of(refused, choice)
        rows.append(
            _row(
                choice,
                words=_words(choice, free=not amount),
                shown=amount,
                amount=Money(amount, currency) if amount else None,
            )
        )
    return rows


def _row(
    choice: RefusedChoice, *, words: str, shown: int | None = None, amount: Money | None = None
) -> dict[str, Any]:
    return {
        "choice": choice,
        "shown": shown,
        "words": words,
        "amount": amount,
        "is_fee": choice is RefusedChoice.SEND_BACK,
    }


def options_in_words(refused: RefusedUnits, locale: str) -> list[str]:
    """Return what can be chosen, each in one line with what it costs or gives."""
    with override(locale):
        return [_option(row) for row in choice_rows(refused)]


def _option(row: dict[str, Any]) -> str:
    label = str(row["choice"].label)
    if row["amount"] is None:
        return label
    words = _("%(choice)s (%(fee)s for postage)") if row["is_fee"] else _("%(choice)s (%(fee)s)")
    return words % {"choice": label, "fee": formats.money(row["amount"])}


def _words(choice: RefusedChoice, *, free: bool) -> str:
    if choice is RefusedChoice.SEND_BACK:
        return _("You pay nothing.") if free else _("We send it once its postage is paid.")
    if choice is RefusedChoice.DONATE:
        return _("There is nothing more for you to do.")
    return _("We keep it, and you get this amount.")


def default_words(choice: RefusedChoice) -> str:
    """Say what happens without an answer, in the language in force."""
    return {
        RefusedChoice.SEND_BACK: _("Without an answer by then we send it back to you."),
        RefusedChoice.DONATE: _("Without an answer by then we give it to charity."),
        RefusedChoice.PART_REFUND: _("Without an answer by then you get the partial refund."),
    }[choice]


def unpaid_words(choice: RefusedChoice) -> str:
    """Say what happens where a fee is not paid in time, in the language in force."""
    return {
        RefusedChoice.DONATE: _("If it is not paid by then, we give it to charity."),
        RefusedChoice.PART_REFUND: _("If it is not paid by then, you get the partial refund."),
    }.get(choice, "")


def usual_choice(refused: RefusedUnits) -> RefusedChoice:
    """Return what the shop does with refused units where nobody answers, or pays, in time."""
    usual = RefusedChoice(receiving_settings().without_answer)
    if usual is RefusedChoice.PART_REFUND and refused.offer is None:
        return RefusedChoice.SEND_BACK
    return usual


def closed_words(refused: RefusedUnits) -> str:
    """Say what became of refused units, in the language in force."""
    return {
        RefusedState.FEE_DUE: _("It goes back to you once its postage is paid."),
        RefusedState.TO_SEND: _("We are sending it back to you."),
        RefusedState.SENT_BACK: _("It was sent back to you."),
        RefusedState.DONATED: _("It was given to charity. Thank you."),
        RefusedState.PART_REFUNDED: _("You took the partial refund."),
    }.get(RefusedState(refused.state), "")
