"""Incidents are open exactly while the facts say so, in whatever order these are told."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.scans import START, scan
from tracking.enums import (
    Actor,
    Deed,
    DelayReason,
    DelaySource,
    IncidentEnd,
    IncidentKind,
    Status,
    vocabulary,
)
from tracking.rules import (
    Action,
    Delay,
    FoundIncident,
    Journey,
    NormalisedEvent,
    Prediction,
    Usual,
    WorkCalendar,
    end_of_incident,
    fold,
    incidents_of,
    next_look,
    place,
)
from tracking.rules.gaps import LONGEST_GAPS, Phase, Times, histogram_of
from tracking.rules.incidents import LOST_LEAST, STALL_FACTOR

YAMATO = WorkCalendar(carrier="yamato", origin="JP", destination="JP", zone="Asia/Tokyo")
STALLED_AFTER = LONGEST_GAPS[Phase.MOVING] * STALL_FACTOR
PROMISED = date(2026, 11, 21)


def journey(*events: NormalisedEvent, **facts: Any) -> Journey:
    rows = place(events)
    values: dict[str, Any] = {
        "state": fold(rows),
        "scans": rows,
        "calendar": YAMATO,
        "usual": Usual(),
        "handed_over_at": START,
        **facts,
    }
    return Journey(**values)


def found(*events: NormalisedEvent, hours: float = 1, **facts: Any) -> dict[str, FoundIncident]:
    delay = facts.pop("delay", Delay())
    at = START + timedelta(hours=hours)
    return {one.kind.value: one for one in incidents_of(journey(*events, **facts), delay, at=at)}


@pytest.mark.parametrize(
    ("status", "substatus", "kind"),
    [
        ("pending", "invalid_number", "invalid_number"),
        ("in_transit", "misrouted", "misrouted"),
        ("delivery_attempted", "recipient_absent", "failed_attempt"),
        ("delivery_attempted", "address_problem", "address_problem"),
        ("delivery_attempted", "payment_due", "payment_due"),
        ("exception", "address_incorrect", "address_problem"),
        ("exception", "duties_unpaid", "payment_due"),
        ("exception", "customs_held", "customs_hold"),
        ("exception", "documents_missing", "customs_hold"),
        ("exception", "damaged", "damaged"),
        ("exception", "lost", "lost_suspected"),
        ("exception", "unclaimed", "unclaimed"),
        ("exception", "security", "other_problem"),
        ("exception", "", "other_problem"),
        ("returning", "refused", "returning"),
        ("expired", "no_updates", "lost_suspected"),
        ("available_for_pickup", "final_notice", "unclaimed"),
    ],
)
def test_what_the_carrier_reports(status: str, substatus: str, kind: str) -> None:
    told = found(scan(0, status, substatus))
    assert list(told) == [kind]
    assert told[kind].since == START
    assert told[kind].cause == (substatus or status)


def test_every_exception_needs_a_person_and_no_good_news_does() -> None:
    for name, entry in vocabulary()["statuses"].items():
        status = Status(name)
        for substatus in entry["substatuses"]:
            told = found(scan(0, name, substatus))
            if status in (Status.EXCEPTION, Status.DELIVERY_ATTEMPTED, Status.RETURNING):
                assert len(told) == 1, (name, substatus)
            if status in (Status.DELIVERED, Status.OUT_FOR_DELIVERY, Status.CANCELLED):
                assert told == {}, (name, substatus)


def test_a_label_that_nobody_scans() -> None:
    label = scan(0, "info_received", "label_created")
    assert found(label, hours=47) == {}
    told = found(label, hours=48)
    assert list(told) == ["label_not_scanned"]
    assert told["label_not_scanned"].since == START
    assert found(label, scan(3, "in_transit", "picked_up"), hours=49) == {}


def test_a_number_that_leads_nowhere() -> None:
    unknown = scan(0, "pending", "not_found")
    assert found(unknown, hours=23) == {}
    assert found(unknown, hours=24)["invalid_number"].cause == "not_found"
    wrong = found(scan(0, "info_received"), number_is_valid=False)
    assert wrong["invalid_number"].cause == "check_digit"
    assert found(scan(0, "in_transit"), number_is_valid=False) == {}


def test_a_parcel_stalls_then_may_be_lost_and_lives_on_with_the_next_scan() -> None:
    moving = scan(0, "in_transit", "arrived_facility")
    assert found(moving, hours=STALLED_AFTER - 0.1) == {}
    stalled = found(moving, hours=STALLED_AFTER)["stalled"]
    assert (stalled.cause, stalled.since) == ("moving", START)
    lost_after = max(LONGEST_GAPS[Phase.MOVING] * 4, LOST_LEAST)
    assert list(found(moving, hours=lost_after)) == ["lost_suspected"]
    note = scan(STALLED_AFTER, None, "information_only")
    assert found(moving, note, hours=STALLED_AFTER + 1) == {}


def test_how_long_is_too_long_is_learnt() -> None:
    slow = Times(gaps={Phase.MOVING: histogram_of([150] * 50)})
    facts = {"usual": Usual(levels=[slow])}
    assert found(scan(0, "in_transit"), hours=STALLED_AFTER + 50, **facts) == {}
    assert "stalled" in found(scan(0, "in_transit"), hours=260, **facts)


def test_weekends_do_not_make_a_parcel_stall() -> None:
    ups = WorkCalendar(carrier="acme", origin="JP", destination="JP", zone="Asia/Tokyo")
    # Over the two days of rest and the holiday after START nothing is expected to move.
    assert found(scan(0, "in_transit"), hours=STALLED_AFTER + 71, calendar=ups) == {}
    assert "stalled" in found(scan(0, "in_transit"), hours=STALLED_AFTER + 73, calendar=ups)


def test_a_long_stay_at_the_border_is_a_matter_of_customs() -> None:
    told = found(scan(0, "in_transit", "customs_processing"), hours=181)
    assert list(told) == ["customs_hold"]


def test_a_parcel_to_be_collected_has_a_deadline() -> None:
    ready = scan(0, "available_for_pickup", "at_post_office")
    assert found(ready, hours=71) == {}
    told = found(ready, scan(30, "available_for_pickup", "reminder"), hours=72)["unclaimed"]
    assert (told.deadline, told.certainty) == (date(2026, 11, 27), 80)
    soon = Action(who=Actor.SHOPPER, what=Deed.COLLECT, until=date(2026, 11, 22))
    hurry = found(ready, hours=12, action=soon)["unclaimed"]
    assert (hurry.deadline, hurry.certainty) == (soon.until, 100)
    unknown = WorkCalendar(carrier="acme", destination="JP", zone="Asia/Tokyo")
    assert found(ready, hours=72, calendar=unknown)["unclaimed"].deadline is None


def late(source: DelaySource, **facts: Any) -> Delay:
    values: dict[str, Any] = {
        "is_delayed": True,
        "source": source,
        "reason": DelayReason.WEATHER,
        "detected_at": START,
        "first_estimate": PROMISED,
        **facts,
    }
    return Delay(**values)


@pytest.mark.parametrize(
    ("source", "hours", "kind"),
    [
        (DelaySource.PREDICTED, 1, "predicted_late"),
        (DelaySource.STALLED, 1, "predicted_late"),
        (DelaySource.CARRIER, 1, "carrier_delay"),
        (DelaySource.CARRIER, 36, "promise_passed"),
        (DelaySource.PROMISE_PASSED, 36, "promise_passed"),
    ],
)
def test_late_parcels_have_one_incident(source: DelaySource, hours: float, kind: str) -> None:
    told = found(scan(0, "in_transit"), hours=hours, delay=late(source, certainty=80))
    assert list(told) == [kind]
    assert told[kind].cause == "weather"
    assert (told[kind].deadline, told[kind].certainty) == (PROMISED, 80)


def test_a_late_parcel_that_waits_to_be_collected_has_arrived() -> None:
    assert found(scan(0, "available_for_pickup"), delay=late(DelaySource.CARRIER)) == {}


def test_nobody_waits_for_a_parcel_of_last_season() -> None:
    assert found(scan(0, "exception", "damaged"), hours=24 * 91) == {}
    assert (
        next_look(journey(scan(0, "exception")), Delay(), Prediction(), at=later(24 * 91)) is None
    )


def later(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_an_ended_journey_is_not_looked_at_again() -> None:
    done = journey(scan(0, "delivered"))
    assert next_look(done, late(DelaySource.CARRIER), Prediction(), at=START) is None


STATUSES = st.sampled_from(
    [
        ("info_received", "label_created"),
        ("in_transit", "arrived_facility"),
        ("in_transit", "misrouted"),
        ("in_transit", "customs_processing"),
        ("out_for_delivery", "on_vehicle"),
        ("delivery_attempted", "recipient_absent"),
        ("available_for_pickup", "at_pickup_point"),
        ("exception", "customs_held"),
        ("exception", "damaged"),
        ("returning", "refused"),
        ("delivered", "delivered"),
        (None, "information_only"),
    ]
)
STORIES = st.lists(st.tuples(st.integers(0, 200), STATUSES), min_size=1, max_size=8)


@given(story=STORIES, seed=st.randoms(use_true_random=False), hours=st.integers(200, 2500))
def test_the_order_of_messages_does_not_matter(story: Any, seed: Any, hours: int) -> None:
    events = [
        scan(hour, status, substatus, position=spot)
        for spot, (hour, (status, substatus)) in enumerate(story)
    ]
    shuffled = [*events, *events[:3]]
    seed.shuffle(shuffled)
    assert found(*events, hours=hours) == found(*shuffled, hours=hours)


@given(story=STORIES)
def test_a_delivery_closes_everything(story: Any) -> None:
    events = [scan(hour, status, substatus) for hour, (status, substatus) in story]
    told = journey(*events, scan(201, "delivered"))
    if told.state.status is Status.DELIVERED:
        assert incidents_of(told, late(DelaySource.CARRIER), at=later(900)) == ()
        assert end_of_incident(told.state, is_forgotten=False) is IncidentEnd.ARRIVED


@given(story=STORIES, begin=st.integers(0, 400))
def test_nothing_changes_between_two_looks(story: Any, begin: int) -> None:
    told = journey(*(scan(hour, status, substatus) for hour, (status, substatus) in story))
    at = later(max(hour for hour, _ in story) + begin)
    soon = next_look(told, Delay(), Prediction(), at=at)
    until = soon or at + timedelta(days=300)
    assert until > at
    halfway, almost = at + (until - at) / 2, until - timedelta(seconds=1)
    kinds = [
        {one.kind for one in incidents_of(told, Delay(), at=moment)}
        for moment in (at, halfway, max(almost, at))
    ]
    assert kinds[0] == kinds[1] == kinds[2]


@pytest.mark.parametrize(
    ("status", "forgotten", "end"),
    [
        ("in_transit", True, IncidentEnd.OUTDATED),
        ("in_transit", False, IncidentEnd.MOVED_ON),
        ("returned", False, IncidentEnd.ENDED),
        ("cancelled", False, IncidentEnd.ENDED),
    ],
)
def test_why_an_incident_is_over(status: str, forgotten: bool, end: IncidentEnd) -> None:
    told = journey(scan(0, status))
    assert end_of_incident(told.state, is_forgotten=forgotten) is end


def test_every_kind_is_found_somewhere() -> None:
    kinds = {kind.value for kind in IncidentKind}
    seen = {
        *("invalid_number", "misrouted", "failed_attempt", "address_problem", "payment_due"),
        *("customs_hold", "damaged", "lost_suspected", "unclaimed", "other_problem", "returning"),
        *("label_not_scanned", "stalled", "predicted_late", "carrier_delay", "promise_passed"),
    }
    assert kinds == seen
