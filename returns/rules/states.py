"""The state machines of returns, as data: what can happen to a case, and where it then stands."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from returns.enums import RefundMove, RefundState, ReturnMove, ReturnState
from returns.errors import InvalidTransition

UNDO_TIME = timedelta(seconds=30)
"""How long staff can take back an approval or refusal. Messages about it wait this long."""


def _moves(
    *rows: tuple[ReturnMove, ReturnState, *tuple[ReturnState, ...]],
) -> dict[tuple[ReturnState, ReturnMove], ReturnState]:
    """Read rows of (event, target, *sources) into a table."""
    return {(source, event): target for event, target, *sources in rows for source in sources}


_S, _E = ReturnState, ReturnMove

RETURN_MOVES: Mapping[tuple[ReturnState, ReturnMove], ReturnState] = _moves(
    (_E.AUTO_APPROVE, _S.APPROVED, _S.REQUESTED),
    (_E.FLAG, _S.IN_REVIEW, _S.REQUESTED),
    (_E.APPROVE, _S.APPROVED, _S.IN_REVIEW),
    (_E.REJECT, _S.REJECTED, _S.IN_REVIEW),
    (_E.UNDO_APPROVE, _S.IN_REVIEW, _S.APPROVED),
    (_E.UNDO_REJECT, _S.IN_REVIEW, _S.REJECTED),
    (_E.OVERRIDE, _S.APPROVED, _S.REJECTED),
    (_E.CANCEL, _S.CANCELLED, _S.REQUESTED, _S.IN_REVIEW, _S.APPROVED),
    (_E.FIRST_SCAN, _S.IN_TRANSIT, _S.APPROVED),
    (_E.EXPIRE, _S.EXPIRED, _S.APPROVED),
    (_E.RECEIVE, _S.RECEIVED, _S.APPROVED, _S.IN_TRANSIT, _S.EXPIRED),
    (_E.INSPECT, _S.RESOLVING, _S.RECEIVED),
    # Units that were announced but not in the parcel may still come until the deadline: what
    # arrived is paid for, and the return waits for the rest as a parcel on its way.
    (_E.AWAIT_REST, _S.IN_TRANSIT, _S.RESOLVING),
    (_E.GIVE_UP_REST, _S.COMPLETED, _S.IN_TRANSIT),
    (_E.SETTLE, _S.COMPLETED, _S.RESOLVING),
    (_E.SETTLE_FAILED, _S.RESOLVING, _S.RESOLVING),
)

REFUND_MOVES: Mapping[tuple[RefundState, RefundMove], RefundState] = {
    (RefundState.PENDING, RefundMove.SEND): RefundState.PROCESSING,
    # Paid by hand: staff confirm it without anything being sent.
    (RefundState.PENDING, RefundMove.SUCCEED): RefundState.SUCCEEDED,
    # An interrupted attempt is sent again under its key, where the provider honours keys.
    (RefundState.PROCESSING, RefundMove.SEND): RefundState.PROCESSING,
    (RefundState.PROCESSING, RefundMove.SUCCEED): RefundState.SUCCEEDED,
    (RefundState.PROCESSING, RefundMove.FAIL): RefundState.FAILED,
    (RefundState.PROCESSING, RefundMove.LOSE_TRACK): RefundState.OUTCOME_UNKNOWN,
    # Only a person who looked at the provider's books says how a lost attempt ended.
    (RefundState.OUTCOME_UNKNOWN, RefundMove.SUCCEED): RefundState.SUCCEEDED,
    (RefundState.OUTCOME_UNKNOWN, RefundMove.FAIL): RefundState.FAILED,
    # A failed attempt is tried again under the same key.
    (RefundState.FAILED, RefundMove.RETRY): RefundState.PENDING,
}

OPEN = frozenset(ReturnState) - {_S.COMPLETED, _S.REJECTED, _S.CANCELLED, _S.EXPIRED}
"""States in which a return holds on to its units, so that no other return can ask for them."""

State = TypeVar("State", bound=str)
Happening = TypeVar("Happening", bound=str)


def next_state(
    moves: Mapping[tuple[State, Happening], State], now: State, event: Happening
) -> State:
    """Return where `event` leads from `now`; raise InvalidTransition where it cannot happen."""
    try:
        return moves[now, event]
    except KeyError:
        raise InvalidTransition(f"{event} cannot happen to a case that is {now}") from None


def possible(moves: Mapping[tuple[State, Happening], State], now: State) -> frozenset[Happening]:
    """Return the events that can happen to a case in this state."""
    return frozenset(event for state, event in moves if state == now)


def can_undo(decided_at: datetime, at: datetime) -> bool:
    """Whether a decision taken then can still be taken back now."""
    return at - decided_at <= UNDO_TIME
