"""The state machines of returns and refunds."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from returns.enums import RefundMove, RefundState, ReturnMove, ReturnState
from returns.errors import InvalidTransition
from returns.rules.states import (
    OPEN,
    REFUND_MOVES,
    RETURN_MOVES,
    can_undo,
    next_state,
    possible,
)

FINAL = {ReturnState.COMPLETED, ReturnState.CANCELLED}


def reachable(moves: Mapping[tuple[Any, Any], Any], start: str) -> set[str]:
    found, stack = {start}, [start]
    while stack:
        now = stack.pop()
        for event in possible(moves, now):
            target = moves[now, event]
            if target not in found:
                found.add(target)
                stack.append(target)
    return found


def test_the_way_from_request_to_money() -> None:
    state = ReturnState.REQUESTED
    for event in ("flag", "approve", "receive", "inspect", "settle"):
        state = next_state(RETURN_MOVES, state, ReturnMove(event))
    assert state is ReturnState.COMPLETED


def test_missing_units_may_follow() -> None:
    state = ReturnState.RESOLVING
    for event in ("await_rest", "receive", "inspect", "settle"):
        state = next_state(RETURN_MOVES, state, ReturnMove(event))
    assert state is ReturnState.COMPLETED


def test_every_state_is_reached_and_leads_to_an_end() -> None:
    assert reachable(RETURN_MOVES, ReturnState.REQUESTED) == set(ReturnState)
    for state in ReturnState:
        assert reachable(RETURN_MOVES, state) & (FINAL | {ReturnState.REJECTED})
    assert reachable(REFUND_MOVES, RefundState.PENDING) == set(RefundState)
    # One that was made elsewhere and came back is for those who made it.
    for attempt in set(RefundState) - {RefundState.REVERSED}:
        assert RefundState.SUCCEEDED in reachable(REFUND_MOVES, attempt)


def test_the_end_is_the_end() -> None:
    # Goods that were paid for as lost may turn up; nothing else that was settled is received.
    assert possible(RETURN_MOVES, ReturnState.COMPLETED) == {ReturnMove.TURN_UP}
    assert not possible(RETURN_MOVES, ReturnState.CANCELLED)
    # What a bank sends back days later has to be paid in another way, by those who paid it.
    assert possible(REFUND_MOVES, RefundState.SUCCEEDED) == {
        RefundMove.COME_BACK,
        RefundMove.REVERSE,
    }
    assert not possible(REFUND_MOVES, RefundState.REVERSED)


def test_a_refusal_can_be_taken_back_or_overridden() -> None:
    assert possible(RETURN_MOVES, ReturnState.REJECTED) == {
        ReturnMove.UNDO_REJECT,
        ReturnMove.OVERRIDE,
    }


def test_a_loss_is_decided_of_what_was_sent_and_can_be_decided_anew() -> None:
    borne = {
        state for state in ReturnState if ReturnMove.BEAR_LOSS in possible(RETURN_MOVES, state)
    }
    assert borne == {ReturnState.IN_TRANSIT, ReturnState.LOST, ReturnState.EXPIRED}
    for decided in (ReturnMove.BEAR_LOSS, ReturnMove.DECLINE_LOSS):
        lost = next_state(RETURN_MOVES, ReturnState.IN_TRANSIT, decided)
        assert next_state(RETURN_MOVES, lost, ReturnMove.UNDO_LOSS) is ReturnState.IN_TRANSIT
        assert next_state(RETURN_MOVES, lost, ReturnMove.TURN_UP) is ReturnState.RECEIVED
    for ended, undone in (
        (ReturnState.EXPIRED, ReturnMove.UNDO_LOSS_EXPIRED),
        (ReturnState.LOST, ReturnMove.UNDO_LOSS_LOST),
    ):
        borne_late = next_state(RETURN_MOVES, ended, ReturnMove.BEAR_LOSS)
        assert next_state(RETURN_MOVES, borne_late, undone) is ended


def test_a_shopper_cancels_only_before_anything_was_sent() -> None:
    able = {state for state in ReturnState if ReturnMove.CANCEL in possible(RETURN_MOVES, state)}
    assert able == {ReturnState.REQUESTED, ReturnState.IN_REVIEW, ReturnState.APPROVED}


def test_units_are_held_while_a_return_is_open() -> None:
    assert {
        ReturnState.REQUESTED,
        ReturnState.IN_REVIEW,
        ReturnState.APPROVED,
        ReturnState.IN_TRANSIT,
        ReturnState.RECEIVED,
        ReturnState.RESOLVING,
        ReturnState.LOST,
    } == OPEN


def test_only_an_attempt_that_never_left_or_failed_is_sent() -> None:
    able = {state for state in RefundState if RefundMove.SEND in possible(REFUND_MOVES, state)}
    assert able == {RefundState.PENDING, RefundState.PROCESSING}


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (ReturnState.COMPLETED, ReturnMove.SETTLE),
        (ReturnState.APPROVED, ReturnMove.SETTLE),
        (ReturnState.REJECTED, ReturnMove.APPROVE),
        (ReturnState.IN_TRANSIT, ReturnMove.CANCEL),
    ],
)
def test_what_cannot_happen_is_refused(state: ReturnState, event: ReturnMove) -> None:
    with pytest.raises(InvalidTransition) as refused:
        next_state(RETURN_MOVES, state, event)
    assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)
    with translation.override("ja"):
        said = refused.value.detail
    assert f"「{event}」" in said
    assert f"「{state}」" in said
    assert "possible" not in said


@given(st.lists(st.sampled_from(ReturnMove), max_size=40))
def test_any_sequence_moves_along_the_table_or_not_at_all(events: list[ReturnMove]) -> None:
    """Money goes out once per inspection, or for what is kept, and never after the end."""
    state, inspected = ReturnState.REQUESTED, 0
    for event in events:
        before = state
        try:
            state = next_state(RETURN_MOVES, state, event)
        except InvalidTransition:
            assert event not in possible(RETURN_MOVES, before)
            continue
        assert before not in FINAL
        inspected += event in {ReturnMove.INSPECT, ReturnMove.KEEP_ITEM}
        if event in {ReturnMove.SETTLE, ReturnMove.AWAIT_REST}:
            inspected -= 1
            assert inspected == 0


def test_undo_has_its_time() -> None:
    decided = datetime(2026, 11, 1, tzinfo=UTC)
    assert can_undo(decided, decided + timedelta(seconds=30))
    assert not can_undo(decided, decided + timedelta(seconds=30, microseconds=1))
