"""The shop's list of places where parcels are handed in, and which one a return goes through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from django.db import transaction
from django.utils.translation import gettext as _

from postexp.kernel.events import append
from returns.enums import HoursProblem, ReturnMove, ReturnState
from returns.errors import DropOffNotTaken, DropOffUnreadable, InvalidTransition
from returns.events import DropOffChosen, DropOffPointSaved, DropOffPointWithdrawn
from returns.models import DropOffPoint, Return
from returns.rules.drop_off import PointFacts
from returns.rules.opening import HoursUnreadable, read_hours, zone_at
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors.drop_off import find_taking
from returns.selectors.parcels import need_of
from returns.services.locks import lock_return
from tracking.rules import carrier_of

LONGEST = {
    "source_id": 120,
    "name": 200,
    "operator": 120,
    "address1": 200,
    "address2": 200,
    "city": 100,
    "province": 100,
    "postcode": 20,
}


def check_point(facts: PointFacts) -> PointFacts:
    """Return a point made whole: its zone and country by its place, its carriers by their names.

    Raises DropOffUnreadable.
    """
    if not facts.name:
        raise DropOffUnreadable("name", _("The name is missing."))
    for name, most in LONGEST.items():
        if len(getattr(facts, name)) > most:
            raise DropOffUnreadable(
                name, _("This is longer than %(most)s characters.") % {"most": most}
            )
    if not -90 <= facts.latitude <= 90:
        raise DropOffUnreadable("latitude", _("The latitude must lie between −90 and 90."))
    if not -180 <= facts.longitude <= 180:
        raise DropOffUnreadable("longitude", _("The longitude must lie between −180 and 180."))
    if not (facts.takes_label or facts.takes_qr):
        raise DropOffUnreadable("takes_qr", _("It must take labels, QR codes, or both."))
    zone = facts.time_zone or zone_at(facts.latitude, facts.longitude)
    if zone not in available_timezones():
        raise DropOffUnreadable(
            "time_zone",
            _("“%(zone)s” is no time zone. Write one like Asia/Tokyo.") % {"zone": zone},
        )
    country = (facts.country or get_global("zone_territories").get(zone, "")).upper()
    # The high seas have a zone, and no country.
    if len(country) != 2 or not country.isalpha() or country == "ZZ":
        raise DropOffUnreadable(
            "country", _("The country is missing. Write its two letters, such as JP.")
        )
    _check_hours(facts.opening_hours)
    return replace(
        facts,
        time_zone=zone,
        country=country,
        carriers=tuple(sorted({carrier_of(one).slug for one in facts.carriers if one.strip()})),
        opening_hours=" ".join(facts.opening_hours.split()),
    )


def _check_hours(text: str) -> None:
    if not text.strip():
        return
    try:
        read_hours(text)
    except HoursUnreadable as error:
        why = str(error.problem.label) % {"rest": error.rest}
        example = _("Write them as in OpenStreetMap, such as “Mo-Fr 09:00-18:00; PH off”.")
        next_step = f" {example}" if error.problem is HoursProblem.GRAMMAR else ""
        raise DropOffUnreadable("opening_hours", f"{why}{next_step}") from error


def put_point(facts: PointFacts, *, at: datetime, actor: str) -> tuple[DropOffPoint, bool]:
    """Keep a point under the shop's own id of it; return it, and whether anything changed.

    One that was withdrawn takes parcels again. Publishes DropOffPointSaved where anything changed.
    Raises DropOffUnreadable.
    """
    whole = check_point(facts)
    with transaction.atomic():
        there = (
            DropOffPoint.objects.select_for_update(no_key=True)
            .filter(source_id=whole.source_id)
            .first()
            if whole.source_id
            else None
        )
        return _write(there or DropOffPoint(), whole, at=at, actor=actor)


def change_point(
    point_id: str, facts: PointFacts, *, at: datetime, actor: str
) -> tuple[DropOffPoint, bool]:
    """Change a point that is here, its own id as well; else as `put_point`."""
    whole = check_point(facts)
    with transaction.atomic():
        others = DropOffPoint.objects.filter(source_id=whole.source_id or point_id)
        if others.exclude(public_id=point_id).exists():
            raise DropOffUnreadable("source_id", _("Another drop-off point has this ID."))
        return _write(_locked(point_id), whole, at=at, actor=actor)


def _write(
    point: DropOffPoint, facts: PointFacts, *, at: datetime, actor: str
) -> tuple[DropOffPoint, bool]:
    told = {**asdict(facts), "carriers": list(facts.carriers)}
    told["source_id"] = facts.source_id or point.source_id or point.public_id
    is_same = all(getattr(point, name) == value for name, value in told.items())
    if point.pk and is_same and point.withdrawn_at is None:
        return point, False
    for name, value in told.items():
        setattr(point, name, value)
    point.changed_at, point.withdrawn_at = at, None
    point.save()
    append(DropOffPointSaved(point_id=point.public_id, name=point.name), at=at, actor=actor)
    return point, True


def withdraw_point(point_id: str, *, at: datetime, actor: str) -> DropOffPoint:
    """Show a point to no more shoppers. Publishes DropOffPointWithdrawn, once."""
    with transaction.atomic():
        point = _locked(point_id)
        if point.withdrawn_at is None:
            point.withdrawn_at = at
            point.save()
            append(
                DropOffPointWithdrawn(point_id=point.public_id, name=point.name),
                at=at,
                actor=actor,
            )
    return point


def snapshot(point: DropOffPoint) -> dict[str, Any]:
    """Return a point as plain values, to be put back by `restore_point`."""
    return {**asdict(facts_of(point)), "withdrawn": point.withdrawn_at is not None}


def facts_of(point: DropOffPoint) -> PointFacts:
    """Return what is told of a point."""
    names = [name for name in PointFacts.__dataclass_fields__ if name != "carriers"]
    told = {name: getattr(point, name) for name in names}
    return PointFacts(carriers=tuple(point.carriers), **told)


def restore_point(
    point_id: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    at: datetime,
    actor: str,
) -> str:
    """Put a point back as it was, or withdraw it where it was not there; return why it was kept
    instead, or "".
    """
    with transaction.atomic():
        point = _locked(point_id)
        if snapshot(point) != _plain(after):
            return _("It was changed since.")
        if before is None:
            withdraw_point(point_id, at=at, actor=actor)
            return ""
        told = _plain(before)
        was_withdrawn = told.pop("withdrawn")
        _write(point, PointFacts(**told), at=at, actor=actor)
        if was_withdrawn:
            withdraw_point(point_id, at=at, actor=actor)
    return ""


def _plain(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, "carriers": tuple(kept["carriers"])}


def choose_drop_off(*, return_id: str, point_id: str, at: datetime, actor: str) -> Return:
    """Note where the parcel of a return is handed in; no `point_id` takes that back.

    Publishes DropOffChosen where it is another place. Raises InvalidTransition once the return is
    on its way, and DropOffNotTaken for a point that takes no such parcel.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if ReturnMove.CANCEL not in possible(RETURN_MOVES, ReturnState(case.state)):
            raise InvalidTransition
        point = find_taking(point_id, need_of(case)) if point_id else None
        if point_id and point is None:
            raise DropOffNotTaken
        note_drop_off(case, point, at=at, actor=actor)
    return case


def note_drop_off(case: Return, point: DropOffPoint | None, *, at: datetime, actor: str) -> None:
    """Keep where a return is handed in; the caller holds its order's lock."""
    if case.drop_off == point:
        return
    case.drop_off = point
    case.save(update_fields=("drop_off",))
    append(
        DropOffChosen(
            order_id=case.order.public_id,
            return_id=case.public_id,
            point_id=point.public_id if point else "",
        ),
        at=at,
        actor=actor,
    )


def _locked(point_id: str) -> DropOffPoint:
    return DropOffPoint.objects.select_for_update(no_key=True).get(public_id=point_id)
