"""What shoppers pay, or let us hold, for exchanges: pages, and what providers tell of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, override

from returns.enums.exchanges import (
    ExchangeMove,
    ExchangePaymentKind,
    ExchangePaymentState,
    ExchangeState,
    MoneyStep,
)
from returns.errors import InvalidTransition, NoPaymentProvider, NothingDue
from returns.models import Exchange, ExchangePayment, Return
from returns.ports import MANUAL, payment_provider_for
from returns.selectors.exchanges import (
    due_of,
    exchange_of,
    get_exchange_payment,
    list_payments_of,
    owed_now,
    payment_by_reference,
    what_is_due,
)
from returns.services.exchange_books import give_back_excess, give_back_payment, take_money
from returns.services.exchange_cases import (
    ask_for_money,
    ask_provider,
    close_pages,
    go_on,
    lock_exchange,
    take_step,
)
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
        due = what_is_due(exchange, at=at)
        if due is None:
            raise NothingDue
        kind, amount = due
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


def note_paid(reference: str, amount: int, at: datetime, *, paid_as: str = "") -> None:
    """Note that something was paid on the page `reference`, once however often it is told.

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
    if exchange.state in (ExchangeState.UNRETURNED, ExchangeState.SHIPPED):
        close_pages(exchange, at=at, actor=actor)
    if exchange.state == ExchangeState.UNRETURNED:
        take_step(exchange, ExchangeMove.CHARGE, at=at, actor=actor)
    go_on(exchange, at=at, actor=actor)
    if exchange.state == ExchangeState.CHARGED:
        # Paid on a page that was open when staff had taken the money.
        give_back_excess(exchange, at=at, actor=actor)


def ask_to_pay(*, exchange_id: str, at: datetime, actor: str) -> Exchange:
    """Ask a shopper for what they owe for a replacement they have, on a page, within 72 hours.

    It is the price of what they keep where the original did not come, or a difference that could
    not be taken of what was held. Asking again gives another 72 hours. Publishes
    ExchangePaymentDue. Raises NothingDue where nothing is owed, or a hold covers it.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        owed = owed_now(exchange)
        if exchange.state not in (ExchangeState.UNRETURNED, ExchangeState.SHIPPED) or not owed:
            raise NothingDue
        ask_for_money(exchange, _kind_owed(exchange), owed, at=at, actor=actor)
        exchange.save()
    return exchange


def _kind_owed(exchange: Exchange) -> ExchangePaymentKind:
    if exchange.state == ExchangeState.UNRETURNED:
        return ExchangePaymentKind.PRICE
    return ExchangePaymentKind.DIFFERENCE


def confirm_payment(*, exchange_id: str, reference: str, at: datetime, actor: str) -> Exchange:
    """Note that staff have taken what is owed themselves; `reference` says where to find it.

    Publishes ExchangePaid and ExchangeMoved. Raises InvalidTransition unless it waits for that.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        owed = owed_now(exchange)
        if not owed:
            raise InvalidTransition
        payment = ExchangePayment.objects.create(
            exchange=exchange,
            kind=_kind_owed(exchange),
            state=ExchangePaymentState.PAID,
            provider=MANUAL,
            amount=owed,
            reference=reference[:255],
            created_at=at,
            finished_at=at,
        )
        _paid(payment, at=at, actor=actor)
    return exchange


def note_difference(case: Return, reference: str, *, at: datetime, actor: str) -> None:
    """Note that staff took what an exchange costs on top while they settle its return.

    Nothing happens where it does not wait for that. Publishes as `confirm_payment`.
    """
    exchange = exchange_of(case)
    if exchange is not None and owed_now(exchange):
        confirm_payment(exchange_id=exchange.public_id, reference=reference, at=at, actor=actor)


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
