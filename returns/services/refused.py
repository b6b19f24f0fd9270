"""Units that could not be accepted: their shopper is asked, and what they choose is carried out."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from returns.enums import SettlementKind
from returns.enums.receiving import RefusedChoice, RefusedMove, RefusedState
from returns.errors import (
    ChoiceNotOffered,
    InvalidTransition,
    QuoteChanged,
    RefusedUnitsMovedOn,
)
from returns.events import (
    RefusedUnitsAnswered,
    RefusedUnitsClosed,
    RefusedUnitsMoved,
    UnitsRefused,
)
from returns.models import Inspection, RefusedUnits, Return, ReturnLine
from returns.rules.commands import fingerprint
from returns.rules.states import OPEN_REFUSED, REFUSED_MOVES, next_state
from returns.selectors.receiving import get_refused, receiving_settings
from returns.selectors.refused import quote_offer, send_back_fee
from returns.services.disputes import require_no_dispute
from returns.services.fee_books import ask_for_fee, end_fee_pages
from returns.services.finishing import finish_or_wait
from returns.services.ledger import book
from returns.services.locks import lock_return
from returns.services.payouts import hand_over

if TYPE_CHECKING:
    from returns.models import Settlement

LAST_SECOND = time(23, 59, 59)


def ask_shopper(
    case: Return, line: ReturnLine, inspection: Inspection, *, offer: int | None, at: datetime
) -> RefusedUnits:
    """Ask what is to become of units that were not accepted; the caller holds the order's lock.

    Publishes UnitsRefused. Raises RefundExceedsBalance for an offer above what they are worth.
    """
    settings = receiving_settings()
    refused = RefusedUnits(
        case=case,
        line=line,
        inspection=inspection,
        quantity=inspection.quantity,
        fee=send_back_fee(case),
        offer=offer,
        asked_at=at,
        answer_by=_last_second(at, days=settings.answer_days),
    )
    if offer is not None:
        quote_offer(refused)
    refused.save()
    append(
        UnitsRefused(
            order_id=case.order.public_id,
            return_id=case.public_id,
            refused_id=refused.public_id,
            quantity=refused.quantity,
            offer=offer or 0,
        ),
        at=at,
        actor=inspection.actor,
    )
    return refused


def _last_second(at: datetime, *, days: int) -> datetime:
    zone = get_merchant().zone
    day = at.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, LAST_SECOND, tzinfo=zone)


def offer_part_refund(*, refused_id: str, amount: int, at: datetime, actor: str) -> RefusedUnits:
    """Offer a partial refund for units whose shopper has not decided yet.

    The shopper is asked anew: publishes UnitsRefused. Raises RefusedUnitsMovedOn,
    RefundExceedsBalance above what they are worth, and ChoiceNotOffered for nothing.
    """
    if amount < 1:
        raise ChoiceNotOffered
    with transaction.atomic():
        refused = lock_refused(refused_id)
        if refused.state != RefusedState.ASKED:
            raise RefusedUnitsMovedOn
        refused.offer = amount
        quote_offer(refused)
        refused.save()
        append(
            UnitsRefused(
                order_id=refused.case.order.public_id,
                return_id=refused.case.public_id,
                refused_id=refused.public_id,
                quantity=refused.quantity,
                offer=amount,
            ),
            at=at,
            actor=actor,
        )
    return refused


def answer_refused(
    *,
    refused_id: str,
    choice: RefusedChoice,
    at: datetime,
    actor: str,
    shown: int | None = None,
    despite: str = "",
    by_default: bool = False,
) -> RefusedUnits:
    """Carry out what a shopper chose for their refused units.

    `shown` is the fee or the partial refund they saw. Without an answer (`by_default`) they go back
    free of charge. The same choice again changes nothing. Publishes RefusedUnitsAnswered, and where
    that ends it RefusedUnitsClosed; a fee RefusedFeeDue; a partial refund publishes as
    `settle_return` does. Raises RefusedUnitsMovedOn, ChoiceNotOffered, QuoteChanged, and
    OpenDispute unless `despite` says why.
    """
    with transaction.atomic():
        refused = lock_refused(refused_id)
        if refused.choice == choice and refused.state != RefusedState.ASKED and not by_default:
            return refused
        paid = quote_offer(refused).payout if choice is RefusedChoice.PART_REFUND else None
        if shown is not None and shown != _shown(refused, choice, paid):
            raise QuoteChanged
        move = _move_of(refused, choice, free=by_default)
        move_refused(refused, move, at=at, actor=actor)
        refused.choice, refused.chosen_at, refused.chosen_by = choice, at, actor
        if choice is RefusedChoice.PART_REFUND:
            refused.settlement = _pay_offer(refused, despite=despite, at=at, actor=actor)
        if refused.state == RefusedState.FEE_DUE:
            ask_for_fee(refused, at=at, actor=actor)
        else:
            end_fee_pages(refused, at=at, actor=actor)
        refused.save()
        append(
            RefusedUnitsAnswered(
                order_id=refused.case.order.public_id,
                return_id=refused.case.public_id,
                refused_id=refused.public_id,
                choice=choice,
                by_default=by_default,
            ),
            at=at,
            actor=actor,
        )
        _close_if_done(refused, at=at, actor=actor)
    return refused


def _shown(refused: RefusedUnits, choice: RefusedChoice, paid: int | None) -> int:
    return {RefusedChoice.SEND_BACK: refused.fee, RefusedChoice.DONATE: 0}.get(choice, paid or 0)


def _move_of(refused: RefusedUnits, choice: RefusedChoice, *, free: bool) -> RefusedMove:
    if choice is RefusedChoice.SEND_BACK:
        return RefusedMove.ASK_BACK if refused.fee and not free else RefusedMove.ASK_BACK_FREE
    if choice is RefusedChoice.DONATE:
        return RefusedMove.GIVE_AWAY
    return RefusedMove.TAKE_OFFER


def _pay_offer(refused: RefusedUnits, *, despite: str, at: datetime, actor: str) -> Settlement:
    """Settle refused units with their partial refund: they are kept, and count as accepted."""
    case, line = refused.case, refused.line
    require_no_dispute(case.order, despite)
    quoted = quote_offer(refused)
    settlement = book(
        case.order,
        quoted,
        kind=SettlementKind.RETURN,
        case=case,
        key=f"refused:{refused.public_id}",
        mark=fingerprint({"refused": refused.public_id, "offer": refused.offer}),
        note=despite,
        at=at,
        actor=actor,
    )
    line.refused -= refused.quantity
    line.accepted += refused.quantity
    line.settled += refused.quantity
    line.save()
    hand_over(settlement, quoted, at=at, actor=actor)
    return settlement


def answer_by_default(*, refused_id: str, at: datetime) -> RefusedUnits:
    """Do with refused units what the shop does where nobody answers, or pays the fee, in time.

    A partial refund that nobody offered becomes sending back. Nothing happens while there is time,
    or where an answer came. Publishes and raises as `answer_refused`.
    """
    with transaction.atomic():
        refused = lock_refused(refused_id)
        until = {
            RefusedState.ASKED: refused.answer_by,
            RefusedState.FEE_DUE: refused.pay_by,
        }.get(RefusedState(refused.state))
        if until is None or at <= until:
            return refused
        choice = RefusedChoice(receiving_settings().without_answer)
        if choice is RefusedChoice.PART_REFUND and refused.offer is None:
            choice = RefusedChoice.SEND_BACK
        return answer_refused(
            refused_id=refused_id, choice=choice, at=at, actor="system", by_default=True
        )


def send_back(*, refused_id: str, tracking_number: str, at: datetime, actor: str) -> RefusedUnits:
    """Note that refused units were handed to a carrier. Publishes RefusedUnitsClosed."""
    with transaction.atomic():
        refused = lock_refused(refused_id)
        move_refused(refused, RefusedMove.SEND, at=at, actor=actor)
        refused.tracking_number = tracking_number[:120]
        _close_if_done(refused, at=at, actor=actor)
    return refused


def lock_refused(refused_id: str) -> RefusedUnits:
    """Return refused units with their order's row locked; raises RefusedUnits.DoesNotExist."""
    lock_return(get_refused(refused_id).case.public_id)
    return get_refused(refused_id)


def move_refused(refused: RefusedUnits, move: RefusedMove, *, at: datetime, actor: str) -> None:
    """Move refused units along their table; the caller saves.

    Publishes RefusedUnitsMoved. Raises RefusedUnitsMovedOn.
    """
    try:
        refused.state = next_state(REFUSED_MOVES, RefusedState(refused.state), move)
    except InvalidTransition as error:
        raise RefusedUnitsMovedOn(error.event, error.now, error.possible) from error
    append(
        RefusedUnitsMoved(
            order_id=refused.case.order.public_id,
            return_id=refused.case.public_id,
            refused_id=refused.public_id,
            move=move.value,
            state=str(refused.state),
        ),
        at=at,
        actor=actor,
    )


def _close_if_done(refused: RefusedUnits, *, at: datetime, actor: str) -> None:
    if refused.state in OPEN_REFUSED:
        return
    refused.closed_at = at
    refused.save()
    append(
        RefusedUnitsClosed(
            order_id=refused.case.order.public_id,
            return_id=refused.case.public_id,
            refused_id=refused.public_id,
            state=refused.state,
        ),
        at=at,
        actor=actor,
    )
    finish_or_wait(refused.case, at=at, actor=actor)
