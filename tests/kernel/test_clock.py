"""The clock: now is now, unless a time is played."""

from datetime import UTC, datetime, timedelta

import pytest

from postexp.kernel import clock

THEN = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


def test_a_played_time_holds_inside_its_block_only() -> None:
    with clock.played(THEN):
        with clock.played(THEN + timedelta(days=1)):
            assert clock.now() == THEN + timedelta(days=1)
        assert clock.now() == THEN
    assert clock.now() > THEN


def test_a_played_time_ends_with_an_error_too() -> None:
    with pytest.raises(RuntimeError), clock.played(THEN):
        raise RuntimeError
    assert clock.now() != THEN
