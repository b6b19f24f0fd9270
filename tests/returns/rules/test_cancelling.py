"""Whether units may be cancelled, how a cancellation moves, and that its money adds up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.rules import SoldLine
from returns.enums import CancelDenialCode, CancelInstead, RefundShipping
from returns.enums import CancellationMove as Move
from returns.enums import CancellationState as State
from returns.errors import InvalidTransition
from returns.rules.cancellations import (
    CancelDecision,
    CancelLineFacts,
    CancelOrderFacts,
    CancelTerms,
    decide_cancel,
    quote_cancelled,
)
from returns.rules.money import quote
from returns.rules.paid import Shipping, Terms, Units
from returns.rules.states import CANCELLATION_MOVES, HOLDING, next_state, possible
from tests.returns.rules.test_money import booked, bought

PLACED = datetime(2026, 11, 21, 2, 20, tzinfo=UTC)
SOON = PLACED + timedelta(minutes=40)
ENDS = {State.REFUNDED, State.TOO_LATE, State.DECLINED, State.WITHDRAWN}


def decide(
    *lines: CancelLineFacts,
    at: datetime = SOON,
    terms: CancelTerms = CancelTerms(),  # noqa: B008  frozen
    by_staff: bool = False,
    cancelled: bool = False,
    busy: bool = False,
    return_open: bool = False,
) -> CancelDecision:
    facts = CancelOrderFacts(
        placed_at=PLACED, lines=lines, cancelled=cancelled, busy=busy, return_open=return_open
    )
    return decide_cancel(facts, terms, at, by_staff=by_staff)


def line(**counts: int | bool) -> CancelLineFacts:
    return CancelLineFacts(line="l", **{"quantity": 2, **counts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "cancellable", "why"),
    [
        (line(), 2, None),
        (line(gone=1), 1, None),
        (line(gone=1, settled=1), 1, None),
        (line(settled=1), 1, None),
        (line(stopped=1, settled=1), 1, None),
        (line(stopped=1, held=1), 1, None),
        (line(gone=2), 0, CancelDenialCode.TOO_LATE),
        (line(settled=2), 0, CancelDenialCode.ALREADY_SETTLED),
        (line(stopped=2, settled=2), 0, CancelDenialCode.ALREADY_SETTLED),
        (line(gone=1, stopped=1, settled=1), 0, CancelDenialCode.TOO_LATE),
        (line(reserved=2), 0, CancelDenialCode.RETURN_OPEN),
        (line(goods=False), 0, CancelDenialCode.NOT_GOODS),
    ],
)
def test_what_of_a_line_is_still_on_the_shelf(
    facts: CancelLineFacts, cancellable: int, why: CancelDenialCode | None
) -> None:
    [decided] = decide(facts).lines
    assert decided.cancellable == cancellable
    assert (decided.denial.code if decided.denial else None) == why


def test_the_last_second_counts() -> None:
    end = PLACED + timedelta(minutes=60)
    assert decide(line(), at=end).open
    late = decide(line(), at=end + timedelta(microseconds=1))
    assert late.denial is not None
    assert (late.denial.code, late.denial.since) == (CancelDenialCode.WINDOW_ENDED, end)
    assert late.instead is CancelInstead.RETURN_LATER
    assert decide(line(), at=end + timedelta(days=9), by_staff=True).open
    assert decide(line(), at=end + timedelta(days=9), terms=CancelTerms(minutes=None)).open


def test_a_shop_may_leave_it_to_its_staff() -> None:
    none = decide(line(), terms=CancelTerms(minutes=0), at=PLACED)
    assert none.denial is not None
    assert none.denial.code is CancelDenialCode.NOT_OFFERED
    assert decide(line(), terms=CancelTerms(minutes=0), by_staff=True).open


def test_staff_cannot_cancel_what_was_picked_or_is_cancelled() -> None:
    assert not decide(line(gone=2), by_staff=True).open
    assert not decide(line(), by_staff=True, cancelled=True).open
    assert not decide(line(), by_staff=True, busy=True).open
    assert decide(line(goods=False), by_staff=True).open


def test_what_can_still_be_done() -> None:
    assert decide(line(gone=2)).instead is CancelInstead.RETURN_LATER
    assert decide(line(gone=2), return_open=True).instead is CancelInstead.RETURN_NOW
    assert decide(line(settled=2)).instead is None
    assert decide(line(), cancelled=True).instead is None
    assert decide(line()).instead is None


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_the_table_is_total(state: State, move: Move) -> None:
    """Each pair leads to a state or is refused by name; an end is an end but for news of it."""
    if (state, move) in CANCELLATION_MOVES:
        assert next_state(CANCELLATION_MOVES, state, move) in State
        assert state not in ENDS or move is Move.SENT_ANYWAY
    else:
        with pytest.raises(InvalidTransition):
            next_state(CANCELLATION_MOVES, state, move)


def test_every_state_is_reached_and_leads_to_an_end() -> None:
    found, stack = {State.REQUESTED}, [State.REQUESTED]
    while stack:
        for move in possible(CANCELLATION_MOVES, now := stack.pop()):
            if (target := CANCELLATION_MOVES[now, move]) not in found:
                found.add(target)
                stack.append(target)
    assert found == set(State)
    assert {state for state in State if not possible(CANCELLATION_MOVES, state)} | {
        State.REFUNDED
    } == ENDS
    assert {State.REQUESTED, State.STOPPED} == HOLDING


def test_nobody_takes_back_what_was_stopped() -> None:
    able = {one for one in State if Move.WITHDRAW in possible(CANCELLATION_MOVES, one)}
    assert able == {State.REQUESTED}


FEES = Terms(restocking=1500, postage=990, refund_shipping=RefundShipping.NEVER)


def test_nothing_is_taken_off_and_shipping_comes_with_the_last_unit() -> None:
    order = bought(
        [SoldLine(2, 1000)], currency="JPY", tax_included=True, shipping=Shipping(price=500)
    )
    one, both = Units(line="L0", quantity=1), Units(line="L0", quantity=2)
    assert quote_cancelled(order, [both], FEES, nothing_gone=True).total == 2500
    assert quote_cancelled(order, [one], FEES, nothing_gone=True).total == 1000
    assert quote_cancelled(order, [both], FEES, nothing_gone=False).total == 2000


@given(
    prices=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9999)), min_size=1, max_size=4),
    discount=st.integers(0, 5000),
    shipping=st.integers(0, 2000),
    tax_included=st.booleans(),
    tax=st.integers(0, 900),
    currency=st.sampled_from(["JPY", "USD", "KWD"]),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(1, 5)), max_size=12),
)
def test_any_mix_of_cancellations_and_returns_ends_at_what_was_paid(
    prices: list[tuple[int, int]],
    discount: int,
    shipping: int,
    tax_included: bool,
    tax: int,
    currency: str,
    steps: list[tuple[bool, int, int]],
) -> None:
    sold = [
        SoldLine(quantity, price, tax=tax * (row + 1))
        for row, (quantity, price) in enumerate(prices)
    ]
    subtotal = sum(quantity * price for quantity, price in prices)
    order = bought(
        sold,
        min(discount, subtotal),
        currency=currency,
        tax_included=tax_included,
        shipping=Shipping(price=shipping),
    )
    gone = False
    rest = [(True, row, line.quantity) for row, line in enumerate(order.lines)]
    for cancelled, row, quantity in [*steps, *rest]:
        row = min(row, len(order.lines) - 1)
        line = order.lines[row]
        units = Units(line=line.id, quantity=min(quantity, line.quantity - line.settled))
        if not units.quantity:
            continue
        if cancelled:
            done = quote_cancelled(order, [units], Terms(), nothing_gone=not gone)
        else:
            done, gone = quote(order, [units], Terms()), True
        assert 0 <= done.total <= order.left
        order = booked(order, done)
    assert order.left == 0
