"""Windows are calendar days in the shop's zone, and their last second is inside."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from returns.enums import StartBasis
from returns.rules.windows import WindowStart, is_open, window_end, window_start

TOKYO = ZoneInfo("Asia/Tokyo")


def tokyo(year: int, month: int, day: int, *clock: int) -> datetime:
    return datetime.combine(date(year, month, day), time(*clock), tzinfo=TOKYO)


def test_r01_the_last_second_counts() -> None:
    start = window_start(
        shipped=None, delivered=tokyo(2026, 10, 1, 18, 20), transit_allowance=5, zone=TOKYO
    )
    assert start == WindowStart(day=date(2026, 10, 1), basis=StartBasis.DELIVERED)
    until = window_end(date(2026, 10, 1), 30, TOKYO)
    assert until == tokyo(2026, 10, 31, 23, 59, 59)
    assert is_open(until, tokyo(2026, 10, 31, 23, 59, 59, 999_999))
    assert not is_open(until, tokyo(2026, 11, 1))


def test_r02_no_delivery_scan() -> None:
    start = window_start(
        shipped=tokyo(2026, 10, 1, 9), delivered=None, transit_allowance=5, zone=TOKYO
    )
    assert start == WindowStart(day=date(2026, 10, 6), basis=StartBasis.SHIPPED_PLUS_ALLOWANCE)
    until = window_end(date(2026, 10, 6), 14, TOKYO)
    assert is_open(until, tokyo(2026, 10, 20, 23))
    assert not is_open(until, tokyo(2026, 10, 21))


def test_the_day_is_the_shops_day() -> None:
    late = datetime(2026, 9, 30, 15, 30, tzinfo=UTC)
    start = window_start(shipped=None, delivered=late, transit_allowance=0, zone=TOKYO)
    assert start is not None
    assert start.day == date(2026, 10, 1)


def test_a_date_without_a_time_is_that_day() -> None:
    start = window_start(shipped=None, delivered=date(2026, 10, 1), transit_allowance=5, zone=TOKYO)
    assert start is not None
    assert start.day == date(2026, 10, 1)


def test_nothing_starts_before_shipping() -> None:
    assert window_start(shipped=None, delivered=None, transit_allowance=5, zone=TOKYO) is None


def test_a_last_second_that_comes_twice_counts_the_second_time() -> None:
    # In Asunción clocks went back from midnight to 23:00 that night.
    until = window_end(date(2023, 3, 20), 5, ZoneInfo("America/Asuncion"))
    assert until == datetime(2023, 3, 26, 3, 59, 59, tzinfo=UTC)


@given(
    st.dates(date(2000, 1, 1), date(2035, 1, 1)),
    st.integers(0, 120),
    st.sampled_from(["Asia/Tokyo", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]),
)
def test_a_window_ends_with_its_day(start: date, days: int, name: str) -> None:
    zone = ZoneInfo(name)
    until = window_end(start, days, zone)
    assert until.astimezone(zone).date() == start + timedelta(days=days)
    after = until + timedelta(seconds=1)
    assert after.astimezone(zone).date() == start + timedelta(days=days + 1)
    assert is_open(until, after - timedelta(microseconds=1))
    assert not is_open(until, after)
