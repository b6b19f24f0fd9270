"""The desk's clocks: started with each state, held while the shop waits for its shopper."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from returns.enums import ReturnState
from returns.events import DeskTimesChanged
from returns.models import DeskSettings, Return, Withdrawal
from returns.rules.clocks import DeskTimes, due_after, law_due
from returns.rules.states import OPEN
from returns.rules.withdrawals import REASON
from returns.selectors.desk import desk_times, work_hours
from returns.selectors.losses import is_undone_by_law
from returns.services.locks import lock_return


def start_clock(case: Return, *, at: datetime) -> None:
    """Say until when what comes next of a return is due; the caller saves.

    The law's own date is found once, and stays until the return is closed.
    """
    state, merchant, times = ReturnState(case.state), get_merchant(), desk_times()
    case.waiting_since = None
    case.due_at = due_after(state, at, times, work_hours(merchant, times))
    if state not in OPEN or state is ReturnState.LOST:
        case.law_due_at = None
    elif case.law_due_at is None and (told_at := _told_at(case)) is not None:
        case.law_due_at = law_due(told_at, str(merchant.zone))


def end_law_clock(return_id: str) -> None:
    """Note that the law has nothing more to ask of the shop: all of a return was paid for."""
    with transaction.atomic():
        case = lock_return(return_id)
        if case.law_due_at and all(line.settled >= line.quantity for line in case.lines.all()):
            case.law_due_at = None
            case.save()


def hold_clock(case: Return, *, at: datetime) -> None:
    """Stop the shop's own clock: it waits for the shopper. The caller saves."""
    case.waiting_since = case.waiting_since or at


def resume_clock(case: Return, *, at: datetime) -> None:
    """Go on with the working time that was left when the shopper was asked; the caller saves."""
    if case.waiting_since is None:
        return
    if case.due_at is not None:
        hours = work_hours(get_merchant(), desk_times())
        left = hours.hours_between(case.waiting_since, case.due_at)
        # What was overdue when the shopper was asked stays so.
        late = max(case.waiting_since - case.due_at, timedelta())
        case.due_at = at - late if late else hours.after_hours(at, left)
    case.waiting_since = None


def _told_at(case: Return) -> datetime | None:
    """Return when a shopper told that they undo the contract, where the law has a date for it."""
    if any(line.reason == REASON for line in case.lines.all()):
        told = Withdrawal.objects.filter(order=case.order).order_by("received_at")
        first: datetime | None = told.values_list("received_at", flat=True).first()
        return first or case.requested_at
    return case.requested_at if is_undone_by_law(case) else None


def set_desk_times(times: DeskTimes, *, at: datetime, actor: str) -> None:
    """Say how soon the shop means to deal with returns, from their next step on.

    Publishes DeskTimesChanged where that is news.
    """
    with transaction.atomic():
        if desk_times() == times:
            return
        DeskSettings.objects.update_or_create(defaults=asdict(times))
        append(
            DeskTimesChanged(
                merchant_public_id=get_merchant().public_id,
                detail=" ".join(f"{name}={value}" for name, value in asdict(times).items()),
            ),
            at=at,
            actor=actor,
        )
