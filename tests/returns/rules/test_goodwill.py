"""M14: goodwill for named units takes off their later value, for the order off the ceiling."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.rules import SoldLine
from returns.enums import Outcome, ThresholdPromotion
from returns.errors import InvalidAmount, RefundExceedsBalance, UnitAlreadySettled
from returns.rules.goodwill import quote_goodwill
from returns.rules.money import quote
from returns.rules.paid import PaidOrder, Promotion, Terms
from returns.rules.quotes import NamedUnits
from tests.returns.rules.test_money import booked, bought, codes, units

ONE = [NamedUnits(line="L0", quantity=1)]


def with_goodwill(order: PaidOrder, amount: int, quantity: int) -> PaidOrder:
    """The order after goodwill for units of its first line went out by card."""
    quoted = quote_goodwill(
        order, amount, Terms(), units=[NamedUnits(line="L0", quantity=quantity)]
    )
    given_for = {group.line: group for group in quoted.goodwill_for}
    lines = tuple(
        replace(
            line,
            goodwill=line.goodwill + given_for[line.id].amount,
            goodwill_units=line.goodwill_units + given_for[line.id].quantity,
            goodwill_tax=line.goodwill_tax + given_for[line.id].tax,
        )
        if line.id in given_for
        else line
        for line in order.lines
    )
    return replace(booked(order, quoted), lines=lines)


def test_m14_goodwill_for_a_unit_takes_off_its_later_value() -> None:
    order = with_goodwill(bought([SoldLine(2, 2500)], currency="JPY", tax_included=True), 500, 1)
    first = quote(order, [units()], Terms())
    assert codes(first) == {"goods": 2500, "given_as_goodwill": -500}
    assert (first.total, first.units[0].goodwill_units) == (2000, 1)
    both = quote(order, [units(quantity=2)], Terms())
    assert both.total == 4500


def test_m14_goodwill_for_two_of_three_units_goes_with_each_of_the_two() -> None:
    order = with_goodwill(bought([SoldLine(3, 1000)]), 301, 2)
    assert quote(order, [units()], Terms()).total == 849
    assert quote(order, [units(), units(quantity=2)], Terms()).total == 2699


def test_m14_goodwill_for_the_order_only_lowers_the_ceiling_and_says_so() -> None:
    order = bought([SoldLine(1, 4000), SoldLine(1, 1000)])
    order = replace(booked(order, quote_goodwill(order, 700, Terms())), goodwill=700)
    small = quote(order, [units(1)], Terms())
    assert (small.total, small.as_goodwill) == (1000, 0)
    rest = quote(booked(order, small), [units(0)], Terms())
    assert codes(rest) == {"goods": 4000, "given_as_goodwill": -700}
    assert rest.total == 3300


def test_an_ended_promotion_takes_no_more_than_goodwill_has_left() -> None:
    order = bought([SoldLine(1, 1000), SoldLine(1, 9000)], 2000)
    order = replace(order, promotions=(Promotion(minimum=9500, shares=(200, 1800)),))
    order = with_goodwill(order, 700, 1)
    quoted = quote(
        order, [units()], Terms(threshold_promotion=ThresholdPromotion.REPRICE, bonus=1000)
    )
    assert codes(quoted) == {"goods": 800, "given_as_goodwill": -700, "promotion_ended": -100}
    assert quoted.total == 0


def test_goodwill_is_never_more_than_the_order_or_the_named_units_hold() -> None:
    order = bought([SoldLine(2, 2500)])
    with pytest.raises(RefundExceedsBalance):
        quote_goodwill(order, 5001, Terms())
    with pytest.raises(InvalidAmount):
        quote_goodwill(order, 0, Terms())
    with pytest.raises(RefundExceedsBalance):
        quote_goodwill(order, 2501, Terms(), units=ONE)
    with pytest.raises(UnitAlreadySettled):
        quote_goodwill(order, 1, Terms(), units=[NamedUnits(line="L0", quantity=3)])
    given_before = with_goodwill(order, 2000, 1)
    with pytest.raises(RefundExceedsBalance):
        quote_goodwill(given_before, 501, Terms(), units=ONE)


def test_goodwill_for_units_of_several_lines_is_split_by_their_value() -> None:
    order = bought([SoldLine(1, 3000), SoldLine(1, 1000)])
    both = [*ONE, NamedUnits(line="L1", quantity=1)]
    quoted = quote_goodwill(order, 100, Terms(), units=both)
    assert [group.amount for group in quoted.goodwill_for] == [75, 25]
    assert sum(row.amount for row in quoted.rows) == quoted.payout == 100


def test_goodwill_as_store_credit_takes_nothing_from_the_tenders() -> None:
    quoted = quote_goodwill(bought([SoldLine(1, 100)]), 40, Terms(), Outcome.STORE_CREDIT)
    assert (quoted.payout, quoted.tenders) == (40, ())


@given(
    paid=st.integers(1, 99_999),
    quantity=st.integers(1, 5),
    data=st.data(),
)
def test_goodwill_and_single_returns_never_exceed_what_was_paid(
    paid: int, quantity: int, data: st.DataObject
) -> None:
    order = bought([SoldLine(quantity, paid)])
    named_for = data.draw(st.integers(1, quantity))
    amount = data.draw(st.integers(1, paid * named_for))
    order = with_goodwill(order, amount, named_for)
    for _ in range(quantity):
        line = order.lines[0]
        quoted = quote(order, [units()], Terms())
        used = quoted.units[0]
        order = booked(order, quoted)
        rest = replace(
            order.lines[0],
            goodwill=line.goodwill - used.goodwill,
            goodwill_units=line.goodwill_units - used.goodwill_units,
            goodwill_tax=line.goodwill_tax - used.goodwill_tax,
        )
        order = replace(order, lines=(rest,))
    assert order.given_back == order.captured


def test_a_line_named_twice_is_worth_no_more_than_its_units() -> None:
    order = bought([SoldLine(2, 1000), SoldLine(1, 9000)])
    twice = [*ONE, *ONE]
    [both] = quote_goodwill(order, 2000, Terms(), units=twice).goodwill_for
    assert (both.quantity, both.amount) == (2, 2000)
    with pytest.raises(RefundExceedsBalance):
        quote_goodwill(order, 2001, Terms(), units=twice)
    with pytest.raises(UnitAlreadySettled):
        quote_goodwill(order, 100, Terms(), units=[*twice, *ONE])
