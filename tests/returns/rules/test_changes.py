"""Why a return came to another sum than was promised: named causes that add up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns.enums import Change, Grade, Outcome, RowCode
from returns.rules.changes import Fate, explain
from returns.rules.money import quote
from returns.rules.paid import OrderLine, PaidOrder, Shipping, Tender, Terms, Units


def order(*lines: OrderLine, shipping: int = 0, left: int | None = None) -> PaidOrder:
    captured = sum(line.goods for line in lines) + shipping
    return PaidOrder(
        currency="JPY",
        tax_included=True,
        lines=lines,
        tenders=(Tender(id="card", captured=captured),),
        captured=captured,
        given_back=0 if left is None else captured - left,
        shipping=Shipping(price=shipping),
    )


def shirts(settled: int = 0, quantity: int = 3) -> OrderLine:
    return OrderLine(
        id="shirts", quantity=quantity, unit_price=2000, goods=2000 * quantity, settled=settled
    )


def kept(paid: PaidOrder, quantity: int, terms: Terms | None = None, **more: Any) -> dict[str, Any]:
    units = [Units(line=paid.lines[0].id, quantity=quantity)]
    return quote(paid, units, terms or Terms(), **more).to_json()


def plain(*args: Any, **more: Any) -> list[tuple[str, int, int]]:
    return [(one.code.value, one.quantity, one.amount) for one in explain(*args, **more)]


def test_what_was_promised_needs_no_explanation() -> None:
    promised = kept(order(shirts()), 2)
    assert explain(promised, [promised], [Fate(line="shirts")]) == ()


def test_each_cause_is_named_with_its_part() -> None:
    promised = kept(order(shirts(), shipping=500), 3)
    came = kept(order(shirts(), shipping=500), 1, Terms(postage=500))
    fate = Fate(line="shirts", missing=1, refused={Grade.WORN: 1})
    assert plain(promised, [came], [fate]) == [
        (Change.NOT_ARRIVED, 1, -2000),
        (Change.WORN, 1, -2000),
        (RowCode.SHIPPING, 0, -500),
        (RowCode.RETURN_POSTAGE, 0, -500),
    ]


@pytest.mark.parametrize(
    ("fate", "code"),
    [
        (Fate(line="shirts", awaited=1), Change.STILL_AWAITED),
        (Fate(line="shirts", refused={Grade.NOT_OURS: 1}), Change.NOT_OURS),
        (Fate(line="shirts", refused={Grade.OPENED: 1}), Change.REFUSED),
        (Fate(line="shirts", others=1), Change.OTHER_ITEM),
        (Fate(line="shirts"), Change.APART),
    ],
)
def test_units_tell_what_became_of_them(fate: Fate, code: Change) -> None:
    promised, came = kept(order(shirts()), 2), kept(order(shirts()), 1)
    assert plain(promised, [came], [fate]) == [(code, 1, -2000)]


def test_a_unit_may_be_worth_another_yen_by_now() -> None:
    """Three for a thousand: the first and the last are worth 333, the second 334."""
    line = OrderLine(id="socks", quantity=3, unit_price=400, goods=1000)
    later = OrderLine(id="socks", quantity=3, unit_price=400, goods=1000, settled=1)
    promised, came = kept(order(line), 1), kept(order(later), 1)
    assert plain(promised, [came], [Fate(line="socks")]) == [(Change.VALUE, 0, 1)]


def test_another_way_than_asked_for_names_what_it_costs() -> None:
    promised = kept(order(shirts()), 1, Terms(bonus=1000), outcome=Outcome.STORE_CREDIT)
    came = kept(order(shirts()), 1, Terms(restocking=1000), outcome=Outcome.REFUND)
    assert plain(promised, [came], [Fate(line="shirts")]) == [
        (RowCode.RESTOCKING_FEE, 0, -200),
        (RowCode.BONUS, 0, -200),
    ]


def test_what_was_told_before_is_taken_off() -> None:
    promised = kept(order(shirts()), 2)
    first, second = kept(order(shirts()), 1), kept(order(shirts(settled=1)), 1)
    assert plain(promised, [first, second], [], before=2000) == [(Change.GIVEN_BEFORE, 0, -2000)]


@given(
    quantity=st.integers(1, 6),
    asked=st.integers(1, 6),
    paid=st.integers(1, 6),
    lost=st.integers(0, 6),
    restocking=st.integers(0, 10_000),
    postage=st.integers(0, 3000),
    price=st.integers(0, 5000),
)
def test_promise_and_differences_always_add_up(
    quantity: int, asked: int, paid: int, lost: int, restocking: int, postage: int, price: int
) -> None:
    line = OrderLine(id="L", quantity=quantity, unit_price=price, goods=price * quantity * 9 // 10)
    whole = order(line, shipping=700)
    promised = kept(whole, min(asked, quantity))
    came = kept(whole, min(paid, quantity), Terms(restocking=restocking, postage=postage))
    changes = explain(promised, [came], [Fate(line="L", missing=lost)])
    assert promised["payout"] + sum(one.amount for one in changes) == came["payout"]
