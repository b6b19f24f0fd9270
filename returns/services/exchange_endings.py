"""Exchanges that cannot be carried out as asked for, and what their shoppers get instead."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from postexp.kernel.events import append
from returns import events
from returns.enums import Outcome, ReturnMove, ReturnState
from returns.enums.exchanges import (
    ConvertedFor,
    ExchangeMove,
    ExchangeState,
    Instead,
)
from returns.errors import InvalidTransition, NotReturnable, OutOfStock
from returns.models import Exchange, Return
from returns.rules.exchange_moves import BEFORE_SHIPPING
from returns.selectors import list_lines_of
from returns.selectors.exchanges import is_partly_sent, owed_now
from returns.services.exchange_books import pay_out_credit, unsell
from returns.services.exchange_cases import (
    call_off,
    close_pages,
    downgrade,
    go_on,
    let_go,
    lock_exchange,
    take_step,
    tell_of,
)
from returns.services.exchange_promises import quote_instead, quote_same
from returns.services.replacements import hold_back, release_unsent, reserve_replacements
from returns.services.transitions import move_return

SYSTEM = "system"


def not_possible(*, exchange_id: str, why: ConvertedFor, at: datetime, actor: str) -> Exchange:
    """Carry out what the shopper chose for when their exchange is not possible, or ask them.

    Publishes ExchangeConverted, or ExchangeChoiceNeeded where they made no choice. Raises
    InvalidTransition once something was sent.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        if exchange.state not in BEFORE_SHIPPING or is_partly_sent(exchange):
            raise InvalidTransition
        exchange.trouble = why
        if exchange.instead:
            _carry_out(exchange, Instead(exchange.instead), at=at, actor=actor)
        else:
            _ask_shopper(exchange, at=at, actor=actor)
    return exchange


def _ask_shopper(exchange: Exchange, *, at: datetime, actor: str) -> None:
    hold_back(exchange.case)
    exchange.asked_at = at
    exchange.save()
    tell_of(exchange, events.ExchangeChoiceNeeded, at, actor, why=exchange.trouble)


def choose_instead(*, exchange_id: str, instead: Instead, at: datetime, actor: str) -> Exchange:
    """Note what a shopper wants in place of an exchange that is not possible, and carry it out.

    Before there is any trouble it is kept for then. Publishes ExchangeConverted. Raises
    InvalidTransition once something was sent, NotReturnable for the money of a gift, which was its
    buyer's, and OutOfStock for the same item where none is left.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        if exchange.case.gift_id is not None and instead is Instead.REFUND:
            raise NotReturnable
        if exchange.closed_at is not None or exchange.state == ExchangeState.SHIPPED:
            raise InvalidTransition
        if is_partly_sent(exchange):
            raise InvalidTransition
        exchange.instead = instead
        exchange.save()
        if exchange.trouble:
            _carry_out(exchange, instead, at=at, actor=actor, ask=False)
    return exchange


def _carry_out(
    exchange: Exchange, instead: Instead, *, at: datetime, actor: str, ask: bool = True
) -> None:
    why = exchange.trouble
    if instead is Instead.SAME:
        try:
            with transaction.atomic():
                _swap_for_same(exchange, at=at, actor=actor)
        except OutOfStock:
            if not ask:
                raise
            exchange.instead = ""
            _ask_shopper(exchange, at=at, actor=actor)
            return
    else:
        _convert(exchange, Outcome(instead.value), at=at, actor=actor)
    tell_of(exchange, events.ExchangeConverted, at, actor, why=why, instead=instead.value)
    go_on(exchange, at=at, actor=actor)


def _convert(exchange: Exchange, to: Outcome, *, at: datetime, actor: str) -> None:
    """Turn an exchange into money or store credit, paid when the return is."""
    case = exchange.case
    exchange.fees_waived = exchange.trouble == ConvertedFor.SOLD_OUT
    exchange.asked_at = exchange.asked_at or at
    exchange.save()
    take_step(exchange, ExchangeMove.CONVERT, at=at, actor=actor)
    call_off(exchange, at=at, actor=actor)
    pay_out_credit(exchange, to, at=at, actor=actor)
    if case.state != ReturnState.COMPLETED:
        case.quote = quote_instead(case, to).to_json()
        case.outcome = to
        case.save(update_fields=["quote", "outcome"])


def _swap_for_same(exchange: Exchange, *, at: datetime, actor: str) -> None:
    """Send what was bought once more, at no difference."""
    case = exchange.case
    release_unsent(case)
    unsell(exchange, at=at, actor=actor)
    lines = list_lines_of(case)
    for line in lines:
        if line.order_line.variant is None:
            raise OutOfStock
        line.variant = line.order_line.variant
        line.save(update_fields=["variant"])
    reserve_replacements(lines)
    # Not before it is sure that there is another one: who is asked instead has this sale to undo.
    exchange.order = None
    quoted = quote_same(case)
    case.quote = quoted.to_json()
    case.save(update_fields=["quote"])
    exchange.cost, exchange.due, exchange.pay_by = quoted.total, 0, None
    exchange.costs = [one.cost for one in quoted.replacements]
    exchange.trouble, exchange.asked_at = "", None
    close_pages(exchange, at=at, actor=actor)
    take_step(exchange, ExchangeMove.SWAP, at=at, actor=actor)


def time_is_over(exchange_id: str, *, at: datetime) -> None:
    """End the time to pay a difference or to let a price be held; nothing happens before."""
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        if exchange.pay_by is None or exchange.pay_by > at or exchange.asked_at:
            return
        if exchange.state == ExchangeState.PAYMENT_DUE:
            not_possible(exchange_id=exchange_id, why=ConvertedFor.NOT_PAID, at=at, actor=SYSTEM)
        elif exchange.state == ExchangeState.REQUESTED and exchange.return_by is None:
            downgrade(exchange, at=at, actor=SYSTEM)


def forgive(*, exchange_id: str, at: datetime, actor: str) -> Exchange:
    """Leave the replacement to its shopper without the original, or without the difference.

    Raises InvalidTransition where nothing is owed that nobody can take.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        if exchange.state == ExchangeState.SHIPPED and not owed_now(exchange):
            raise InvalidTransition
        take_step(exchange, ExchangeMove.FORGIVE, at=at, actor=actor)
        exchange.closed_at = at
        let_go(exchange, at=at, actor=actor)
        close_pages(exchange, at=at, actor=actor)
        exchange.save()
    return exchange


def came_back_instead(*, exchange_id: str, at: datetime, actor: str) -> Exchange:
    """Undo an exchange whose replacement came back instead of the original, without a charge.

    What was paid on top goes back, and the original stays with the shopper. Raises
    InvalidTransition where nothing was sent, the original came, or it was charged already.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        case, is_awaited = exchange.case, exchange.state == ExchangeState.SHIPPED
        take_step(exchange, ExchangeMove.CAME_BACK_INSTEAD, at=at, actor=actor)
        exchange.closed_at = at
        exchange.save()
        release_unsent(case)
        unsell(exchange, at=at, actor=actor)
        let_go(exchange, at=at, actor=actor)
        close_pages(exchange, at=at, actor=actor)
        if is_awaited:
            _end_return(case, at=at, actor=actor)
    return exchange


def _end_return(case: Return, *, at: datetime, actor: str) -> None:
    move_return(case, ReturnMove.UNDO_EXCHANGE, at=at, actor=actor)
    case.closed_at = at
    case.save()
    append(
        events.ReturnCancelled(order_id=case.order.public_id, return_id=case.public_id),
        at=at,
        actor=actor,
    )
