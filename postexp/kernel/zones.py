"""Time zones by place: every one a country may have, and the one of a place beyond doubt.

Countries are named by two letters (ISO 3166), as in the table of the tz database.
"""

from functools import lru_cache
from importlib.resources import files

_OF_COUNTRY = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "CH": "Europe/Zurich",
    "CN": "Asia/Shanghai",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "HK": "Asia/Hong_Kong",
    "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "MY": "Asia/Kuala_Lumpur",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PH": "Asia/Manila",
    "PL": "Europe/Warsaw",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TW": "Asia/Taipei",
    "VN": "Asia/Ho_Chi_Minh",
}

# A state that lies in two zones has the zone in which most of its people live.
_US = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
}
_CA = {
    "America/Toronto": "ON QC",
    "America/Halifax": "NB NS PE",
    "America/St_Johns": "NL",
    "America/Winnipeg": "MB",
    "America/Regina": "SK",
    "America/Edmonton": "AB",
    "America/Vancouver": "BC",
}
_AU = {
    "Australia/Sydney": "ACT NSW",
    "Australia/Melbourne": "VIC",
    "Australia/Brisbane": "QLD",
    "Australia/Adelaide": "SA",
    "Australia/Darwin": "NT",
    "Australia/Perth": "WA",
    "Australia/Hobart": "TAS",
}
_OF_REGION = {
    (country, region): zone
    for country, zones in (("US", _US), ("CA", _CA), ("AU", _AU))
    for zone, regions in zones.items()
    for region in regions.split()
}


def zone_of(country: str, region: str) -> str:
    """Return the IANA zone of a place (ISO country, region code), or "" where it is not certain."""
    country = country.strip().upper()
    return _OF_COUNTRY.get(country) or _OF_REGION.get((country, region.strip().upper()), "")


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
