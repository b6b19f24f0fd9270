"""What a shop of a country usually has: its currency, its time zone and its language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """The usual choices of a country's shops; a shop may choose others.

    Where a country has several time zones, it is the one most people live in.
    """

    currency: str
    time_zone: str
    language: str = "en"


COUNTRIES: dict[str, Country] = {
    "JP": Country(currency="JPY", time_zone="Asia/Tokyo", language="ja"),
    "US": Country(currency="USD", time_zone="America/New_York"),
    "GB": Country(currency="GBP", time_zone="Europe/London"),
    "CA": Country(currency="CAD", time_zone="America/Toronto"),
    "AU": Country(currency="AUD", time_zone="Australia/Sydney"),
    "NZ": Country(currency="NZD", time_zone="Pacific/Auckland"),
    "IE": Country(currency="EUR", time_zone="Europe/Dublin"),
    "DE": Country(currency="EUR", time_zone="Europe/Berlin"),
    "FR": Country(currency="EUR", time_zone="Europe/Paris"),
    "ES": Country(currency="EUR", time_zone="Europe/Madrid"),
    "IT": Country(currency="EUR", time_zone="Europe/Rome"),
    "NL": Country(currency="EUR", time_zone="Europe/Amsterdam"),
    "BE": Country(currency="EUR", time_zone="Europe/Brussels"),
    "AT": Country(currency="EUR", time_zone="Europe/Vienna"),
    "PT": Country(currency="EUR", time_zone="Europe/Lisbon"),
    "FI": Country(currency="EUR", time_zone="Europe/Helsinki"),
    "GR": Country(currency="EUR", time_zone="Europe/Athens"),
    "DK": Country(currency="DKK", time_zone="Europe/Copenhagen"),
    "SE": Country(currency="SEK", time_zone="Europe/Stockholm"),
    "NO": Country(currency="NOK", time_zone="Europe/Oslo"),
    "CH": Country(currency="CHF", time_zone="Europe/Zurich"),
    "PL": Country(currency="PLN", time_zone="Europe/Warsaw"),
    "CZ": Country(currency="CZK", time_zone="Europe/Prague"),
    "HU": Country(currency="HUF", time_zone="Europe/Budapest"),
    "RO": Country(currency="RON", time_zone="Europe/Bucharest"),
    "TR": Country(currency="TRY", time_zone="Europe/Istanbul"),
    "IL": Country(currency="ILS", time_zone="Asia/Jerusalem"),
    "AE": Country(currency="AED", time_zone="Asia/Dubai"),
    "SA": Country(currency="SAR", time_zone="Asia/Riyadh"),
    "KW": Country(currency="KWD", time_zone="Asia/Kuwait"),
    "IN": Country(currency="INR", time_zone="Asia/Kolkata"),
    "SG": Country(currency="SGD", time_zone="Asia/Singapore"),
    "MY": Country(currency="MYR", time_zone="Asia/Kuala_Lumpur"),
    "TH": Country(currency="THB", time_zone="Asia/Bangkok"),
    "VN": Country(currency="VND", time_zone="Asia/Ho_Chi_Minh"),
    "ID": Country(currency="IDR", time_zone="Asia/Jakarta"),
    "PH": Country(currency="PHP", time_zone="Asia/Manila"),
    "KR": Country(currency="KRW", time_zone="Asia/Seoul"),
    "TW": Country(currency="TWD", time_zone="Asia/Taipei"),
    "HK": Country(currency="HKD", time_zone="Asia/Hong_Kong"),
    "MX": Country(currency="MXN", time_zone="America/Mexico_City"),
    "BR": Country(currency="BRL", time_zone="America/Sao_Paulo"),
    "CL": Country(currency="CLP", time_zone="America/Santiago"),
    "CO": Country(currency="COP", time_zone="America/Bogota"),
    "ZA": Country(currency="ZAR", time_zone="Africa/Johannesburg"),
}


def first_language(country: str, spoken: list[str]) -> str:
    """Return the language a shop falls back to: its country's where it speaks it, else its first.

    `spoken` is not empty.
    """
    usual = COUNTRIES[country].language
    return usual if usual in spoken else spoken[0]
