"""Orders that leave later: which words are news, when they are over, which orders are late."""

from datetime import date

import pytest

from tracking.enums import DispatchEnd
from tracking.rules import WorkCalendar
from tracking.rules.dispatch import (
    Days,
    asks_consent,
    end_of_units,
    is_news,
    late_if_placed_before,
    waiting_units,
)


def days(first: int, last: int) -> Days:
    return Days(first=date(2026, 11, first), last=date(2026, 11, last))


@pytest.mark.parametrize(
    ("before", "now", "news"),
    [
        (days(24, 27), days(24, 27), False),
        (days(24, 27), days(25, 26), False),
        (days(24, 27), days(24, 28), True),
        (days(24, 27), days(23, 26), True),
        (days(24, 27), None, True),
        (None, days(24, 27), True),
        (None, None, False),
    ],
)
def test_a_word_within_what_was_said_is_no_news(
    before: Days | None, now: Days | None, news: bool
) -> None:
    assert is_news(before, now) is news


@pytest.mark.parametrize(
    ("told", "turn", "asks"),
    [
        (Days(first=date(2026, 11, 24), last=date(2026, 12, 20)), 1, False),
        (Days(first=date(2026, 11, 24), last=date(2026, 12, 21)), 1, True),
        (Days(first=date(2026, 11, 24), last=date(2026, 11, 25)), 2, True),
        (None, 1, True),
    ],
)
def test_silence_is_a_yes_to_one_near_day_alone(told: Days | None, turn: int, asks: bool) -> None:
    assert asks_consent(told, said_on=date(2026, 11, 20), turn=turn) is asks


def test_units_wait_while_they_are_to_be_sent() -> None:
    assert waiting_units({"a": 2, "b": 1}, {"a": 1, "c": 4}) == {"a": 1}
    assert waiting_units({"a": 2}, {}) == {}


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ({"a": 3}, DispatchEnd.SENT),
        ({"a": 2}, DispatchEnd.CANCELLED),
        ({}, DispatchEnd.CANCELLED),
    ],
)
def test_units_that_stayed_were_cancelled(sent: dict[str, int], end: DispatchEnd) -> None:
    assert end_of_units({"a": 1}, ordered={"a": 3}, sent=sent) is end


@pytest.mark.parametrize(
    ("today", "within", "placed_before"),
    [
        # Monday 23 November is Labour Thanksgiving Day in Japan.
        (date(2026, 11, 20), 1, date(2026, 11, 19)),
        (date(2026, 11, 20), 2, date(2026, 11, 18)),
        (date(2026, 11, 23), 1, date(2026, 11, 20)),
        (date(2026, 11, 24), 1, date(2026, 11, 20)),
        (date(2026, 11, 25), 1, date(2026, 11, 24)),
        (date(2026, 11, 25), 2, date(2026, 11, 20)),
    ],
)
def test_an_order_is_late_once_its_last_working_day_is_over(
    today: date, within: int, placed_before: date
) -> None:
    calendar = WorkCalendar(destination="JP", zone="Asia/Tokyo")
    assert late_if_placed_before(calendar, within=within, today=today) == placed_before
