"""What is told of a late parcel: new days, how sure, and by when the shopper hears again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.rules import Delay, NewWindow, Sureness, new_window, next_word_on, sureness_of
from tracking.rules.notice import WORDS_FOR, word_due_at

TOKYO = "Asia/Tokyo"
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # noon in Tokyo


def day(number: int) -> date:
    return date(2026, 11, number)


@pytest.mark.parametrize(
    ("delay", "window"),
    [
        (Delay(), None),
        # The carrier's own new day.
        (Delay(first_estimate=day(24), latest_estimate=day(26)), (26, 26, True)),
        (Delay(latest_estimate=day(26)), (26, 26, True)),
        # The promised day is no new day, and one that has passed is none any more.
        (Delay(first_estimate=day(24), latest_estimate=day(24)), None),
        (Delay(first_estimate=day(20), latest_estimate=day(23)), None),
        # Ours: not before the day after the promised one, and not in the past.
        (Delay(first_estimate=day(24), days=(day(24), day(27))), (25, 27, False)),
        (Delay(first_estimate=day(20), days=(day(21), day(25))), (24, 25, False)),
        (Delay(first_estimate=day(20), days=(day(21), day(23))), None),
        (Delay(first_estimate=day(24), days=(day(23), day(24))), None),
        (
            Delay(first_estimate=day(24), latest_estimate=day(26), days=(day(25), day(28))),
            (26, 26, True),
        ),
    ],
)
def test_the_new_days(delay: Delay, window: tuple[int, int, bool] | None) -> None:
    expected = None
    if window:
        expected = NewWindow(first=day(window[0]), last=day(window[1]), by_carrier=window[2])
    assert new_window(delay, today=day(24)) == expected


@pytest.mark.parametrize(
    ("certainty", "sureness"),
    [
        (None, Sureness.CERTAIN),
        (100, Sureness.CERTAIN),
        (99, Sureness.ALMOST_CERTAIN),
        (95, Sureness.ALMOST_CERTAIN),
        (94, Sureness.VERY_LIKELY),
        (85, Sureness.VERY_LIKELY),
        (84, Sureness.LIKELY),
        (75, Sureness.LIKELY),
    ],
)
def test_how_sure_we_are(certainty: int | None, sureness: Sureness) -> None:
    assert sureness_of(certainty) is sureness


@pytest.mark.parametrize(
    ("last", "expected"), [(None, 26), (24, 26), (25, 25), (26, 26), (27, 27), (30, 27)]
)
def test_the_next_word_comes_with_the_new_day_and_within_three(
    last: int | None, expected: int
) -> None:
    days = (day(last), day(last)) if last else None
    delay = Delay(first_estimate=day(24), days=days, known_at=AT)
    assert next_word_on(delay, zone=TOKYO, at=AT) == day(expected)


def test_today_is_the_shops_day() -> None:
    late = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # the 25th in Tokyo
    assert next_word_on(Delay(known_at=late), zone=TOKYO, at=late) == day(27)
    assert word_due_at(day(27), TOKYO) == datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


@given(hours=st.integers(0, 400), ahead=st.integers(-3, 30), length=st.integers(0, 9))
def test_a_word_is_always_to_come_and_soon_and_they_end(
    hours: int, ahead: int, length: int
) -> None:
    at = AT + timedelta(hours=hours)
    first = day(24) + timedelta(days=ahead)
    delay = Delay(first_estimate=day(23), days=(first, first + timedelta(days=length)), known_at=AT)
    promised = next_word_on(delay, zone=TOKYO, at=at)
    assert (promised is None) == (timedelta(hours=hours) >= WORDS_FOR)
    if promised:
        assert at < word_due_at(promised, TOKYO) < at + timedelta(days=4)
