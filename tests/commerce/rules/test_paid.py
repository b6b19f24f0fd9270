"""Discounts and taxes laid on the lines of an order."""

from hypothesis import given
from hypothesis import strategies as st

from commerce.rules import (
    OrderDiscount,
    PaidShipping,
    RateTotal,
    SoldLine,
    paid_lines,
    paid_shipping,
)


def goods(lines: list[SoldLine], *discounts: OrderDiscount) -> list[int]:
    return [line.goods for line in paid_lines(lines, discounts)]


def test_line_discounts_come_first() -> None:
    assert goods([SoldLine(2, 1000, discount=300)]) == [1700]


def test_recorded_shares_are_used_as_they_are() -> None:
    lines = [SoldLine(1, 1000), SoldLine(1, 1000)]
    assert goods(lines, OrderDiscount(100, shares=(99, 1))) == [901, 999]


def test_r10_gbp_6_and_4_with_1_off() -> None:
    assert goods([SoldLine(1, 600), SoldLine(1, 400)], OrderDiscount(100)) == [540, 360]


def test_r11_usd_150_and_60_with_42_off() -> None:
    assert goods([SoldLine(1, 15000), SoldLine(1, 6000)], OrderDiscount(4200)) == [12000, 4800]


def test_r19_coupon_over_two_tax_rates() -> None:
    lines = [
        SoldLine(1, 5500, tax_rates=(100_000,)),
        SoldLine(1, 2160, tax_rates=(80_000,)),
    ]
    paid = paid_lines(
        lines, [OrderDiscount(1000)], [RateTotal(100_000, 435), RateTotal(80_000, 139)]
    )
    assert [(line.goods, line.tax, line.shares) for line in paid] == [
        (4782, 435, (718,)),
        (1878, 139, (282,)),
    ]


def test_ties_go_to_the_earlier_line() -> None:
    assert goods([SoldLine(1, 1000)] * 3, OrderDiscount(1000)) == [666, 667, 667]


def test_several_discounts_are_split_together_and_told_apart() -> None:
    paid = paid_lines([SoldLine(1, 100), SoldLine(1, 50)], [OrderDiscount(30), OrderDiscount(15)])
    assert [line.goods for line in paid] == [70, 35]
    assert [line.shares for line in paid] == [(20, 10), (10, 5)]


def test_an_open_discount_falls_on_what_recorded_shares_left() -> None:
    lines = [SoldLine(1, 1000), SoldLine(1, 1000)]
    given_away = OrderDiscount(1000, shares=(1000, 0))
    paid = paid_lines(lines, [given_away, OrderDiscount(100)])
    assert [line.goods for line in paid] == [0, 900]
    assert [line.shares for line in paid] == [(1000, 0), (0, 100)]


def test_a_line_is_never_paid_below_zero() -> None:
    assert goods([SoldLine(1, 500, discount=900)]) == [0]
    assert goods([SoldLine(1, 500)], OrderDiscount(900)) == [0]
    assert goods([SoldLine(1, 500)], OrderDiscount(900, shares=(900,))) == [0]


def test_taxes_by_rate_are_split_over_the_lines_of_that_rate() -> None:
    lines = [
        SoldLine(1, 1000, tax_rates=(50_000, 20_000)),
        SoldLine(1, 1000, tax_rates=(50_000,)),
        SoldLine(1, 1000, tax=7, tax_rates=(50_000,)),
        SoldLine(1, 1000),
    ]
    paid = paid_lines(lines, rate_totals=[RateTotal(50_000, 101), RateTotal(20_000, 20)])
    assert [line.tax for line in paid] == [71, 50, 7, 0]


def test_tax_on_free_goods_stays_on_its_lines() -> None:
    lines = [SoldLine(1, 0, tax_rates=(1,)), SoldLine(1, 0, tax_rates=(1,))]
    assert [line.tax for line in paid_lines(lines, rate_totals=[RateTotal(1, 3)])] == [2, 1]


def test_a_rate_no_line_names_is_left_out() -> None:
    assert paid_lines([SoldLine(1, 10, tax=1)], rate_totals=[RateTotal(1, 3)])[0].tax == 1


def test_r15_shipping_after_its_discounts() -> None:
    assert paid_shipping(1000, discount=1000) == PaidShipping(0, 0)
    assert paid_shipping(1000, discount=500, tax=115) == PaidShipping(500, 115)
    assert paid_shipping(500, discount=900) == PaidShipping(0, 0)


LINES = st.lists(
    st.builds(
        SoldLine,
        quantity=st.integers(1, 9),
        unit_price=st.integers(0, 10**7),
        discount=st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=12,
)


@given(LINES, st.lists(st.integers(0, 10**7), max_size=3))
def test_the_lines_add_up_to_what_was_paid(lines: list[SoldLine], amounts: list[int]) -> None:
    paid = paid_lines(lines, [OrderDiscount(amount) for amount in amounts])
    subtotal = sum(line.subtotal for line in lines)
    assert sum(line.goods for line in paid) == max(0, subtotal - sum(amounts))
    assert all(line.goods >= 0 for line in paid)


@given(LINES, st.integers(0, 10**7))
def test_taxes_are_neither_lost_nor_made(lines: list[SoldLine], amount: int) -> None:
    rated = [SoldLine(one.quantity, one.unit_price, one.discount, None, (7,)) for one in lines]
    paid = paid_lines(rated, rate_totals=[RateTotal(7, amount)])
    assert sum(line.tax for line in paid) == amount
