"""What is asked of a taker of payments about its pages and holds, and how it ended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from returns import events
from returns.enums.exchanges import (
    ExchangeMove,
    ExchangePaymentState,
    ExchangeState,
    MoneyStep,
)
from returns.models import ExchangePayment
from returns.ports import PaymentRefused, get_payment_provider
from returns.rules.exchange_moves import RENEW_BEFORE
from returns.selectors.exchanges import get_exchange_payment, is_partly_sent, sum_paid
from returns.services.exchange_books import give_back_payment, take_money
from returns.services.exchange_cases import (
    ask_provider,
    downgrade,
    go_on,
    lock_exchange,
    take_of_hold,
    take_step,
    tell_of,
)
from returns.services.payment_pages import close

SYSTEM = "system"


def carry_out_step(payment_id: str, step: MoneyStep, *, at: datetime) -> None:
    """Do with a page or hold at its provider what was asked for, under a key of its own.

    May be called again: each call has its effect once. Raises PaymentUnclear where the provider
    gave no answer.
    """
    payment = get_exchange_payment(payment_id)
    provider = get_payment_provider(payment.provider)
    key = f"{payment.public_id}:{step.value}:{payment.attempts}"
    match step:
        case MoneyStep.CLOSE:
            if payment.reference and provider.close_page(payment.reference):
                page_closed(payment_id, at=at)
        case MoneyStep.RELEASE if payment.state not in _TAKEN:
            provider.release(payment.reference, key)
        case MoneyStep.RENEW if is_lapsing(payment, at):
            try:
                hold = provider.renew(payment.reference, key)
            except PaymentRefused as refusal:
                hold_not_renewed(payment_id, why=str(refusal), at=at)
                return
            hold_renewed(payment_id, hold.reference, hold.expires_at)
        case MoneyStep.CHARGE if payment.state in _CHARGEABLE:
            try:
                reference = provider.capture(payment.reference, payment.wanted, key)
            except PaymentRefused as refusal:
                charge_refused(payment_id, why=str(refusal), at=at)
                return
            charged(payment_id, reference=reference, amount=payment.wanted, at=at)


def page_closed(payment_id: str, *, at: datetime) -> None:
    """Note that nobody can pay on a page any more."""
    with transaction.atomic():
        close(_lock(payment_id), at=at)


def is_lapsing(payment: ExchangePayment, at: datetime) -> bool:
    """Whether a hold stands and lapses soon: what was renewed meanwhile does not."""
    lapses = payment.expires_at
    held = payment.state == ExchangePaymentState.HELD
    return held and lapses is not None and lapses <= at + RENEW_BEFORE


def hold_renewed(payment_id: str, reference: str, expires_at: datetime) -> None:
    """Note that a price is held anew, under another reference.

    Where it was let go meanwhile, that reference is what is let go of next.
    """
    with transaction.atomic():
        payment = _lock(payment_id)
        if payment.state in (ExchangePaymentState.HELD, ExchangePaymentState.RELEASED):
            payment.reference, payment.expires_at = reference, expires_at
            payment.attempts += 1
            payment.save()


def hold_not_renewed(payment_id: str, *, why: str, at: datetime) -> None:
    """Note that a price cannot be held any longer than it is.

    What was not sent yet is sent when its return is on its way, and what is held is let go;
    otherwise a difference is taken of it while that can be done, an even exchange is held until it
    lapses, and staff are told. Publishes ExchangeDowngraded or ExchangeHoldFailed.
    """
    with transaction.atomic():
        payment = _lock(payment_id)
        if payment.state != ExchangePaymentState.HELD:
            return
        payment.failure = why
        exchange = payment.exchange
        waiting = (ExchangeState.APPROVED, ExchangeState.READY_TO_SHIP)
        if exchange.state in waiting and not is_partly_sent(exchange):
            payment.state, payment.finished_at = ExchangePaymentState.LOST, at
            payment.save()
            ask_provider(payment, MoneyStep.RELEASE, at=at, actor=SYSTEM)
            downgrade(exchange, at=at, actor=payment.provider)
            return
        payment.state = ExchangePaymentState.LAPSING
        payment.save()
        difference = exchange.due - sum_paid(exchange)
        if difference > 0 and payment.to_take is None:
            take_of_hold(payment, difference, at=at, actor=SYSTEM)
        _tell_failed(payment, why, at)


def charged(payment_id: str, *, reference: str, amount: int, at: datetime) -> None:
    """Note that an amount was taken of what was held, once: a difference, or the original stayed.

    Where it was let go meanwhile, the money goes back. Publishes ExchangePaid and ExchangeMoved.
    """
    with transaction.atomic():
        payment = _lock(payment_id)
        if payment.state in _TAKEN:
            return
        was_let_go = payment.state == ExchangePaymentState.RELEASED
        payment.state, payment.finished_at = ExchangePaymentState.CHARGED, at
        payment.reference, payment.to_take = reference, amount
        payment.save()
        exchange, actor = payment.exchange, payment.provider
        take_money(exchange, gateway=actor, reference=reference, amount=amount, at=at, actor=actor)
        tell_paid(payment, at, actor)
        if was_let_go:
            give_back_payment(exchange, amount, key=payment.public_id, at=at, actor=actor)
            payment.state = ExchangePaymentState.RETURNED
            payment.save()
            return
        if exchange.state == ExchangeState.UNRETURNED:
            take_step(exchange, ExchangeMove.CHARGE, at=at, actor=actor)
        go_on(exchange, at=at, actor=actor)


_TAKEN = (ExchangePaymentState.CHARGED, ExchangePaymentState.RETURNED)
_CHARGEABLE = (ExchangePaymentState.HELD, ExchangePaymentState.LAPSING)


def charge_refused(payment_id: str, *, why: str, at: datetime) -> None:
    """Note that what was held could not be taken; staff are told. Publishes ExchangeHoldFailed."""
    with transaction.atomic():
        payment = _lock(payment_id)
        if payment.state in _CHARGEABLE:
            payment.state, payment.failure, payment.finished_at = (
                ExchangePaymentState.REFUSED,
                why,
                at,
            )
            payment.save()
            _tell_failed(payment, why, at)
            go_on(payment.exchange, at=at, actor=SYSTEM)


def tell_paid(payment: ExchangePayment, at: datetime, actor: str) -> None:
    """Publish that money came in or is held."""
    tell_of(
        payment.exchange,
        events.ExchangePaid,
        at,
        actor,
        kind=payment.kind,
        payment_id=payment.public_id,
        amount=payment.came_in or payment.amount,
        currency=payment.exchange.case.order.currency,
    )


def _tell_failed(payment: ExchangePayment, why: str, at: datetime) -> None:
    tell_of(
        payment.exchange,
        events.ExchangeHoldFailed,
        at,
        SYSTEM,
        payment_id=payment.public_id,
        why=why,
    )


def _lock(payment_id: str) -> ExchangePayment:
    lock_exchange(get_exchange_payment(payment_id).exchange.public_id)
    return get_exchange_payment(payment_id)
