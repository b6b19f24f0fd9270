"""What stands on a credit note: the parts of a settlement, with totals and tax per rate.

Amounts are minor units and contain their tax, rates parts per million, or None where the platform
recorded a tax without its rate.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from postexp.kernel.money import allocate
from returns.enums import Outcome, RowCode
from returns.rules.paid import worth
from returns.rules.quotes import Quote

QUALIFIED_FROM = 10_000
"""From how many yen on a Japanese qualified return invoice is required."""

Rate = int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An amount with its tax at one rate, such as units of a line; `line` is a public id or ""."""

    code: RowCode
    amount: int
    tax: int
    rate: Rate
    line: str = ""
    quantity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """An amount that belongs to no rate of its own, such as a fee: below zero, or goodwill."""

    code: RowCode
    amount: int
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSum:
    """The total given back at one rate, and the tax inside it."""

    rate: Rate
    amount: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A credit note before it has a number: `rates` say in sums what its parts say one by one."""

    parts: tuple[Part, ...]
    adjustments: tuple[Adjustment, ...]
    rates: tuple[RateSum, ...]

    @property
    def total(self) -> int:
        """What is given back, tax inside."""
        return sum(one.amount for one in self.rates)

    @property
    def tax(self) -> int:
        """The tax in it."""
        return sum(one.tax for one in self.rates)


def money_back(quoted: Quote) -> int:
    """Return what a settlement gives back that is no new goods: what its credit note is over."""
    return quoted.rest if quoted.outcome is Outcome.EXCHANGE else quoted.total


def note_of(quoted: Quote, sold: Mapping[str, Part], shipping: Sequence[Part]) -> Note:
    """Return what the credit note of a settlement says.

    `sold` are the order's lines by public id, and `shipping` what was paid for delivery, with the
    rates and taxes recorded for them. What has no rate of its own lies on the rates of what came
    back by its amounts, or of all that was sold where nothing came back.
    """
    parts = [
        *(
            replace(
                sold[value.line],
                quantity=value.quantity,
                amount=worth(value.goods, value.tax, quoted.tax_included),
                tax=value.tax,
            )
            for value in quoted.units
        ),
        *(
            replace(
                sold[value.line],
                code=RowCode.GIVEN_AS_GOODWILL,
                quantity=value.goodwill_units,
                amount=-value.goodwill,
                tax=-value.goodwill_tax,
            )
            for value in quoted.units
        ),
        *_shipping(quoted, shipping),
        *(
            replace(
                sold[group.line],
                code=RowCode.GOODWILL,
                quantity=group.quantity,
                amount=group.amount,
                tax=group.tax,
            )
            for group in quoted.goodwill_for
        ),
    ]
    adjustments = [one for one in _adjustments(quoted) if one.amount]
    sums = _by_rate(parts)
    if change := sum(one.amount for one in adjustments):
        came_back = any(amount for amount, _tax in sums.values())
        basis = sums if came_back else _by_rate([*sold.values(), *shipping])
        sums = _adjusted(sums, change, basis)
    return Note(
        parts=tuple(part for part in parts if part.amount),
        adjustments=tuple(adjustments),
        rates=tuple(
            RateSum(rate=rate, amount=amount, tax=tax)
            for rate, (amount, tax) in sorted(sums.items(), key=lambda one: -(one[0] or 0))
            if amount or tax
        ),
    )


def _shipping(quoted: Quote, shipping: Sequence[Part]) -> Iterator[Part]:
    """Yield what of shipping goes back, by the rates of what was paid for it."""
    back = worth(quoted.shipping, quoted.shipping_tax, quoted.tax_included)
    amounts, taxes = [one.amount for one in shipping], [one.tax for one in shipping]
    # What undoes a refund takes it back in the same parts.
    sign = 1 if back >= 0 else -1
    parts = allocate(abs(back), amounts) if sum(amounts) else [0] * len(amounts)
    tax = allocate(abs(quoted.shipping_tax), taxes) if sum(taxes) else [0] * len(taxes)
    for paid, amount, part in zip(shipping, parts, tax, strict=True):
        yield replace(paid, amount=sign * amount, tax=sign * part)


def _adjustments(quoted: Quote) -> Iterator[Adjustment]:
    """Yield what a settlement adds or takes off that is no line's."""
    if quoted.outcome is Outcome.EXCHANGE:
        yield Adjustment(code=RowCode.EXCHANGE_CREDIT, amount=quoted.rest - quoted.total)
    unnamed = quoted.goodwill - sum(group.amount for group in quoted.goodwill_for)
    for code, amount, percent in (
        (RowCode.PROMOTION_ENDED, quoted.repriced, 0),
        (RowCode.PART_CREDIT, -quoted.not_given, 0),
        (RowCode.RESTOCKING_FEE, -quoted.restocking_fee, quoted.restocking_percent),
        (RowCode.RETURN_POSTAGE, -quoted.postage_fee, 0),
        (RowCode.NOT_PAID, -quoted.not_paid, 0),
        (RowCode.GIVEN_AS_GOODWILL, -quoted.as_goodwill, 0),
        (RowCode.ALREADY_REFUNDED, -quoted.already_refunded, 0),
        (RowCode.DEDUCTION, -quoted.deduction, 0),
        (RowCode.GOODWILL, unnamed, 0),
        (RowCode.NOT_DUE, quoted.not_due, 0),
    ):
        yield Adjustment(code=code, amount=amount, percent=percent)


def _by_rate(parts: Iterable[Part]) -> dict[Rate, tuple[int, int]]:
    sums: dict[Rate, tuple[int, int]] = {}
    for part in parts:
        amount, tax = sums.get(part.rate, (0, 0))
        sums[part.rate] = (amount + part.amount, tax + part.tax)
    return sums


def _adjusted(
    sums: dict[Rate, tuple[int, int]], change: int, basis: dict[Rate, tuple[int, int]]
) -> dict[Rate, tuple[int, int]]:
    """Lay a change on rates by the amounts of `basis`, with the tax they hold, half up."""
    weights = [amount for amount, _tax in basis.values()]
    if not sum(weights):
        # Money for something that cost nothing at all: no rate could carry it.
        return {None: (change, 0)}
    sign = 1 if change > 0 else -1
    adjusted = dict(sums)
    for (rate, (whole, tax)), part in zip(
        basis.items(), allocate(abs(change), weights), strict=True
    ):
        amount, held = adjusted.get(rate, (0, 0))
        inside = (2 * tax * part + whole) // (2 * whole) if whole else 0
        adjusted[rate] = (amount + sign * part, held + sign * inside)
    return adjusted


def is_required(country: str, shop_currency: str, total: int) -> bool:
    """Whether Japanese law asks for a qualified return invoice over `total` in the shop's money."""
    return country == "JP" and shop_currency == "JPY" and total >= QUALIFIED_FROM


def reads_as_registration_number(number: str) -> bool:
    """Whether a Japanese registration number is T and 13 digits with the right check digit."""
    digits = number[1:]
    if len(number) != 14 or number[0] != "T" or not (digits.isascii() and digits.isdigit()):
        return False
    # The twelve digits behind the check digit, from the right: odd places once, even ones twice.
    weighed = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - weighed % 9
