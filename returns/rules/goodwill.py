"""Goodwill: money for units that stay, and what it takes off when they come back after all.

Amounts are minor units. Units of a line are alike: those that goodwill was given for are taken to
come back before the others, so that nobody is paid twice for one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from postexp.kernel.money import allocate, cumulative_share
from returns.enums import Outcome
from returns.errors import InvalidAmount, RefundExceedsBalance, UnitAlreadySettled
from returns.rules.paid import OrderLine, PaidOrder, Terms, worth
from returns.rules.quotes import NamedUnits, Quote
from returns.rules.tenders import split_over_tenders


def quote_goodwill(
    order: PaidOrder,
    amount: int,
    terms: Terms,
    outcome: Outcome = Outcome.REFUND,
    units: Sequence[NamedUnits] = (),
) -> Quote:
    """Return the settlement that gives `amount` as goodwill, as money or store credit.

    It is for the order, or for `units`, each of which takes its part by what it is still worth;
    those of one line are taken together.
    Raises InvalidAmount for nothing or less, UnitAlreadySettled where a line has fewer units left,
    and RefundExceedsBalance for more than the order has left, or the units after earlier goodwill.
    """
    if amount <= 0:
        raise InvalidAmount
    if amount > order.left:
        raise RefundExceedsBalance
    return Quote(
        currency=order.currency,
        tax_included=order.tax_included,
        outcome=outcome,
        units=(),
        total=amount,
        goodwill=amount,
        goodwill_for=_parts(order, amount, units),
        tenders=tuple(split_over_tenders(order.tenders, amount, terms.tender_order))
        if outcome is Outcome.REFUND
        else (),
    )


def _parts(order: PaidOrder, amount: int, units: Sequence[NamedUnits]) -> tuple[NamedUnits, ...]:
    if not units:
        return ()
    groups = _by_line(units)
    worth_left = [_worth_left(order, group) for group in groups]
    values = [value for value, _tax in worth_left]
    if amount > sum(values):
        raise RefundExceedsBalance
    return tuple(
        replace(group, amount=part, tax=cumulative_share(tax, value, part))
        for group, (value, tax), part in zip(
            groups, worth_left, allocate(amount, values), strict=True
        )
        if part
    )


def _by_line(units: Sequence[NamedUnits]) -> list[NamedUnits]:
    """Return the units with one group a line. Raises UnitAlreadySettled for a group of none."""
    quantities: dict[str, int] = {}
    for group in units:
        if group.quantity < 1:
            raise UnitAlreadySettled
        quantities[group.line] = quantities.get(group.line, 0) + group.quantity
    return [NamedUnits(line=line, quantity=quantity) for line, quantity in quantities.items()]


def _worth_left(order: PaidOrder, group: NamedUnits) -> tuple[int, int]:
    """Return what the named units are worth after earlier goodwill, and the tax in it."""
    line = order.lines[order.index(group.line)]
    after = line.settled + group.quantity
    if after > line.quantity:
        raise UnitAlreadySettled
    goods, tax = (
        cumulative_share(whole, line.quantity, after)
        - cumulative_share(whole, line.quantity, line.settled)
        for whole in (line.goods, line.tax)
    )
    value = worth(goods, tax, order.tax_included) - line.goodwill
    return (max(0, value), max(0, tax - line.goodwill_tax))


@dataclass(slots=True)
class GoodwillLeft:
    """What was given for units of a line that have not come back, and for how many of them."""

    amount: int
    units: int
    tax: int

    @classmethod
    def of(cls, line: OrderLine) -> "GoodwillLeft":
        """Return what is left on a line; units that are gone otherwise carry none of it."""
        units = min(line.goodwill_units, line.quantity - line.settled)
        return cls(line.goodwill, units, line.goodwill_tax)

    def take(self, quantity: int, value: int, tax: int) -> tuple[int, int, int]:
        """Return what goodwill takes off `quantity` units worth `value` with `tax` in it.

        It is how much, for how many of them, and the tax in it. Units that come back later are
        counted from what then is left.
        """
        taken = min(quantity, self.units)
        if not taken:
            return (0, 0, 0)
        amount = min(value, cumulative_share(self.amount, self.units, taken))
        inside = min(tax, cumulative_share(self.tax, self.units, taken))
        self.amount -= amount
        self.tax -= inside
        self.units -= taken
        return (amount, taken, inside)
