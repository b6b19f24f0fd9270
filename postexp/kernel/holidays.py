"""Days off by country (ISO 3166, two letters), as the `holidays` library knows them.

The library is loaded when first asked: it is slow to import, and most processes never need it.
"""

from datetime import date
from functools import lru_cache

SATURDAY, SUNDAY = 5, 6


def is_holiday(day: date, country: str) -> bool:
    """Whether a day is a public holiday all over a country; never in one that is not known."""
    return day in _holidays(country.upper(), day.year)


@lru_cache(maxsize=256)
def weekend(country: str) -> frozenset[int]:
    """Return the weekdays (Monday is 0) that a country has off; Saturday and Sunday if unknown."""
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country).weekend)
    except NotImplementedError:
        return frozenset({SATURDAY, SUNDAY})


@lru_cache(maxsize=1024)
def _holidays(country: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
