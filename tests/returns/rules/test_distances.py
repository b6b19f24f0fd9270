"""Distances on the globe, and what surrounds a spot."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns.rules.distances import EARTH, Spot, band_of, box_around, distance, middle_of

TOKYO, OSAKA = Spot(35.681236, 139.767125), Spot(34.702485, 135.495951)
SPOTS = st.builds(
    Spot,
    st.floats(min_value=-89, max_value=89),
    st.floats(min_value=-180, max_value=180),
)


def test_known_distances() -> None:
    # The stations of Tokyo and Osaka lie 403 km apart.
    assert distance(TOKYO, OSAKA) == pytest.approx(403, abs=2)
    assert distance(Spot(0, 0), Spot(0, 180)) == pytest.approx(math.pi * EARTH)
    assert distance(Spot(10, 179.99), Spot(10, -179.99)) == pytest.approx(2.19, abs=0.01)


@given(SPOTS, SPOTS)
def test_a_distance_is_the_same_both_ways(one: Spot, other: Spot) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert distance(one, one) == 0


@given(
    SPOTS,
    st.floats(min_value=0.1, max_value=60),
    st.floats(min_value=0, max_value=2 * math.pi),
    st.floats(min_value=0, max_value=0.999),
)
def test_a_box_holds_all_within_its_radius(
    spot: Spot, radius: float, bearing: float, share: float
) -> None:
    other = _towards(spot, bearing, radius * share)
    box = box_around(spot, radius)
    assert band_of(other.latitude) in box.bands
    assert any(west - 1e-9 <= other.longitude <= east + 1e-9 for west, east in box.longitudes), box


def _towards(spot: Spot, bearing: float, kilometres: float) -> Spot:
    """Return the spot one comes to, by the formula for a destination along a great circle."""
    lat, lon = math.radians(spot.latitude), math.radians(spot.longitude)
    angle = kilometres / EARTH
    there = math.asin(
        math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
    )
    east = lon + math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * math.sin(there),
    )
    return Spot(math.degrees(there), (math.degrees(east) + 540) % 360 - 180)


def test_the_middle_is_that_of_one_neighbourhood_only() -> None:
    near = [Spot(35.66, 139.70), Spot(35.67, 139.71), Spot(35.68, 139.72)]
    assert middle_of(near) == Spot(35.67, 139.71)
    assert middle_of([*near, OSAKA]) is None
    assert middle_of([]) is None
