"""Reads about places where parcels are handed in: the shop's list, and what lies near a shopper."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.http import Http404

from postexp.kernel.holidays import is_holiday
from returns.enums import OpenWhen, ReturnMethod
from returns.models import DropOffPoint
from returns.models.drop_off import simple
from returns.rules.distances import Spot, box_around, distance, middle_of
from returns.rules.drop_off import Need, readings
from returns.rules.opening import Place, is_open, is_open_late

if TYPE_CHECKING:
    from commerce.models import Order

NEAREST = 200
"""Points looked at for one search, however many there are."""
PAGE = 20
RADII = (2.0, 10.0, 50.0)
"""Kilometres searched, one after the other, until a page is full."""


@dataclass(frozen=True, kw_only=True)
class Near:
    """A drop-off point in a search, with its distance in kilometres where that is known."""

    point: DropOffPoint
    away: float | None


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a search found. `is_about`: distances are from the middle of what was typed.

    `nearest` is false where only the names fit, in several towns.
    """

    found: tuple[Near, ...]
    is_about: bool = False
    nearest: bool = False


def list_points(*, withdrawn: bool = False, search: str = "") -> QuerySet[DropOffPoint]:
    """Return the points of the shop's list, those in use unless asked otherwise."""
    points: QuerySet[DropOffPoint] = DropOffPoint.objects.filter(withdrawn_at__isnull=not withdrawn)
    for word in filter(None, map(simple, search.split())):
        points = points.filter(Q(words__contains=word) | Q(source_id__iexact=search.strip()))
    return points


def access_point(public_id: str) -> DropOffPoint:
    """Return a point of the scope's shop for a page; raises Http404."""
    found: DropOffPoint | None = DropOffPoint.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def get_point(public_id: str) -> DropOffPoint:
    """Return a point by its public id; raises DropOffPoint.DoesNotExist."""
    return DropOffPoint.objects.get(public_id=public_id)


def find_point(source_id: str) -> DropOffPoint | None:
    """Return the point that the shop's own list calls so, or None."""
    found: DropOffPoint | None = DropOffPoint.objects.filter(source_id=source_id).first()
    return found


def known_points(source_ids: Sequence[str]) -> set[str]:
    """Return which of the shop's own ids are those of points that are here."""
    rows = DropOffPoint.objects.filter(source_id__in=source_ids)
    return set(rows.values_list("source_id", flat=True))


def country_of(order: Order) -> str:
    """Return the country in which a shopper hands their parcel in."""
    return str(order.address.get("country") or order.country)


def points_for(need: Need) -> QuerySet[DropOffPoint]:
    """Return the points in use that take such a parcel."""
    points: QuerySet[DropOffPoint] = DropOffPoint.objects.filter(
        withdrawn_at__isnull=True, country=need.country
    )
    if need.label:
        points = points.filter(takes_label=True)
    if need.code:
        points = points.filter(takes_qr=True)
    for carrier in need.carriers:
        points = points.filter(Q(carriers=[]) | Q(carriers__contains=[carrier]))
    return points


def has_points(need: Need) -> bool:
    """Whether there is any point in use that takes such a parcel."""
    return points_for(need).exists()


def without_points(methods: Sequence[ReturnMethod], country: str) -> tuple[ReturnMethod, ...]:
    """Return ways of sending without that of handing in at a point, where no point takes it."""
    if ReturnMethod.DROP_OFF not in methods:
        return tuple(methods)
    need = Need(method=ReturnMethod.DROP_OFF, country=country)
    return tuple(one for one in methods if one is not ReturnMethod.DROP_OFF or has_points(need))


def find_taking(public_id: str, need: Need) -> DropOffPoint | None:
    """Return a point by its public id if it takes such a parcel, or None."""
    found: DropOffPoint | None = points_for(need).filter(public_id=public_id).first()
    return found


def search_points(
    need: Need,
    *,
    typed: str = "",
    spot: Spot | None = None,
    when: OpenWhen = OpenWhen.ANY,
    at: datetime,
) -> Search:
    """Return the points near a spot, or near what was typed: a postcode, a town, an address.

    The place of what was typed is the middle of the points found by it; where those lie in several
    towns they are all there is. At most the nearest 200 are looked at.
    """
    points = points_for(need)
    if spot is not None:
        return Search(found=_around(points, spot, when, at), nearest=True)
    matching, spots = _matching(points, typed)
    middle = middle_of(spots)
    if middle is None:
        kept = [Near(point=one, away=None) for one in matching if _fits(one, when, at)]
        return Search(found=tuple(kept))
    return Search(found=_around(points, middle, when, at), is_about=True, nearest=True)


def _matching(
    points: QuerySet[DropOffPoint], typed: str
) -> tuple[QuerySet[DropOffPoint], list[Spot]]:
    """Return the points found by what was typed, which are seldom read, and where they are."""
    for reading in readings(typed):
        if reading.is_postcode:
            rows = points.filter(postcode_key__startswith=simple(reading.text))
            rows = rows.order_by("postcode_key", "pk")
        else:
            rows = points.order_by("pk")
            for word in filter(None, map(simple, reading.text.split())):
                rows = rows.filter(words__contains=word)
        rows = rows[:NEAREST]
        if spots := [Spot(*one) for one in rows.values_list("latitude", "longitude")]:
            return rows, spots
    return points.none(), []


def _around(
    points: QuerySet[DropOffPoint], spot: Spot, when: OpenWhen, at: datetime
) -> tuple[Near, ...]:
    """Return points by their distance, from as far away as it takes to fill a page."""
    found: list[Near] = []
    for radius in RADII:
        nearest = _within(points, spot, radius)
        found = [one for one in nearest if _fits(one.point, when, at)]
        if len(found) >= PAGE or len(nearest) == NEAREST:
            break
    return tuple(found)


def _within(points: QuerySet[DropOffPoint], spot: Spot, radius: float) -> list[Near]:
    box = box_around(spot, radius)
    found: list[Near] = []
    for west, east in box.longitudes:
        # Past the date line the same spot lies beyond the other edge of the map.
        middle = spot.longitude + (360 if west > spot.longitude + 180 else 0)
        middle -= 360 if east < spot.longitude - 180 else 0
        rows = points.filter(band__in=box.bands, longitude__range=(west, east)).order_by(
            _flat_distance(spot.latitude, middle), "pk"
        )
        found += [Near(point=one, away=distance(spot, one.spot)) for one in rows[:NEAREST]]
    near = sorted(
        (one for one in found if one.away is not None and one.away <= radius),
        key=lambda one: (one.away or 0.0, one.point.pk),
    )
    return near[:NEAREST]


def _flat_distance(latitude: float, longitude: float) -> Combinable:
    """Return how far a point is, squared, as on a flat map: enough to take the nearest of a box."""
    up = F("latitude") - Value(latitude)
    along = (F("longitude") - Value(longitude)) * Value(math.cos(math.radians(latitude)))
    return ExpressionWrapper(up * up + along * along, output_field=FloatField())


def place_of(point: DropOffPoint) -> Place:
    """Return what the hours of a point hang on."""
    holiday: Callable[[date], bool] = partial(_is_holiday, point.country)
    return Place(
        hours=point.opening_hours,
        zone=point.zone,
        latitude=point.latitude,
        longitude=point.longitude,
        is_holiday=holiday,
    )


def _is_holiday(country: str, day: date) -> bool:
    return is_holiday(day, country)


def _fits(point: DropOffPoint, when: OpenWhen, at: datetime) -> bool:
    if when is OpenWhen.NOW:
        return is_open(place_of(point), at)
    return when is OpenWhen.ANY or is_open_late(place_of(point), at)
