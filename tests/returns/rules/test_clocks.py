"""The desk's clocks count the shop's own working hours; the law's counts every day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from postexp.kernel.holidays import is_holiday, weekend
from returns.enums import DeskClock, Nearness, ReturnState
from returns.rules.clocks import (
    DeskTimes,
    WorkHours,
    due_after,
    law_due,
    next_deadline,
)

TIMES = DeskTimes()


def in_japan(day: date) -> bool:
    return day.weekday() in weekend("JP") or is_holiday(day, "JP")


TOKYO = WorkHours(zone="Asia/Tokyo", opens=9, closes=18, is_off=in_japan)


def tokyo(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 by the clock of Tokyo; the 23rd is a holiday, a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (tokyo(18, 10), tokyo(18, 14)),
        (tokyo(18, 16, 30), tokyo(19, 11, 30)),
        (tokyo(18, 3), tokyo(18, 13)),
        (tokyo(18, 23), tokyo(19, 13)),
        # Friday afternoon: Saturday, Sunday and the holiday do not count.
        (tokyo(20, 16), tokyo(24, 11)),
    ],
)
def test_four_working_hours_to_decide(asked: datetime, due: datetime) -> None:
    assert due_after(ReturnState.IN_REVIEW, asked, TIMES, TOKYO) == due


@pytest.mark.parametrize(
    ("state", "since", "due"),
    [
        (ReturnState.RECEIVED, tokyo(17, 11), tokyo(19, 18)),
        (ReturnState.RECEIVED, tokyo(19, 11), tokyo(24, 18)),
        (ReturnState.RECEIVED, tokyo(21, 11), tokyo(26, 18)),
        (ReturnState.RESOLVING, tokyo(18, 17), tokyo(19, 18)),
        (ReturnState.RESOLVING, tokyo(18, 19), tokyo(20, 18)),
        (ReturnState.APPROVED, tokyo(18, 19), None),
        (ReturnState.COMPLETED, tokyo(18, 19), None),
    ],
)
def test_working_days_to_inspect_and_to_pay(
    state: ReturnState, since: datetime, due: datetime | None
) -> None:
    assert due_after(state, since, TIMES, TOKYO) == due


def test_working_hours_between_leave_nights_and_days_off_out() -> None:
    assert TOKYO.hours_between(tokyo(20, 16), tokyo(24, 10)) == 3
    assert TOKYO.hours_between(tokyo(18, 10), tokyo(18, 10, 30)) == 0.5
    assert TOKYO.hours_between(tokyo(18, 11), tokyo(18, 10)) == 0


def test_hours_are_hours_where_the_clocks_go_forward() -> None:
    night = WorkHours(zone="Europe/Berlin", opens=0, closes=24, is_off=lambda day: False)
    start = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert night.after_hours(start, 4) == start + timedelta(hours=4)


def test_a_shop_that_never_works_is_not_waited_for_forever() -> None:
    never = WorkHours(zone="UTC", opens=9, closes=18, is_off=lambda day: True)
    start = tokyo(18, 9)
    assert due_after(ReturnState.IN_REVIEW, start, TIMES, never) == start + timedelta(days=60)
    assert due_after(ReturnState.RECEIVED, start, TIMES, never) == start + timedelta(days=60)


def test_the_law_counts_every_day() -> None:
    assert law_due(tokyo(1, 10), "Asia/Tokyo") == tokyo(15, 23, 59) + timedelta(seconds=59)


def test_what_is_due_first_is_told_and_a_wait_stops_the_shops_own_clock_alone() -> None:
    at = tokyo(18, 10)
    due, law = at + timedelta(hours=3), at + timedelta(days=2)

    def told(
        state: ReturnState = ReturnState.IN_REVIEW, *, is_waiting: bool = False, **more: datetime
    ) -> tuple[DeskClock, Nearness] | None:
        found = next_deadline(
            state,
            due=more.get("due"),
            law=more.get("law"),
            is_waiting=is_waiting,
            at=more.get("at", at),
        )
        return (found.clock, found.nearness) if found else None

    assert told(due=due, law=law) == (DeskClock.DECIDE, Nearness.CALM)
    assert told(due=due, at=due - timedelta(hours=1)) == (DeskClock.DECIDE, Nearness.SOON)
    assert told(due=due, at=due + timedelta(seconds=1)) == (DeskClock.DECIDE, Nearness.OVERDUE)
    assert told(due=due, law=law, is_waiting=True) == (DeskClock.LAW, Nearness.SOON)
    assert told(due=due, is_waiting=True) is None
    assert told(ReturnState.IN_TRANSIT, law=law, at=law + timedelta(days=1)) == (
        DeskClock.LAW,
        Nearness.OVERDUE,
    )
    assert told() is None
