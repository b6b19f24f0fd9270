"""What has to happen to an exchange by what is known of it, and what the table allows."""

from dataclasses import replace
from typing import Any

import pytest

from returns.enums import ReturnState
from returns.enums.exchanges import ExchangeMove, ExchangeState, ExchangeTiming
from returns.errors import InvalidTransition
from returns.rules.exchange_moves import (
    BEFORE_SHIPPING,
    REMINDERS,
    ExchangeFacts,
    HeldUnits,
    due_move,
    unfillable,
)
from returns.rules.exchanges import tax_inside
from returns.rules.reminders import reminder_due
from returns.rules.states import EXCHANGE_MOVES, next_state, possible

S, R, T = ExchangeState, ReturnState, ExchangeTiming


def lives(
    timing: ExchangeTiming, *told: dict[str, Any], begin: ExchangeState = S.QUOTED
) -> list[str]:
    """Return where an exchange comes to rest after each thing that is told of it."""
    known: dict[str, Any] = {"returned": R.REQUESTED, "reserved": 1}
    state, rests = begin, []
    for more in told:
        known |= more
        while (move := due_move(ExchangeFacts(state=state, timing=timing, **known))) is not None:
            state = next_state(EXCHANGE_MOVES, state, move)
        rests.append(state.value)
    return rests


def test_an_exchange_is_sent_when_the_return_was_accepted() -> None:
    assert lives(
        T.ON_RECEIPT,
        {},
        {"returned": R.IN_REVIEW},
        {"returned": R.APPROVED},
        {"returned": R.IN_TRANSIT},
        {"returned": R.RESOLVING},
        {"returned": R.COMPLETED, "accepted": True, "reserved": 0, "ready": 1},
        {"ready": 0, "shipped": 1},
    ) == [
        "requested",
        "requested",
        "approved",
        "approved",
        "approved",
        "ready_to_ship",
        "completed",
    ]


def test_a_difference_is_paid_first() -> None:
    assert lives(
        T.ON_SCAN,
        {"due": 42},
        {"returned": R.APPROVED},
        {"returned": R.IN_TRANSIT},
        {"paid": 41},
        {"paid": 42},
    ) == ["requested", "payment_due", "payment_due", "payment_due", "ready_to_ship"]


def test_what_is_held_is_sent_at_once_and_charged_for_only_if_the_original_stays_away() -> None:
    sent = ({"returned": R.APPROVED}, {"held": True}, {"reserved": 0, "ready": 1})
    assert lives(
        T.INSTANT,
        *sent,
        {"ready": 0, "shipped": 1},
        {"returned": R.IN_TRANSIT},
        {"returned": R.COMPLETED, "accepted": True},
    ) == ["requested", "ready_to_ship", "ready_to_ship", "shipped", "shipped", "completed"]
    assert lives(
        T.INSTANT,
        *sent,
        {"ready": 0, "shipped": 1},
        {"returned": R.EXPIRED},
        {"returned": R.RESOLVING},
        {"returned": R.COMPLETED, "accepted": True},
    )[-3:] == ["unreturned", "unreturned", "completed"]


def test_what_was_refused_on_arrival_is_not_paid_by_its_return() -> None:
    assert lives(
        T.ON_SCAN,
        {"returned": R.IN_TRANSIT},
        {"reserved": 0, "shipped": 1},
        {"returned": R.COMPLETED},
    ) == ["ready_to_ship", "shipped", "unreturned"]


@pytest.mark.parametrize("end", [R.REJECTED, R.CANCELLED, R.EXPIRED])
def test_it_ends_with_its_return_and_is_taken_up_again_with_it(end: ReturnState) -> None:
    assert lives(
        T.ON_RECEIPT,
        {"returned": R.APPROVED},
        {"returned": end},
        {"returned": R.RECEIVED},
    ) == ["approved", "cancelled", "approved"]


def test_settled_otherwise_it_is_called_off() -> None:
    assert lives(T.ON_RECEIPT, {"returned": R.APPROVED}, {"returned": R.COMPLETED}) == [
        "approved",
        "cancelled",
    ]


@pytest.mark.parametrize("state", [S.CONVERTED, S.COMPLETED, S.SHIPPED, S.CHARGED])
def test_what_was_sent_or_paid_out_cannot_be_converted(state: ExchangeState) -> None:
    assert state not in BEFORE_SHIPPING
    with pytest.raises(InvalidTransition):
        next_state(EXCHANGE_MOVES, state, ExchangeMove.CONVERT)


def test_a_reminder_is_due_seven_three_and_one_day_before() -> None:
    reminded, sent = None, []
    for days_left in range(14, -1, -1):
        if (due := reminder_due(days_left, reminded, REMINDERS)) is not None:
            reminded = due
            sent.append((days_left, due))
    assert sent == [(7, 7), (3, 3), (1, 1)]
    assert reminder_due(2, None, REMINDERS) == 3
    assert reminder_due(-1, None, REMINDERS) is None


def test_who_asked_first_is_served_first() -> None:
    held = [HeldUnits(exchange=1, quantity=2), HeldUnits(exchange=2, quantity=2)]
    assert list(unfillable(3, held)) == [2]
    assert list(unfillable(4, held)) == []
    assert list(unfillable(-1, held)) == [1, 2]


def test_the_tax_inside_a_price_is_half_up() -> None:
    assert tax_inside(1100, 100_000) == 100
    assert tax_inside(5500, 80_000) == 407
    assert tax_inside(999, 0) == 0


def test_what_costs_more_is_sent_at_once_and_its_difference_taken_of_the_hold() -> None:
    held = ({"due": 600, "returned": R.APPROVED}, {"held": True}, {"reserved": 0, "ready": 1})
    assert lives(
        T.INSTANT,
        *held,
        {"ready": 0, "shipped": 1},
        {"returned": R.RESOLVING, "accepted": True},
        {"returned": R.COMPLETED, "charging": True},
        {"held": False, "charging": False, "paid": 600},
    ) == [
        "requested",
        "ready_to_ship",
        "ready_to_ship",
        "shipped",
        "shipped",
        "shipped",
        "completed",
    ]
    # It cannot be taken: somebody has to pay it before it is over.
    refused = {"held": False, "unpaid": True}
    sent = {"ready": 0, "shipped": 1, "returned": R.COMPLETED, "accepted": True}
    assert lives(T.INSTANT, *held, sent, refused, {"unpaid": False})[-3:] == [
        "shipped",
        "shipped",
        "completed",
    ]


def test_a_hold_that_is_gone_before_shipping_leaves_its_difference_to_be_paid() -> None:
    known = {"due": 600, "returned": R.APPROVED, "reserved": 1}
    assert lives(T.ON_SCAN, known, {"paid": 600}, begin=S.APPROVED) == ["payment_due", "approved"]


def test_what_is_being_charged_is_charged_before_the_late_original_ends_it() -> None:
    late = {"returned": R.COMPLETED, "accepted": True, "shipped": 1, "reserved": 0}
    assert lives(
        T.INSTANT,
        {**late, "held": True, "charging": True},
        {"held": False, "charging": False},
        begin=S.UNRETURNED,
    ) == ["unreturned", "completed"]


def test_the_rest_is_not_sent_when_the_original_does_not_come() -> None:
    assert lives(
        T.INSTANT,
        {"returned": R.APPROVED, "shipped": 1, "reserved": 0, "ready": 1},
        {"returned": R.EXPIRED},
        begin=S.READY_TO_SHIP,
    ) == ["ready_to_ship", "unreturned"]


def test_a_part_that_came_back_does_not_pay_for_the_others() -> None:
    sent = {"returned": R.IN_TRANSIT, "shipped": 2, "reserved": 0}
    assert lives(
        T.ON_SCAN,
        {**sent, "accepted": True, "owing": True},
        {"returned": R.COMPLETED},
        {"owing": False},
        begin=S.SHIPPED,
    ) == ["shipped", "unreturned", "completed"]


def test_a_loss_that_can_be_taken_back_ends_no_exchange() -> None:
    lost = {"returned": R.LOST, "revocable": True}
    stands = {"revocable": False}
    sent = {"shipped": 1, "reserved": 0}
    assert lives(T.INSTANT, {**sent, **lost}, stands, begin=S.SHIPPED) == ["shipped", "unreturned"]
    assert lives(T.ON_RECEIPT, lost, stands, begin=S.APPROVED) == ["approved", "cancelled"]


EVERY = [
    ExchangeFacts(
        state=state,
        returned=returned,
        timing=timing,
        due=due,
        paid=paid,
        held=held,
        reserved=units == 0,
        ready=units == 1,
        shipped=units == 2,
        accepted=accepted,
        owing=accepted and owing,
        revocable=revocable,
    )
    for state in S
    for returned in R
    for timing in T
    for due, paid in ((0, 0), (600, 0), (600, 600))
    for held in (False, True)
    for units in range(3)
    for accepted in (False, True)
    for owing in (False, True)
    for revocable in (False, True)
]


def test_every_move_that_is_due_is_allowed_and_they_come_to_an_end() -> None:
    """Whatever is known: what the rules ask for is in the table, and never for ever."""
    for known in EVERY:
        state = known.state
        for _step in range(8):
            move = due_move(replace(known, state=state))
            if move is None:
                break
            state = next_state(EXCHANGE_MOVES, state, move)
        else:
            raise AssertionError(known)


def test_every_state_but_the_last_ones_has_a_way_out() -> None:
    for state in S:
        out = possible(EXCHANGE_MOVES, state)
        assert bool(out) == (state not in (S.COMPLETED, S.CONVERTED)), state
