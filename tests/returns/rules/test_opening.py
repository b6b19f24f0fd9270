"""Opening hours: zones, clocks that are changed, holidays of ours, and nights past midnight."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postexp.kernel.holidays import is_holiday
from returns.enums import HoursProblem, Standing
from returns.rules.opening import (
    HoursUnreadable,
    Place,
    is_open,
    is_open_late,
    open_spans,
    read_hours,
    stands,
    week,
    zone_at,
)

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# Tuesday 24 November 2026; the day before was Labour Thanksgiving Day in Japan.
TUESDAY = date(2026, 11, 24)


def place(hours: str, zone: ZoneInfo = TOKYO, country: str = "JP") -> Place:
    return Place(
        hours=hours,
        zone=zone,
        latitude=35.67 if zone is TOKYO else 40.7,
        longitude=139.71 if zone is TOKYO else -74.0,
        is_holiday=lambda day: is_holiday(day, country),
    )


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime.combine(day, time(hour, minute), zone)


def test_hours_are_those_of_the_place_not_of_who_asks() -> None:
    shop = place("Mo-Fr 09:00-18:00")
    assert is_open(shop, datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    assert not is_open(shop, datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    assert not is_open(shop, at(TUESDAY, 18))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("Mo-Fr 09:00-18:00; PH off", False),
        ("Mo-Fr 09:00-18:00", True),
        ("Tu-Fr,PH 09:00-18:00", True),
        ("PH,Su off; Sa 09:00-18:00", False),
        ("Tu-Su 09:00-18:00; PH 10:00-12:00", True),
        ('Mo 09:00-18:00; Tu off "closed on PH"', True),
    ],
)
def test_a_national_holiday_is_one_of_our_calendar(hours: str, expected: bool) -> None:
    assert is_open(place(hours), at(TUESDAY - timedelta(days=1), 10)) is expected


@pytest.mark.parametrize(
    ("country", "zone", "day"),
    [
        # Days that the library's own calendar does not know.
        ("JP", TOKYO, date(2026, 9, 22)),
        ("US", NEW_YORK, date(2026, 10, 12)),
        ("US", NEW_YORK, date(2028, 11, 11)),
    ],
)
def test_a_holiday_the_library_does_not_know_is_kept_all_the_same(
    country: str, zone: ZoneInfo, day: date
) -> None:
    noon = at(day, 12, zone=zone)
    assert is_open(place("09:00-18:00", zone, country), noon)
    assert not is_open(place("09:00-18:00; PH off", zone, country), noon)


def test_a_night_belongs_to_the_evening_it_began_on() -> None:
    bar = place("Mo 20:00-26:00")
    monday = TUESDAY - timedelta(days=1)
    assert stands(bar, at(monday, 23)).changes == at(TUESDAY, 2)
    assert is_open(bar, at(TUESDAY, 1, 59))
    assert not is_open(bar, at(TUESDAY, 2))
    first, second = week(bar, at(monday, 12))[:2]
    assert [(span.begins, span.ends) for span in first.spans] == [(at(monday, 20), at(TUESDAY, 2))]
    assert second.spans == ()


def test_a_night_into_a_holiday_goes_on_and_none_begins_on_it() -> None:
    bar = place("Mo-Su 20:00-02:00; PH off")
    sunday, monday = TUESDAY - timedelta(days=2), TUESDAY - timedelta(days=1)
    assert is_open(bar, at(monday, 1))
    assert not is_open(bar, at(monday, 21))
    assert not is_open(bar, at(TUESDAY, 1))
    assert is_open(place('Mo-Sa 20:00-26:00; Su off "no; nobody"'), at(sunday, 1))
    both = place("Mo-Fr 09:00-12:00,22:00-01:00, Sa 23:00-02:00; Su 10:00-11:00")
    assert [is_open(both, at(sunday, hour)) for hour in (0, 1, 2, 10, 22)] == [
        *(True, True, False, True, False)
    ]
    assert [bool(day.spans) for day in week(bar, at(sunday, 12))[:3]] == [True, False, True]
    assert [day.is_holiday for day in week(bar, at(sunday, 12))[:3]] == [False, True, False]


@pytest.mark.parametrize(
    ("evening", "hours"), [(date(2026, 3, 7), 9), (date(2026, 10, 31), 11), (date(2026, 6, 1), 10)]
)
def test_a_night_is_as_long_as_the_clocks_make_it(evening: date, hours: int) -> None:
    """In New York the clocks went forward on 8 March and back on 1 November 2026."""
    [night, *_later] = open_spans(place("20:00-06:00", NEW_YORK, "US"), evening, 2)[1:]
    assert night.begins == at(evening, 20, zone=NEW_YORK)
    elapsed = night.ends.astimezone(UTC) - night.begins.astimezone(UTC)
    assert elapsed == timedelta(hours=hours)


def test_open_after_nine_in_the_evening() -> None:
    noon = at(TUESDAY, 12)
    assert is_open_late(place("10:00-21:01"), noon)
    assert not is_open_late(place("10:00-21:00"), noon)
    assert is_open_late(place("22:00-02:00"), noon)
    assert is_open_late(place("24/7"), noon)
    # Late in the evening only what is still to come counts.
    assert not is_open_late(place("10:00-22:00"), at(TUESDAY, 22, 30))
    assert is_open_late(place("10:00-23:00"), at(TUESDAY, 22, 30))
    # What was open until two this morning says nothing of tonight.
    assert not is_open_late(place("Mo 20:00-26:00"), at(TUESDAY, 1))


def test_next_opening_is_told_two_weeks_ahead() -> None:
    assert stands(place("Sa 10:00-12:00"), at(TUESDAY, 12)).changes == at(date(2026, 11, 28), 10)
    assert stands(place("Jul-Aug 10:00-12:00"), at(TUESDAY, 12)).changes is None
    assert stands(place("24/7"), at(TUESDAY, 12)).changes is None


@pytest.mark.parametrize(
    "hours",
    ["Tu unknown", 'Tu 09:00-18:00 "by appointment"', '"ask the porter"', "Tu 09:00-18:00 unknown"],
)
def test_what_is_not_sure_is_never_open(hours: str) -> None:
    shop = place(hours)
    assert stands(shop, at(TUESDAY, 12)).standing is Standing.UNSURE
    assert not is_open(shop, at(TUESDAY, 12))
    assert not is_open_late(place(hours.replace("18:00", "23:00")), at(TUESDAY, 12))


def test_a_fallback_hides_no_later_day() -> None:
    shop = place('Mo-Fr 09:00-17:00 || "ask"')
    sure = [any(span.is_sure for span in day.spans) for day in week(shop, at(TUESDAY, 12))]
    assert sure == [True, True, True, True, False, False, True]


def test_hours_that_nobody_knows_are_not_known() -> None:
    shop = place("")
    assert stands(shop, at(TUESDAY, 12)).standing is Standing.UNKNOWN
    assert not is_open(shop, at(TUESDAY, 12))
    assert not is_open_late(shop, at(TUESDAY, 12))
    assert week(shop, at(TUESDAY, 12)) == ()


def test_the_sun_opens_and_closes_where_the_place_is() -> None:
    farm = place("sunrise-sunset")
    [day] = open_spans(farm, TUESDAY, 1)
    assert day.begins.hour == 6
    assert day.ends.hour == 16


@pytest.mark.parametrize(
    ("text", "problem", "rest"),
    [
        ("Mo-Fr 9-18", HoursProblem.GRAMMAR, "9-18"),
        ("24/24", HoursProblem.GRAMMAR, "24/24"),
        ("月-金 9:00-18:00", HoursProblem.GRAMMAR, "月-金 9:00-18:00"),
        ("Mo-Fr 25:00-26:00", HoursProblem.GRAMMAR, "25:00-26:00"),
        ("Mo-Fr 09:00-18:00; PH -1 day off", HoursProblem.SHIFTED, "PH -1 days"),
        ("Mo " * 400, HoursProblem.TOO_LONG, ""),
    ],
)
def test_hours_that_cannot_be_read_say_where(text: str, problem: HoursProblem, rest: str) -> None:
    with pytest.raises(HoursUnreadable) as error:
        read_hours(text)
    assert (error.value.problem, error.value.rest) == (problem, rest)


def test_hours_are_read_as_people_write_them() -> None:
    assert read_hours(" mo-fr  09:00-18:00 ; PH off ") == "Mo-Fr 09:00-18:00; PH closed"


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [(35.67, 139.71, "Asia/Tokyo"), (45.53, -122.68, "America/Los_Angeles")],
)
def test_the_zone_is_that_of_the_place(latitude: float, longitude: float, zone: str) -> None:
    assert zone_at(latitude, longitude) == zone


CLOCK = st.integers(min_value=0, max_value=47).map(lambda half: (half // 2, half % 2 * 30))


@given(
    weekdays=st.sets(st.sampled_from(range(7)), min_size=1),
    opens=CLOCK,
    length=st.integers(min_value=1, max_value=40),
    holidays=st.sets(st.integers(min_value=-1, max_value=12), max_size=14),
    off=st.booleans(),
    moment=st.integers(min_value=0, max_value=10 * 24 * 4),
    zone=st.sampled_from([TOKYO, NEW_YORK]),
)
def test_hours_agree_with_a_plain_calendar(
    weekdays: set[int],
    opens: tuple[int, int],
    length: int,
    holidays: set[int],
    off: bool,
    moment: int,
    zone: ZoneInfo,
) -> None:
    """Whatever days are off, a place is open when a calendar of days and minutes says so.

    It holds the night on which the clocks of New York go back; no minute there is twice is asked
    for, nor do hours begin or end between one and two.
    """
    first = date(2026, 10, 26)
    begins = opens[0] * 60 + opens[1]
    ends = begins + length * 30
    if zone is NEW_YORK and any(60 <= edge % 1440 <= 120 for edge in (begins, ends)):
        return
    if ends > 48 * 60 or ends - begins >= 24 * 60:
        return
    named = ",".join(DAYS[day] for day in sorted(weekdays))
    hours = f"{named} {_clock(begins)}-{_clock(ends)}; PH {'off' if off else '10:00-12:00'}"
    off_days = {first + timedelta(days=day) for day in holidays}
    shop = Place(hours=hours, zone=zone, latitude=0, longitude=0, is_holiday=off_days.__contains__)
    minutes = moment * 15
    day, minute = first + timedelta(days=minutes // 1440), minutes % 1440
    if zone is NEW_YORK and 60 <= minute <= 120:
        return

    def spans_of(one: date) -> tuple[int, int] | None:
        if one in off_days:
            return None if off else (600, 720)
        return (begins, ends) if one.weekday() in weekdays else None

    today, before = spans_of(day), spans_of(day - timedelta(days=1))
    expected = bool(
        (today and today[0] <= minute < today[1])
        or (before and before[0] <= minute + 1440 < before[1])
    )
    assert is_open(shop, at(day, minute // 60, minute % 60, zone)) is expected


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
