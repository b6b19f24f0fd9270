"""Histograms of usual times: what they keep, how they add up, and who answers for whom."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.scans import scan, timeless
from tracking.enums import Status
from tracking.rules import WorkCalendar, place
from tracking.rules.gaps import (
    ENOUGH_GAPS,
    LONGEST_GAPS,
    MOST,
    Histogram,
    Phase,
    Times,
    Usual,
    histogram_of,
    phase_of,
    times_of,
)

ALWAYS = WorkCalendar(carrier="yamato", destination="JP", zone="Asia/Tokyo")
HOURS = st.lists(st.floats(0, 3000), max_size=60)


@given(hours=st.lists(st.floats(0.3, 2000), min_size=30, max_size=200), share=st.floats(0.05, 0.9))
def test_a_quantile_is_within_a_bucket_of_the_truth(hours: list[float], share: float) -> None:
    ordered = sorted(hours, reverse=True)
    told = histogram_of(hours).outlasted_by(share)
    # The half entry for what was never seen moves the rank by one at most.
    place = share * (len(ordered) + 0.5) - 0.5
    above, below = (
        ordered[min(max(int(place) - 1, 0), len(ordered) - 1)],
        ordered[min(int(place) + 1, len(ordered) - 1)],
    )
    assert below / 1.2 <= told <= above * 1.2


@given(first=HOURS, second=HOURS)
def test_histograms_add_up(first: list[float], second: list[float]) -> None:
    together = histogram_of(first).merged(histogram_of(second))
    assert together == histogram_of([*first, *second])


@given(hours=HOURS, lengths=st.tuples(st.floats(0, 4000), st.floats(0, 4000)))
def test_longer_times_are_rarer_and_never_impossible(
    hours: list[float], lengths: tuple[float, float]
) -> None:
    seen = histogram_of(hours)
    short, long = sorted(lengths)
    assert 1 >= seen.share_beyond(short) >= seen.share_beyond(long) > 0


def test_old_entries_fade() -> None:
    full = Histogram(counts={10: MOST, 3: 1})
    assert full.merged(Histogram(counts={20: 10})).counts == {10: MOST // 2, 20: 5}


@given(hours=HOURS)
def test_what_is_kept_is_read_again(hours: list[float]) -> None:
    times = Times(gaps={Phase.MOVING: histogram_of(hours)}, arrivals={})
    assert Times.from_json(times.to_json()) == times


@pytest.mark.parametrize("status", list(Status))
def test_only_ended_journeys_have_no_phase(status: Status) -> None:
    assert (phase_of(status, "") is None) is status.is_final


def test_a_delivered_parcel_teaches_its_gaps_and_its_times_to_the_door() -> None:
    scans = place(
        [
            scan(0, "info_received", "label_created"),
            scan(10, "in_transit", "picked_up"),
            scan(12, None, raw_code="note"),
            scan(20, "in_transit", "arrived_facility"),
            scan(30, "in_transit", "at_delivery_depot"),
            scan(34, "out_for_delivery"),
            scan(40, "delivered"),
            scan(90, "delivered", "signed"),
            timeless("in_transit"),
        ]
    )
    told = times_of(scans, ALWAYS)
    assert told.gaps == {
        Phase.LABEL: histogram_of([10]),
        Phase.MOVING: histogram_of([2, 8, 10]),
        Phase.NEAR: histogram_of([4]),
        Phase.OUT: histogram_of([6]),
    }
    assert told.arrivals == {
        Phase.LABEL: histogram_of([40]),
        Phase.MOVING: histogram_of([30]),
        Phase.NEAR: histogram_of([10]),
        Phase.OUT: histogram_of([6]),
    }
    shuffled = random.Random(5).sample(scans, len(scans))
    assert times_of(shuffled, ALWAYS) == told


def test_a_parcel_on_its_way_teaches_nothing_yet() -> None:
    assert times_of(place([scan(0, "in_transit"), scan(9, "in_transit")]), ALWAYS) == Times()


def times(gap: float, count: int) -> Times:
    return Times(gaps={Phase.MOVING: histogram_of([gap] * count)}, arrivals={})


def test_a_lane_with_too_few_parcels_asks_its_service_then_its_carrier() -> None:
    lane, service, carrier = times(5, ENOUGH_GAPS - 1), times(9, ENOUGH_GAPS), times(20, 500)
    assert Usual(levels=[lane, service, carrier]).gap(Phase.MOVING) == histogram_of([9] * 20)
    assert Usual(levels=[lane, lane, carrier]).gap(Phase.MOVING) == histogram_of([20] * 500)
    nothing = Usual(levels=[lane, lane, lane])
    assert nothing.gap(Phase.MOVING) is None
    assert nothing.longest_gap(Phase.MOVING) == LONGEST_GAPS[Phase.MOVING]
    assert Usual(levels=[carrier]).longest_gap(Phase.MOVING) == pytest.approx(20, rel=0.16)


def test_the_share_of_parcels_seen_on_a_vehicle() -> None:
    arrivals = {Phase.LABEL: histogram_of([30] * 40), Phase.OUT: histogram_of([5] * 30)}
    assert Usual(levels=[Times(arrivals=arrivals)]).share_out() == 0.75
    assert Usual(levels=[Times()]).share_out() is None


def test_a_phase_entered_again_counts_a_parcel_once() -> None:
    """Scans that come out of order go back and forth: each parcel was on a vehicle all the same."""
    told = place(
        [
            scan(0, "in_transit", "at_delivery_depot"),
            scan(1, "in_transit", "departed_facility"),
            scan(2, "in_transit", "at_delivery_depot"),
            scan(3, "in_transit", "departed_facility"),
            scan(4, "out_for_delivery"),
            scan(6, "delivery_attempted"),
            scan(20, "out_for_delivery"),
            scan(24, "delivered"),
        ]
    )
    taught = Times()
    for _ in range(ENOUGH_GAPS):
        taught = taught.merged(times_of(told, ALWAYS))
    assert {one.total for one in taught.arrivals.values()} == {ENOUGH_GAPS}
    assert Usual(levels=[taught]).share_out() == 1.0
    assert times_of(told, ALWAYS).arrivals[Phase.OUT] == histogram_of([20])
