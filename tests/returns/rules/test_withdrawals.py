"""The period of a withdrawal, to the second, over weekends and holidays."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns.rules.withdrawals import is_covered, mailbox_of, numbers_in, period_end, refund_due

BERLIN = ZoneInfo("Europe/Berlin")
TOKYO = ZoneInfo("Asia/Tokyo")
HONOLULU = ZoneInfo("Pacific/Honolulu")


def christmas(day: date) -> bool:
    """Whether a day is one of the two of Christmas."""
    return day.month == 12 and day.day in (25, 26)


def test_fourteen_days_after_the_last_thing_came() -> None:
    arrivals = [date(2026, 11, 2), datetime(2026, 11, 3, 22, 59, tzinfo=UTC)]
    assert period_end(arrivals, christmas, [BERLIN]) == datetime(
        2026, 11, 17, 22, 59, 59, tzinfo=UTC
    )


def test_a_scan_after_midnight_in_the_shops_zone_is_the_next_day() -> None:
    arrivals = [datetime(2026, 11, 3, 23, 0, tzinfo=UTC)]
    assert period_end(arrivals, christmas, [BERLIN]) == datetime(
        2026, 11, 18, 22, 59, 59, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("shop", "arrived", "end"),
    [
        # The shop's last day is over at 16:00 in Berlin: the shopper's counts to its midnight.
        (TOKYO, (11, 3, 12), datetime(2026, 11, 17, 23, 59, 59, tzinfo=BERLIN)),
        # It came in the evening, which was the next day in Tokyo: that day counts, all of it.
        (TOKYO, (11, 3, 18), datetime(2026, 11, 18, 23, 59, 59, tzinfo=BERLIN)),
        # It came in the morning, which was the day before in Honolulu: the shopper's day counts.
        (HONOLULU, (11, 4, 9), datetime(2026, 11, 18, 23, 59, 59, tzinfo=HONOLULU)),
        (BERLIN, (11, 3, 12), datetime(2026, 11, 17, 23, 59, 59, tzinfo=BERLIN)),
    ],
)
def test_p6_the_last_day_is_whole_where_the_shopper_is(
    shop: ZoneInfo, arrived: tuple[int, int, int], end: datetime
) -> None:
    came = datetime(2026, *arrived, tzinfo=BERLIN)
    assert period_end([came], christmas, [shop, BERLIN]) == end


ZONES = st.sampled_from(
    [TOKYO, BERLIN, HONOLULU, *map(ZoneInfo, ("Atlantic/Azores", "Pacific/Kiritimati", "UTC"))]
)


@given(
    st.lists(
        st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=ZONES), min_size=1
    ),
    ZONES,
    st.lists(ZONES),
)
def test_p6_where_it_went_never_shortens_the_period(
    arrivals: list[datetime], shop: ZoneInfo, there: list[ZoneInfo]
) -> None:
    alone = period_end(arrivals, christmas, [shop])
    end = period_end(arrivals, christmas, [shop, *there])
    assert alone
    assert end
    assert end >= alone
    for zone in there:
        by_the_shopper = period_end(arrivals, christmas, [zone])
        assert by_the_shopper
        assert end >= by_the_shopper


@pytest.mark.parametrize(
    ("arrived", "last"),
    [
        # A Saturday moves over the Sunday to the Monday.
        (date(2026, 11, 7), date(2026, 11, 23)),
        (date(2026, 11, 8), date(2026, 11, 23)),
        (date(2026, 11, 9), date(2026, 11, 23)),
        # 25 December is a Friday and the 26th a Saturday: the Monday after.
        (date(2026, 12, 11), date(2026, 12, 28)),
        (date(2026, 12, 10), date(2026, 12, 24)),
    ],
)
def test_p6_a_last_day_off_moves_to_the_next_working_day(arrived: date, last: date) -> None:
    end = period_end([arrived], christmas, [TOKYO])
    assert end is not None
    local = end.astimezone(TOKYO)
    assert (local.date(), local.time().isoformat()) == (last, "23:59:59")


@pytest.mark.parametrize("arrivals", [[], [None], [date(2026, 11, 2), None]])
def test_it_has_not_begun_before_everything_has_arrived(arrivals: list[date | None]) -> None:
    assert period_end(arrivals, christmas, [BERLIN]) is None


def test_money_is_due_fourteen_days_after_the_statement() -> None:
    assert refund_due(datetime(2026, 11, 20, 15, 30, tzinfo=UTC), TOKYO) == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("country", "covered"),
    [("DE", True), ("gb", True), ("NO", True), ("JP", False), ("US", False), ("", False)],
)
def test_the_eu_the_eea_and_the_uk_are_covered(country: str, covered: bool) -> None:
    assert is_covered(country) is covered


@pytest.mark.parametrize(
    ("contract", "numbers"),
    [
        ("#1001", ("1001",)),
        ("＃１００１", ("1001",)),
        ("注文番号KMR-1001です", ("KMR-1001",)),
        ("My order 1001 of 2026-11-03, the blue mug.", ("1001",)),
        ("1 mug and 2 towels, orders 1001 and 1002", ("1", "2", "1001")),
        ("the mug I bought last week", ()),
        ("", ()),
    ],
)
def test_words_with_digits_may_be_numbers(contract: str, numbers: tuple[str, ...]) -> None:
    assert numbers_in(contract) == numbers


@pytest.mark.parametrize(
    ("contact", "mailbox"),
    [
        ("Hana@Example.jp", "hana@example.jp"),
        ("hana+shop@example.jp", "hana@example.jp"),
        ("h.a.n.a@example.jp", "h.a.n.a@example.jp"),
        ("h.a.na+1@googlemail.com", "hana@gmail.com"),
        ("+1@example.jp", "+1@example.jp"),
    ],
)
def test_a_mailbox_is_one_by_whatever_name(contact: str, mailbox: str) -> None:
    assert mailbox_of(contact) == mailbox
