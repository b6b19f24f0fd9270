"""The same scan through two sources is one line, and nothing else is."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.scans import dated, scan
from tracking.enums import Status, TimePrecision
from tracking.rules import NormalisedEvent, place
from tracking.rules.same import told_once


def lines(*events: NormalisedEvent) -> list[tuple[str, str]]:
    """Return source and place of each line of the timeline."""
    return [(row.event.source, row.event.location) for row in told_once(place(events))]


def other(event: NormalisedEvent, **facts: object) -> NormalisedEvent:
    """The same scan as an aggregator tells it: other words, no seconds."""
    assert event.occurred_at is not None
    cut = event.occurred_at.replace(second=0)
    return replace(
        event,
        **{
            "source": "easypost",
            "occurred_at": cut,
            "time_precision": TimePrecision.MINUTE,
            "raw_code": "",
            "raw_description": "",
            "location": "",
            **facts,
        },
    )


def test_two_sources_one_line_and_the_row_that_says_more_stays() -> None:
    carriers = scan(0.01, "in_transit", "arrived_facility", location="Oakland")
    assert lines(carriers, other(carriers, substatus="in_transit")) == [("test", "Oakland")]
    bare = replace(carriers, location="", raw_description="")
    assert lines(bare, other(bare, location="Oakland, CA")) == [("easypost", "Oakland, CA")]


def test_two_scans_of_one_minute_stay_two_through_both_sources() -> None:
    first = scan(0, "in_transit", "arrived_facility", location="Guangzhou", position=1)
    second = scan(0, "in_transit", "departed_facility", location="Guangzhou", position=2)
    both = [first, second, other(first, position=1), other(second, position=2)]
    assert lines(*both) == [("test", "Guangzhou")] * 2


def test_one_source_never_loses_a_line() -> None:
    event = scan(0, "in_transit", "in_transit")
    assert len(lines(event, replace(event, position=1, raw_code="again"))) == 2


def test_what_is_not_sure_to_be_the_same_stays() -> None:
    event = scan(0, "in_transit", "arrived_facility")
    assert event.occurred_at is not None
    assert len(lines(event, other(event, status=Status.OUT_FOR_DELIVERY, substatus=""))) == 2
    later = event.occurred_at + timedelta(seconds=61)
    assert len(lines(event, other(event, occurred_at=later))) == 2
    assert len(lines(event, other(event, status=None, substatus=""))) == 2
    day = dated("2026-11-20", "in_transit", "arrived_facility")
    assert len(lines(day, replace(day, source="easypost", raw_code=""))) == 2


@given(
    st.lists(st.integers(0, 600), max_size=8, unique=True),
    st.sets(st.integers(0, 7)),
    st.randoms(use_true_random=False),
)
def test_a_second_source_adds_only_what_the_first_did_not_tell(
    seconds: list[int], missing: set[int], chance: object
) -> None:
    scans = [
        scan(second / 3600, "in_transit", "in_transit", location=f"at {second}", position=place_)
        for place_, second in enumerate(sorted(seconds))
    ]
    first = [event for number, event in enumerate(scans) if number not in missing]
    second = [other(event) for event in scans]
    told = lines(*first, *second)
    assert len(told) == len(scans)
    assert [source for source, _ in told].count("test") == len(first)
