"""Paying as the policy says: for goods that stay with the shopper, and before a check."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from postexp.kernel.events import append
from returns.enums import KeepItem, Outcome, ProcessingEvent, ReturnMove, ReturnState
from returns.errors import InvalidTransition, ReturnsError
from returns.events import GoodsGivenAway, ReturnNotPaidByItself, ReturnPaidAhead
from returns.models import Return, ReturnLine
from returns.selectors import list_lines_of
from returns.selectors.promises import lines_that_stay, pays_on
from returns.selectors.withdrawals import is_withdrawal
from returns.services.locks import lock_return
from returns.services.settlements import settle_ahead
from returns.services.transitions import move_return

POLICY = "policy"
_ORDER = list(ProcessingEvent)


def let_keep(*, return_id: str, decision: int, at: datetime) -> Return:
    """Let the shopper keep what the policy says of an approved return, and pay for it.

    Nothing happens where the approval `decision` counts does not hold any more. Publishes as
    `settle_return`, and ReturnNotPaidByItself where staff have to pay.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        lines = lines_that_stay(case, KeepItem.KEEP)
        if lines and case.state == ReturnState.APPROVED and case.decisions == decision:
            _keep(case, lines, at)
    return case


def note_given_away(*, return_id: str, at: datetime, actor: str) -> Return:
    """Note that goods which the policy lets the shopper give away were given away, and pay.

    Publishes GoodsGivenAway and what `let_keep` does. Raises InvalidTransition where nothing of an
    approved return is to be given away, or was already.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        lines = lines_that_stay(case, KeepItem.DONATE)
        if case.state != ReturnState.APPROVED or not lines:
            raise InvalidTransition
        told = GoodsGivenAway(order_id=case.order.public_id, return_id=case.public_id)
        append(told, at=at, actor=actor)
        _keep(case, lines, at)
    return case


def pay_on(*, return_id: str, event: ProcessingEvent, at: datetime) -> Return:
    """Pay for the units of a return for which the policy waits for no more than an event.

    A scan or delivery pays for all that was announced, counting for what arrived. Exchanges and
    withdrawals have rules of their own, and what is checked is paid by who checks it. Publishes
    ReturnPaidAhead and what `settle_return` does, or ReturnNotPaidByItself.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if not _may_pay(case):
            return case
        due = {
            line.public_id: count
            for line in list_lines_of(case)
            if _ORDER.index(pays_on(case, line)) <= _ORDER.index(event)
            and (count := _due(line, event)) > 0
        }
        if due and _pay(case, due, key=f"{event}:{case.parcels}", at=at):
            append(
                ReturnPaidAhead(
                    order_id=case.order.public_id,
                    return_id=case.public_id,
                    on=event.value,
                    units=sum(due.values()),
                ),
                at=at,
                actor=POLICY,
            )
    return case


_ON_THE_WAY = (ReturnState.APPROVED, ReturnState.IN_TRANSIT, ReturnState.RECEIVED)


def _may_pay(case: Return) -> bool:
    exchanged = case.outcome == Outcome.EXCHANGE
    return case.state in _ON_THE_WAY and not exchanged and not is_withdrawal(case)


def _due(line: ReturnLine, event: ProcessingEvent) -> int:
    """Return how many units an event makes due beyond those that were paid for."""
    here = line.received if event is ProcessingEvent.RECEIVED else line.quantity - line.kept
    return here - line.refused + line.kept - line.settled


def _keep(case: Return, lines: list[ReturnLine], at: datetime) -> None:
    for line in lines:
        line.kept = line.quantity
        line.save()
    if not any(line.missing for line in list_lines_of(case)):
        move_return(case, ReturnMove.KEEP_ITEM, at=at, actor=POLICY)
        case.save()
    # The replacement of an exchange is made ready with its settlement, by staff.
    if case.outcome != Outcome.EXCHANGE:
        key = "-".join(["kept", *(str(line.position) for line in lines)])
        _pay(case, {line.public_id: line.payable for line in lines}, key=key, at=at)


def _pay(case: Return, units: dict[str, int], *, key: str, at: datetime) -> bool:
    """Pay for units, once per key of a return; where something stands against it, staff do."""
    try:
        with transaction.atomic():
            settle_ahead(case, units, key=f"policy:{case.public_id}:{key}", at=at, actor=POLICY)
    except ReturnsError as error:
        append(
            ReturnNotPaidByItself(
                order_id=case.order.public_id, return_id=case.public_id, why=error.code
            ),
            at=at,
            actor=POLICY,
        )
        return False
    return True
