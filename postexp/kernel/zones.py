"""Time zones by country (ISO 3166, two letters), as the table of the tz database has them."""

from functools import lru_cache
from importlib.resources import files


def zones_of(country: str) -> tuple[str, ...]:
    """Return every time zone a place in a country may have, none for a country not known."""
    return _table().get(country.upper(), ())


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for row in text.splitlines():
        if not row.startswith("#"):
            country, _place, zone, *_note = row.split("\t")
            found[country] = (*found.get(country, ()), zone)
    return found
