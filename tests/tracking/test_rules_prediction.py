"""A late parcel is foreseen from what is usual, and from the hour it should be on a vehicle."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.scans import START, scan
from tracking.rules import NormalisedEvent, Prediction, WorkCalendar, place, predict
from tracking.rules.gaps import Histogram, Phase, Times, Usual, histogram_of
from tracking.rules.prediction import LIKELY

YAMATO = WorkCalendar(carrier="yamato", origin="JP", destination="JP", zone="Asia/Tokyo")
# START is noon of the 20th in Tokyo; the day of the promise ends 36 hours later.
PROMISED = date(2026, 11, 21)
PROMISE_ENDS = datetime(2026, 11, 21, 15, tzinfo=UTC)
TWO_DAYS = histogram_of([40 + place % 16 for place in range(100)])
ONE_DAY = histogram_of([20 + place % 6 for place in range(100)])
OFTEN_OUT = {Phase.LABEL: histogram_of([50] * 100), Phase.OUT: histogram_of([4] * 100)}


def usual(**arrivals: Histogram) -> Usual:
    return Usual(
        levels=[
            Times(arrivals={**OFTEN_OUT, **{Phase(name): one for name, one in arrivals.items()}})
        ]
    )


def expect(*events: NormalisedEvent, hours: float, **facts: Any) -> Prediction:
    values: dict[str, Any] = {
        "promised": PROMISED,
        "calendar": YAMATO,
        "usual": Usual(),
        "at": START + timedelta(hours=hours),
        **facts,
    }
    return predict(place(events), **values)


def test_a_parcel_handed_over_too_late_is_foreseen_at_once() -> None:
    told = expect(scan(0, "in_transit"), hours=0.1, usual=usual(moving=TWO_DAYS))
    assert told.is_late
    assert told.certainty > 0.95
    assert told.days is not None
    assert told.days[0] > PROMISED
    assert told.days[0] <= told.days[1] <= date(2026, 11, 23)


def test_a_parcel_that_is_as_quick_as_ever_is_not_late() -> None:
    told = expect(scan(0, "in_transit"), hours=10, usual=usual(moving=ONE_DAY))
    assert not told.is_late
    assert told.days == (PROMISED, PROMISED)


def test_waiting_makes_it_likely_before_the_day_ends_and_the_hour_is_known() -> None:
    learnt = usual(moving=ONE_DAY)
    early = expect(scan(0, "in_transit"), hours=5, usual=learnt)
    assert early.likely_at is not None
    assert START < early.likely_at < PROMISE_ENDS
    hours = (early.likely_at - START) / timedelta(hours=1)
    assert not expect(scan(0, "in_transit"), hours=hours - 0.1, usual=learnt).is_late
    assert expect(scan(0, "in_transit"), hours=hours, usual=learnt).is_late


def test_who_is_on_no_vehicle_by_the_afternoon_will_not_come() -> None:
    by_noon = expect(scan(0, "in_transit"), hours=25, usual=usual())
    after = expect(scan(0, "in_transit"), hours=26, usual=usual())
    assert (by_noon.is_late, after.is_late) == (False, True)
    assert by_noon.likely_at == datetime(2026, 11, 21, 5, tzinfo=UTC)
    assert not expect(scan(24, "out_for_delivery"), hours=30, usual=usual()).is_late


def test_a_carrier_that_seldom_tells_of_the_vehicle_is_not_judged_by_it() -> None:
    seldom = Usual(levels=[Times(arrivals={Phase.LABEL: histogram_of([50] * 100)})])
    told = expect(scan(0, "in_transit"), hours=35, usual=seldom)
    assert (told.is_late, told.likely_at) == (False, None)


def test_without_anything_learnt_the_evening_tells() -> None:
    before = expect(scan(0, "in_transit"), hours=29.9)
    assert not before.is_late
    assert expect(scan(0, "in_transit"), hours=30).is_late


@pytest.mark.parametrize("end", ["delivered", "returned", "available_for_pickup", "returning"])
def test_what_does_not_travel_to_the_door_is_not_foreseen(end: str) -> None:
    assert expect(scan(0, end), hours=30, usual=usual(moving=TWO_DAYS)) == Prediction()


def test_without_a_promise_or_a_scan_there_is_nothing_to_foresee() -> None:
    assert expect(scan(0, "in_transit"), hours=9, promised=None) == Prediction()
    assert expect(hours=9) == Prediction()


def test_a_promise_of_the_past_was_missed() -> None:
    assert expect(scan(0, "in_transit"), hours=36, usual=usual(moving=ONE_DAY)).certainty > 0.98


@given(
    hours=st.floats(0, 100),
    later=st.floats(0, 50),
    lengths=st.lists(st.floats(1, 200), min_size=20, max_size=60),
)
def test_waiting_in_one_place_never_makes_it_better(
    hours: float, later: float, lengths: list[float]
) -> None:
    learnt = usual(moving=histogram_of(lengths))
    now = expect(scan(0, "in_transit"), hours=hours, usual=learnt)
    then = expect(scan(0, "in_transit"), hours=hours + later, usual=learnt)
    assert then.certainty >= now.certainty - 1e-9


@given(hours=st.floats(0, 36), lengths=st.lists(st.floats(1, 200), min_size=20, max_size=60))
def test_at_the_hour_it_becomes_likely_it_is(hours: float, lengths: list[float]) -> None:
    learnt = usual(moving=histogram_of(lengths))
    told = expect(scan(0, "in_transit"), hours=hours, usual=learnt)
    assert told.likely_at is not None
    at = START + timedelta(hours=hours)
    if told.likely_at <= at:
        assert told.is_late
    else:
        then = expect(scan(0, "in_transit"), hours=0, usual=learnt, at=told.likely_at)
        assert then.is_late
        assert told.certainty < LIKELY
