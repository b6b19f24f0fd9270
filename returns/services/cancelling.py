"""Carrying a cancellation out once it can no longer be taken back: stopped, settled, paid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from commerce.selectors import get_merchant, get_order, list_discounts, lock_order
from commerce.selectors.picks import line_progress
from commerce.services.picks import release_units, restock
from postexp.kernel.events import append
from returns.enums import CancellationMove, CancellationState, SettlementKind
from returns.errors import CancellationMovedOn, QuoteChanged, ReturnsError, UnitAlreadySettled
from returns.events import (
    CancellationRefunded,
    CancellationSettled,
    CancellationStopped,
    CancelledUnitsSent,
)
from returns.models import Cancellation, CancellationLine, Settlement
from returns.rules.cancellations import CancelWish
from returns.rules.commands import fingerprint
from returns.rules.quotes import Quote
from returns.rules.states import CANCELLATION_MOVES, possible
from returns.rules.withdrawals import send_back_by
from returns.selectors import settled_units
from returns.selectors.cancellations import (
    list_cancel_transitions,
    list_cancellations_of_order,
    list_cancelled_lines,
    open_cancellation,
    waiting_for_arrival,
)
from returns.selectors.holds import returning_units
from returns.selectors.withdrawals import is_withdrawal
from returns.services.cancellations import lock_cancellation, quote_cancellation
from returns.services.disputes import require_no_dispute
from returns.services.ledger import book
from returns.services.missing import note_missed
from returns.services.platform_stops import ask_platform
from returns.services.refunds import request_refunds, settlement_paid
from returns.services.transitions import move_cancellation

SYSTEM = "system"


def carry_out_cancellation(*, cancellation_id: str, at: datetime) -> Cancellation:
    """Stop and settle a cancellation that can no longer be taken back, once; before that nothing.

    What cannot be settled as it was shown stays stopped, with the code of the problem, for staff.
    Publishes CancellationStopped, PlatformStopAsked where a platform is told, CancellationSettled,
    SettlementBooked, RefundRequested per payment, and SettlementPaid when all is paid;
    CancellationTooLate where units were sent.
    """
    with transaction.atomic():
        cancellation = lock_cancellation(cancellation_id)
        if cancellation.state != CancellationState.REQUESTED or cancellation.needs_review:
            return cancellation
        if at <= cancellation.undo_until:
            return cancellation
        problem = _try(cancellation, lambda: _look_for_sent(cancellation, at=at, actor=SYSTEM))
        if cancellation.state == CancellationState.TOO_LATE:
            return cancellation
        move_cancellation(cancellation, CancellationMove.STOP, at=at, actor=SYSTEM)
        cancellation.save()
        append(
            CancellationStopped(
                order_id=cancellation.order.public_id, cancellation_id=cancellation.public_id
            ),
            at=at,
        )
        ask_platform(cancellation, at=at, actor=SYSTEM)
        problem = problem or _try(cancellation, lambda: _settle_as_shown(cancellation, at))
        if problem:
            cancellation.problem = problem
            cancellation.save()
        # What the platform refunded may have been sent all the same, before this was closed.
        _note_sent_anyway(cancellation, at=at, actor=SYSTEM)
    return cancellation


def _try(cancellation: Cancellation, act: Callable[[], None]) -> str:
    """Carry out all of an act or nothing of it; return the code of its problem, if it has one."""
    try:
        with transaction.atomic():
            act()
    except ReturnsError as error:
        cancellation.refresh_from_db()
        return error.code
    return ""


def _settle_as_shown(cancellation: Cancellation, at: datetime) -> None:
    shown = cancellation.quote["payout"]
    _settle(cancellation, shown=shown, despite="", at=at, actor=SYSTEM)


def settle_cancellation(
    *, cancellation_id: str, shown: int, at: datetime, actor: str, despite: str = ""
) -> Cancellation:
    """Settle a stopped cancellation that could not be settled by itself, with the sum staff saw.

    `despite` is why it is settled while a chargeback is open. Publishes as
    `carry_out_cancellation`. Raises CancellationMovedOn, QuoteChanged, OpenDispute,
    UnitAlreadySettled and RefundExceedsBalance.
    """
    with transaction.atomic():
        cancellation = lock_cancellation(cancellation_id)
        if CancellationMove.SETTLE not in possible(
            CANCELLATION_MOVES, CancellationState(cancellation.state)
        ):
            raise CancellationMovedOn
        _settle(cancellation, shown=shown, despite=despite, at=at, actor=actor)
    return cancellation


def quote_stopped(cancellation: Cancellation) -> Quote:
    """Return what a cancellation comes to now. Raises UnitAlreadySettled."""
    progress = line_progress(cancellation.order)
    return quote_cancellation(
        cancellation.order,
        [
            CancelWish(line=line.order_line.public_id, quantity=line.left)
            for line in list_cancelled_lines(cancellation)
            if line.left
        ],
        nothing_gone=not any(one.gone for one in progress.values()),
    )


def _settle(
    cancellation: Cancellation, *, shown: int, despite: str, at: datetime, actor: str
) -> None:
    lines = list_cancelled_lines(cancellation)
    if _settled_elsewhere(cancellation, lines):
        move_cancellation(cancellation, CancellationMove.SETTLED_ELSEWHERE, at=at, actor=actor)
        _close(cancellation, at=at, actor=actor)
        return
    order = cancellation.order
    quoted = quote_stopped(cancellation)
    if quoted.payout != shown:
        raise QuoteChanged
    require_no_dispute(order, despite)
    key = f"cancellation:{cancellation.public_id}"
    settlement = book(
        order,
        quoted,
        kind=SettlementKind.CANCELLATION,
        key=key,
        mark=fingerprint({"key": key}),
        at=at,
        actor=actor,
        note=despite,
    )
    cancellation.settlement, cancellation.problem = settlement, ""
    move_cancellation(cancellation, CancellationMove.SETTLE, at=at, actor=actor)
    cancellation.save()
    restock(order, {line.order_line_id: line.left for line in lines})
    _announce(cancellation, settlement, quoted, at=at, actor=actor)
    if not request_refunds(settlement, quoted.tenders, at=at, actor=actor):
        settlement_paid(settlement, at=at, actor=actor)


def _settled_elsewhere(cancellation: Cancellation, lines: Sequence[CancellationLine]) -> bool:
    """Whether the platform has given all of it back already."""
    settled = settled_units(cancellation.order)
    return all(
        settled.get(line.order_line_id, 0) == line.order_line.quantity
        for line in lines
        if line.left
    )


def _announce(
    cancellation: Cancellation, settlement: Settlement, quoted: Quote, *, at: datetime, actor: str
) -> None:
    order = cancellation.order
    settled = settled_units(order)
    progress = line_progress(order)
    all_off = all(
        settled.get(row, 0) == one.ordered and not one.gone for row, one in progress.items()
    )
    codes = [one.code for one in list_discounts(order) if one.code] if all_off else []
    append(
        CancellationSettled(
            order_id=order.public_id,
            cancellation_id=cancellation.public_id,
            settlement_id=settlement.public_id,
            total=settlement.total,
            goods=sum(value.goods for value in quoted.units),
            currency=settlement.currency,
            codes=codes,
        ),
        at=at,
        actor=actor,
    )


def finish_cancellation(settlement_id: str, *, at: datetime, actor: str) -> None:
    """Close the cancellation whose settlement is paid; other settlements are passed over.

    Publishes CancellationRefunded.
    """
    with transaction.atomic():
        found = Cancellation.objects.filter(settlement__public_id=settlement_id).first()
        if found is None:
            return
        cancellation = lock_cancellation(found.public_id)
        if cancellation.state != CancellationState.REFUNDING:
            return
        move_cancellation(cancellation, CancellationMove.PAY, at=at, actor=actor)
        _close(cancellation, at=at, actor=actor)


def _close(cancellation: Cancellation, *, at: datetime, actor: str) -> None:
    cancellation.closed_at, cancellation.problem = at, ""
    cancellation.save()
    append(
        CancellationRefunded(
            order_id=cancellation.order.public_id, cancellation_id=cancellation.public_id
        ),
        at=at,
        actor=actor,
    )


def notice_sent(*, order_id: str, at: datetime, actor: str) -> None:
    """Look whether units in cancellation were handed to a carrier all the same.

    Those whose money is still here come too late. Publishes CancellationTooLate, and for the others
    CancelledUnitsSent, once a cancellation.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        cancellation = open_cancellation(order)
        if cancellation is not None:
            _look_for_sent(cancellation, at=at, actor=actor)
        for one in list_cancellations_of_order(order):
            _note_sent_anyway(one, at=at, actor=actor)


def _look_for_sent(cancellation: Cancellation, *, at: datetime, actor: str) -> None:
    """Let go of units that were sent; the sum is that of the others from then on."""
    order = cancellation.order
    progress, settled, returning = (
        line_progress(order),
        settled_units(order),
        returning_units(order),
    )
    sent = {}
    for line in list_cancelled_lines(cancellation):
        row = line.order_line_id
        # Units the platform has given the money back for cannot be returned for it once more.
        if line.left <= line.order_line.quantity - settled.get(row, 0) - returning.get(row, 0):
            sent[row] = min(line.left, progress[row].sent_anyway)
    if not any(sent.values()):
        return
    release_units(order, sent)
    note_missed(cancellation, sent, at=at, actor=actor)
    if cancellation.state != CancellationState.TOO_LATE:
        # Where the platform was quicker with the others, settling takes note of that.
        with suppress(UnitAlreadySettled):
            cancellation.quote = quote_stopped(cancellation).to_json()
            cancellation.save()


def _note_sent_anyway(cancellation: Cancellation, *, at: datetime, actor: str) -> None:
    event = CancellationMove.SENT_ANYWAY
    if event not in possible(CANCELLATION_MOVES, CancellationState(cancellation.state)):
        return
    progress = line_progress(cancellation.order)
    units = sum(
        min(line.left, progress[line.order_line_id].sent_anyway)
        for line in list_cancelled_lines(cancellation)
    )
    told = any(row.event == event for row in list_cancel_transitions(cancellation))
    if not units or told:
        return
    move_cancellation(cancellation, event, at=at, actor=actor)
    append(
        CancelledUnitsSent(
            order_id=cancellation.order.public_id,
            cancellation_id=cancellation.public_id,
            units=units,
        ),
        at=at,
        actor=actor,
    )


def count_from_arrival(*, order_id: str, at: datetime) -> None:
    """Give the returns that wait for goods to arrive their last day, now that they have."""
    with transaction.atomic():
        lock_order(order_id)
        today = at.astimezone(get_merchant().zone).date()
        for cancellation in waiting_for_arrival(get_order(order_id)):
            case = cancellation.case
            if case is not None:
                days = case.policy_version.policy.send_within
                case.send_by = today + timedelta(days=days)
                if is_withdrawal(case):
                    case.send_by = send_back_by(today, case.send_by)
                case.save()
