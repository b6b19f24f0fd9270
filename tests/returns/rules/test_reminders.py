"""When a shopper is reminded of goods to send back, and which labels are news."""

from datetime import UTC, datetime, timedelta

import pytest

from returns.rules.methods import comes_later
from returns.rules.reminders import reminder_due, reminders_of


@pytest.mark.parametrize(
    ("period", "days"),
    [(0, []), (1, []), (2, [1]), (4, [2]), (7, [3]), (9, [3]), (10, [5, 3]), (28, [14, 3])],
)
def test_a_reminder_comes_three_days_before_and_at_half_of_a_long_time(
    period: int, days: list[int]
) -> None:
    reminded, sent = None, []
    for left in range(period, -1, -1):
        if (due := reminder_due(left, reminded, reminders_of(period))) is not None:
            reminded = due
            sent.append(left)
    assert sent == days


def test_of_reminders_that_were_missed_only_the_nearest_is_sent() -> None:
    assert reminder_due(2, None, reminders_of(28)) == 3
    assert reminder_due(2, 14, reminders_of(28)) == 3
    assert reminder_due(2, 3, reminders_of(28)) is None
    assert reminder_due(-1, None, reminders_of(28)) is None


def test_a_label_is_news_where_it_was_not_announced_or_comes_late() -> None:
    then = datetime(2026, 11, 24, 5, tzinfo=UTC)
    soon, late = then + timedelta(minutes=2), then + timedelta(hours=3)
    assert not comes_later("label", decided_at=then, ready_at=soon)
    assert comes_later("qr", decided_at=then, ready_at=late)
    assert comes_later("own", decided_at=then, ready_at=soon)
