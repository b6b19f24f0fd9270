"""The one way a return or refund changes its state: along the table, with a row in the log."""

from datetime import datetime

from returns.enums import RefundMove, RefundState, ReturnMove, ReturnState
from returns.models import Refund, Return, TransitionLog
from returns.rules.states import REFUND_MOVES, RETURN_MOVES, next_state


def move_return(
    case: Return, event: ReturnMove, *, at: datetime, actor: str, note: str = ""
) -> None:
    """Move a return along its table and log it; the caller holds the order's lock and saves.

    Raises InvalidTransition, and changes nothing, where the event cannot happen.
    """
    before = ReturnState(case.state)
    case.state = next_state(RETURN_MOVES, before, event)
    TransitionLog.objects.create(
        case=case, event=event, before=before, after=case.state, at=at, actor=actor, note=note
    )


def move_refund(
    refund: Refund, event: RefundMove, *, at: datetime, actor: str, note: str = ""
) -> None:
    """Move a refund along its table and log it, as `move_return`."""
    before = RefundState(refund.state)
    refund.state = next_state(REFUND_MOVES, before, event)
    TransitionLog.objects.create(
        refund=refund, event=event, before=before, after=refund.state, at=at, actor=actor, note=note
    )
