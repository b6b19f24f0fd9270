"""What exchanges cost: R-21 and R-22 by name, and what a replacement is worth later."""

from dataclasses import replace

import pytest

from commerce.rules import SoldLine
from returns.enums import ExchangePriceBasis, Outcome
from returns.errors import RefundExceedsBalance
from returns.rules.exchanges import Wanted, value_of_replacement
from returns.rules.money import quote
from returns.rules.paid import Terms
from returns.rules.quotes import ReplacementValue, TenderShare
from tests.returns.rules.test_money import bought, units

CURRENT = Terms(exchange_price_basis=ExchangePriceBasis.CURRENT)


def test_r21_the_price_you_paid() -> None:
    order = bought([SoldLine(1, 6400, tax=524)], 640, currency="JPY", tax_included=True)
    large = [Wanted(line="L0", quantity=1, price=6900)]
    by_paid = quote(order, [units()], Terms(), Outcome.EXCHANGE, wanted=large)
    assert (by_paid.total, by_paid.due, by_paid.rest) == (5760, 0, 0)
    by_current = quote(order, [units()], CURRENT, Outcome.EXCHANGE, wanted=large)
    assert (by_current.total, by_current.due, by_current.rest) == (5760, 1140, 0)
    assert by_current.payout == sum(row.amount for row in by_current.rows) == 5760


def test_r22_up_and_down() -> None:
    order = bought([SoldLine(1, 8200, tax=800)])
    up = [Wanted(line="L0", quantity=1, price=12000, tax=1200, same_product=False)]
    dearer = quote(order, [units()], Terms(), Outcome.EXCHANGE, wanted=up)
    assert (dearer.total, dearer.due, dearer.rest) == (9000, 4200, 0)
    down = [Wanted(line="L0", quantity=1, price=6000, tax=600, same_product=False)]
    cheaper = quote(order, [units()], Terms(), Outcome.EXCHANGE, wanted=down)
    assert (cheaper.total, cheaper.due, cheaper.rest) == (9000, 0, 2400)
    assert cheaper.tenders == (TenderShare(tender="card", amount=2400),)
    as_credit = quote(
        order,
        [units()],
        Terms(),
        Outcome.EXCHANGE,
        wanted=down,
        rest_to=Outcome.STORE_CREDIT,
    )
    assert (as_credit.rest, as_credit.tenders) == (2400, ())


def test_r22_refund_and_exchange_credit_never_exceed_what_was_paid() -> None:
    order = replace(bought([SoldLine(1, 8200, tax=800)]), given_back=1)
    with pytest.raises(RefundExceedsBalance):
        quote(order, [units()], Terms(), Outcome.EXCHANGE, wanted=())


def test_another_quantity_of_the_same_product_costs_its_current_price() -> None:
    order = bought([SoldLine(2, 1000)])
    two_for_one = [Wanted(line="L0", quantity=2, price=1000)]
    quoted = quote(order, [units()], Terms(), Outcome.EXCHANGE, wanted=two_for_one)
    assert (quoted.total, quoted.due) == (1000, 1000)


def test_a_replacement_that_comes_back_is_worth_what_was_paid_for_it() -> None:
    bought_for = ReplacementValue(line="L0", quantity=3, cost=5761)
    values = [value_of_replacement(bought_for, n, n + 1) for n in range(3)]
    assert values == [1920, 1921, 1920]
    assert value_of_replacement(bought_for, 0, 3) == 5761
