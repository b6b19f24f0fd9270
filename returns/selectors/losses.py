"""Reads of parcels lost on their way back: what tracking knows, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from returns.enums import LabelSource, LabelState, ReturnMove, ReturnState
from returns.enums.losses import Bearer, LossEnd, LossGround, SendingProof
from returns.models import Return, ReturnLoss, ReturnParcel, TransitionLog
from returns.rules.losses import (
    Trace,
    is_the_shops_by_law,
    offered_ground,
    proof_of_sending,
    usual_bearer,
)
from returns.rules.policy.statutory import UNDOING
from returns.rules.states import RETURN_MOVES, can_undo, possible
from returns.rules.withdrawals import REASON
from returns.selectors.cases import list_lines_of
from returns.selectors.parcels import list_parcels_of
from tracking.rules import UNDATED
from tracking.rules.incidents import FORGOTTEN
from tracking.selectors.incidents import list_losses

if TYPE_CHECKING:
    from tracking.models import Incident, Shipment


def standing_loss(case: Return) -> ReturnLoss | None:
    """Return what stands decided of a return's lost units, or None."""
    return ReturnLoss.objects.filter(case=case, ended_at__isnull=True).first()


def decided_before(loss: ReturnLoss) -> ReturnLoss | None:
    """Return the decision that gave way to this one, or None."""
    former = ReturnLoss.objects.filter(case=loss.case_id, end=LossEnd.DECIDED_ANEW)
    return former.filter(pk__lt=loss.pk, ended_at=loss.at).order_by("-pk").first()


def state_before(loss: ReturnLoss) -> ReturnState:
    """Return where a return stood when its loss was decided."""
    return ReturnState(_decision_of(loss).before)


def ended_before(loss: ReturnLoss) -> datetime:
    """Return since when a return that had ended stood where its loss was decided."""
    decision = _decision_of(loss)
    rows = TransitionLog.objects.filter(case=loss.case_id, after=decision.before)
    # Ended again by taking a decision back, it has ended since the first time.
    first = rows.filter(pk__lt=decision.pk).exclude(event__in=_ENDING_AGAIN).latest("pk")
    since: datetime = first.at
    return since


_ENDING_AGAIN = (ReturnMove.UNDO_LOSS_EXPIRED, ReturnMove.UNDO_LOSS_LOST)


def _decision_of(loss: ReturnLoss) -> TransitionLog:
    """Return the row of a return's story that tells of a decision on its loss."""
    move = ReturnMove.BEAR_LOSS if loss.bearer == Bearer.SHOP else ReturnMove.DECLINE_LOSS
    rows = TransitionLog.objects.filter(case=loss.case_id, event=move, at=loss.at)
    row: TransitionLog = rows.latest("pk")
    return row


def was_settled_since(loss: ReturnLoss) -> bool:
    """Whether money went for a return since a decision on its loss."""
    return sum(line.settled for line in list_lines_of(loss.case)) > loss.settled


def may_undo_loss(case: Return, loss: ReturnLoss, *, at: datetime) -> bool:
    """Whether a decision on a loss may still be taken back."""
    moves = possible(RETURN_MOVES, ReturnState(case.state))
    return ReturnMove.UNDO_LOSS in moves and can_undo(loss.at, at) and not was_settled_since(loss)


def get_loss(public_id: str) -> ReturnLoss:
    """Return what was decided of a loss, with its return; raises ReturnLoss.DoesNotExist."""
    found: ReturnLoss = ReturnLoss.objects.select_related("case__order").get(public_id=public_id)
    return found


def list_losses_of(case: Return) -> list[ReturnLoss]:
    """Return every decision on lost units of a return, newest first."""
    return list(ReturnLoss.objects.filter(case=case).order_by("-id"))


def is_receivable(case: Return) -> bool:
    """Whether goods of a return can be counted or graded now, lost ones that turned up too."""
    moves = possible(RETURN_MOVES, ReturnState(case.state))
    if moves & {ReturnMove.RECEIVE, ReturnMove.INSPECT}:
        return True
    return ReturnMove.TURN_UP in moves and standing_loss(case) is not None


def undoes_contract(case: Return) -> bool:
    """Whether the law lets the shopper undo the contract with this return."""
    return is_undone_by_law(case) or any(line.reason == REASON for line in case.lines.all())


def is_undone_by_law(case: Return) -> bool:
    """Whether a law of the shopper's undoes the contract, whatever reason they named."""
    decided = getattr(case, "policy_decision", None)
    lines = decided.decision["lines"] if decided else []
    return any(line["law"] in UNDOING for line in lines)


def traces_of(case: Return, *, at: datetime) -> list[Trace]:
    """Return what is known at an instant of the parcels of a return that may have been sent."""
    parcels = [one for one in list_parcels_of(case) if one.state in _SENT]
    rows = list_losses().filter(shipment__in=[one.shipment_id for one in parcels])
    signs = {row.shipment_id: row for row in rows.order_by("gravity", "pk")}
    return [_trace(one, signs.get(one.shipment_id or 0), at) for one in parcels]


_SENT = (LabelState.READY, LabelState.VOIDING, LabelState.SPENT)


def _trace(parcel: ReturnParcel, sign: Incident | None, at: datetime) -> Trace:
    shipment = parcel.shipment
    heard = _last_heard(shipment) if shipment else None
    since = (sign.since_at if sign else None) or heard or parcel.scanned_at
    cause = sign.cause if sign else ""
    # Of a parcel that is silent for longer than that, tracking itself says nothing any more.
    if not cause and parcel.scanned_at and since and at - since >= FORGOTTEN:
        cause = "no_scan"
    return Trace(
        parcel=parcel.public_id,
        number=parcel.tracking_number,
        carrier=parcel.carrier,
        by_shop=parcel.source != LabelSource.TYPED,
        status=shipment.status if shipment else "",
        substatus=shipment.substatus if shipment else "",
        sign=cause,
        since=since,
        scanned_at=parcel.scanned_at,
        arrived_at=parcel.arrived_at,
    )


def _last_heard(shipment: Shipment) -> datetime | None:
    last = shipment.last_scan_at
    return last if last and last != UNDATED else shipment.since_at


def has_parcel_under_way(case: Return) -> bool:
    """Whether carriers have scanned more parcels of a return than were received."""
    scanned = ReturnParcel.objects.filter(cases=case, scanned_at__isnull=False)
    here = scanned.filter(arrived_at__isnull=False).count()
    return scanned.count() > max(here, case.parcels)


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What there is to decide of the units of a return that have not arrived.

    `ground` is what tracking offers, None where nothing says that they are lost. `proof` is what
    shows by itself that they were sent, `usual` who then usually bears them. `by_law` and
    `paid_ahead` say why the shop bears them whatever it decides.
    """

    traces: list[Trace]
    units: int
    ground: LossGround | None
    proof: SendingProof
    usual: Bearer
    undoes: bool
    by_law: bool
    paid_ahead: bool


def outlook_of(case: Return, *, at: datetime) -> Outlook:
    """Return what is known of the units of a return that have not arrived."""
    traces = traces_of(case, at=at)
    proof, undoes = proof_of_sending(traces, receipt=False), undoes_contract(case)
    return Outlook(
        traces=traces,
        units=sum(line.missing for line in list_lines_of(case)),
        ground=offered_ground(traces),
        proof=proof,
        usual=usual_bearer(traces, proof),
        undoes=undoes,
        by_law=is_the_shops_by_law(undoes=undoes, proof=proof),
        paid_ahead=is_paid_ahead(case),
    )


def is_paid_ahead(case: Return) -> bool:
    """Whether units of a return that have not arrived were paid for already."""
    return any(
        line.missing and line.paid_ahead > line.uninspected + line.refused
        for line in list_lines_of(case)
    )
