"""Asking for a cancellation, taking that back, and what staff decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import get_merchant, lock_order
from commerce.services.picks import release_units, stop_units
from postexp.kernel.events import append
from returns.enums import CancelDenialCode, CancellationMove, CancellationState, Outcome
from returns.errors import (
    CancellationMovedOn,
    CancellationOpen,
    CancelWindowEnded,
    NotCancellable,
    QuantityExceedsCancellable,
    QuoteChanged,
    ReturnsError,
    UndoTimeOver,
)
from returns.events import (
    CancellationDeclined,
    CancellationRequested,
    CancellationTermsChanged,
    CancellationWithdrawn,
)
from returns.models import Cancellation, CancellationLine, CancellationTerms
from returns.models.cancellations import cancellation_id as new_id
from returns.rules.cancellations import CANCEL_UNDO_TIME, CancelTerms, CancelWish, quote_cancelled
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.selectors import journeys, paid_order, version_of
from returns.selectors.cancellations import (
    CancelJudgement,
    cancel_terms,
    get_cancellation,
    judge_cancel,
    list_cancelled_lines,
)
from returns.services.missing import note_missed
from returns.services.numbers import next_number
from returns.services.requests import LONGEST_NOTE
from returns.services.transitions import move_cancellation

if TYPE_CHECKING:
    from commerce.models import Order

REFUSALS: Mapping[CancelDenialCode, type[ReturnsError]] = {
    CancelDenialCode.WINDOW_ENDED: CancelWindowEnded,
    CancelDenialCode.CANCELLATION_OPEN: CancellationOpen,
}


@dataclass(frozen=True, kw_only=True)
class Split:
    """Units by the row id of their line: those still on the shelf, and those that have left."""

    stoppable: Mapping[int, int]
    gone: Mapping[int, int]


def quote_cancellation(order: Order, units: Sequence[CancelWish], *, nothing_gone: bool) -> Quote:
    """Return the exact sum of cancelling units of an order. Raises UnitAlreadySettled."""
    terms = version_of(order).policy.terms(Outcome.REFUND, order.currency)
    return quote_cancelled(
        paid_order(order),
        [Units(line=one.line, quantity=one.quantity) for one in units],
        terms,
        nothing_gone=nothing_gone,
    )


def split_wishes(
    judgement: CancelJudgement, wishes: Sequence[CancelWish], *, by_staff: bool
) -> Split:
    """Return which of the units asked for can be stopped, and which the warehouse has taken.

    Raises CancelWindowEnded, CancellationOpen, NotCancellable for nothing at all, a strange line,
    what is never sent or has arrived already, and QuantityExceedsCancellable for more units than
    are neither settled nor promised.
    """
    if denial := judgement.decision.denial:
        raise REFUSALS.get(denial.code, NotCancellable)
    if not wishes:
        raise NotCancellable
    stoppable: dict[int, int] = {}
    gone: dict[int, int] = {}
    arrived = {line for line, way in journeys(judgement.order).items() if way.delivered}
    for wish in wishes:
        one = judgement.line(wish.line)
        if one is None or not (one.facts.goods or by_staff):
            raise NotCancellable
        row = one.line.pk
        if wish.quantity < 1 or row in stoppable or wish.quantity > one.facts.unsettled:
            raise QuantityExceedsCancellable
        stoppable[row] = min(wish.quantity, one.facts.cancellable)
        gone[row] = wish.quantity - stoppable[row]
        if gone[row] and row in arrived:
            raise NotCancellable
    return Split(stoppable=stoppable, gone=gone)


def request_cancellation(
    *,
    order_id: str,
    wishes: Sequence[CancelWish],
    at: datetime,
    actor: str,
    by_staff: bool = False,
    note: str = "",
    locale: str = "",
    shown_payout: int | None = None,
    key: str = "",
) -> Cancellation:
    """Cancel units of an order: from now on nobody may pick them.

    For five minutes it can be taken back and no money moves. Units that were picked or sent before
    come too late: for those a return is approved that waits for their arrival. `shown_payout` is
    the sum that was shown. The same `key` again gives the first cancellation.

    Publishes CancellationRequested, or CancellationTooLate (or both, where a part was gone) with
    the events of that return. Raises what `split_wishes` raises, and QuoteChanged where the sum is
    another one by now.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        key = key or new_id()
        first: Cancellation | None = Cancellation.objects.filter(request_key=key).first()
        if first is not None and first.order_id == order.pk:
            return first
        judgement = judge_cancel(order, at=at, by_staff=by_staff)
        split = split_wishes(judgement, wishes, by_staff=by_staff)
        quoted = _quote(judgement, split)
        nothing_left = not any(split.stoppable.values())
        if shown_payout not in (None, quoted.payout) and not nothing_left:
            raise QuoteChanged
        cancellation: Cancellation = Cancellation.objects.create(
            number=next_number("C", Cancellation, order),
            request_key=key,
            order=order,
            quote=quoted.to_json(),
            note=note[:LONGEST_NOTE],
            locale=locale or order.locale,
            requested_at=at,
            requested_by=actor,
            undo_until=at + CANCEL_UNDO_TIME,
            needs_review=judgement.terms.review and not by_staff,
        )
        CancellationLine.objects.bulk_create(
            CancellationLine(
                cancellation=cancellation,
                order_line_id=row,
                position=position,
                quantity=split.stoppable[row] + split.gone[row],
            )
            for position, row in enumerate(split.stoppable)
        )
        stop_units(order, split.stoppable)
        if not nothing_left:
            append(
                CancellationRequested(
                    order_id=order.public_id,
                    cancellation_id=cancellation.public_id,
                    undo_until=cancellation.undo_until.isoformat(),
                ),
                at=at,
                actor=actor,
            )
        note_missed(cancellation, split.gone, at=at, actor=actor)
    return cancellation


def _quote(judgement: CancelJudgement, split: Split) -> Quote:
    """Return the sum of what can be stopped."""
    return quote_cancellation(
        judgement.order,
        [
            CancelWish(line=one.line.public_id, quantity=quantity)
            for one in judgement.lines
            if (quantity := split.stoppable.get(one.line.pk, 0))
        ],
        nothing_gone=judgement.nothing_gone,
    )


def lock_cancellation(cancellation_id: str) -> Cancellation:
    """Return a cancellation with its order's row locked; raises Cancellation.DoesNotExist."""
    lock_order(get_cancellation(cancellation_id).order.public_id)
    return get_cancellation(cancellation_id)


def withdraw_cancellation(*, cancellation_id: str, at: datetime, actor: str) -> Cancellation:
    """Take a cancellation back: its units are to be sent after all, and no money has moved.

    While staff have not decided on one that needs review, it can be taken back for longer.
    Publishes CancellationWithdrawn. Raises UndoTimeOver, CancellationMovedOn; once more changes
    nothing.
    """
    with transaction.atomic():
        cancellation = lock_cancellation(cancellation_id)
        if cancellation.state == CancellationState.WITHDRAWN:
            return cancellation
        requested = cancellation.state == CancellationState.REQUESTED
        if requested and not cancellation.needs_review and at > cancellation.undo_until:
            raise UndoTimeOver
        move_cancellation(cancellation, CancellationMove.WITHDRAW, at=at, actor=actor)
        _let_go(cancellation, at)
        append(
            CancellationWithdrawn(
                order_id=cancellation.order.public_id, cancellation_id=cancellation.public_id
            ),
            at=at,
            actor=actor,
        )
    return cancellation


def decline_cancellation(
    *, cancellation_id: str, text: str, at: datetime, actor: str
) -> Cancellation:
    """Decline a cancellation with words for the shopper; its units are to be sent.

    Publishes CancellationDeclined. Raises CancellationMovedOn.
    """
    with transaction.atomic():
        cancellation = lock_cancellation(cancellation_id)
        move_cancellation(cancellation, CancellationMove.DECLINE, at=at, actor=actor)
        cancellation.decline_text = text[:LONGEST_NOTE]
        _let_go(cancellation, at)
        append(
            CancellationDeclined(
                order_id=cancellation.order.public_id, cancellation_id=cancellation.public_id
            ),
            at=at,
            actor=actor,
        )
    return cancellation


def approve_cancellation(*, cancellation_id: str, at: datetime, actor: str) -> Cancellation:
    """Let a cancellation that needs review go on once its shopper can no longer take it back.

    Raises CancellationMovedOn where it waits for nobody.
    """
    with transaction.atomic():
        cancellation = lock_cancellation(cancellation_id)
        if cancellation.state != CancellationState.REQUESTED or not cancellation.needs_review:
            raise CancellationMovedOn
        cancellation.needs_review = False
        cancellation.undo_until = max(cancellation.undo_until, at)
        cancellation.save()
    return cancellation


def _let_go(cancellation: Cancellation, at: datetime) -> None:
    """Give the units back to the warehouse, and close the case."""
    units = {line.order_line_id: line.left for line in list_cancelled_lines(cancellation)}
    release_units(cancellation.order, units)
    cancellation.closed_at = at
    cancellation.save()


def set_cancel_terms(terms: CancelTerms, *, at: datetime, actor: str) -> None:
    """Say when shoppers may cancel. Publishes CancellationTermsChanged where that is news."""
    with transaction.atomic():
        if cancel_terms() == terms:
            return
        CancellationTerms.objects.update_or_create(
            defaults={"cancel_minutes": terms.minutes, "review": terms.review}
        )
        append(
            CancellationTermsChanged(
                merchant_public_id=get_merchant().public_id,
                detail=f"minutes={terms.minutes} review={terms.review}",
            ),
            at=at,
            actor=actor,
        )
