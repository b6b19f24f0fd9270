"""Business time: what counts between two instants at the ends of a lane."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.rules.calendar import WorkCalendar

TOKYO = WorkCalendar(carrier="acme", origin="JP", destination="JP", zone="Asia/Tokyo")
# Friday 18:00 in Tokyo; Monday the 23rd is a public holiday in Japan.
FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_weekends_and_holidays_do_not_count() -> None:
    tuesday_noon = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert TOKYO.hours_between(FRIDAY, tuesday_noon) == 6 + 12
    assert TOKYO.after(FRIDAY, 18) == tuesday_noon


@pytest.mark.parametrize(
    ("origin", "destination", "rests"),
    [
        ("JP", "US", True),
        ("US", "JP", True),
        ("JP", "JP", False),
        ("", "US", True),
        ("", "", False),
    ],
)
def test_a_holiday_at_either_end_is_a_day_of_rest(
    origin: str, destination: str, rests: bool
) -> None:
    thanksgiving = date(2026, 11, 26)
    lane = WorkCalendar(origin=origin, destination=destination)
    assert lane.rests_on(thanksgiving) is rests


def test_carriers_that_drive_on_saturdays_or_always() -> None:
    saturday, holiday = date(2026, 11, 21), date(2026, 11, 23)
    assert TOKYO.rests_on(saturday)
    assert not WorkCalendar(carrier="usps", destination="US").rests_on(saturday)
    assert WorkCalendar(carrier="usps", destination="US").rests_on(date(2026, 11, 26))
    assert not WorkCalendar(carrier="yamato", destination="JP").rests_on(holiday)
    assert not WorkCalendar(carrier="hermes_de", destination="DE").rests_on(saturday)


def test_the_weekend_is_the_countrys_own() -> None:
    riyadh = WorkCalendar(origin="SA", destination="SA", zone="Asia/Riyadh")
    assert riyadh.rests_on(date(2026, 11, 20))
    assert not riyadh.rests_on(date(2026, 11, 22))


def test_countries_without_a_list_have_plain_weekends() -> None:
    nowhere = WorkCalendar(destination="XX")
    assert nowhere.rests_on(date(2026, 11, 21))
    assert not nowhere.rests_on(date(2026, 11, 23))


def test_time_does_not_run_backwards_and_years_are_no_trouble() -> None:
    assert TOKYO.hours_between(FRIDAY, FRIDAY - timedelta(days=3)) == 0
    assert TOKYO.hours_between(datetime(1970, 1, 1, tzinfo=UTC), FRIDAY) > 24 * 365 * 50
    assert TOKYO.after(FRIDAY, 24 * 900) > FRIDAY + timedelta(days=900)


def test_a_day_ends_at_its_own_midnight() -> None:
    assert TOKYO.end_of(date(2026, 11, 21)) == datetime(2026, 11, 21, 15, tzinfo=UTC)


INSTANTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)
)  # across New Year and both changes of the clock
LANES = st.builds(
    WorkCalendar,
    carrier=st.sampled_from(["acme", "usps", "yamato"]),
    origin=st.sampled_from(["JP", "US", "DE", ""]),
    destination=st.sampled_from(["JP", "US", "GB"]),
    zone=st.sampled_from(["Asia/Tokyo", "America/New_York", "UTC"]),
)


@given(lane=LANES, start=INSTANTS, hours=st.floats(0.5, 400))
def test_after_and_between_are_each_others_inverse(
    lane: WorkCalendar, start: datetime, hours: float
) -> None:
    end = lane.after(start, hours)
    assert lane.hours_between(start, end) == pytest.approx(hours, abs=1e-3)


@given(lane=LANES, moments=st.tuples(INSTANTS, INSTANTS, INSTANTS))
def test_hours_add_up(lane: WorkCalendar, moments: tuple[datetime, ...]) -> None:
    first, second, third = sorted(moments)
    whole = lane.hours_between(first, third)
    parts = lane.hours_between(first, second) + lane.hours_between(second, third)
    if third - first < timedelta(days=400):
        assert whole == pytest.approx(parts, abs=1e-3)
