"""Money given back elsewhere, laid on what an order was paid."""

from dataclasses import replace

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


@pytest.mark.parametrize(
    ("amount", "told", "back"),
    [
        (50, {}, {"card": 50}),
        (50, {"gift": 20, "card": 30}, {"card": 30, "gift": 20}),
        (50, {"gift": 20}, {"card": 30, "gift": 20}),
        # More than it holds went by it: the rest is taken to have gone elsewhere.
        (60, {"gift": 60}, {"card": 20, "gift": 40}),
        (500, {"gift": 500}, {"card": 80, "gift": 40}),
        (10, {"card": 30, "gift": 30}, {"card": 10}),
        (10, {"elsewhere": 10}, {"card": 10}),
    ],
)
def test_it_went_back_by_what_was_told(
    amount: int, told: dict[str, int], back: dict[str, int]
) -> None:
    paid_twice = replace(
        order(settled=0),
        captured=120,
        tenders=(
            Tender(id="card", captured=80),
            Tender(id="gift", captured=40, store_value=True),
        ),
    )
    quoted = book_elsewhere(paid_twice, amount, [], by_tender=told)
    assert {share.tender: share.amount for share in quoted.tenders} == back
