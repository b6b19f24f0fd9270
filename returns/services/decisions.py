"""Approving and declining, and taking either back while there is time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from returns.enums import DeclineReason, KeepItem, ReturnMove, ReturnState
from returns.errors import (
    InvalidTransition,
    LawfulRight,
    QuantityExceedsReturnable,
    UndoTimeOver,
)
from returns.events import GoodsMayStay, ReturnApproved, ReturnDecisionUndone, ReturnDeclined
from returns.models import Return
from returns.rules.states import UNDO_TIME, can_undo, is_revocable
from returns.selectors import judge, list_lines_of
from returns.selectors.exemptions import reasons_to_decline
from returns.selectors.losses import standing_loss
from returns.selectors.promises import lines_that_stay
from returns.services.locks import lock_return
from returns.services.losses import undo_loss
from returns.services.replacements import release_replacements, reserve_replacements
from returns.services.transitions import move_return


def approve_by_policy(case: Return, *, at: datetime) -> None:
    """Approve a new return that needs no review; the caller holds the order's lock."""
    _approve(case, ReturnMove.AUTO_APPROVE, at=at, actor="policy")


def approve_return(*, return_id: str, at: datetime, actor: str) -> Return:
    """Approve a return, or one that was declined before.

    Publishes ReturnApproved. Raises InvalidTransition; for a declined return also
    QuantityExceedsReturnable and OutOfStock, where its units were promised elsewhere since.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if case.state == ReturnState.REJECTED:
            _claim_again(case, at)
            _approve(case, ReturnMove.OVERRIDE, at=at, actor=actor)
        else:
            _approve(case, ReturnMove.APPROVE, at=at, actor=actor)
    return case


def decline_return(
    *, return_id: str, reason: DeclineReason, text: str, at: datetime, actor: str
) -> Return:
    """Decline a return with a reason and words for the shopper; its units are free again.

    Publishes ReturnDeclined. Raises InvalidTransition, and LawfulRight where the law gives the
    shopper a right to it, unless the reason is that it exempts the goods.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if reason not in reasons_to_decline(case):
            raise LawfulRight
        move_return(case, ReturnMove.REJECT, at=at, actor=actor, note=reason)
        case.decline_reason, case.decline_text = reason, text
        _decided(case, at, actor)
        case.closed_at = at
        case.save()
        release_replacements(case)
        append(
            ReturnDeclined(
                order_id=case.order.public_id, return_id=case.public_id, decision=case.decisions
            ),
            at=at,
            actor=actor,
        )
    return case


def undo_decision(*, return_id: str, at: datetime, actor: str) -> Return:
    """Take an approval or refusal back, unless the policy's; the shopper was not told yet.

    What was decided of a lost parcel is taken back so, too, while no money went for it. Publishes
    ReturnDecisionUndone or ReturnLossUndone. Raises UndoTimeOver, InvalidTransition where there is
    no decision to take back, and what `approve_return` raises where a refusal is taken back.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        loss = standing_loss(case)
        if loss is not None:
            undo_loss(case, loss, at=at, actor=actor)
            return case
        if case.decided_at is None or not is_revocable(case.decided_by):
            raise InvalidTransition
        if not can_undo(case.decided_at, at):
            raise UndoTimeOver
        if case.state == ReturnState.REJECTED:
            _claim_again(case, at)
            move_return(case, ReturnMove.UNDO_REJECT, at=at, actor=actor)
        else:
            move_return(case, ReturnMove.UNDO_APPROVE, at=at, actor=actor)
        case.decided_at, case.decided_by, case.closed_at, case.send_by = None, "", None, None
        case.decline_reason, case.decline_text, case.reminded = "", "", None
        case.save()
        append(
            ReturnDecisionUndone(
                order_id=case.order.public_id, return_id=case.public_id, decision=case.decisions
            ),
            at=at,
            actor=actor,
        )
    return case


def _approve(case: Return, event: ReturnMove, *, at: datetime, actor: str) -> None:
    move_return(case, event, at=at, actor=actor)
    _decided(case, at, actor)
    today = at.astimezone(get_merchant().zone).date()
    case.send_by = today + timedelta(days=case.policy_version.policy.send_within)
    case.decline_reason, case.decline_text, case.closed_at = "", "", None
    case.save()
    told = {"order_id": case.order.public_id, "return_id": case.public_id}
    append(ReturnApproved(**told, decision=case.decisions), at=at, actor=actor)
    if lines_that_stay(case, KeepItem.KEEP):
        # What may still be taken back is not paid for yet.
        wait = UNDO_TIME if is_revocable(actor) else timedelta(0)
        append(
            GoodsMayStay(**told, decision=case.decisions), at=at, actor=actor, not_before=at + wait
        )


def _decided(case: Return, at: datetime, actor: str) -> None:
    case.decisions += 1
    case.decided_at, case.decided_by = at, actor


def _claim_again(case: Return, at: datetime) -> None:
    """Hold the units and replacements of a declined return again, if they are still free."""
    judgement = judge(case.order, at=at, apart_from=case)
    lines = list_lines_of(case)
    asked: dict[int, int] = {}
    for line in lines:
        asked[line.order_line_id] = asked.get(line.order_line_id, 0) + line.quantity
    for one in judgement.lines:
        facts = one.facts
        free = facts.quantity - facts.settled - facts.reserved - facts.refused
        if asked.get(one.line.pk, 0) > free:
            raise QuantityExceedsReturnable
    reserve_replacements(lines)
