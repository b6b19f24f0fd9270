"""When a parcel is asked about: never too often, sooner near the door, and not for ever."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.scans import START, scan
from tracking.enums import ENDED, Status
from tracking.rules import NormalisedShipment
from tracking.rules.polling import (
    DAILY,
    LEAST,
    QUIET,
    SPREAD,
    STOPS_AFTER,
    PollFacts,
    choose_told,
    interval_of,
    is_near,
    next_poll,
)

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
spans = st.timedeltas(timedelta(0), timedelta(days=120))


@st.composite
def parcels(draw: st.DrawFn) -> PollFacts:
    return PollFacts(
        status=draw(st.sampled_from(Status)),
        begun_at=AT - draw(spans),
        zone=draw(st.sampled_from(["Asia/Tokyo", "America/New_York", "UTC"])),
        is_stalled=draw(st.booleans()),
        due_on=draw(st.none() | st.dates(date(2026, 11, 15), date(2026, 11, 27))),
        heard_at=draw(st.none() | spans.map(lambda span: AT - span)),
    )


def parcel(status: Status, **facts: object) -> PollFacts:
    values = {"begun_at": AT - timedelta(days=2), "zone": "Asia/Tokyo", **facts}
    return PollFacts(status=status, **values)  # type: ignore[arg-type]


@given(parcels(), st.none() | spans, st.floats(0, 1))
def test_no_parcel_is_asked_about_too_often_nor_for_ever(
    facts: PollFacts, ago: timedelta | None, spread: float
) -> None:
    asked_at = None if ago is None else AT - ago
    moment = next_poll(facts, asked_at=asked_at, at=AT, spread=spread)
    is_over = facts.status in ENDED or AT - facts.begun_at >= STOPS_AFTER
    assert (moment is None) == is_over
    if moment is None:
        return
    if asked_at is not None:
        assert moment >= asked_at + LEAST
    if facts.heard_at is not None and not is_near(facts, at=AT):
        assert moment >= facts.heard_at + QUIET
    latest = max(asked_at or AT, AT, facts.heard_at or AT) + DAILY * (1 + SPREAD)
    assert moment <= max(latest, (facts.heard_at or AT) + QUIET)


@given(parcels(), st.floats(0, 1))
def test_the_first_question_comes_at_once(facts: PollFacts, spread: float) -> None:
    moment = next_poll(facts, asked_at=None, at=AT, spread=spread)
    if moment is not None and (facts.heard_at is None or is_near(facts, at=AT)):
        assert moment == AT


def test_another_sources_word_does_not_hold_back_a_parcel_that_comes_today() -> None:
    def asked_next(status: Status) -> datetime | None:
        facts = parcel(status, heard_at=AT - HOUR)
        return next_poll(facts, asked_at=AT - HOUR, at=AT, spread=0)

    assert asked_next(Status.OUT_FOR_DELIVERY) == AT - HOUR + LEAST
    assert asked_next(Status.IN_TRANSIT) == AT - HOUR + QUIET


@pytest.mark.parametrize(
    ("facts", "interval"),
    [
        (parcel(Status.OUT_FOR_DELIVERY), LEAST),
        (parcel(Status.IN_TRANSIT), 4 * HOUR),
        (parcel(Status.IN_TRANSIT, due_on=date(2026, 11, 21)), HOUR),
        (parcel(Status.IN_TRANSIT, due_on=date(2026, 11, 22)), 4 * HOUR),
        # Three o'clock UTC is still the day before in New York.
        (
            parcel(Status.IN_TRANSIT, due_on=date(2026, 11, 20), zone="America/New_York"),
            HOUR,
        ),
        (parcel(Status.IN_TRANSIT, is_stalled=True), DAILY),
        (parcel(Status.IN_TRANSIT, is_stalled=True, due_on=date(2026, 11, 21)), DAILY),
        (parcel(Status.OUT_FOR_DELIVERY, is_stalled=True), LEAST),
        (parcel(Status.EXCEPTION), DAILY),
        (parcel(Status.EXCEPTION, due_on=date(2026, 11, 21)), HOUR),
        (parcel(Status.INFO_RECEIVED), 8 * HOUR),
        (parcel(Status.INFO_RECEIVED, begun_at=AT - timedelta(days=7)), DAILY),
        (parcel(Status.PENDING), 12 * HOUR),
        (parcel(Status.DELIVERED), None),
        (parcel(Status.IN_TRANSIT, begun_at=AT - timedelta(days=90)), None),
        (parcel(Status.IN_TRANSIT, begun_at=AT - timedelta(days=89)), 4 * HOUR),
    ],
)
def test_how_often(facts: PollFacts, interval: timedelta | None) -> None:
    assert interval_of(facts, at=AT) == interval


def told(newest: float | None) -> NormalisedShipment:
    events = () if newest is None else (scan(newest - 5, "in_transit"), scan(newest, "delivered"))
    return NormalisedShipment(source="fedex", tracking_number="1", events=events)


def test_a_number_given_again_tells_of_the_newer_parcel() -> None:
    last_year, now = told(-24 * 300), told(2)
    assert choose_told([now, last_year], begun_at=START) is now
    assert choose_told([last_year, now], begun_at=START) is now
    assert choose_told([last_year], begun_at=START) is None
    assert choose_told([last_year], begun_at=START - timedelta(days=301)) is last_year


def test_an_answer_without_scans_is_about_the_parcel() -> None:
    nothing = told(None)
    assert choose_told([nothing], begun_at=START) is nothing
    assert choose_told([], begun_at=START) is None
