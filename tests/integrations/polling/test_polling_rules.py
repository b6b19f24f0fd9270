"""How often an account may ask, and when it leaves its carrier alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.polling.rules import (
    BREAKS_AT,
    BURST,
    HEAD_START,
    back_off,
    break_after,
    grant_calls,
    group_numbers,
    start_of_day,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLENTY = 10**9


@settings(deadline=None)
@given(
    st.floats(0.05, 200),
    st.lists(
        st.tuples(st.timedeltas(timedelta(0), timedelta(seconds=3)), st.integers(1, 60)),
        min_size=1,
        max_size=40,
    ),
)
def test_no_stretch_of_time_sees_more_calls_than_its_rate(
    per_second: float, asking: list[tuple[timedelta, int]]
) -> None:
    at, free_at, made = NOON, None, []
    for pause, wanted in asking:
        at += pause
        grant = grant_calls(
            wanted, at=at, free_at=free_at, per_second=per_second, per_day=PLENTY, made_today=0
        )
        assert 0 <= grant.calls <= wanted
        free_at = grant.free_at
        made.append((at, grant.calls))
    for first, (start, _calls) in enumerate(made):
        total = 0
        for moment, calls in made[first:]:
            total += calls
            length = (moment - start + BURST) / SECOND
            assert total <= length * per_second + 1.001


@given(st.floats(0.05, 200), st.integers(1, 100))
def test_a_refused_account_is_told_when_to_come_back(per_second: float, calls: int) -> None:
    free_at = NOON + BURST + timedelta(seconds=calls / per_second)

    def grant_at(at: datetime) -> int:
        return grant_calls(
            1, at=at, free_at=free_at, per_second=per_second, per_day=PLENTY, made_today=0
        ).calls

    refused = grant_calls(
        1, at=NOON, free_at=free_at, per_second=per_second, per_day=PLENTY, made_today=0
    )
    assert refused.calls == 0
    assert refused.again_at is not None
    assert grant_at(refused.again_at) == 1
    assert grant_at(refused.again_at - timedelta(milliseconds=1)) == 0


@given(st.integers(0, 100_000), st.timedeltas(timedelta(0), timedelta(hours=23, minutes=59)))
def test_the_calls_of_a_day_last_until_midnight(per_day: int, passed: timedelta) -> None:
    at = start_of_day(NOON) + passed
    made = 0
    while True:
        grant = grant_calls(
            PLENTY, at=at, free_at=None, per_second=10**6, per_day=per_day, made_today=made
        )
        if not grant.calls:
            break
        made += grant.calls
    assert made <= per_day
    assert made <= per_day * ((passed + HEAD_START) / timedelta(days=1))
    assert made >= min(per_day, per_day * ((passed + HEAD_START) / timedelta(days=1))) - 1
    assert grant.again_at is not None
    assert at < grant.again_at <= start_of_day(at) + timedelta(days=1)


def test_a_used_up_day_begins_anew_at_midnight_utc() -> None:
    grant = grant_calls(5, at=NOON, free_at=None, per_second=10, per_day=100, made_today=PLENTY)
    assert grant.again_at == datetime(2026, 11, 22, tzinfo=UTC)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_breaks_grow_up_to_half_an_hour(failures: int, jitter: float) -> None:
    wait = break_after(failures, jitter=jitter)
    assert (wait is None) == (failures < BREAKS_AT)
    if wait is not None:
        assert timedelta(seconds=48) <= wait <= timedelta(minutes=36)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_number_is_left_alone_for_longer_each_time(failures: int, jitter: float) -> None:
    wait = back_off(failures, jitter=jitter)
    assert timedelta(seconds=96) <= wait <= timedelta(hours=7.2)
    assert back_off(failures + 1, jitter=jitter) >= wait


@pytest.mark.parametrize(("jitter", "minutes"), [(0, 1.6), (0.5, 2), (1, 2.4)])
def test_jitter_spreads_who_comes_back(jitter: float, minutes: float) -> None:
    assert back_off(1, jitter=jitter) == timedelta(minutes=minutes)


@given(
    st.lists(st.integers(0, 200).map(str), unique=True, max_size=80),
    st.sets(st.integers(0, 200).map(str)),
    st.integers(1, 30),
)
def test_every_number_is_in_one_request_and_suspects_are_alone(
    numbers: list[str], suspects: set[str], size: int
) -> None:
    groups = group_numbers(numbers, frozenset(suspects), size=size)
    assert sorted(number for group in groups for number in group) == sorted(numbers)
    assert all(1 <= len(group) <= size for group in groups)
    assert all(len(group) == 1 for group in groups if suspects.intersection(group))
