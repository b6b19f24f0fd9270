"""Money, days, hours and names, in both languages."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from postexp.design import formats
from postexp.kernel.money import Money

TOKYO = ZoneInfo("Asia/Tokyo")
AFTERNOON = datetime(2026, 11, 24, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "amount", "currency", "written"),
    [
        ("en", 1980, "JPY", "¥1,980"),
        ("ja", 1980, "JPY", "¥1,980"),
        ("ja", -500, "JPY", "-¥500"),
        ("en", 1050, "USD", "$10.50"),
        ("ja", 5, "USD", "$0.05"),
        ("en", -350, "USD", "-$3.50"),
        ("en", 1234, "KWD", "KWD\u00a01.234"),
        ("en", 120_000_00, "EUR", "€120,000.00"),
        ("ja", 0, "JPY", "¥0"),
    ],
)
def test_money_is_written_with_its_own_decimals(
    language: str, amount: int, currency: str, written: str
) -> None:
    with override(language):
        assert formats.money(Money(amount, currency)) == written


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["JPY", "USD", "KWD", "CLF"]))
def test_no_digit_of_an_amount_is_lost(amount: int, currency: str) -> None:
    for language in ("en", "ja"):
        with override(language):
            written = formats.money(Money(amount, currency))
        digits = "".join(sign for sign in written if sign.isdigit())
        assert int(digits) == abs(amount)
        assert written.startswith("-") == (amount < 0)
        assert "\uffe5" not in written


def test_days_carry_their_weekday() -> None:
    on = date(2026, 11, 24)
    with override("en"):
        assert formats.day(on) == "Tue 24 Nov"
        assert formats.day(on, "year") == "Tue 24 Nov 2026"
        assert formats.day(on, "long") == "Tuesday 24 November 2026"
    with override("ja"):
        assert formats.day(on) == "11月24日(火)"
        assert formats.day(on, "year") == "2026年11月24日(火)"
        assert formats.day(on, "long") == "2026年11月24日火曜日"


def test_the_year_is_added_when_it_is_another() -> None:
    with override("en"), time_machine.travel(datetime(2027, 1, 2, tzinfo=UTC)):
        assert formats.day(date(2026, 12, 30), "auto") == "Wed 30 Dec 2026"
        assert formats.day(date(2027, 1, 4), "auto") == "Mon 4 Jan"


def test_moments_are_shown_in_the_zone_in_force() -> None:
    late = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    with timezone.override(TOKYO):
        with override("en"):
            assert formats.moment(late) == "Wed 25 Nov, 01:30"
            assert formats.local_day(late) == date(2026, 11, 25)
        with override("ja"):
            assert formats.moment(late) == "11月25日(水) 01:30"


@pytest.mark.parametrize(
    ("language", "start", "end", "written"),
    [
        ("en", time(14), time(16), "14:00–16:00"),
        ("ja", time(14), time(16), "14時〜16時"),
        ("ja", time(9, 30), time(12), "9時30分〜12時"),
    ],
)
def test_a_span_of_hours(language: str, start: time, end: time, written: str) -> None:
    with override(language):
        assert formats.hours(start, end) == written


def test_a_span_of_moments_names_the_days_only_when_they_differ() -> None:
    with timezone.override(TOKYO), override("en"):
        later = AFTERNOON + timedelta(hours=2)
        assert formats.hours(AFTERNOON, later) == "14:05–16:05"
        tomorrow = AFTERNOON + timedelta(days=1)
        assert formats.hours(AFTERNOON, tomorrow) == "Tue 24 Nov, 14:05 – Wed 25 Nov, 14:05"


@pytest.mark.parametrize(
    ("language", "last", "written"),
    [
        ("en", date(2026, 11, 24), "Tue 24 Nov"),
        ("en", date(2026, 11, 26), "Tue 24 – Thu 26 Nov"),
        ("en", date(2026, 12, 1), "Tue 24 Nov – Tue 1 Dec"),
        ("ja", date(2026, 11, 26), "11月24日(火)〜26日(木)"),
        ("ja", date(2026, 12, 1), "11月24日(火)〜12月1日(火)"),
    ],
)
def test_a_span_of_days_is_as_short_as_it_can_be(language: str, last: date, written: str) -> None:
    with override(language):
        assert formats.days(date(2026, 11, 24), last) == written


def test_how_long_ago() -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    with override("en"):
        assert formats.ago(now - timedelta(minutes=3), now) == "3 minutes ago"
        assert formats.ago(now + timedelta(days=2), now) == "in 2 days"
        assert formats.ago(now - timedelta(seconds=20), now) == "just now"
    with override("ja"):
        assert formats.ago(now - timedelta(minutes=3), now) == "3分前"
        assert formats.lasting(timedelta(days=8)) == "1週間"


def test_names_are_honoured_in_japanese_only() -> None:
    with override("ja"):
        assert formats.honorific("佐藤 花子") == "佐藤 花子 様"
        assert formats.honorific("株式会社みどり", "company") == "株式会社みどり 御中"
    with override("en"):
        assert formats.honorific(" Hanako Sato ") == "Hanako Sato"
        assert formats.honorific("  ") == "Customer"


def test_numbers_are_grouped() -> None:
    with override("en"):
        assert formats.number(12345) == "12,345"
        assert formats.number(3.14) == "3.1"


def test_a_language_we_do_not_speak_falls_back_to_english() -> None:
    with override("de"):
        assert formats.language() == "en"
