"""The one way a return or refund changes its state: along the table, with a row in the log.

What went on is told to whoever follows the log of events, too: no state changes unheard.
"""

from datetime import datetime

from postexp.kernel.events import append
from returns.enums import (
    CancellationMove,
    CancellationState,
    RefundMove,
    RefundState,
    ReturnMove,
    ReturnState,
)
from returns.enums.exchanges import ExchangeMove, ExchangeState
from returns.errors import CancellationMovedOn, InvalidTransition
from returns.events import ExchangeMoved, RefundMoved, ReturnMoved
from returns.models import Cancellation, Exchange, Refund, Return, TransitionLog
from returns.rules.states import (
    CANCELLATION_MOVES,
    EXCHANGE_MOVES,
    REFUND_MOVES,
    RETURN_MOVES,
    next_state,
)
from returns.services.clocks import start_clock


def move_return(
    case: Return, event: ReturnMove, *, at: datetime, actor: str, note: str = ""
) -> None:
    """Move a return along its table and log it; the caller holds the order's lock and saves.

    Publishes ReturnMoved. Raises InvalidTransition, and changes nothing, where the event cannot
    happen.
    """
    before = ReturnState(case.state)
    case.state = next_state(RETURN_MOVES, before, event)
    if case.state != before:
        start_clock(case, at=at)
    TransitionLog.objects.create(
        case=case, event=event, before=before, after=case.state, at=at, actor=actor, note=note
    )
    append(
        ReturnMoved(
            order_id=case.order.public_id,
            return_id=case.public_id,
            move=event.value,
            state=str(case.state),
        ),
        at=at,
        actor=actor,
    )


def move_cancellation(
    cancellation: Cancellation,
    event: CancellationMove,
    *,
    at: datetime,
    actor: str,
    note: str = "",
) -> None:
    """Move a cancellation along its table and log it; raises CancellationMovedOn."""
    before = CancellationState(cancellation.state)
    try:
        cancellation.state = next_state(CANCELLATION_MOVES, before, event)
    except InvalidTransition as error:
        raise CancellationMovedOn(error.event, error.now, error.possible) from error
    TransitionLog.objects.create(
        cancellation=cancellation,
        event=event,
        before=before,
        after=cancellation.state,
        at=at,
        actor=actor,
        note=note,
    )


def move_refund(
    refund: Refund, event: RefundMove, *, at: datetime, actor: str, note: str = ""
) -> None:
    """Move a refund along its table and log it, as `move_return`; publishes RefundMoved."""
    before = RefundState(refund.state)
    refund.state = next_state(REFUND_MOVES, before, event)
    TransitionLog.objects.create(
        refund=refund, event=event, before=before, after=refund.state, at=at, actor=actor, note=note
    )
    append(
        RefundMoved(
            order_id=refund.order.public_id,
            refund_id=refund.public_id,
            move=event.value,
            state=str(refund.state),
        ),
        at=at,
        actor=actor,
    )


def move_exchange(
    exchange: Exchange, event: ExchangeMove, *, at: datetime, actor: str, note: str = ""
) -> None:
    """Move an exchange along its table and log it, as `move_return`; publishes ExchangeMoved."""
    before = ExchangeState(exchange.state)
    exchange.state = next_state(EXCHANGE_MOVES, before, event)
    TransitionLog.objects.create(
        exchange=exchange,
        event=event,
        before=before,
        after=exchange.state,
        at=at,
        actor=actor,
        note=note,
    )
    case = exchange.case
    append(
        ExchangeMoved(
            order_id=case.order.public_id,
            return_id=case.public_id,
            exchange_id=exchange.public_id,
            move=event.value,
            state=str(exchange.state),
        ),
        at=at,
        actor=actor,
    )
