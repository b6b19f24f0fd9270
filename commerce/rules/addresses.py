"""How a postal address is written, by the custom of its country."""

import re
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError

from commerce.rules.prefectures import japanese_prefecture

_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def address_lines(address: Mapping[str, str], locale: str) -> list[str]:
    """Return an address (the keys of AddressFacts) as lines from top to bottom, without blank ones.

    Japan: postcode, then from the prefecture down, which is in Japanese where the rest is.
    Elsewhere: from the street up to the country, whose name is written in `locale`.
    """
    part = {name: (value or "").strip() for name, value in address.items()}
    get = part.get
    if get("country") == "JP":
        below = f"{get('city', '')}{get('address1', '')}"
        province = get("province", "")
        if _JAPANESE.search(below):
            province = japanese_prefecture(province)
        lines = [
            f"〒{_japanese_postcode(get('postcode', ''))}" if get("postcode") else "",
            f"{province}{below}",
            get("address2", ""),
            get("company", ""),
        ]
    else:
        region = " ".join(filter(None, [get("province", ""), get("postcode", "")]))
        lines = [
            get("company", ""),
            get("address1", ""),
            get("address2", ""),
            ", ".join(filter(None, [get("city", ""), region])),
            country_name(get("country", ""), locale),
        ]
    return [line for line in lines if line]


def country_name(code: str, locale: str) -> str:
    """Return a country's name in a language, or the code where there is none."""
    try:
        return str(Locale.parse(locale).territories.get(code, code))
    except (UnknownLocaleError, ValueError):
        return code


def _japanese_postcode(postcode: str) -> str:
    plain = postcode.replace("-", "").lstrip("〒")
    return f"{plain[:3]}-{plain[3:]}" if len(plain) == 7 else postcode
