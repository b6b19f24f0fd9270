"""How far apart two places are, and how a place is searched for around another.

The distance is the great circle's by the haversine formula (R. W. Sinnott, "Virtues of the
Haversine", Sky and Telescope 68 (1984), 159), on a sphere of the mean radius of the Earth that the
IUGG names, 6,371.0088 km; the Earth's flattening makes it wrong by half a percent at most.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

EARTH = 6371.0088
BANDS = 20
"""Bands of latitude in one degree: each is 5.6 km high."""
DEGREE = EARTH * math.pi / 180
"""Kilometres of one degree of latitude."""
ONE_PLACE = 25.0
"""Kilometres within which places are taken for one neighbourhood."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What surrounds a spot: bands of latitude, and one or two stretches of longitude."""

    bands: tuple[int, ...]
    longitudes: tuple[tuple[float, float], ...]


def distance(one: Spot, other: Spot) -> float:
    """Return the kilometres between two spots along the great circle."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = math.sin((lat2 - lat1) / 2) ** 2
    half_lon = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    chord = half_lat + math.cos(lat1) * math.cos(lat2) * half_lon
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, chord)))


def band_of(latitude: float) -> int:
    """Return the band of latitude that a place lies in, as the database computes it."""
    return math.floor(latitude * BANDS)


def box_around(spot: Spot, radius: float) -> Box:
    """Return what holds every place within a radius in kilometres; across the date line as well."""
    reach = radius / DEGREE
    south, north = max(-90.0, spot.latitude - reach), min(90.0, spot.latitude + reach)
    bands = tuple(range(band_of(south), band_of(north) + 1))
    widest = max(abs(south), abs(north))
    narrow = math.cos(math.radians(widest))
    sine = math.sin(radius / EARTH)
    if widest >= 90 or sine >= narrow:
        return Box(bands=bands, longitudes=((-180.0, 180.0),))
    wide = math.degrees(math.asin(sine / narrow))
    west, east = spot.longitude - wide, spot.longitude + wide
    if west < -180:
        return Box(bands=bands, longitudes=((west + 360, 180.0), (-180.0, east)))
    if east > 180:
        return Box(bands=bands, longitudes=((west, 180.0), (-180.0, east - 360)))
    return Box(bands=bands, longitudes=((west, east),))


def middle_of(spots: Sequence[Spot]) -> Spot | None:
    """Return the middle of spots that lie in one neighbourhood, None where they do not."""
    if not spots:
        return None
    middle = Spot(median(spot.latitude for spot in spots), median(spot.longitude for spot in spots))
    near = all(distance(middle, spot) <= ONE_PLACE for spot in spots)
    return middle if near else None
