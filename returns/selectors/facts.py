"""Gathering what rules ask about: one query for each counter, and none for what nobody asks.

What is decided of a request is kept with every fact: another policy may ask about it later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, Sum

from commerce.selectors import count_orders_of, list_discounts
from postexp.kernel.holidays import is_holiday
from postexp.kernel.zones import zones_of
from returns.enums import (
    FactLevel,
    FactName,
    Grade,
    Outcome,
    ReturnChannel,
    ReturnMethod,
    ReturnState,
)
from returns.enums.exchanges import ExchangePaymentState
from returns.models import ExchangePayment, Return, Settlement
from returns.rules.commands import Wish
from returns.rules.policy import Engine, Facts, Line, Policy
from returns.rules.policy.facts import FACTS
from returns.rules.policy.statutory import has_law, pack_for
from returns.selectors.exemptions import Marks, exemption_of

if TYPE_CHECKING:
    from commerce.models import Order, OrderDiscount, OrderLine

HOLIDAYS_BEHIND, HOLIDAYS_AHEAD = timedelta(days=120), timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked about an order: the policy, by whom, when, and in whose calendar.

    `whole`: every fact is wanted, not only those the policy asks about.
    """

    order: Order
    engine: Engine
    at: datetime
    zone: ZoneInfo
    channel: ReturnChannel
    apart_from: Return | None = None
    whole: bool = False

    @property
    def asks(self) -> frozenset[FactName]:
        """The facts that are wanted."""
        return frozenset(FactName) if self.whole else self.engine.asks


def gather_facts(asked: Asked, lines: Sequence[Line]) -> Facts:
    """Return all that is known of an order and its customer while nothing was chosen yet."""
    order = asked.order
    return Facts(
        at=asked.at,
        zone=asked.zone.key,
        currency=order.currency,
        placed=order.placed_at,
        known={**_of_order(asked), **_of_customer(asked), "channel": asked.channel.value},
        days_off=days_off_around(asked.at, order.country, asked.engine.policy),
        zones=zones_of(order.country) if has_law(order.country) else (),
        lines=tuple(lines),
    )


def everything_known(asked: Asked) -> dict[str, Any]:
    """Return all that is known of an order and its customer, whoever asks about it.

    It is kept with a decision, so that another policy can be tried on it later.
    """
    whole = replace(asked, whole=True)
    return {**_of_order(whole), **_of_customer(whole)}


def facts_of_line(line: OrderLine, marks: Marks) -> dict[str, Any]:
    """Return the facts of a line as they were when the order was taken in.

    By `marks` the shop says which of its tags are of goods the law exempts from withdrawal.
    """
    exemption = exemption_of(line, marks)
    known: dict[str, Any] = {
        FactName.FINAL_SALE.value: line.final_sale,
        FactName.CATEGORY.value: line.category,
        FactName.PRODUCT_TAGS.value: list(line.tags),
        FactName.PRICE.value: line.goods_paid // line.quantity if line.quantity else 0,
        FactName.SKU.value: line.sku,
        # Nobody has to tell these: what is empty is not known.
        FactName.PRODUCT_TYPE.value: line.product_type or None,
        FactName.VENDOR.value: line.vendor or None,
        FactName.EXEMPTION.value: exemption.value if exemption else None,
    }
    if line.product is not None:
        known[FactName.PRODUCT.value] = line.product.external_id
    return known


def facts_of_wishes(
    facts: Facts,
    wishes: Sequence[Wish],
    outcome: Outcome,
    *,
    values: Mapping[str, int],
    method: ReturnMethod = ReturnMethod.OWN,
) -> Facts:
    """Return the facts once a shopper has chosen: a line for each wish in order, then the others.

    `values` is what one unit of each line was paid, by public id. A wish for a line the order does
    not have is left out.
    """
    by_line = {line.line: line for line in facts.lines}
    chosen = [
        replace(
            by_line[wish.line],
            photos=wish.photos,
            known={**by_line[wish.line].known, FactName.REASON.value: wish.reason},
        )
        for wish in wishes
        if wish.line in by_line
    ]
    wanted = {wish.line for wish in wishes}
    others = [line for line in facts.lines if line.line not in wanted]
    units: dict[str, int] = {}
    for wish in wishes:
        units[wish.line] = units.get(wish.line, 0) + wish.quantity
    return replace(
        facts,
        lines=(*chosen, *others),
        known={
            **facts.known,
            FactName.OUTCOME.value: outcome.value,
            FactName.METHOD.value: method.value,
            FactName.ITEM_COUNT.value: sum(units.values()),
            FactName.RETURN_VALUE.value: sum(
                values.get(line, 0) * count for line, count in units.items()
            ),
            FactName.WHOLE_ORDER.value: all(
                units.get(line.line, 0) >= line.quantity for line in facts.lines if line.goods
            ),
        },
    )


def _of_order(asked: Asked) -> dict[str, Any]:
    order, asks = asked.order, asked.asks
    known: dict[str, Any] = {
        FactName.COUNTRY.value: order.country or None,
        FactName.PLACED_ON.value: order.placed_at.astimezone(asked.zone).date().isoformat(),
        FactName.ORDER_TAGS.value: list(order.tags),
        FactName.ORDER_VALUE.value: order.total,
    }
    if not asks.isdisjoint(_DISCOUNTS):
        known |= discounts_known(order, list_discounts(order))
    if FactName.ORDER_RETURNS in asks:
        known[FactName.ORDER_RETURNS.value] = _returns(asked).filter(order=order).count()
    return known


_DISCOUNTS = {FactName.DISCOUNT_CODES, FactName.DISCOUNT_TOTAL, FactName.DISCOUNT_PERCENT}


def discounts_known(order: Order, given: Sequence[OrderDiscount]) -> dict[str, Any]:
    """Return the facts of the discounts given on an order."""
    total = sum(discount.amount for discount in given)
    before = order.total + total
    return {
        FactName.DISCOUNT_CODES.value: [discount.code for discount in given if discount.code],
        FactName.DISCOUNT_TOTAL.value: total,
        FactName.DISCOUNT_PERCENT.value: total * 10_000 // before if before else 0,
    }


def _of_customer(asked: Asked) -> dict[str, Any]:
    """Return what is known of the customer; an order without one leaves it all unknown."""
    customer = asked.order.customer if asked.asks & _ABOUT_CUSTOMER else None
    if customer is None:
        return {}
    known: dict[str, Any] = {FactName.CUSTOMER_TAGS.value: list(customer.tags)}
    for fact, count in _COUNTERS.items():
        if fact in asked.asks:
            known[fact.value] = count(asked)
    return known


def _returns(asked: Asked) -> Any:
    """Return the returns that count: not the one being judged, none that was taken back."""
    cases = Return.objects.exclude(state=ReturnState.CANCELLED)
    return cases.exclude(pk=asked.apart_from.pk) if asked.apart_from else cases


def _of_this_customer(asked: Asked) -> Any:
    return _returns(asked).filter(order__customer=asked.order.customer_id)


def _bonus(asked: Asked) -> int:
    total: int | None = Settlement.objects.filter(
        order__customer=asked.order.customer_id, currency=asked.order.currency
    ).aggregate(total=Sum("bonus"))["total"]
    return total or 0


def _partial(asked: Asked) -> int:
    settled = Settlement.objects.filter(order__customer=asked.order.customer_id)
    return int(settled.filter(quote__deduction__gt=0).count())


def _failed(asked: Asked) -> int:
    """Count the prices and differences of exchanges that could not be held or charged."""
    payments = ExchangePayment.objects.filter(
        exchange__case__order__customer=asked.order.customer_id
    )
    return int(payments.filter(state__in=_FAILED).count())


_FAILED = (ExchangePaymentState.LOST, ExchangePaymentState.REFUSED)


def _kept(asked: Asked) -> int:
    kept = _of_this_customer(asked).aggregate(units=Sum("lines__kept"))["units"]
    return kept or 0


def _wrong(asked: Asked) -> int:
    short = Q(
        state=ReturnState.COMPLETED,
        lines__quantity__gt=F("lines__received") + F("lines__kept") + F("lines__lost"),
    )
    strange = Q(lines__inspections__grade=Grade.NOT_OURS)
    return int(_of_this_customer(asked).filter(short | strange).distinct().count())


_COUNTERS: Mapping[FactName, Callable[[Asked], int]] = {
    FactName.ORDERS_PLACED: lambda asked: count_orders_of(asked.order.customer_id or 0),
    FactName.RETURNS_PLACED: lambda asked: int(_of_this_customer(asked).count()),
    FactName.BONUS_RECEIVED: _bonus,
    FactName.FAILED_PAYMENTS: _failed,
    FactName.KEPT_ITEMS: _kept,
    FactName.PARTIAL_CREDITS: _partial,
    FactName.WRONG_RETURNS: _wrong,
}


_ABOUT_CUSTOMER = frozenset(
    name for name, fact in FACTS.items() if fact.level is FactLevel.CUSTOMER
)


def days_off_around(at: datetime, country: str | None, policy: Policy) -> tuple[date, ...]:
    """Return the public holidays of where an order went, where a last day may roll over them."""
    pack = pack_for(policy, country)
    if not country or not (policy.working_days or (pack and pack.rolls)):
        return ()
    first = (at - HOLIDAYS_BEHIND).date()
    days = (
        first + timedelta(days=ahead) for ahead in range((HOLIDAYS_BEHIND + HOLIDAYS_AHEAD).days)
    )
    return tuple(day for day in days if is_holiday(day, country))


def channel_of(actor: str) -> ReturnChannel:
    """Return where somebody asks: staff and API keys sign their names so."""
    kinds: Collection[tuple[str, ReturnChannel]] = (
        ("staff:", ReturnChannel.STAFF),
        ("api:", ReturnChannel.API),
    )
    return next((kind for sign, kind in kinds if actor.startswith(sign)), ReturnChannel.PORTAL)
