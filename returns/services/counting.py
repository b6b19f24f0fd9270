"""Counting a parcel on the table, step by step: each can be taken back until the parcel is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from postexp.kernel.money import Money, MoneyError
from returns.enums import Grade, ReturnState
from returns.enums.receiving import Disposition
from returns.errors import CountsDoNotAddUp, InvalidAmount, ScanNotRead
from returns.models import CountedUnit, Return, ReturnLine
from returns.rules.commands import Finding
from returns.rules.receiving import ACCEPTED, Graded, propose
from returns.selectors import list_lines_of
from returns.selectors.receiving import list_counted, receiving_settings
from returns.services.arrivals import check_in_return
from returns.services.locks import lock_return
from returns.services.photos import keep_photo
from returns.services.unannounced import note_surplus

if TYPE_CHECKING:
    from commerce.models import Variant


@dataclass(frozen=True, kw_only=True)
class Held:
    """The item in hand: a line of the return, and the variant that lies there if it is another.

    Without a line it is like nothing that was announced.
    """

    line: ReturnLine | None
    found: Variant | None = None


def waiting_units(line: ReturnLine) -> int:
    """Return how many units of a line can be counted: those not graded, or those still to come."""
    here = line.case.state == ReturnState.RECEIVED
    return line.uninspected if here else line.not_here


def count_units(
    *, return_id: str, held: Held, graded: Graded, at: datetime, actor: str
) -> list[CountedUnit]:
    """Put units of the item in hand on the table, graded.

    What is more than announced, or like nothing announced, is surplus. Nothing else changes before
    `finish_counting`. Raises CountsDoNotAddUp for none.
    """
    if graded.quantity < 1:
        raise CountsDoNotAddUp
    with transaction.atomic():
        case = lock_return(return_id)
        free = 0
        if held.line is not None:
            counted = CountedUnit.objects.filter(case=case, line=held.line, surplus=False).count()
            free = waiting_units(held.line) - counted
        accepted = graded.accepted
        if accepted is None:
            accepted = graded.grade in ACCEPTED and held.found is None
        disposition = graded.disposition or propose(
            receiving_settings().matrix, _category(held), graded.grade, accepted=accepted
        )
        return list(
            CountedUnit.objects.bulk_create(
                CountedUnit(
                    case=case,
                    line=held.line,
                    found=held.found,
                    grade=graded.grade,
                    accepted=accepted,
                    surplus=place >= free,
                    disposition=disposition,
                    at=at,
                    actor=actor,
                )
                for place in range(graded.quantity)
            )
        )


def _category(held: Held) -> str:
    product = held.found.product if held.found else None
    if product is None and held.line is not None:
        product = held.line.order_line.product
    return product.category if product else ""


def last_step(case: Return) -> list[CountedUnit]:
    """Return the units that were put on the table together last."""
    counted = list_counted(case)
    return [one for one in counted if one.at == counted[-1].at] if counted else []


def undo_step(*, return_id: str) -> list[CountedUnit]:
    """Take the last step back; return its units, none where nothing lies on the table."""
    with transaction.atomic():
        taken = last_step(lock_return(return_id))
        CountedUnit.objects.filter(pk__in=[one.pk for one in taken]).delete()
    return taken


def remark_on_step(*, return_id: str, note: str | None = None, offer: str | None = None) -> None:
    """Add words for the shopper, or a partial refund (as typed), to the last step.

    Raises ScanNotRead where nothing lies on the table, or an offer is for accepted units, and
    InvalidAmount.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        step = _step_to_change(case)
        if offer is not None and step[-1].accepted:
            raise ScanNotRead(_("Only what is refused can have a partial refund."))
        for unit in step:
            unit.note = unit.note if note is None else note
            unit.offer = unit.offer if offer is None else _amount(offer, case.order.currency)
            unit.save()


def photograph_step(*, return_id: str, data: bytes, at: datetime, actor: str) -> None:
    """Add a photo to the last step. Raises ScanNotRead without one, and BadPhoto."""
    with transaction.atomic():
        step = _step_to_change(lock_return(return_id))
        photo = keep_photo(data, at=at, actor=actor)
        CountedUnit.objects.filter(pk__in=[unit.pk for unit in step]).update(photo=photo)


def _step_to_change(case: Return) -> list[CountedUnit]:
    step = last_step(case)
    if not step:
        raise ScanNotRead(_("Grade an item first."))
    return step


def _amount(typed: str, currency: str) -> int | None:
    if not typed:
        return None
    try:
        return Money.typed(typed, currency).amount
    except MoneyError as error:
        raise InvalidAmount from error


def finish_counting(*, return_id: str, at: datetime, actor: str) -> Return:
    """Book what lies on the table: units announced are received and graded, surplus is kept.

    Publishes and raises as `check_in_return` does, SurplusFound besides. Raises CountsDoNotAddUp
    where nothing was counted.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        counted = list_counted(case)
        announced = [one for one in counted if not one.surplus]
        if not counted:
            raise CountsDoNotAddUp
        if announced:
            case = _check_in(case, announced, at=at, actor=actor)
        for unit, quantity in _alike([one for one in counted if one.surplus]):
            note_surplus(
                case,
                title=_title(unit),
                quantity=quantity,
                note=unit.note,
                photo=unit.photo,
                at=at,
                actor=actor,
            )
        CountedUnit.objects.filter(case=case).delete()
    return case


def _check_in(case: Return, announced: list[CountedUnit], *, at: datetime, actor: str) -> Return:
    counts = Counter(one.line.public_id for one in announced if one.line)
    return check_in_return(
        return_id=case.public_id,
        counts={} if case.state == ReturnState.RECEIVED else counts,
        findings=[
            Finding(
                line=unit.line.public_id,
                grade=Grade(unit.grade),
                quantity=quantity,
                accepted=unit.accepted,
                disposition=Disposition(unit.disposition) if unit.disposition else None,
                found=unit.found.public_id if unit.found else "",
                note=unit.note,
                photo=unit.photo.public_id if unit.photo else "",
                offer=unit.offer * quantity if unit.offer and not unit.accepted else None,
            )
            for unit, quantity in _alike(announced)
            if unit.line
        ],
        at=at,
        actor=actor,
    )


def _alike(units: list[CountedUnit]) -> list[tuple[CountedUnit, int]]:
    """Return units that were found alike together, each kind with its number."""
    kinds: dict[tuple[object, ...], tuple[CountedUnit, int]] = {}
    for unit in units:
        key = (
            *(unit.line_id, unit.grade, unit.accepted, unit.disposition),
            *(unit.found_id, unit.note, unit.photo_id, unit.offer),
        )
        first, quantity = kinds.get(key, (unit, 0))
        kinds[key] = (first, quantity + 1)
    return list(kinds.values())


def _title(unit: CountedUnit) -> str:
    if unit.found is not None:
        parts = (unit.found.product.title, unit.found.title)
    elif unit.line is not None:
        parts = (unit.line.order_line.title, unit.line.order_line.variant_title)
    else:
        parts = ("", "")
    return " ".join(part for part in parts if part)


def lines_on_table(case: Return) -> list[tuple[ReturnLine, int, int]]:
    """Return the lines of a return with units to count: how many wait, and how many are counted."""
    counted = Counter(one.line_id for one in list_counted(case) if not one.surplus and one.line_id)
    return [
        (line, waiting_units(line), counted[line.pk])
        for line in list_lines_of(case)
        if waiting_units(line)
    ]
