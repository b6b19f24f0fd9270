"""A settlement before it is carried out, and the sum a shopper reads."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from returns.enums import Outcome, RowCode
from returns.enums.exchanges import ExchangeTiming
from returns.rules.paid import worth


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsValue:
    """What units are worth: `price` as listed, `goods` as paid, `tax` as on OrderLine.

    `called_off` units were settled when the order was cancelled, and get their value only now.
    `goodwill` was given for `goodwill_units` of them before, and is taken off, with `goodwill_tax`
    of the tax.
    """

    line: str
    quantity: int
    price: int
    goods: int
    tax: int
    called_off: bool = False
    goodwill: int = 0
    goodwill_units: int = 0
    goodwill_tax: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUnits:
    """Units of a line that goodwill is for; `amount` is their part of it, `tax` the tax in it."""

    line: str
    quantity: int
    amount: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementValue:
    """What units that are sent instead of units of `line` cost."""

    line: str
    quantity: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderShare:
    """How much goes back to one means of payment."""

    tender: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the sum a shopper reads. The rows of a quote add up to its payout."""

    code: RowCode
    amount: int
    line: str = ""
    quantity: int = 0
    price: int = 0
    discount: int = 0
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A settlement before it is carried out.

    `total` is what counts against the ceiling; `bonus` comes on top of it as store credit only.
    `not_given` is held back where only part of the value is given, `repriced` is what an ended
    promotion takes back (or, later, gives back), `not_paid` the part of the sum that was never
    captured, `as_goodwill` the part that was given before as goodwill for
    the order, `already_refunded` the part that was given back before without naming units,
    `goodwill` money given for no unit that comes back, for `goodwill_for` where units were named,
    `not_due` money that was taken for an exchange and is not owed any more.

    The credit of an exchange is its `total`: `due` is what `replacements` cost beyond it and the
    shopper pays on top, `rest` the part of it they leave, which goes to `rest_to`. `timing` is
    when a rule has it sent, None where the shop's settings say when.
    """

    currency: str
    tax_included: bool
    outcome: Outcome
    units: tuple[UnitsValue, ...]
    total: int
    shipping: int = 0
    shipping_tax: int = 0
    repriced: int = 0
    restocking_fee: int = 0
    restocking_percent: int = 0
    postage_fee: int = 0
    not_given: int = 0
    not_paid: int = 0
    as_goodwill: int = 0
    already_refunded: int = 0
    deduction: int = 0
    goodwill: int = 0
    goodwill_for: tuple[NamedUnits, ...] = ()
    not_due: int = 0
    bonus: int = 0
    bonus_percent: int = 0
    tenders: tuple[TenderShare, ...] = ()
    replacements: tuple[ReplacementValue, ...] = ()
    due: int = 0
    rest: int = 0
    timing: ExchangeTiming | None = None
    rest_to: Outcome = Outcome.REFUND

    @property
    def payout(self) -> int:
        """What the shopper gets, bonus included."""
        return self.total + self.bonus

    def to_json(self) -> dict[str, Any]:
        """Return the quote as plain JSON, with its rows and payout, to be kept as it was shown."""
        rows = [asdict(row) for row in self.rows]
        return {**asdict(self), "payout": self.payout, "rows": rows}

    @property
    def rows(self) -> tuple[Row, ...]:
        """The sum as the shopper reads it; rows of value zero are left out."""
        return tuple(row for row in _rows(self) if row.amount)


def _rows(quoted: Quote) -> Iterator[Row]:
    """Yield the rows of a quote: what comes back, then what is added and taken off."""
    credit = quoted.outcome is Outcome.EXCHANGE
    for value in quoted.units:
        paid = worth(value.goods, value.tax, quoted.tax_included)
        yield Row(
            code=RowCode.EXCHANGE_CREDIT if credit else RowCode.GOODS,
            amount=paid if credit else value.goods,
            line=value.line,
            quantity=value.quantity,
            price=value.price,
            discount=value.price - value.goods,
        )
        if not (credit or quoted.tax_included):
            yield Row(code=RowCode.TAX, amount=value.tax, line=value.line, quantity=value.quantity)
        yield Row(
            code=RowCode.GIVEN_AS_GOODWILL,
            amount=-value.goodwill,
            line=value.line,
            quantity=value.goodwill_units,
        )
    shipping = worth(quoted.shipping, quoted.shipping_tax, quoted.tax_included)
    yield Row(code=RowCode.SHIPPING, amount=shipping)
    yield Row(code=RowCode.PART_CREDIT, amount=-quoted.not_given)
    yield Row(code=RowCode.PROMOTION_ENDED, amount=quoted.repriced)
    yield Row(
        code=RowCode.RESTOCKING_FEE,
        amount=-quoted.restocking_fee,
        percent=quoted.restocking_percent,
    )
    yield Row(code=RowCode.RETURN_POSTAGE, amount=-quoted.postage_fee)
    yield Row(code=RowCode.NOT_PAID, amount=-quoted.not_paid)
    yield Row(code=RowCode.GIVEN_AS_GOODWILL, amount=-quoted.as_goodwill)
    yield Row(code=RowCode.ALREADY_REFUNDED, amount=-quoted.already_refunded)
    yield Row(code=RowCode.DEDUCTION, amount=-quoted.deduction)
    for group in quoted.goodwill_for:
        yield Row(
            code=RowCode.GOODWILL, amount=group.amount, line=group.line, quantity=group.quantity
        )
    unnamed = quoted.goodwill - sum(group.amount for group in quoted.goodwill_for)
    yield Row(code=RowCode.GOODWILL, amount=unnamed)
    yield Row(code=RowCode.NOT_DUE, amount=quoted.not_due)
    yield Row(code=RowCode.BONUS, amount=quoted.bonus, percent=quoted.bonus_percent)
