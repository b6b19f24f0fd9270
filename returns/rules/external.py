"""How money that was given back elsewhere is laid on an order: pure, like every sum here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from returns.enums import Outcome, TenderOrder
from returns.rules.money import share_of_units
from returns.rules.paid import PaidOrder, worth
from returns.rules.quotes import Quote, TenderShare, UnitsValue
from returns.rules.tenders import split_over_tenders


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedUnits:
    """Units of a line a platform refund names, with goods and tax as it recorded them."""

    line: str
    quantity: int
    goods: int
    tax: int


def book_elsewhere(
    order: PaidOrder,
    amount: int,
    lines: Sequence[RecordedUnits],
    by_tender: Mapping[str, int] | None = None,
) -> Quote:
    """Return the settlement that a refund of `amount` made elsewhere amounts to.

    Units that are settled already are not settled twice; those that the order's cancellation
    settled get their value now, so that it does not matter which of the two was told first. What
    the named units do not explain is shipping where it is exactly what is left of it, else
    goodwill, or a deduction where less was paid than they are worth. Never more than the order and
    its tenders still hold is booked. `by_tender` says what of it went back by which, where known.
    """
    units = _take_units(order, lines)
    total = min(amount, order.left, sum(tender.left for tender in order.tenders))
    rest = total - sum(worth(value.goods, value.tax, order.tax_included) for value in units)
    shipping = order.shipping.price - order.shipping.price_refunded
    shipping_tax = order.shipping.tax - order.shipping.tax_refunded
    with_shipping = rest > 0 and rest == worth(shipping, shipping_tax, order.tax_included)
    return Quote(
        currency=order.currency,
        tax_included=order.tax_included,
        outcome=Outcome.REFUND,
        units=tuple(units),
        total=total,
        shipping=shipping if with_shipping else 0,
        shipping_tax=shipping_tax if with_shipping else 0,
        goodwill=0 if with_shipping else max(0, rest),
        deduction=max(0, -rest),
        tenders=_given_back_by(order, total, by_tender or {}),
    )


def _given_back_by(
    order: PaidOrder, total: int, by_tender: Mapping[str, int]
) -> tuple[TenderShare, ...]:
    """Return where `total` went: to the tenders told, as far as they hold it, then to others."""
    amounts: dict[str, int] = {}
    for tender in order.tenders:
        told = min(by_tender.get(tender.id, 0), tender.left, total - sum(amounts.values()))
        amounts[tender.id] = max(0, told)
    rest = [replace(one, refunded=one.refunded + amounts[one.id]) for one in order.tenders]
    missing = total - sum(amounts.values())
    for share in split_over_tenders(rest, missing, TenderOrder.EXTERNAL_FIRST):
        amounts[share.tender] += share.amount
    return tuple(TenderShare(tender=one, amount=part) for one, part in amounts.items() if part)


def _take_units(order: PaidOrder, lines: Sequence[RecordedUnits]) -> list[UnitsValue]:
    """Return the named units as far as there are any left, each with its part of their value."""
    prices = {line.id: line.unit_price for line in order.lines}
    # Units that are not settled after a cancellation are held by a return: they come last.
    left = {(line.id, True): line.called_off for line in order.lines}
    left |= {(line.id, False): line.quantity - line.settled for line in order.lines}
    units = []
    for named in lines:
        taken = 0
        for called_off in (True, False):
            place = (named.line, called_off)
            quantity = min(named.quantity - taken, left.get(place, 0))
            if quantity < 1:
                continue
            left[place] -= quantity
            units.append(
                UnitsValue(
                    line=named.line,
                    quantity=quantity,
                    price=quantity * prices[named.line],
                    goods=share_of_units(named.goods, named.quantity, taken, taken + quantity),
                    tax=share_of_units(named.tax, named.quantity, taken, taken + quantity),
                    called_off=called_off,
                )
            )
            taken += quantity
    return units


def call_off(order: PaidOrder, quantities: Sequence[tuple[str, int]]) -> Quote:
    """Return the settlement of units that were cancelled; money, if any, is booked apart."""
    return Quote(
        currency=order.currency,
        tax_included=order.tax_included,
        outcome=Outcome.REFUND,
        units=tuple(
            UnitsValue(line=line, quantity=quantity, price=0, goods=0, tax=0)
            for line, quantity in quantities
            if quantity > 0
        ),
        total=0,
    )
