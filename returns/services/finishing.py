"""Ending a return: completed when nothing is left to do, expired when nothing came in time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from returns.enums import RefundState, ReturnMove, ReturnState
from returns.events import ReturnCompleted, ReturnExpired
from returns.models import Refund, Return
from returns.selectors import list_lines_of
from returns.selectors.losses import has_parcel_under_way
from returns.selectors.receiving import has_open_refused
from returns.services.locks import lock_return
from returns.services.replacements import release_replacements
from returns.services.transitions import move_return


def finish_or_wait(case: Return, *, at: datetime, actor: str) -> None:
    """Complete a return with nothing left to do, or wait for units that may still come.

    Nothing happens while goods are not looked at or paid for, or refused ones wait for their
    shopper. The caller holds the order's lock. Publishes ReturnCompleted.
    """
    if case.state != ReturnState.RESOLVING or _is_owed(case):
        return
    missing = sum(line.missing for line in list_lines_of(case))
    if missing and (in_time(case, at) or has_parcel_under_way(case)):
        move_return(case, ReturnMove.AWAIT_REST, at=at, actor=actor)
        case.save()
    elif not has_open_refused(case):
        move_return(case, ReturnMove.SETTLE, at=at, actor=actor)
        _complete(case, at, actor)


def _is_owed(case: Return) -> bool:
    """Whether accepted units still wait for their money, or it is on its way."""
    if any(line.payable for line in list_lines_of(case)):
        return True
    sent = Refund.objects.filter(settlement__case=case)
    return sent.exclude(state=RefundState.SUCCEEDED).exists()


def _complete(case: Return, at: datetime, actor: str) -> None:
    case.closed_at = at
    case.save()
    release_replacements(case)
    append(
        ReturnCompleted(order_id=case.order.public_id, return_id=case.public_id),
        at=at,
        actor=actor,
    )


def in_time(case: Return, at: datetime) -> bool:
    """Whether units of a return may still be sent."""
    return case.send_by is not None and at.astimezone(get_merchant().zone).date() <= case.send_by


def end_overdue(*, return_id: str, at: datetime) -> Return:
    """Close a return whose time to be sent is over; nothing happens while there is time.

    One of which nothing came expires, one of which a part came is completed without the rest, once
    refused units have their shopper's answer. A parcel that its shopper or a carrier says is on its
    way is waited for. Publishes ReturnExpired or ReturnCompleted.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if in_time(case, at):
            return case
        if case.state == ReturnState.APPROVED and any(one.payable for one in list_lines_of(case)):
            # The rest never came; what stays with the shopper is still to be paid for.
            move_return(case, ReturnMove.KEEP_ITEM, at=at, actor="system")
            case.save()
        elif case.state == ReturnState.APPROVED:
            move_return(case, ReturnMove.EXPIRE, at=at, actor="system")
            case.closed_at = at
            case.save()
            release_replacements(case)
            append(ReturnExpired(order_id=case.order.public_id, return_id=case.public_id), at=at)
        elif (
            case.state == ReturnState.IN_TRANSIT and case.parcels and not has_parcel_under_way(case)
        ):
            give_up_rest(case, at=at)
    return case


def give_up_rest(case: Return, *, at: datetime) -> None:
    """Wait no longer for what of a return did not come; the caller holds the order's lock.

    Refused units that came wait on for their shopper's answer. Publishes ReturnCompleted.
    """
    if has_open_refused(case):
        move_return(case, ReturnMove.AWAIT_ANSWER, at=at, actor="system")
        case.closed_at = None
        case.save()
    else:
        move_return(case, ReturnMove.GIVE_UP_REST, at=at, actor="system")
        _complete(case, at, "system")
