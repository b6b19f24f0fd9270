"""The fee for sending refused units back: asked for, booked, given back where it is not due.

Money that comes in for it is a tender of an order of its own, which sells the way back; so it goes
back as shipping of that order, and never mixes with what the return itself is worth.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext, override

from commerce.enums import TenderKind
from commerce.selectors import lock_order
from commerce.services.exchange_orders import capture_tender, open_postage_order
from postexp.kernel.events import append
from returns.enums.payments import PaymentPageState
from returns.events import RefusedFeeDue, RefusedFeeEvent, RefusedFeePaid, RefusedFeeUnwanted
from returns.models import FeePayment, RefusedUnits
from returns.ports import MANUAL
from returns.rules.exchanges import tax_inside
from returns.rules.receiving import pay_fee_by
from returns.selectors.refused import count_postage_sold, list_fee_payments
from returns.services.settlements import refund_shipping


def ask_for_fee(refused: RefusedUnits, *, at: datetime, actor: str) -> None:
    """Ask for the fee of units that are wanted back; the caller saves them.

    Publishes RefusedFeeDue.
    """
    refused.pay_by = pay_fee_by(refused.answer_by, at)
    tell_of_fee(refused, RefusedFeeDue, at=at, actor=actor, pay_by=refused.pay_by.isoformat())


def tell_of_fee(
    refused: RefusedUnits,
    event: type[RefusedFeeEvent],
    *,
    at: datetime,
    actor: str,
    amount: int | None = None,
    **more: object,
) -> None:
    """Publish something that happened to the fee of refused units."""
    order = refused.case.order
    append(
        event(
            order_id=order.public_id,
            return_id=refused.case.public_id,
            refused_id=refused.public_id,
            amount=refused.fee if amount is None else amount,
            currency=order.currency,
            **more,
        ),
        at=at,
        actor=actor,
    )


def take_fee(payment: FeePayment, *, at: datetime, actor: str) -> None:
    """Book money that was paid for sending units back; the caller holds the order's lock.

    Publishes OrderPlaced and RefusedFeePaid.
    """
    refused = payment.refused
    case, original = refused.case, refused.case.order
    taxes = refused.line.order_line.taxes
    rate = sum(tax["rate"] for tax in taxes)
    tax = tax_inside(payment.amount, rate)
    with override(case.locale):
        title = gettext("Postage for sending it back to you")
    payment.order = open_postage_order(
        original,
        external_id=payment.public_id,
        number=f"{original.number}-P{count_postage_sold(case) + 1}",
        title=title,
        amount=payment.amount,
        tax=tax,
        taxes=[{"title": taxes[0].get("title", ""), "rate": rate, "amount": tax}] if rate else [],
        at=at,
        actor=actor,
        recipient=case.recipient,
        address=case.recipient_address,
        locale=case.locale,
    )
    by_hand = payment.provider == MANUAL
    capture_tender(
        lock_order(payment.order.public_id),
        kind=TenderKind.MANUAL if by_hand else TenderKind.CARD,
        gateway="" if by_hand else payment.provider,
        external_id=payment.reference,
        amount=payment.amount,
    )
    payment.save()
    tell_of_fee(
        refused,
        RefusedFeePaid,
        at=at,
        actor=actor,
        amount=payment.amount,
        payment_id=payment.public_id,
    )


def give_fee_back(payment: FeePayment, *, at: datetime, actor: str) -> None:
    """Give back what was paid for sending units back that are not sent, or was paid before.

    The caller holds the order's lock. Publishes as `refund_shipping`.
    """
    assert payment.order is not None
    refund_shipping(order_id=payment.order.public_id, key=payment.public_id, at=at, actor=actor)
    payment.state = PaymentPageState.RETURNED
    payment.save()


def end_fee_pages(refused: RefusedUnits, *, at: datetime, actor: str) -> None:
    """Ask for the pages to be closed on which a fee could be paid that is not due any more.

    Publishes RefusedFeeUnwanted for each.
    """
    for payment in list_fee_payments(refused):
        if payment.state == PaymentPageState.OPEN:
            tell_of_fee(
                refused, RefusedFeeUnwanted, at=at, actor=actor, payment_id=payment.public_id
            )
