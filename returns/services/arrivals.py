"""Counting and grading what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors.products import get_variant
from postexp.kernel.events import append
from returns.enums import Grade, ReturnMove, ReturnState
from returns.enums.receiving import Disposition
from returns.errors import CountsDoNotAddUp
from returns.events import ReturnInspected, ReturnReceived
from returns.models import Inspection, Return, ReturnLine
from returns.rules.commands import Finding
from returns.selectors import list_lines_of
from returns.selectors.losses import standing_loss
from returns.selectors.receiving import proposed_disposition
from returns.services.claims import claim_late
from returns.services.finishing import finish_or_wait
from returns.services.locks import lock_return
from returns.services.losses import note_turned_up
from returns.services.photos import photo_of
from returns.services.receiving import ask_second_person
from returns.services.refused import ask_shopper
from returns.services.restocks import restock_units
from returns.services.transitions import move_return
from returns.services.unannounced import note_surplus

if TYPE_CHECKING:
    from commerce.models import Variant


def receive_return(
    *,
    return_id: str,
    counts: Mapping[str, int],
    at: datetime,
    actor: str,
    surplus: Mapping[str, int] | None = None,
) -> Return:
    """Note the units that arrived, by the public ids of the return's lines.

    `surplus` are units beyond those announced that are like a line's: they are kept, told of and
    not paid for. What was called lost may turn up so, and is not paid for twice. Publishes
    ReturnReceived, ReturnTurnedUp, and SurplusFound for each line with surplus. Raises
    InvalidTransition, CountsDoNotAddUp for nothing, for more units than were announced or for a
    strange line, and UnitAlreadySettled for a late arrival whose units were settled otherwise
    meanwhile.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if case.state in (ReturnState.EXPIRED, ReturnState.COMPLETED):
            claim_late(case, at=at)
        move_return(case, _arrival(case), at=at, actor=actor)
        lines = {line.public_id: line for line in list_lines_of(case)}
        more = surplus or {}
        if not counts.keys() | more.keys() <= lines.keys() or sum(counts.values()) < 1:
            raise CountsDoNotAddUp
        for public_id, count in counts.items():
            line = lines[public_id]
            if not 0 <= count <= line.not_here:
                raise CountsDoNotAddUp
            line.lost -= min(count, line.lost)
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
        for public_id, quantity in more.items():
            title = lines[public_id].order_line.title
            note_surplus(case, title=title, quantity=quantity, at=at, actor=actor)
        note_turned_up(case, sum(counts.values()), at=at, actor=actor)
    return case


def _arrival(case: Return) -> ReturnMove:
    """Return what an arrival is for a return: what was called lost turns up where there is a word
    of it, and of nothing else that had ended.
    """
    return ReturnMove.TURN_UP if standing_loss(case) is not None else ReturnMove.RECEIVE


def inspect_return(
    *, return_id: str, findings: Sequence[Finding], at: datetime, actor: str
) -> Return:
    """Grade every unit that arrived and was not looked at yet, and say where each goes.

    What is accepted and restocked is on the shelf again; about what is refused its shopper is
    asked. Goods of high value wait for a second person.

    Publishes ReturnInspected, UnitsRestocked, UnitsRefused and SecondPersonAsked; a return with
    nothing left to do moves on by itself. Raises InvalidTransition, CountsDoNotAddUp unless the
    findings are those units, UnknownPhoto, and RefundExceedsBalance for an offer above what units
    are worth.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        move_return(case, ReturnMove.INSPECT, at=at, actor=actor)
        lines = {line.public_id: line for line in list_lines_of(case)}
        noted = [_note(lines, finding, at, actor) for finding in findings]
        for line in lines.values():
            if line.uninspected != 0:
                raise CountsDoNotAddUp
            line.save()
        case.save()
        for finding, inspection in zip(findings, noted, strict=True):
            _follow(case, lines[finding.line], finding, inspection)
        ask_second_person(case, list(lines.values()), at=at, actor=actor)
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


def _note(
    lines: Mapping[str, ReturnLine], finding: Finding, at: datetime, actor: str
) -> Inspection:
    if finding.line not in lines or finding.quantity < 1:
        raise CountsDoNotAddUp
    line = lines[finding.line]
    if finding.accepted:
        line.accepted += finding.quantity
    else:
        line.refused += finding.quantity
    if line.uninspected < 0:
        raise CountsDoNotAddUp
    usual = proposed_disposition(line, Grade(finding.grade), accepted=finding.accepted)
    noted: Inspection = Inspection.objects.create(
        line=line,
        grade=finding.grade,
        quantity=finding.quantity,
        accepted=finding.accepted,
        disposition=finding.disposition or usual,
        found=_found(finding),
        note=finding.note,
        photo=photo_of(line.case, finding.photo) if finding.photo else None,
        at=at,
        actor=actor,
    )
    return noted


def _found(finding: Finding) -> Variant | None:
    if not finding.found:
        return None
    found = get_variant(finding.found)
    if found is None:
        raise CountsDoNotAddUp
    return found


def _follow(case: Return, line: ReturnLine, finding: Finding, noted: Inspection) -> None:
    """Let happen what follows from a finding, once all of them are noted."""
    if not finding.accepted:
        ask_shopper(case, line, noted, offer=finding.offer, at=noted.at)
    elif noted.disposition == Disposition.RESTOCK:
        variant = noted.found or line.order_line.variant
        restock_units(line, variant, noted.quantity, at=noted.at, actor=noted.actor)
