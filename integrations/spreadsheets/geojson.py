"""Features of a map (GeoJSON, RFC 7946) as lines of a table: their properties and places."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _

from integrations.spreadsheets.errors import Unreadable

MOST_BYTES = 16 * 1024 * 1024
"""The largest file: unlike a table, a map is read whole."""
MOST_FEATURES = 100_000
MOST_PROPERTIES = 100
LONGEST = 1000
OWN = ("id", "latitude", "longitude", "geometry")
"""The columns that come of a feature itself."""
_MARK = b"\xef\xbb\xbf"


def is_geojson(head: bytes) -> bool:
    """Whether a file begins like a map."""
    return head.removeprefix(_MARK).lstrip().startswith(b"{")


def geojson_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Yield the names of the columns, then each feature under its number. Raises Unreadable.

    The columns are the feature's id and place, and the properties that most features have.
    """
    features = _features(file)
    counted = Counter(
        str(name)
        for feature in features
        for name in _properties(feature)
        if str(name).lower() not in OWN
    )
    names = [name for name, _count in counted.most_common(MOST_PROPERTIES)]
    yield 0, [*OWN, *names]
    for number, feature in enumerate(features, start=1):
        told = _properties(feature)
        yield number, [*_own(feature, told), *(_text(told.get(name)) for name in names)]


def _features(file: IO[bytes]) -> list[Any]:
    file.seek(0)
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Unreadable(
            _("A GeoJSON file may have %(most)s MB at most. Split it into several files.")
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    try:
        told = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            _("This GeoJSON file is damaged. Export it again, then try again.")
        ) from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list):
        raise Unreadable(
            _("This is no list of features. Export a GeoJSON FeatureCollection, then try again.")
        )
    if len(features) > MOST_FEATURES:
        raise Unreadable(
            _("The file has more than %(most)s features. Split it into several files.")
            % {"most": f"{MOST_FEATURES:,}"}
        )
    return features


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _properties(feature: Any) -> Mapping[str, Any]:
    told = feature.get("properties") if isinstance(feature, dict) else None
    return told if isinstance(told, dict) else {}


def _own(feature: Any, told: Mapping[str, Any]) -> list[str]:
    """Return id, latitude, longitude and kind of geometry of a feature, empty where it has none."""
    if not isinstance(feature, dict):
        return ["", "", "", ""]
    name = feature.get("id") or told.get("@id") or told.get("id")
    geometry = feature.get("geometry")
    shape = geometry if isinstance(geometry, dict) else {}
    kind = _text(shape.get("type"))
    place = shape.get("coordinates") if kind == "Point" else None
    longitude, latitude = _pair(place)
    return [_text(name), latitude, longitude, kind]


def _pair(place: Any) -> tuple[str, str]:
    if not isinstance(place, list) or len(place) < 2:
        return "", ""
    numbers = [one for one in place[:2] if isinstance(one, (int, float)) and not _is_odd(one)]
    return (repr(numbers[0]), repr(numbers[1])) if len(numbers) == 2 else ("", "")


def _is_odd(number: float) -> bool:
    # An integer of a thousand digits is valid JSON, and no float.
    return isinstance(number, bool) or abs(number) > 1e6 or not math.isfinite(number)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int, float)):
        return str(value)[:LONGEST]
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value if isinstance(one, (str, int)))[:LONGEST]
    return ""
