"""The state machines of returns, as data: what can happen to a case, and where it then stands."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from returns.enums import (
    CancellationMove,
    CancellationState,
    LabelMove,
    LabelState,
    RefundMove,
    RefundState,
    ReturnMove,
    ReturnState,
)
from returns.enums.exchanges import ExchangeMove, ExchangeState
from returns.enums.receiving import RefusedMove, RefusedState
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
    # The shop's clock stands still from one to the other.
    (_E.ASK_SHOPPER, _S.IN_REVIEW, _S.IN_REVIEW),
    (_E.SHOPPER_REPLIED, _S.IN_REVIEW, _S.IN_REVIEW),
    (_E.CANCEL, _S.CANCELLED, _S.REQUESTED, _S.IN_REVIEW, _S.APPROVED),
    # Nothing of it is sent: it is paid for as it is.
    (_E.KEEP_ITEM, _S.RESOLVING, _S.APPROVED),
    (_E.FIRST_SCAN, _S.IN_TRANSIT, _S.APPROVED),
    (_E.EXPIRE, _S.EXPIRED, _S.APPROVED),
    (_E.RECEIVE, _S.RECEIVED, _S.APPROVED, _S.IN_TRANSIT, _S.EXPIRED),
    (_E.INSPECT, _S.RESOLVING, _S.RECEIVED),
    # Units that were announced but not in the parcel may still come until the deadline: what
    # arrived is paid for, and the return waits for the rest as a parcel on its way.
    (_E.AWAIT_REST, _S.IN_TRANSIT, _S.RESOLVING),
    (_E.GIVE_UP_REST, _S.COMPLETED, _S.IN_TRANSIT, _S.LOST),
    # The rest did not come, and what came in no good state still waits for its shopper.
    (_E.AWAIT_ANSWER, _S.RESOLVING, _S.IN_TRANSIT, _S.LOST),
    (_E.SETTLE, _S.COMPLETED, _S.RESOLVING),
    (_E.SETTLE_FAILED, _S.RESOLVING, _S.RESOLVING),
    # The replacement of an exchange came back instead of the original: everything stays as it was.
    (_E.UNDO_EXCHANGE, _S.CANCELLED, _S.APPROVED, _S.IN_TRANSIT, _S.RECEIVED),
    # What will not come is paid for as if it had; that it was sent may be proved too late, too.
    (_E.BEAR_LOSS, _S.RESOLVING, _S.IN_TRANSIT, _S.LOST, _S.EXPIRED),
    (_E.DECLINE_LOSS, _S.LOST, _S.IN_TRANSIT),
    (_E.UNDO_LOSS, _S.IN_TRANSIT, _S.LOST, _S.RESOLVING),
    # A return that had ended already ends again, as it had: nobody waits for its parcel.
    (_E.UNDO_LOSS_EXPIRED, _S.EXPIRED, _S.RESOLVING),
    (_E.UNDO_LOSS_LOST, _S.LOST, _S.RESOLVING),
    # Only what was called lost: nothing else that was settled can be received.
    (_E.TURN_UP, _S.RECEIVED, _S.LOST, _S.RESOLVING, _S.COMPLETED),
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
    # Days later a bank may turn down what its network had taken for paid.
    (RefundState.SUCCEEDED, RefundMove.COME_BACK): RefundState.FAILED,
    # One that was made elsewhere is for those who made it: nothing of ours tries it again.
    (RefundState.SUCCEEDED, RefundMove.REVERSE): RefundState.REVERSED,
    # A failed attempt is tried again under the same key.
    (RefundState.FAILED, RefundMove.RETRY): RefundState.PENDING,
    # What the provider cannot pay, a closed card for one, staff pay in another way.
    (RefundState.FAILED, RefundMove.SUCCEED): RefundState.SUCCEEDED,
}

_C, _M = CancellationState, CancellationMove

CANCELLATION_MOVES: Mapping[tuple[CancellationState, CancellationMove], CancellationState] = {
    (_C.REQUESTED, _M.WITHDRAW): _C.WITHDRAWN,
    (_C.REQUESTED, _M.DECLINE): _C.DECLINED,
    (_C.REQUESTED, _M.MISS): _C.TOO_LATE,
    (_C.REQUESTED, _M.STOP): _C.STOPPED,
    # What could not be settled at once may be sent all the same, or be refunded elsewhere.
    (_C.STOPPED, _M.MISS): _C.TOO_LATE,
    (_C.STOPPED, _M.SETTLED_ELSEWHERE): _C.REFUNDED,
    (_C.STOPPED, _M.SETTLE): _C.REFUNDING,
    (_C.REFUNDING, _M.PAY): _C.REFUNDED,
    # Nobody could stop it any more: staff must know, and the money stays where it is.
    (_C.REFUNDING, _M.SENT_ANYWAY): _C.REFUNDING,
    (_C.REFUNDED, _M.SENT_ANYWAY): _C.REFUNDED,
}

_L, _A = LabelState, LabelMove

LABEL_MOVES: Mapping[tuple[LabelState, LabelMove], LabelState] = {
    (_L.WANTED, _A.OBTAIN): _L.READY,
    (_L.WANTED, _A.FAIL): _L.FAILED,
    # Nothing was bought yet.
    (_L.WANTED, _A.DROP): _L.VOIDED,
    (_L.FAILED, _A.RETRY): _L.WANTED,
    (_L.FAILED, _A.OBTAIN): _L.READY,
    (_L.FAILED, _A.DROP): _L.VOIDED,
    # One that nobody sold us costs nothing and needs nobody's consent.
    (_L.READY, _A.DROP): _L.VOIDED,
    (_L.READY, _A.VOID): _L.VOIDING,
    (_L.VOIDING, _A.ACCEPT): _L.VOIDED,
    (_L.VOIDING, _A.REFUSE): _L.SPENT,
    (_L.SPENT, _A.VOID): _L.VOIDING,
}

_R, _D = RefusedState, RefusedMove

REFUSED_MOVES: Mapping[tuple[RefusedState, RefusedMove], RefusedState] = {
    (_R.ASKED, _D.ASK_BACK): _R.FEE_DUE,
    (_R.ASKED, _D.ASK_BACK_FREE): _R.TO_SEND,
    (_R.ASKED, _D.GIVE_AWAY): _R.DONATED,
    (_R.ASKED, _D.TAKE_OFFER): _R.PART_REFUNDED,
    # As long as the fee is not paid, the shopper may think again.
    (_R.FEE_DUE, _D.GIVE_AWAY): _R.DONATED,
    (_R.FEE_DUE, _D.TAKE_OFFER): _R.PART_REFUNDED,
    (_R.FEE_DUE, _D.PAY_FEE): _R.TO_SEND,
    (_R.FEE_DUE, _D.WAIVE_FEE): _R.TO_SEND,
    # It was not paid in time, and sending back is what the shop does without an answer.
    (_R.FEE_DUE, _D.ASK_BACK_FREE): _R.TO_SEND,
    (_R.TO_SEND, _D.SEND): _R.SENT_BACK,
}

OPEN_REFUSED = frozenset({_R.ASKED, _R.FEE_DUE, _R.TO_SEND})
"""States in which units that were not accepted keep their return from being completed."""

_X, _XM = ExchangeState, ExchangeMove

EXCHANGE_MOVES: Mapping[tuple[ExchangeState, ExchangeMove], ExchangeState] = {
    (_X.QUOTED, _XM.ACCEPT): _X.REQUESTED,
    (_X.QUOTED, _XM.CANCEL): _X.CANCELLED,
    (_X.REQUESTED, _XM.DIFFERENCE_DUE): _X.PAYMENT_DUE,
    (_X.REQUESTED, _XM.CONFIRM): _X.APPROVED,
    (_X.REQUESTED, _XM.AUTHORISE): _X.APPROVED,
    (_X.PAYMENT_DUE, _XM.PAY): _X.APPROVED,
    (_X.APPROVED, _XM.SHIP_NOW): _X.READY_TO_SHIP,
    (_X.APPROVED, _XM.RETURN_SCANNED): _X.READY_TO_SHIP,
    (_X.APPROVED, _XM.RETURN_ACCEPTED): _X.READY_TO_SHIP,
    # A hold that cannot be renewed before anything was sent: what waited for it waits on.
    (_X.APPROVED, _XM.DOWNGRADE): _X.APPROVED,
    (_X.READY_TO_SHIP, _XM.DOWNGRADE): _X.APPROVED,
    # What was to be taken of that hold is paid before anything is sent.
    (_X.APPROVED, _XM.DIFFERENCE_DUE): _X.PAYMENT_DUE,
    (_X.READY_TO_SHIP, _XM.SHIP): _X.SHIPPED,
    (_X.REQUESTED, _XM.SWAP): _X.REQUESTED,
    (_X.PAYMENT_DUE, _XM.SWAP): _X.REQUESTED,
    (_X.APPROVED, _XM.SWAP): _X.REQUESTED,
    (_X.READY_TO_SHIP, _XM.SWAP): _X.REQUESTED,
    (_X.REQUESTED, _XM.CONVERT): _X.CONVERTED,
    (_X.PAYMENT_DUE, _XM.CONVERT): _X.CONVERTED,
    (_X.APPROVED, _XM.CONVERT): _X.CONVERTED,
    (_X.READY_TO_SHIP, _XM.CONVERT): _X.CONVERTED,
    (_X.REQUESTED, _XM.CANCEL): _X.CANCELLED,
    (_X.PAYMENT_DUE, _XM.CANCEL): _X.CANCELLED,
    (_X.APPROVED, _XM.CANCEL): _X.CANCELLED,
    (_X.READY_TO_SHIP, _XM.CANCEL): _X.CANCELLED,
    (_X.SHIPPED, _XM.ORIGINAL_RECEIVED): _X.COMPLETED,
    (_X.SHIPPED, _XM.DEADLINE_PASSED): _X.UNRETURNED,
    (_X.SHIPPED, _XM.CAME_BACK_INSTEAD): _X.CANCELLED,
    # The difference could not be taken of what was held.
    (_X.SHIPPED, _XM.FORGIVE): _X.COMPLETED,
    (_X.UNRETURNED, _XM.CAME_BACK_INSTEAD): _X.CANCELLED,
    (_X.UNRETURNED, _XM.CHARGE): _X.CHARGED,
    (_X.UNRETURNED, _XM.FORGIVE): _X.COMPLETED,
    (_X.UNRETURNED, _XM.LATE_RECEIVE): _X.COMPLETED,
    (_X.CHARGED, _XM.LATE_RECEIVE): _X.COMPLETED,
    # A refusal that was taken back, or a parcel that came after its return had expired.
    (_X.CANCELLED, _XM.REOPEN): _X.REQUESTED,
}

HOLDING = frozenset({_C.REQUESTED, _C.STOPPED})
"""States in which a cancellation holds on to units that no settlement has yet."""

OPEN = frozenset(ReturnState) - {_S.COMPLETED, _S.REJECTED, _S.CANCELLED, _S.EXPIRED}
"""States in which a return holds on to its units, so that no other return can ask for them.

Units that were lost on their way are nobody's to send any more.
"""

State = TypeVar("State", bound=str)
Happening = TypeVar("Happening", bound=str)


def next_state(
    moves: Mapping[tuple[State, Happening], State], now: State, event: Happening
) -> State:
    """Return where `event` leads from `now`; raise InvalidTransition where it cannot happen."""
    try:
        return moves[now, event]
    except KeyError:
        left = possible(moves, now)
        raise InvalidTransition(event, now, left) from None


def possible(moves: Mapping[tuple[State, Happening], State], now: State) -> frozenset[Happening]:
    """Return the events that can happen to a case in this state."""
    return frozenset(event for state, event in moves if state == now)


def is_revocable(decided_by: str) -> bool:
    """Whether a decision of this actor may be taken back: a person's or a program's."""
    return decided_by.startswith(("staff:", "api:"))


def can_undo(decided_at: datetime, at: datetime) -> bool:
    """Whether a decision taken then can still be taken back now."""
    return at - decided_at <= UNDO_TIME
