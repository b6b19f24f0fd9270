"""Counting and grading what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from returns.enums import ReturnMove, ReturnState
from returns.errors import CountsDoNotAddUp, UnitAlreadySettled
from returns.events import ReturnCompleted, ReturnExpired, ReturnInspected, ReturnReceived
from returns.models import Inspection, Return, ReturnLine
from returns.rules.commands import Finding
from returns.selectors import judge, list_lines_of
from returns.services.exchanges import release_replacements
from returns.services.locks import lock_return
from returns.services.transitions import move_return


def receive_return(
    *, return_id: str, counts: Mapping[str, int], at: datetime, actor: str
) -> Return:
    """Note the units that arrived, by the public ids of the return's lines.

    Publishes ReturnReceived. Raises InvalidTransition, CountsDoNotAddUp for nothing, for more units
    than were announced or for a strange line, and UnitAlreadySettled for a late arrival whose units
    were settled otherwise meanwhile.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if case.state == ReturnState.EXPIRED:
            _claim_late(case, at)
        move_return(case, ReturnMove.RECEIVE, at=at, actor=actor)
        lines = {line.public_id: line for line in list_lines_of(case)}
        if not counts.keys() <= lines.keys() or sum(counts.values()) < 1:
            raise CountsDoNotAddUp
        for public_id, count in counts.items():
            line = lines[public_id]
            if not 0 <= count <= line.missing:
                raise CountsDoNotAddUp
            line.received += count
            line.save()
        case.parcels += 1
        case.received_at, case.closed_at = at, None
        case.save()
        append(
            ReturnReceived(
                order_id=case.order.public_id, return_id=case.public_id, parcel=case.parcels
            ),
            at=at,
            actor=actor,
        )
    return case


def _claim_late(case: Return, at: datetime) -> None:
    free = {
        one.line.pk: one.facts.quantity - one.facts.settled - one.facts.reserved - one.facts.refused
        for one in judge(case.order, at=at, apart_from=case).lines
    }
    for line in list_lines_of(case):
        free[line.order_line_id] -= line.quantity
    if min(free.values()) < 0:
        raise UnitAlreadySettled


def inspect_return(
    *, return_id: str, findings: Sequence[Finding], at: datetime, actor: str
) -> Return:
    """Grade every unit that arrived and was not looked at yet.

    Publishes ReturnInspected; a return with nothing to pay for moves on by itself. Raises
    InvalidTransition, and CountsDoNotAddUp unless the findings are those units.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        move_return(case, ReturnMove.INSPECT, at=at, actor=actor)
        lines = {line.public_id: line for line in list_lines_of(case)}
        for finding in findings:
            _note(lines, finding, at, actor)
        for line in lines.values():
            if line.uninspected != 0:
                raise CountsDoNotAddUp
            line.save()
        case.save()
        append(
            ReturnInspected(order_id=case.order.public_id, return_id=case.public_id),
            at=at,
            actor=actor,
        )
        if not any(line.payable for line in lines.values()):
            finish_or_wait(case, at=at, actor=actor)
    return case


def check_in_return(
    *,
    return_id: str,
    counts: Mapping[str, int],
    findings: Sequence[Finding],
    at: datetime,
    actor: str,
) -> Return:
    """Receive and grade in one go: what was counted is what was looked at.

    Without `counts` what arrived before is graded. Publishes and raises as `receive_return` and
    `inspect_return` do; where either is refused, neither happens.
    """
    with transaction.atomic():
        if counts:
            receive_return(return_id=return_id, counts=counts, at=at, actor=actor)
        return inspect_return(return_id=return_id, findings=findings, at=at, actor=actor)


def _note(lines: Mapping[str, ReturnLine], finding: Finding, at: datetime, actor: str) -> None:
    if finding.line not in lines or finding.quantity < 1:
        raise CountsDoNotAddUp
    line = lines[finding.line]
    if finding.accepted:
        line.accepted += finding.quantity
    else:
        line.refused += finding.quantity
    if line.uninspected < 0:
        raise CountsDoNotAddUp
    Inspection.objects.create(
        line=line,
        grade=finding.grade,
        quantity=finding.quantity,
        accepted=finding.accepted,
        at=at,
        actor=actor,
    )


def finish_or_wait(case: Return, *, at: datetime, actor: str) -> None:
    """Complete a return, or wait for units that were announced and may still come.

    The caller holds the order's lock. Publishes ReturnCompleted.
    """
    missing = sum(line.missing for line in list_lines_of(case))
    if missing and _in_time(case, at):
        move_return(case, ReturnMove.AWAIT_REST, at=at, actor=actor)
        case.save()
        return
    move_return(case, ReturnMove.SETTLE, at=at, actor=actor)
    _complete(case, at, actor)


def _complete(case: Return, at: datetime, actor: str) -> None:
    case.closed_at = at
    case.save()
    release_replacements(case)
    append(
        ReturnCompleted(order_id=case.order.public_id, return_id=case.public_id),
        at=at,
        actor=actor,
    )


def _in_time(case: Return, at: datetime) -> bool:
    return case.send_by is not None and at.astimezone(get_merchant().zone).date() <= case.send_by


def end_overdue(*, return_id: str, at: datetime) -> Return:
    """Close a return whose time to be sent is over; nothing happens while there is time.

    One of which nothing came expires, one of which a part came is completed without the rest. A
    parcel that its shopper says is on its way is waited for. Publishes ReturnExpired or
    ReturnCompleted.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if _in_time(case, at):
            return case
        if case.state == ReturnState.APPROVED:
            move_return(case, ReturnMove.EXPIRE, at=at, actor="system")
            case.closed_at = at
            case.save()
            release_replacements(case)
            append(ReturnExpired(order_id=case.order.public_id, return_id=case.public_id), at=at)
        elif case.state == ReturnState.IN_TRANSIT and case.parcels:
            move_return(case, ReturnMove.GIVE_UP_REST, at=at, actor="system")
            _complete(case, at, "system")
    return case
