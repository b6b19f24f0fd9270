"""Exchanges: how they begin, go on by themselves, are sent, and what happens when they cannot be.

Whoever learns something lets `go_on` take an exchange as far as what is known allows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.ports import FulfilmentFacts, FulfilmentLineFacts
from commerce.selectors import lock_order
from commerce.services.exchange_orders import take_from_stock
from commerce.services.fulfilments import take_in_fulfilment
from postexp.kernel.events import append
from returns import events
from returns.enums import ReplacementState, ReturnState
from returns.enums.exchanges import (
    ConvertedFor,
    ExchangeMove,
    ExchangePaymentKind,
    ExchangePaymentState,
    ExchangeState,
    ExchangeTiming,
    Instead,
    MoneyStep,
)
from returns.errors import InvalidTransition
from returns.models import Exchange, ExchangePayment, Replacement, Return
from returns.rules.commands import ExchangeWish
from returns.rules.exchange_moves import PAY_WITHIN, due_move
from returns.rules.quotes import Quote
from returns.selectors import get_replacement
from returns.selectors.exchanges import (
    balance_of,
    exchange_of,
    exchange_terms,
    facts_of_exchange,
    get_exchange,
    hold_of,
    is_on_its_way,
    list_payments_of,
    local_day,
    may_be_instant,
    sold_as,
    sum_paid,
)
from returns.services.exchange_books import (
    cover_with_credit,
    give_back_excess,
    order_of,
    unsell,
)
from returns.services.exchange_promises import promise_own_return
from returns.services.locks import lock_return
from returns.services.replacements import (
    hold_back,
    ready_all,
    release_unsent,
)
from returns.services.transitions import move_exchange

if TYPE_CHECKING:
    from commerce.models import Order

SYSTEM = "system"


def open_exchange(
    case: Return, quoted: Quote, wish: ExchangeWish, *, at: datetime, actor: str
) -> Exchange:
    """Write down the exchange of a return that was just asked for; the caller holds the lock.

    Where the shop or its provider does not do it at once, it is sent as a rule says, or else as the
    shop usually does.
    Publishes ExchangeMoved.
    """
    instant = wish.instant and may_be_instant(case.order, quoted)
    exchange: Exchange = Exchange.objects.create(
        case=case,
        timing=ExchangeTiming.INSTANT if instant else _usual_timing(quoted),
        instead=Instead(wish.instead) if wish.instead else "",
        rest_to=quoted.rest_to,
        cost=sum(one.cost for one in quoted.replacements),
        costs=[one.cost for one in quoted.replacements],
        due=quoted.due,
        created_at=at,
    )
    go_on(exchange, at=at, actor=actor)
    return exchange


def _usual_timing(quoted: Quote) -> str:
    if quoted.timing in (ExchangeTiming.ON_RECEIPT, ExchangeTiming.ON_SCAN):
        return quoted.timing.value
    return exchange_terms().ship_on


def follow_return(return_id: str, *, at: datetime, actor: str) -> None:
    """Let the exchange of a return go on with it; nothing happens to a return without one."""
    with transaction.atomic():
        exchange = exchange_of(lock_return(return_id))
        if exchange is not None:
            go_on(exchange, at=at, actor=actor)


def go_on(exchange: Exchange, *, at: datetime, actor: str) -> None:
    """Take an exchange as far as what is known of it allows, and save it.

    The caller holds the order's lock. Publishes ExchangeMoved for each move, and what each brings.
    """
    going = True
    while going:
        while (move := _next_move(exchange, at=at, actor=actor)) is not None:
            take_step(exchange, move, at=at, actor=actor)
        going = _end_hold(exchange, at=at, actor=actor)
    if exchange.state == ExchangeState.COMPLETED and exchange.order is not None:
        # Units that came after the others bring their credit, too.
        cover_with_credit(exchange, at=at, actor=actor)
        give_back_excess(exchange, at=at, actor=actor)
    exchange.save()


def _next_move(exchange: Exchange, *, at: datetime, actor: str) -> ExchangeMove | None:
    """Return what has to happen next, once what came back so far pays for its part."""
    if exchange.state in (ExchangeState.SHIPPED, ExchangeState.UNRETURNED):
        cover_with_credit(exchange, at=at, actor=actor)
    return due_move(facts_of_exchange(exchange, at=at))


def _end_hold(exchange: Exchange, *, at: datetime, actor: str) -> bool:
    """Let go of a hold that is not needed, or take what is due of it; return whether it is gone.

    An even exchange needs it until a carrier has the original or all of it is here, another one
    until all of that is settled: then what was sent is paid of it as far as no credit pays for it.
    """
    hold, case = hold_of(exchange), exchange.case
    if hold is None or hold.to_take is not None:
        return False
    if not exchange.due:
        needed = not is_on_its_way(case)
    elif exchange.state == ExchangeState.SHIPPED and case.state == ReturnState.COMPLETED:
        cover_with_credit(exchange, at=at, actor=actor)
        needed = balance_of(exchange) > 0
        if needed:
            take_of_hold(hold, balance_of(exchange), at=at, actor=actor)
    else:
        needed = True
    if needed:
        return False
    let_go(exchange, at=at, actor=actor)
    return True


def take_step(exchange: Exchange, move: ExchangeMove, *, at: datetime, actor: str) -> None:
    """Let one thing happen to an exchange, with all it brings; the caller saves it.

    The caller holds the order's lock. Raises InvalidTransition.
    """
    move_exchange(exchange, move, at=at, actor=actor)
    match move:
        case ExchangeMove.DIFFERENCE_DUE:
            ask_for_money(
                exchange,
                ExchangePaymentKind.DIFFERENCE,
                exchange.due - sum_paid(exchange),
                at=at,
                actor=actor,
            )
        case ExchangeMove.PAY:
            _stop_asking(exchange, at, actor)
        case ExchangeMove.AUTHORISE:
            _hasten_return(exchange, at)
        case ExchangeMove.SHIP_NOW | ExchangeMove.RETURN_SCANNED:
            ready_all(exchange.case)
        case ExchangeMove.SHIP:
            release_unsent(exchange.case)
            exchange.short_since = None
            promise_own_return(exchange, at=at)
        case ExchangeMove.ORIGINAL_RECEIVED | ExchangeMove.LATE_RECEIVE:
            _end_well(exchange, at=at, actor=actor)
        case ExchangeMove.DEADLINE_PASSED:
            _charge(exchange, at=at, actor=actor)
        case ExchangeMove.CANCEL:
            call_off(exchange, at=at, actor=actor)
        case ExchangeMove.REOPEN:
            exchange.closed_at = None


def tell_of(
    exchange: Exchange,
    event: type[events.ExchangeEvent],
    at: datetime,
    actor: str,
    **more: object,
) -> None:
    """Publish something that happened to an exchange."""
    append(
        event(
            order_id=exchange.case.order.public_id,
            return_id=exchange.case.public_id,
            exchange_id=exchange.public_id,
            **more,
        ),
        at=at,
        actor=actor,
    )


def ask_for_money(
    exchange: Exchange, kind: ExchangePaymentKind, amount: int, *, at: datetime, actor: str
) -> None:
    """Ask a shopper to pay an amount, or to let it be held; the caller saves the exchange.

    Publishes ExchangePaymentDue.
    """
    exchange.pay_by = at + PAY_WITHIN
    tell_of(
        exchange,
        events.ExchangePaymentDue,
        at,
        actor,
        kind=kind.value,
        amount=amount,
        currency=exchange.case.order.currency,
        pay_by=exchange.pay_by.isoformat(),
    )


def _stop_asking(exchange: Exchange, at: datetime, actor: str) -> None:
    """Ask for no more money, nor what is wanted instead of what has been paid after all."""
    if exchange.trouble == ConvertedFor.NOT_PAID:
        exchange.trouble, exchange.asked_at = "", None
    close_pages(exchange, at=at, actor=actor)


def close_pages(exchange: Exchange, *, at: datetime, actor: str) -> None:
    """Ask for every page to be closed on which something could be paid for an exchange."""
    for page in payments_in(exchange, ExchangePaymentState.OPEN):
        ask_provider(page, MoneyStep.CLOSE, at=at, actor=actor)


def ask_to_hold(return_id: str, *, at: datetime, actor: str) -> None:
    """Ask for the price of a replacement that is to be sent at once, when its return is approved.

    Publishes ExchangePaymentDue, once.
    """
    with transaction.atomic():
        exchange = exchange_of(lock_return(return_id))
        if exchange is None or exchange.pay_by or exchange.timing != ExchangeTiming.INSTANT:
            return
        if exchange.state != ExchangeState.REQUESTED:
            return
        ask_for_money(exchange, ExchangePaymentKind.HOLD, exchange.cost, at=at, actor=actor)
        exchange.save()


def _hasten_return(exchange: Exchange, at: datetime) -> None:
    """Ask for the original sooner, where its replacement is sent before it comes."""
    case = exchange.case
    exchange.return_by = local_day(at) + timedelta(days=exchange_terms().return_days)
    case.send_by = exchange.return_by
    case.save(update_fields=["send_by"])


def _end_well(exchange: Exchange, *, at: datetime, actor: str) -> None:
    cover_with_credit(exchange, at=at, actor=actor)
    exchange.closed_at = at
    let_go(exchange, at=at, actor=actor)
    close_pages(exchange, at=at, actor=actor)
    give_back_excess(exchange, at=at, actor=actor)


def call_off(exchange: Exchange, *, at: datetime, actor: str) -> None:
    """Let go of everything an exchange holds, and give back what was paid for it."""
    exchange.closed_at = at
    release_unsent(exchange.case)
    unsell(exchange, at=at, actor=actor)
    let_go(exchange, at=at, actor=actor)
    close_pages(exchange, at=at, actor=actor)


def payments_in(exchange: Exchange, state: ExchangePaymentState) -> list[ExchangePayment]:
    """Return the pages and holds of an exchange that stand in a state."""
    return [one for one in list_payments_of(exchange) if one.state == state]


def ask_provider(payment: ExchangePayment, step: MoneyStep, *, at: datetime, actor: str) -> None:
    """Ask for something to be done with a page or hold. Publishes ExchangeMoneyAsked."""
    tell_of(
        payment.exchange,
        events.ExchangeMoneyAsked,
        at,
        actor,
        step=step.value,
        payment_id=payment.public_id,
    )


def let_go(exchange: Exchange, *, at: datetime, actor: str) -> None:
    """Let go of what is held: the original is on its way, or will not be waited for."""
    hold = hold_of(exchange)
    if hold is not None:
        hold.state, hold.finished_at = ExchangePaymentState.RELEASED, at
        hold.save()
        ask_provider(hold, MoneyStep.RELEASE, at=at, actor=actor)


def _charge(exchange: Exchange, *, at: datetime, actor: str) -> None:
    hold, owed = hold_of(exchange), balance_of(exchange)
    if hold is None or hold.to_take is not None:
        return
    if owed > 0:
        take_of_hold(hold, owed, at=at, actor=actor)
    else:
        let_go(exchange, at=at, actor=actor)


def take_of_hold(hold: ExchangePayment, amount: int, *, at: datetime, actor: str) -> None:
    """Ask for an amount to be taken of what is held, which lets go of the rest.

    What was asked for is what is taken, whatever is learnt meanwhile: what was too much goes back
    then. Publishes ExchangeMoneyAsked.
    """
    hold.to_take = min(amount, hold.amount)
    hold.save()
    ask_provider(hold, MoneyStep.CHARGE, at=at, actor=actor)


def renew_hold(payment: ExchangePayment, *, at: datetime) -> None:
    """Ask for a hold to be renewed before it lapses. Publishes ExchangeMoneyAsked."""
    with transaction.atomic():
        lock_return(payment.exchange.case.public_id)
        payment.refresh_from_db()
        if payment.state == ExchangePaymentState.HELD:
            ask_provider(payment, MoneyStep.RENEW, at=at, actor=SYSTEM)


def downgrade(exchange: Exchange, *, at: datetime, actor: str) -> None:
    """Send a replacement when its return is on its way, since its price cannot be held longer.

    The caller holds the order's lock. Publishes ExchangeDowngraded. Raises InvalidTransition once
    it was sent.
    """
    exchange.timing = ExchangeTiming.ON_SCAN
    if exchange.state in (ExchangeState.APPROVED, ExchangeState.READY_TO_SHIP):
        take_step(exchange, ExchangeMove.DOWNGRADE, at=at, actor=actor)
        hold_back(exchange.case)
    elif exchange.state != ExchangeState.REQUESTED:
        raise InvalidTransition
    tell_of(exchange, events.ExchangeDowngraded, at, actor)
    go_on(exchange, at=at, actor=actor)


def lock_exchange(exchange_id: str) -> Exchange:
    """Return an exchange with its original order locked; raises Exchange.DoesNotExist."""
    orders = Exchange.objects.values_list("case__order__public_id", flat=True)
    lock_order(orders.get(public_id=exchange_id))
    return get_exchange(exchange_id)


def ship_replacement(
    *, replacement_id: str, carrier_name: str, tracking_number: str, at: datetime, actor: str
) -> Replacement:
    """Hand a replacement to a carrier; it travels as a fulfilment of the order of its exchange.

    Publishes ReplacementShipped, FulfilmentRecorded and ExchangeMoved. Raises InvalidTransition
    unless it is ready.
    """
    with transaction.atomic():
        case = lock_return(get_replacement(replacement_id).line.case.public_id)
        replacement = get_replacement(replacement_id)
        if replacement.state != ReplacementState.READY:
            raise InvalidTransition
        replacement.state = ReplacementState.SHIPPED
        replacement.shipped_at = at
        replacement.save()
        take_from_stock(replacement.variant, replacement.quantity)
        exchange = exchange_of(case)
        order = case.order if exchange is None else order_of(exchange, at=at, actor=actor)
        take_in_fulfilment(
            FulfilmentFacts(
                external_id=replacement.public_id,
                order_external_id=order.external_id,
                created_at=at,
                carrier_name=carrier_name,
                tracking_numbers=(tracking_number,) if tracking_number else (),
                lines=(_travelling(replacement, order),) if exchange else (),
            ),
            at=at,
            actor=actor,
        )
        append(
            events.ReplacementShipped(
                order_id=case.order.public_id,
                return_id=case.public_id,
                replacement_id=replacement.public_id,
            ),
            at=at,
            actor=actor,
        )
        if exchange is not None:
            cover_with_credit(exchange, at=at, actor=actor)
            go_on(exchange, at=at, actor=actor)
    return replacement


def _travelling(replacement: Replacement, order: Order) -> FulfilmentLineFacts:
    key = sold_as(order, [replacement])[replacement.pk]
    return FulfilmentLineFacts(line_external_id=key, quantity=replacement.quantity)


def remind(exchange_id: str, *, days: int, at: datetime) -> None:
    """Remind a shopper of the original that is due back in so many days, once.

    Publishes ExchangeReminded.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        if exchange.reminded is None or exchange.reminded > days:
            exchange.reminded = days
            exchange.save()
            tell_of(exchange, events.ExchangeReminded, at, SYSTEM, days=days)
