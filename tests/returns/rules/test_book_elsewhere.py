"""Money given back elsewhere, laid on what an order was paid."""

import pytest

from returns.rules.external import RecordedUnits, book_elsewhere, call_off
from returns.rules.paid import OrderLine, PaidOrder, Tender


def order(*, settled: int, called_off: int = 0) -> PaidOrder:
    """Three units paid 100 in all, of which some are settled."""
    line = OrderLine(
        id="l", quantity=3, unit_price=34, goods=100, tax=10, settled=settled, called_off=called_off
    )
    return PaidOrder(
        currency="USD",
        tax_included=False,
        lines=(line,),
        tenders=(Tender(id="t", captured=110),),
        captured=110,
    )


@pytest.mark.parametrize(
    ("settled", "called_off", "taken"),
    [
        (0, 0, [(3, 100, 10, False)]),
        (1, 0, [(2, 67, 7, False)]),
        (2, 0, [(1, 33, 3, False)]),
        (3, 0, []),
        (3, 3, [(3, 100, 10, True)]),
        (3, 2, [(2, 67, 7, True)]),
        (2, 2, [(2, 67, 7, True), (1, 33, 3, False)]),
    ],
)
def test_units_carry_their_part_of_what_was_recorded(
    settled: int, called_off: int, taken: list[tuple[int, int, int, bool]]
) -> None:
    named = RecordedUnits(line="l", quantity=3, goods=100, tax=10)
    quoted = book_elsewhere(order(settled=settled, called_off=called_off), 110, [named])
    assert [
        (units.quantity, units.goods, units.tax, units.called_off) for units in quoted.units
    ] == taken
    assert quoted.goodwill == 110 - sum(goods + tax for _, goods, tax, _ in taken)


def test_nothing_is_called_off_where_nothing_is_left() -> None:
    quoted = call_off(order(settled=3), [("l", 0), ("l", -1)])
    assert quoted.units == ()
