"""Ending a return whose parcel was lost on its way: staff decide who bears it, nobody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from postexp.kernel.events import append
from returns import events
from returns.enums import ReturnMove, ReturnState
from returns.enums.losses import Bearer, LossEnd, LossGround
from returns.errors import InvalidTransition, LossIsTheShops, UndoTimeOver
from returns.models import Return, ReturnLoss
from returns.rules.losses import is_the_shops_by_law, proof_of_sending
from returns.rules.states import UNDO_TIME, can_undo
from returns.selectors import list_lines_of
from returns.selectors.losses import (
    decided_before,
    ended_before,
    get_loss,
    is_paid_ahead,
    standing_loss,
    state_before,
    traces_of,
    undoes_contract,
    was_settled_since,
)
from returns.services.claims import claim_late
from returns.services.finishing import finish_or_wait, give_up_rest
from returns.services.locks import lock_return
from returns.services.transitions import move_return


def bear_loss(
    *,
    return_id: str,
    ground: LossGround,
    receipt: bool = False,
    text: str = "",
    at: datetime,
    actor: str,
) -> ReturnLoss:
    """Let the shop bear what of a return was lost: it is to be paid for as if it had arrived.

    Nothing is paid yet: what is due is settled as ever. `receipt`: the shopper showed that it was
    sent. Publishes ReturnLossBorne, and ReturnLossStands once nobody can take it back. Raises
    InvalidTransition, and UnitAlreadySettled for an expired return whose units were settled
    otherwise meanwhile.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if case.state == ReturnState.EXPIRED:
            claim_late(case, at=at)
        move_return(case, ReturnMove.BEAR_LOSS, at=at, actor=actor, note=ground)
        kept = _keep(case, Bearer.SHOP, ground, receipt=receipt, text=text, at=at, actor=actor)
        for line in list_lines_of(case):
            line.lost += line.missing
            line.save()
        case.closed_at = None
        case.save()
        _tell(kept, events.ReturnLossBorne, actor)
    return kept


def decline_loss(
    *,
    return_id: str,
    ground: LossGround,
    receipt: bool = False,
    text: str = "",
    at: datetime,
    actor: str,
) -> ReturnLoss:
    """Leave what of a return was lost to its shopper: nothing is paid for it.

    Publishes ReturnLossDeclined, and ReturnLossStands once nobody can take it back. Raises
    InvalidTransition, and LossIsTheShops where a law leaves the shop no choice, or the units were
    paid for already.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        proof = proof_of_sending(traces_of(case, at=at), receipt=receipt)
        if is_the_shops_by_law(undoes=undoes_contract(case), proof=proof) or is_paid_ahead(case):
            raise LossIsTheShops
        move_return(case, ReturnMove.DECLINE_LOSS, at=at, actor=actor, note=ground)
        kept = _keep(case, Bearer.SHOPPER, ground, receipt=receipt, text=text, at=at, actor=actor)
        case.closed_at = at
        case.save()
        _tell(kept, events.ReturnLossDeclined, actor)
    return kept


def _keep(
    case: Return,
    bearer: Bearer,
    ground: LossGround,
    *,
    receipt: bool,
    text: str,
    at: datetime,
    actor: str,
) -> ReturnLoss:
    """Write a decision down with what tracking knew; an earlier one gives way to it."""
    lines = list_lines_of(case)
    units = sum(line.missing for line in lines)
    if not units:
        raise InvalidTransition
    _end(standing_loss(case), LossEnd.DECIDED_ANEW, at)
    traces = traces_of(case, at=at)
    kept: ReturnLoss = ReturnLoss.objects.create(
        case=case,
        bearer=bearer,
        ground=ground,
        proof=proof_of_sending(traces, receipt=receipt),
        units=units,
        settled=sum(line.settled for line in lines),
        traces=[one.to_json() for one in traces],
        text=text,
        at=at,
        actor=actor,
    )
    return kept


def _end(loss: ReturnLoss | None, end: LossEnd, at: datetime) -> None:
    if loss is not None:
        loss.end, loss.ended_at = end, at
        loss.save()


Decision = type[events.ReturnLossBorne] | type[events.ReturnLossDeclined]


def _tell(kept: ReturnLoss, event: Decision, actor: str) -> None:
    """Publish a decision, and that it stands once nobody can take it back any more."""
    names = {
        "order_id": kept.case.order.public_id,
        "return_id": kept.case.public_id,
        "loss_id": kept.public_id,
    }
    append(event(**names, ground=kept.ground, units=kept.units), at=kept.at, actor=actor)
    append(
        events.ReturnLossStands(**names), at=kept.at, actor=actor, not_before=kept.at + UNDO_TIME
    )


def undo_loss(case: Return, loss: ReturnLoss, *, at: datetime, actor: str) -> None:
    """Take back what was decided of a lost parcel, before any money went.

    The return stands as it stood before: an expired one has expired, and what had been left to its
    shopper is left to them again. The caller holds the order's lock. Publishes ReturnLossUndone,
    and ReturnLossStands of the decision that stands again. Raises UndoTimeOver, and
    InvalidTransition where the return has moved on.
    """
    if was_settled_since(loss):
        raise InvalidTransition
    if not can_undo(loss.at, at):
        raise UndoTimeOver
    stood = state_before(loss)
    move_return(case, _UNDO.get(stood, ReturnMove.UNDO_LOSS), at=at, actor=actor)
    for line in list_lines_of(case):
        line.lost = 0
        line.save()
    case.closed_at = ended_before(loss) if stood in _UNDO else None
    case.save()
    _end(loss, LossEnd.TAKEN_BACK, at)
    _let_stand_again(loss, at, actor)
    append(
        events.ReturnLossUndone(
            order_id=case.order.public_id, return_id=case.public_id, loss_id=loss.public_id
        ),
        at=at,
        actor=actor,
    )


_UNDO = {
    ReturnState.EXPIRED: ReturnMove.UNDO_LOSS_EXPIRED,
    ReturnState.LOST: ReturnMove.UNDO_LOSS_LOST,
}
"""How a decision is taken back of a return that had ended before it."""


def _let_stand_again(loss: ReturnLoss, at: datetime, actor: str) -> None:
    """Take up the decision that had given way to this one."""
    former = decided_before(loss)
    if former is None:
        return
    former.end, former.ended_at = "", None
    former.save()
    stands = events.ReturnLossStands(
        order_id=former.case.order.public_id,
        return_id=former.case.public_id,
        loss_id=former.public_id,
    )
    # It may have come to stand while the other one did, and nothing was done about it then.
    append(stands, at=at, actor=actor, not_before=max(at, former.at + UNDO_TIME))


def let_loss_stand(loss_id: str, *, at: datetime) -> None:
    """Go on with a return once what was decided of its lost parcel cannot be taken back.

    What needs no money any more is completed, also where a part had come before. Nothing happens
    where the decision does not stand, or the return has moved on.
    """
    with transaction.atomic():
        loss = get_loss(loss_id)
        case = lock_return(loss.case.public_id)
        standing = standing_loss(case)
        if standing is None or standing.pk != loss.pk:
            return
        if case.state == ReturnState.LOST and case.parcels:
            give_up_rest(case, at=at)
        else:
            finish_or_wait(case, at=at, actor=loss.actor)


def note_turned_up(case: Return, units: int, *, at: datetime, actor: str) -> None:
    """Note that units which were called lost arrived after all, once they are counted.

    The caller holds the order's lock. A decision none of whose units is lost any more has ended.
    Publishes ReturnTurnedUp.
    """
    loss = standing_loss(case)
    if loss is None or not units:
        return
    append(
        events.ReturnTurnedUp(
            order_id=case.order.public_id,
            return_id=case.public_id,
            loss_id=loss.public_id,
            units=units,
        ),
        at=at,
        actor=actor,
    )
    if not any(line.lost for line in list_lines_of(case)):
        _end(loss, LossEnd.TURNED_UP, at)
