"""What a quote becomes in the ledger. All entries but bonuses add up to its total."""

from collections.abc import Iterator

from returns.enums import Component, Outcome, RowCode
from returns.rules.paid import worth
from returns.rules.quotes import Quote

Entry = tuple[Component, RowCode, str, int]
"""What an entry is for, the row of the sum it stands behind, its line if any, and its amount."""


def entries_of(quoted: Quote) -> Iterator[Entry]:
    """Yield the entries behind a quote, some of them zero; tax inside prices is part of them."""
    for value in quoted.units:
        if quoted.outcome is Outcome.EXCHANGE:
            paid = worth(value.goods, value.tax, quoted.tax_included)
            yield (Component.EXCHANGE_CREDIT, RowCode.EXCHANGE_CREDIT, value.line, paid)
        else:
            yield (Component.GOODS, RowCode.GOODS, value.line, value.goods)
            if not quoted.tax_included:
                yield (Component.TAX, RowCode.TAX, value.line, value.tax)
        yield (Component.OFFSET, RowCode.GIVEN_AS_GOODWILL, value.line, -value.goodwill)
    yield (Component.EXCHANGE_CREDIT, RowCode.EXCHANGE_REST, "", -quoted.rest)
    yield (Component.EXCHANGE_REST, RowCode.EXCHANGE_REST, "", quoted.rest)
    yield (Component.GOODS, RowCode.PROMOTION_ENDED, "", quoted.repriced)
    yield (Component.SHIPPING, RowCode.SHIPPING, "", quoted.shipping)
    if not quoted.tax_included:
        yield (Component.SHIPPING_TAX, RowCode.SHIPPING, "", quoted.shipping_tax)
    yield (Component.FEE, RowCode.PART_CREDIT, "", -quoted.not_given)
    yield (Component.FEE, RowCode.RESTOCKING_FEE, "", -quoted.restocking_fee)
    yield (Component.FEE, RowCode.RETURN_POSTAGE, "", -quoted.postage_fee)
    yield (Component.FEE, RowCode.DEDUCTION, "", -quoted.deduction)
    yield (Component.OFFSET, RowCode.NOT_PAID, "", -quoted.not_paid)
    yield (Component.OFFSET, RowCode.GIVEN_AS_GOODWILL, "", -quoted.as_goodwill)
    yield (Component.OFFSET, RowCode.ALREADY_REFUNDED, "", -quoted.already_refunded)
    for group in quoted.goodwill_for:
        yield (Component.GOODWILL, RowCode.GOODWILL, group.line, group.amount)
    unnamed = quoted.goodwill - sum(group.amount for group in quoted.goodwill_for)
    yield (Component.GOODWILL, RowCode.GOODWILL, "", unnamed)
    yield (Component.EXCHANGE_REST, RowCode.NOT_DUE, "", quoted.not_due)
    yield (Component.BONUS, RowCode.BONUS, "", quoted.bonus)
