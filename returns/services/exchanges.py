"""What shoppers pay, or let us hold, for exchanges: pages, and what providers tell of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, override

from returns.enums.exchanges import (
    ExchangePaymentKind,
    ExchangePaymentState,
    ExchangeState,
    MoneyStep,
)
from returns.errors import InvalidTransition, NoPaymentProvider, NothingDue
from returns.models import Exchange, ExchangePayment
from returns.ports import MANUAL, payment_provider_for
from returns.selectors.exchanges import (
    due_of,
    get_exchange_payment,
    list_payments_of,
    payment_by_reference,
    sum_paid,
)
from returns.services.exchange_books import give_back_payment, take_money
from returns.services.exchange_cases import ask_provider, go_on, lock_exchange
from returns.services.exchange_holds import hold_not_renewed, is_lapsing, tell_paid
from returns.services.payment_pages import ask_for_page, close, keep_page, page_in_use


def open_payment_page(*, exchange_id: str, home: str, at: datetime) -> str:
    """Return the address of a page on which what is due now is paid or held.

    The page that is open is given again. `home` is where the shopper comes back to. Raises
    NothingDue, NoPaymentProvider where staff take the money, PaymentRefused and PaymentUnclear.
    """
    payment = _wanted(exchange_id, at)
    if payment.url:
        return str(payment.url)
    exchange = payment.exchange
    assert exchange.pay_by is not None
    page = ask_for_page(
        payment,
        exchange.case,
        words=_words(exchange),
        home=home,
        closes_at=exchange.pay_by,
        holds=payment.kind == ExchangePaymentKind.HOLD,
    )
    with transaction.atomic():
        lock_exchange(exchange.public_id)
        keep_page(get_exchange_payment(payment.public_id), page)
    return page.url


def _words(exchange: Exchange) -> str:
    with override(exchange.case.locale):
        return gettext("Exchange %(number)s") % {"number": exchange.case.number}


def _wanted(exchange_id: str, at: datetime) -> ExchangePayment:
    """Return the payment that is due now, written when it is first asked for."""
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        kind, amount = _due_now(exchange, at)
        payments = [one for one in list_payments_of(exchange) if one.kind == kind]
        in_use = page_in_use(payments, at=at)
        if in_use is not None:
            return get_exchange_payment(in_use.public_id)
        provider = payment_provider_for(due_of(exchange.case.order, amount))
        if provider is None:
            raise NoPaymentProvider
        payment = ExchangePayment.objects.create(
            exchange=exchange, kind=kind, provider=provider.name, amount=amount, created_at=at
        )
        return get_exchange_payment(payment.public_id)


def _due_now(exchange: Exchange, at: datetime) -> tuple[ExchangePaymentKind, int]:
    if exchange.pay_by is None or exchange.pay_by <= at or exchange.asked_at is not None:
        raise NothingDue
    if exchange.state == ExchangeState.PAYMENT_DUE:
        return (ExchangePaymentKind.DIFFERENCE, exchange.due - sum_paid(exchange))
    if exchange.state == ExchangeState.REQUESTED:
        return (ExchangePaymentKind.HOLD, exchange.cost)
    raise NothingDue


def note_paid(reference: str, amount: int, at: datetime, *, paid_as: str = "") -> None:
    """Note that a difference was paid on the page `reference`, once however often it is told.

    `amount` is in minor units; `paid_as` is by what the payment goes by from now on, where that is
    not the page's name. What was paid for an exchange that is not carried out any more goes back. A
    page nobody knows changes nothing. Publishes ExchangePaid and ExchangeMoved.
    """
    with transaction.atomic():
        paid = _locked(reference)
        if paid is None or paid.state not in _UNPAID:
            return
        paid.amount, paid.reference = amount, paid_as or reference
        paid.state, paid.finished_at = ExchangePaymentState.PAID, at
        paid.save()
        _paid(paid, at=at, actor=paid.provider)


_UNPAID = (ExchangePaymentState.OPEN, ExchangePaymentState.CLOSED)


def _locked(reference: str) -> ExchangePayment | None:
    found = payment_by_reference(reference)
    if found is None:
        return None
    lock_exchange(found.exchange.public_id)
    return get_exchange_payment(found.public_id)


def _paid(payment: ExchangePayment, *, at: datetime, actor: str) -> None:
    exchange = payment.exchange
    take_money(
        exchange,
        gateway="" if payment.provider == MANUAL else payment.provider,
        reference=payment.reference,
        amount=payment.amount,
        at=at,
        actor=actor,
    )
    tell_paid(payment, at, actor)
    if exchange.closed_at is not None:
        give_back_payment(exchange, payment.amount, key=payment.public_id, at=at, actor=actor)
        payment.state = ExchangePaymentState.RETURNED
        payment.save()
        return
    go_on(exchange, at=at, actor=actor)


def confirm_payment(*, exchange_id: str, reference: str, at: datetime, actor: str) -> Exchange:
    """Note that staff have taken the difference themselves; `reference` says where to find it.

    Publishes ExchangePaid and ExchangeMoved. Raises InvalidTransition unless it waits for that.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        if exchange.state != ExchangeState.PAYMENT_DUE:
            raise InvalidTransition
        payment = ExchangePayment.objects.create(
            exchange=exchange,
            kind=ExchangePaymentKind.DIFFERENCE,
            state=ExchangePaymentState.PAID,
            provider=MANUAL,
            amount=exchange.due - sum_paid(exchange),
            reference=reference[:255],
            created_at=at,
            finished_at=at,
        )
        _paid(payment, at=at, actor=actor)
    return exchange


def note_held(
    reference: str, amount: int, expires_at: datetime, at: datetime, *, held_as: str = ""
) -> None:
    """Note that a price was held by the page `reference` until `expires_at`, once.

    `held_as` is by what the hold goes by from now on, where that is not the page's name. What
    nobody waits for any more is let go. Publishes ExchangePaid and ExchangeMoved.
    """
    with transaction.atomic():
        payment = _locked(reference)
        if payment is None or payment.state not in _UNPAID:
            return
        payment.amount, payment.expires_at = amount, expires_at
        payment.reference = held_as or reference
        payment.state = ExchangePaymentState.HELD
        payment.save()
        exchange = payment.exchange
        tell_paid(payment, at, payment.provider)
        if exchange.state != ExchangeState.REQUESTED:
            payment.state, payment.finished_at = ExchangePaymentState.RELEASED, at
            payment.save()
            ask_provider(payment, MoneyStep.RELEASE, at=at, actor=payment.provider)
            return
        go_on(exchange, at=at, actor=payment.provider)


def note_page_closed(reference: str, at: datetime) -> None:
    """Note that nobody can pay on a page any more; another one is opened where it is wanted."""
    with transaction.atomic():
        payment = _locked(reference)
        if payment is not None:
            close(payment, at=at)


def note_hold_ended(reference: str, at: datetime) -> None:
    """Note that a hold is gone though nobody here let go of it.

    One that is being renewed ends by that. Publishes as `hold_not_renewed`.
    """
    with transaction.atomic():
        payment = _locked(reference)
        if payment is None or is_lapsing(payment, at):
            return
        hold_not_renewed(
            payment.public_id, why=gettext("The hold ended at the payment provider."), at=at
        )
