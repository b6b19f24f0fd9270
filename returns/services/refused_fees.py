"""Paying the fee for sending refused units back: on a provider's page, or taken by staff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, override

from returns.enums.payments import PaymentPageState
from returns.enums.receiving import RefusedMove, RefusedState
from returns.errors import NoPaymentProvider, NothingDue
from returns.events import RefusedFeeReminded
from returns.models import FeePayment, RefusedUnits
from returns.ports import MANUAL, get_payment_provider, payment_provider_for
from returns.rules.receiving import REMIND_BEFORE
from returns.selectors.exchanges import due_of
from returns.selectors.refused import get_fee_payment, list_fee_payments
from returns.services.fee_books import end_fee_pages, give_fee_back, take_fee, tell_of_fee
from returns.services.payment_pages import ask_for_page, close, keep_page, page_in_use
from returns.services.refused import lock_refused, move_refused

SYSTEM = "system"


def open_fee_page(*, refused_id: str, home: str, at: datetime) -> str:
    """Return the address of a page on which the fee is paid; the one that is open is given again.

    `home` is where the shopper comes back to. Raises NothingDue, NoPaymentProvider where staff take
    the money, PaymentRefused and PaymentUnclear.
    """
    payment = _wanted(refused_id, at)
    if payment.url:
        return str(payment.url)
    refused = payment.refused
    assert refused.pay_by is not None
    page = ask_for_page(
        payment, refused.case, words=_words(refused), home=home, closes_at=refused.pay_by
    )
    with transaction.atomic():
        lock_refused(refused_id)
        keep_page(get_fee_payment(payment.public_id), page)
    return page.url


def _words(refused: RefusedUnits) -> str:
    with override(refused.case.locale):
        return gettext("Postage for return %(number)s") % {"number": refused.case.number}


def _wanted(refused_id: str, at: datetime) -> FeePayment:
    """Return the payment that is due now, written when it is first asked for."""
    with transaction.atomic():
        refused = lock_refused(refused_id)
        if refused.state != RefusedState.FEE_DUE or not refused.pay_by or refused.pay_by <= at:
            raise NothingDue
        in_use = page_in_use(list_fee_payments(refused), at=at)
        if in_use is not None:
            return in_use
        provider = payment_provider_for(due_of(refused.case.order, refused.fee))
        if provider is None:
            raise NoPaymentProvider
        payment = FeePayment.objects.create(
            refused=refused, provider=provider.name, amount=refused.fee, created_at=at
        )
        return get_fee_payment(payment.public_id)


def note_fee_paid(payment_id: str, amount: int, at: datetime, *, paid_as: str) -> None:
    """Note that a fee was paid on a page, once however often it is told; the units can be sent.

    `amount` is in minor units; `paid_as` is by what the payment goes by from now on. What was paid
    for units that are not sent back, or whose fee was paid already, goes back. Publishes
    RefusedFeePaid.
    """
    with transaction.atomic():
        payment = _lock(payment_id)
        if payment.state not in (PaymentPageState.OPEN, PaymentPageState.CLOSED):
            return
        payment.amount, payment.reference = amount, paid_as
        payment.state, payment.finished_at = PaymentPageState.PAID, at
        take_fee(payment, at=at, actor=payment.provider)
        refused = payment.refused
        if refused.state != RefusedState.FEE_DUE:
            give_fee_back(payment, at=at, actor=payment.provider)
            return
        _end_fee(refused, RefusedMove.PAY_FEE, paid_as, at=at, actor=payment.provider)


def fee_paid(*, refused_id: str, reference: str, at: datetime, actor: str) -> RefusedUnits:
    """Note that staff have taken the fee themselves; `reference` says where to find it.

    Publishes RefusedFeePaid. Raises RefusedUnitsMovedOn.
    """
    with transaction.atomic():
        refused = lock_refused(refused_id)
        _end_fee(refused, RefusedMove.PAY_FEE, reference, at=at, actor=actor)
        payment = FeePayment.objects.create(
            refused=refused,
            state=PaymentPageState.PAID,
            provider=MANUAL,
            amount=refused.fee,
            reference=reference[:255],
            created_at=at,
            finished_at=at,
        )
        take_fee(get_fee_payment(payment.public_id), at=at, actor=actor)
    return refused


def waive_fee(*, refused_id: str, at: datetime, actor: str) -> RefusedUnits:
    """Send units back without their fee. Raises RefusedUnitsMovedOn."""
    with transaction.atomic():
        refused = lock_refused(refused_id)
        _end_fee(refused, RefusedMove.WAIVE_FEE, "", at=at, actor=actor)
    return refused


def _end_fee(
    refused: RefusedUnits, move: RefusedMove, reference: str, *, at: datetime, actor: str
) -> None:
    move_refused(refused, move, at=at, actor=actor)
    refused.fee_reference = reference[:120]
    refused.save()
    end_fee_pages(refused, at=at, actor=actor)


def remind_of_fee(refused_id: str, *, at: datetime) -> None:
    """Remind a shopper of a fee that is due within a day, once. Publishes RefusedFeeReminded."""
    with transaction.atomic():
        refused = lock_refused(refused_id)
        by = refused.pay_by
        if refused.state != RefusedState.FEE_DUE or refused.reminded_at is not None:
            return
        if by is None or not at < by <= at + REMIND_BEFORE:
            return
        refused.reminded_at = at
        refused.save()
        tell_of_fee(refused, RefusedFeeReminded, at=at, actor=SYSTEM, pay_by=by.isoformat())


def close_fee_page(payment_id: str, *, at: datetime) -> None:
    """Close a page at its provider on which a fee could be paid; again, it changes nothing.

    One that was paid in the meantime is told of. Raises PaymentUnclear.
    """
    payment = get_fee_payment(payment_id)
    provider = get_payment_provider(payment.provider)
    if payment.reference and provider.close_page(payment.reference):
        note_fee_page_closed(payment_id, at=at)


def note_fee_page_closed(payment_id: str, *, at: datetime) -> None:
    """Note that nobody can pay a fee on a page any more; another is opened where it is wanted."""
    with transaction.atomic():
        close(_lock(payment_id), at=at)


def _lock(payment_id: str) -> FeePayment:
    lock_refused(get_fee_payment(payment_id).refused.public_id)
    return get_fee_payment(payment_id)
