"""What is done about units of an exchange that are not there any more, or others are sent for."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import get_variant
from commerce.services.exchange_orders import sell_another
from postexp.kernel.events import append
from returns import events
from returns.enums import Outcome, ReplacementState
from returns.enums.exchanges import ExchangeState
from returns.errors import InvalidTransition, NotReturnable, OutOfStock
from returns.models import Exchange, Replacement
from returns.rules.exchange_moves import BEFORE_SHIPPING
from returns.selectors import get_replacement
from returns.selectors.exchanges import (
    UNSENT,
    cost_of_sent,
    count_unsent,
    due_for_sent,
    exchange_of,
    list_unsent,
    may_give_up,
    sold_as,
)
from returns.services.exchange_books import cover_with_credit, take_off_rest
from returns.services.exchange_cases import go_on, lock_exchange, tell_of
from returns.services.locks import lock_return
from returns.services.replacements import release_unsent, reserve_another

if TYPE_CHECKING:
    from commerce.models import Variant

SYSTEM = "system"


def note_short(exchange_id: str, *, at: datetime) -> None:
    """Note that stock is missing for the rest of what was sent in part, once.

    Publishes ExchangeStockShort.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        if exchange.short_since is None and may_give_up(exchange):
            exchange.short_since = at
            exchange.save()
            units = count_unsent(exchange)
            tell_of(exchange, events.ExchangeStockShort, at, SYSTEM, units=units)


def note_stock_back(exchange_id: str, *, at: datetime) -> None:
    """Note that there is stock again for the rest of an exchange. Publishes ExchangeStockBack."""
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        if exchange.short_since is not None:
            exchange.short_since = None
            exchange.save()
            tell_of(exchange, events.ExchangeStockBack, at, SYSTEM)


def give_up_rest(*, exchange_id: str, to: Outcome, at: datetime, actor: str) -> Exchange:
    """Send no more of what was sent in part, and give back what the rest is worth.

    What its return has brought is given back now, as money or store credit (`to`); what comes later
    is settled without a replacement. Publishes ExchangeRestGivenUp, and as `settle_return`. Raises
    InvalidTransition where nothing was sent, or everything, and NotReturnable for the money of a
    gift or store credit without a customer.
    """
    with transaction.atomic():
        exchange = lock_exchange(exchange_id)
        case = exchange.case
        if not may_give_up(exchange):
            raise InvalidTransition
        if case.gift_id is not None and to is Outcome.REFUND:
            raise NotReturnable
        units = count_unsent(exchange)
        sold = _sold_units(exchange)
        cover_with_credit(exchange, at=at, actor=actor)
        release_unsent(case)
        take_off_rest(exchange, sold, to, at=at, actor=actor)
        exchange.cost, exchange.due = cost_of_sent(exchange), due_for_sent(exchange)
        exchange.short_since = None
        exchange.save()
        tell_of(
            exchange,
            events.ExchangeRestGivenUp,
            at,
            actor,
            units=units,
            instead=to.value,
        )
        go_on(exchange, at=at, actor=actor)
    return exchange


def _sold_units(exchange: Exchange) -> dict[str, int]:
    """Return how many units were not sent of each line of the order, by its external id."""
    assert exchange.order is not None
    keys = sold_as(exchange.order, list_unsent(exchange))
    units = Counter[str]()
    for one in list_unsent(exchange):
        units[keys[one.pk]] += one.quantity
    return dict(units)


def send_another(*, replacement_id: str, variant_id: str, at: datetime, actor: str) -> Replacement:
    """Send another variant than was asked for, at the same price, as staff agreed with the shopper.

    Who was asked what they want instead need not choose any more. Publishes ReplacementChanged.
    Raises InvalidTransition once it was sent or given up, and OutOfStock for a variant that is not
    there.
    """
    with transaction.atomic():
        case = lock_return(get_replacement(replacement_id).line.case.public_id)
        replacement, exchange = get_replacement(replacement_id), exchange_of(case)
        if exchange is None or exchange.state not in BEFORE_SHIPPING:
            raise InvalidTransition
        if replacement.state not in UNSENT:
            raise InvalidTransition
        variant = get_variant(variant_id)
        if variant is None or variant.pk == replacement.variant_id:
            raise OutOfStock
        is_ready = exchange.state == ExchangeState.READY_TO_SHIP and exchange.asked_at is not None
        changed = reserve_another(replacement, variant)
        if is_ready or replacement.state == ReplacementState.READY:
            changed.state = ReplacementState.READY
            changed.save()
        _sell(exchange, replacement, changed, variant)
        replacement.state = ReplacementState.RELEASED
        replacement.save()
        exchange.trouble, exchange.asked_at, exchange.short_since = "", None, None
        append(
            events.ReplacementChanged(
                order_id=case.order.public_id,
                return_id=case.public_id,
                replacement_id=changed.public_id,
                variant_id=variant.public_id,
            ),
            at=at,
            actor=actor,
        )
        go_on(exchange, at=at, actor=actor)
    return changed


def _sell(exchange: Exchange, before: Replacement, changed: Replacement, variant: Variant) -> None:
    line = before.line
    is_whole = before.quantity == line.quantity
    if is_whole:
        line.variant = variant
        line.save(update_fields=["variant"])
    if exchange.order is not None:
        sell_another(
            exchange.order,
            key=sold_as(exchange.order, [before])[before.pk],
            quantity=before.quantity,
            variant=variant,
            new_key=line.public_id if is_whole else changed.public_id,
        )
