"""Values as people write them in cells: amounts, dates, countries, yes and no."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from django.utils.translation import gettext as _

from integrations.spreadsheets.enums import DateOrder
from integrations.spreadsheets.errors import Refused
from postexp.kernel.money import Money, MoneyError, decimals

YES = frozenset(
    {"1", "true", "yes", "y", "x", "on", "subscribed", "はい", "有", "あり", "済", "○", "〇"}
)
NO = frozenset({"", "0", "false", "no", "n", "off", "いいえ", "無", "なし", "未", "×", "-"})
SIGNS = re.compile(r"[\s¥￥$€£円元]|jpy|usd|eur|gbp", re.IGNORECASE)
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
COMMA_DECIMALS = re.compile(r"-?\d+,\d{1,2}")
EUROPEAN = re.compile(r"-?\d{1,3}(\.\d{3})+,\d{1,2}")
NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
CLOCK = re.compile(
    r"(\d{1,2})[:時](\d{1,2})分?(?::?(\d{1,2})(?:\.\d+)?秒?)?\s*(am|pm)?", re.IGNORECASE
)
OFFSET = re.compile(r"\s*(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2}))$", re.IGNORECASE)


def plain(text: str) -> str:
    """Return text with full-width letters, digits and signs as plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def read_amount(label: str, text: str, currency: str) -> dict[str, str] | None:
    """Return an amount as the API takes it, None for an empty cell.

    Signs of currencies and thousands separators are read over: `¥1,980`, `1.234,50 €`. Raises
    Refused.
    """
    if not text:
        return None
    written = SIGNS.sub("", plain(text))
    if THOUSANDS.fullmatch(written):
        written = written.replace(",", "")
    elif EUROPEAN.fullmatch(written) or COMMA_DECIMALS.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    if not NUMBER.fullmatch(written):
        raise Refused(_("%(field)s: “%(text)s” is no amount.") % {"field": label, "text": text})
    number = Decimal(written)
    try:
        places = decimals(currency)
    except MoneyError as error:
        raise Refused(
            _("%(field)s: “%(text)s” is no currency.") % {"field": _("Currency"), "text": currency}
        ) from error
    exact = number.quantize(Decimal(1).scaleb(-places))
    if exact != number:
        raise Refused(
            _("%(field)s: “%(text)s” has more decimals than the currency.")
            % {"field": label, "text": text}
        )
    return {"amount": f"{exact:f}", "currency": currency}


def read_minor(label: str, text: str, currency: str) -> int | None:
    """Return an amount in minor units, None for an empty cell. Raises Refused."""
    amount = read_amount(label, text, currency)
    return Money.parse(amount["amount"], currency).amount if amount else None


def read_count(label: str, text: str) -> int | None:
    """Return a whole number, None for an empty cell. Raises Refused."""
    if not text:
        return None
    written = plain(text).replace(",", "").removesuffix("個").removesuffix("点")
    if not re.fullmatch(r"-?\d{1,9}(\.0+)?", written):
        raise Refused(
            _("%(field)s: “%(text)s” is no whole number.") % {"field": label, "text": text}
        )
    return int(written.partition(".")[0])


def read_flag(label: str, text: str) -> bool:
    """Return yes or no; an empty cell says no. Raises Refused."""
    written = plain(text).lower()
    if written in YES:
        return True
    if written in NO:
        return False
    raise Refused(
        _("%(field)s: “%(text)s” is neither yes nor no.") % {"field": label, "text": text}
    )


def read_moment(label: str, text: str, zone: ZoneInfo, order: str) -> datetime | None:
    """Return an instant, None for an empty cell; without an offset it is one of the shop's zone.

    `order` says how 03/04/2026 is read. Raises Refused.
    """
    if not text:
        return None
    written = plain(text).replace("T", " ")
    offset = OFFSET.search(written) if ":" in written or "時" in written else None
    body = written[: offset.start()] if offset else written
    moment = _day_and_clock(body, order)
    if moment is None:
        raise Refused(_("%(field)s: “%(text)s” is no date.") % {"field": label, "text": text})
    if offset is None:
        return moment.replace(tzinfo=zone)
    if offset[1]:
        return moment.replace(tzinfo=ZoneInfo("UTC"))
    stamp = f"{moment.isoformat()}{offset[2]}{offset[3]}:{offset[4]}"
    return datetime.fromisoformat(stamp)


def _day_and_clock(text: str, order: str) -> datetime | None:
    if first := YEAR_FIRST.match(text):
        year, month, day = int(first[1]), int(first[2]), int(first[3])
        rest = text[first.end() :]
    elif last := YEAR_LAST.match(text):
        one, two, year = int(last[1]), int(last[2]), int(last[3])
        month, day = (two, one) if order == DateOrder.DAY_FIRST else (one, two)
        rest = text[last.end() :]
    else:
        return None
    rest = re.sub(r"^\s*\(.\)", "", rest).strip()
    hour = minute = second = 0
    if rest:
        clock = CLOCK.fullmatch(rest)
        if clock is None:
            return None
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        half = (clock[4] or "").lower()
        hour = hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - zone comes later
    except ValueError:
        return None


def read_country(label: str, text: str) -> str:
    """Return the two letters of a country, however it is named in English or Japanese."""
    written = plain(text)
    if re.fullmatch(r"[A-Za-z]{2}", written):
        return written.upper()
    if not written:
        return ""
    code = _countries().get(written.casefold())
    if code is None:
        raise Refused(_("%(field)s: “%(text)s” is no country.") % {"field": label, "text": text})
    return code


@cache
def _countries() -> dict[str, str]:
    named = {
        name.casefold(): code
        for language in ("en", "ja")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return {**named, "usa": "US", "jpn": "JP", "uk": "GB", "日本国": "JP"}


def read_language(label: str, text: str) -> str:
    """Return the code of a language, however it is named in English or Japanese; empty for an empty
    cell. Raises Refused.
    """
    written = plain(text)
    code = written.replace("_", "-").partition("-")[0].casefold()
    known = _languages().get(written.casefold()) or _languages().get(code)
    if written and known is None:
        raise Refused(_("%(field)s: “%(text)s” is no language.") % {"field": label, "text": text})
    return known or ""


@cache
def _languages() -> dict[str, str]:
    """Return the code of each language of the world by its code, and by its names."""
    every = (str(code) for code in Locale("en").languages)
    codes = {code for code in every if code.isalpha() and len(code) <= 3}
    named = {
        name.casefold(): code
        for language in ("en", "ja")
        for code, name in Locale(language).languages.items()
        if code in codes
    }
    return {**named, **{code: code for code in codes - {"mul", "root", "und", "zxx"}}}


def read_words(text: str) -> list[str]:
    """Return the words of a cell that separates them by commas."""
    return [word for part in re.split(r"[,、，;]", text) if (word := part.strip())]
