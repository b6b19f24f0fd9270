"""What an exchange costs: the value given back against the price of what is wanted instead.

Amounts are minor units of the order's presentment currency.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from postexp.kernel.money import cumulative_share, percent_half_up
from returns.enums import ExchangePriceBasis
from returns.rules.paid import worth
from returns.rules.quotes import ReplacementValue, UnitsValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Units wanted instead of units of `line`: `price` is that of one unit as listed now.

    `tax` comes on top for all of them where prices do not include it. `same_product` marks another
    variant of what was bought. `promised` is what they cost when they were chosen: nothing that
    happens to prices later changes it.
    """

    line: str
    quantity: int
    price: int
    tax: int = 0
    same_product: bool = True
    promised: int | None = None


def price_replacements(
    values: Sequence[UnitsValue],
    wanted: Sequence[Wanted],
    basis: ExchangePriceBasis,
    *,
    tax_included: bool,
    off: int = 0,
) -> tuple[ReplacementValue, ...]:
    """Return what each replacement costs.

    By the price paid, as many units of the same product cost what the given-back ones are worth;
    everything else costs what was promised, or its current price and its tax. Another product has
    `off` basis points taken off.
    """
    given, worth_of = _given_back(values, tax_included)
    asked = Counter[str]()
    for one in wanted:
        asked[one.line] += one.quantity
    before, found = Counter[str](), []
    for one in wanted:
        as_many = one.same_product and asked[one.line] == given[one.line]
        if basis is ExchangePriceBasis.PAID and as_many:
            upto = before[one.line] + one.quantity
            swap = ReplacementValue(
                line=one.line, quantity=given[one.line], cost=worth_of[one.line]
            )
            cost = value_of_replacement(swap, before[one.line], upto)
        elif one.promised is not None:
            cost = one.promised
        else:
            cost = worth(one.quantity * one.price, one.tax, tax_included)
            cost -= 0 if one.same_product else percent_half_up(cost, off)
        before[one.line] += one.quantity
        found.append(ReplacementValue(line=one.line, quantity=one.quantity, cost=cost))
    return tuple(found)


def _given_back(
    values: Sequence[UnitsValue], tax_included: bool
) -> tuple[Counter[str], Counter[str]]:
    """Return how many units of each line come back, and what they are worth after goodwill."""
    quantity, value = Counter[str](), Counter[str]()
    for one in values:
        quantity[one.line] += one.quantity
        value[one.line] += worth(one.goods, one.tax, tax_included) - one.goodwill
    return quantity, value


def value_of_replacement(bought: ReplacementValue, before: int, after: int) -> int:
    """Return what the units of a replacement in between are worth when they come back later.

    It is the value that was paid for them, in credit and money, laid out as that of a line.
    """
    share = cumulative_share(bought.cost, bought.quantity, after)
    return share - cumulative_share(bought.cost, bought.quantity, before)


def tax_inside(amount: int, millionths: int) -> int:
    """Return the tax that an amount contains at a rate in parts per million, half up."""
    whole = 1_000_000 + millionths
    return (2 * amount * millionths + whole) // (2 * whole)
