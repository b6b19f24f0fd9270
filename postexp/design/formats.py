"""How money, days, hours and names are written for people, in English and Japanese.

The yen sign is the half-width `¥` in both languages. Babel writes the full-width `￥` in Japanese,
which takes two columns, breaks the alignment of figures, and differs from what shops print.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal, get_currency_name, get_currency_symbol
from django.utils import timezone
from django.utils.translation import get_language, pgettext

from postexp.kernel.money import Money, decimals

_DAY = {
    "en": {"short": "EEE d MMM", "year": "EEE d MMM yyyy", "long": "EEEE d MMMM yyyy"},
    "ja": {"short": "M月d日(E)", "year": "y年M月d日(E)", "long": "y年M月d日EEEE"},
}


def language() -> str:
    """Return the language of the page, `en` or `ja`."""
    return "ja" if (get_language() or "en").startswith("ja") else "en"


def money(value: Money) -> str:
    """Write an amount with its sign and its currency's decimals: `¥1,980`, `$10.00`, `-$3.50`."""
    places = decimals(value.currency)
    symbol = get_currency_symbol(value.currency, locale=language()).replace("\uffe5", "\u00a5")
    gap = "\u00a0" if symbol[-1].isalpha() else ""
    written = format_decimal(
        Decimal(abs(value.amount)).scaleb(-places),
        format=f"#,##0.{'0' * places}" if places else "#,##0",
        locale=language(),
    )
    return f"{'-' if value.amount < 0 else ''}{symbol}{gap}{written}"


def currency_name(code: str) -> str:
    """A currency's name in the language of the moment: US dollar, 米ドル."""
    return str(get_currency_name(code, locale=language()))


def number(value: float) -> str:
    """Write a number with separators: `12,345`, at most one decimal."""
    return str(format_decimal(value, format="#,##0.#", locale=language()))


def local_day(value: date) -> date:
    """Return the calendar day of a date, or of a moment in the zone in force."""
    if isinstance(value, datetime):
        return _local(value).date()
    return value


def day(value: date, style: str = "short") -> str:
    """Write a day: `Tue 24 Nov`, `11月24日(火)`.

    Styles: `short`; `year` and `long` add the year; `auto` adds it unless it is this year.
    """
    on = local_day(value)
    if style == "auto":
        style = "short" if on.year == timezone.localdate().year else "year"
    return format_date(on, _DAY[language()][style], locale=language())


def hour(value: datetime | time) -> str:
    """Write a time of day: `14:05`."""
    at = _local(value).time() if isinstance(value, datetime) else value
    return format_time(at, "HH:mm", locale=language())


def moment(value: datetime, style: str = "short") -> str:
    """Write a moment in the zone in force: `Tue 24 Nov, 14:05`, `11月24日(火) 14:05`."""
    between = " " if language() == "ja" else ", "
    return f"{day(value, style)}{between}{hour(value)}"


def hours(start: datetime | time, end: datetime | time) -> str:
    """Write a span of hours: `14:00–16:00`, `14時〜16時`; with the days when they differ."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        start, end = _local(start), _local(end)
        if start.date() != end.date():
            return f"{moment(start)} {_dash()} {moment(end)}"
    if language() == "ja":
        return f"{_hour_ja(start)}{_dash()}{_hour_ja(end)}"
    return f"{hour(start)}{_dash()}{hour(end)}"


def days(start: date, end: date) -> str:
    """Write a span of days: `Tue 24 – Thu 26 Nov`, `11月24日(火)〜26日(木)`; one day once."""
    first, last = local_day(start), local_day(end)
    if first == last:
        return day(first)
    same_month = (first.year, first.month) == (last.year, last.month)
    if language() == "ja":
        until = format_date(last, "d日(E)", locale="ja") if same_month else day(last)
        return f"{day(first)}{_dash()}{until}"
    since = format_date(first, "EEE d", locale="en") if same_month else day(first)
    return f"{since} {_dash()} {day(last)}"


def ago(value: datetime, now: datetime) -> str:
    """Write how far a moment is from now: `3 minutes ago`, `3分前`, `in 2 days`."""
    apart = value - now
    if abs(apart) < timedelta(minutes=1):
        return pgettext("a moment that has only just passed", "just now")
    return _close(format_timedelta(apart, add_direction=True, locale=language()))


def lasting(span: timedelta) -> str:
    """Write how long something takes or is late, in its largest unit: `3 minutes`, `3分`."""
    return _close(format_timedelta(max(span, timedelta(minutes=1)), locale=language()))


def honorific(name: str, kind: str = "person") -> str:
    """Write a name as the language asks: `佐藤 花子 様`, `株式会社みどり 御中`, `Hanako Sato`.

    An empty name becomes `お客様` (`Customer` in English).
    """
    name = name.strip()
    if not name:
        return pgettext("a person whose name is not known", "Customer")
    if language() != "ja":
        return name
    return f"{name} {'御中' if kind == 'company' else '様'}"


def _close(words: str) -> str:
    """Japanese has no space between a number and its unit; Babel writes one."""
    return words.replace(" ", "") if language() == "ja" else words


def _dash() -> str:
    return "〜" if language() == "ja" else "–"


def _hour_ja(value: datetime | time) -> str:
    minutes = f"{value.minute}分" if value.minute else ""
    return f"{value.hour}時{minutes}"


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
