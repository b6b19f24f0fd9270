"""A recorded total, laid out so that it can be read."""

from hypothesis import given
from hypothesis import strategies as st

from commerce.rules import order_sum

AMOUNT = st.integers(0, 10**9)


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT, st.booleans(), AMOUNT)
def test_the_rows_always_add_up_to_the_total(
    full_price: int, goods_paid: int, shipping: int, tax: int, tax_included: bool, total: int
) -> None:
    laid = order_sum(
        full_price=full_price,
        goods_paid=goods_paid,
        shipping=shipping,
        tax=tax,
        tax_included=tax_included,
        total=total,
    )
    rows = laid.goods + laid.discounts + laid.shipping + laid.tax_on_top + laid.other
    assert rows == laid.total == total


def test_tax_stands_on_top_or_inside() -> None:
    amounts = {"full_price": 1000, "goods_paid": 900, "shipping": 100, "tax": 90}
    on_top = order_sum(**amounts, tax_included=False, total=1090)
    inside = order_sum(**amounts, tax_included=True, total=1000)
    assert (on_top.tax_on_top, on_top.tax_inside, on_top.other) == (90, 0, 0)
    assert (inside.tax_on_top, inside.tax_inside, inside.other) == (0, 90, 0)
    assert on_top.discounts == -100
