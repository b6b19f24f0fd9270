"""The state is a fold over the set of scans."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracking.scans import dated, scan, timeless
from tracking.enums import Status
from tracking.rules import NormalisedEvent, Summary, fold, place
from tracking.rules.state import MOVES


def state_of(*events: NormalisedEvent, summary: Summary | None = None) -> tuple[str, str]:
    state = fold(place(events), summary)
    return state.status, state.substatus


def test_nothing_known_waits_for_the_carrier() -> None:
    state = fold([])
    assert (state.status, state.substatus) == ("pending", "awaiting_carrier")
    assert state.entered_by is None


def test_the_latest_scan_decides_however_late_the_others_come() -> None:
    assert state_of(
        scan(3, "out_for_delivery", "on_vehicle"),
        scan(1, "in_transit", "accepted"),
        scan(2, "in_transit", "at_delivery_depot"),
    ) == ("out_for_delivery", "on_vehicle")


def test_information_only_never_moves_the_status() -> None:
    state = fold(
        place(
            [
                scan(1, "in_transit", "accepted"),
                scan(2, None),
                scan(3, "in_transit", "information_only"),
            ]
        )
    )
    assert state.substatus == "accepted"
    assert state.last_scan is not None
    assert state.last_scan.event.substatus == "information_only"


def test_scans_outrank_summaries() -> None:
    delivered = Summary(status=Status.DELIVERED, substatus="delivered")
    assert state_of(scan(1, "in_transit"), summary=delivered) == ("in_transit", "")
    assert state_of(summary=delivered) == ("delivered", "delivered")
    assert state_of(scan(1, None), summary=delivered) == ("delivered", "delivered")


@pytest.mark.parametrize("late", ["pending", "info_received", "in_transit", "out_for_delivery"])
def test_late_news_do_not_undo_a_delivery(late: str) -> None:
    assert state_of(scan(1, "delivered", "locker"), scan(2, late)) == ("delivered", "locker")


def test_a_problem_reopens_a_delivery_and_the_second_one_counts() -> None:
    # Canada Post delivered, found an addressing error, and delivered again two days later.
    second = scan(52, "delivered", "delivered")
    state = fold(
        place(
            [
                scan(0, "delivered", "delivered"),
                scan(22, "exception", "address_incorrect"),
                scan(30, "in_transit", "arrived_facility"),
                scan(48, "out_for_delivery", "on_vehicle"),
                second,
            ]
        )
    )
    assert state.status is Status.DELIVERED
    assert state.entered_by is not None
    assert state.entered_by.event is second
    assert len(state.turns_to(Status.DELIVERED)) == 2


def test_a_repeated_delivery_scan_keeps_the_first_time_and_the_better_word() -> None:
    first = scan(1, "delivered", "delivered")
    state = fold(place([first, scan(1.1, "delivered", "signed")]))
    assert state.substatus == "signed"
    assert state.entered_by is not None
    assert state.entered_by.event is first


def test_the_way_back_is_not_the_way_there() -> None:
    back = scan(1, "returning", "refused")
    assert state_of(back, scan(2, "in_transit")) == ("returning", "refused")
    assert state_of(back, scan(2, "exception", "customs_held")) == ("returning", "refused")
    assert state_of(back, scan(2, "exception", "lost")) == ("exception", "lost")
    assert state_of(back, scan(2, "returned")) == ("returned", "")
    assert state_of(scan(1, "returned"), scan(2, "delivered")) == ("returned", "")


def test_a_scan_proves_that_a_cancelled_or_silent_parcel_lives() -> None:
    for status in ("cancelled", "expired"):
        assert state_of(scan(1, status), scan(2, "in_transit")) == ("in_transit", "")
    assert state_of(scan(1, "cancelled"), scan(2, "info_received")) == ("cancelled", "")


def test_attempts_are_counted_once_each() -> None:
    # FedEx told one failed attempt in two rows, two minutes apart.
    state = fold(
        place(
            [
                scan(1, "out_for_delivery"),
                scan(2, "delivery_attempted"),
                scan(2.1, "delivery_attempted"),
                scan(20, "out_for_delivery"),
                scan(21, "delivery_attempted"),
            ]
        )
    )
    assert len(state.turns_to(Status.DELIVERY_ATTEMPTED)) == 2


def test_every_status_may_repeat() -> None:
    assert all(status in MOVES[status] for status in Status)
    assert set(MOVES) == set(Status)


statuses = st.sampled_from([None, *Status])


@st.composite
def listings(draw: st.DrawFn) -> list[NormalisedEvent]:
    """Listings as sources give them: exact, dated and time-less rows, with ties and repeats."""
    rows: list[NormalisedEvent] = []
    for position in range(draw(st.integers(1, 9))):
        status = draw(statuses)
        kind = draw(st.sampled_from(["instant", "instant", "day", "none"]))
        source = draw(st.sampled_from(["one", "two"]))
        if kind == "instant":
            hours = draw(st.integers(0, 60))
            rows.append(scan(hours, status, source=source, position=position))
        elif kind == "day":
            day = draw(st.integers(20, 22))
            rows.append(
                dated(f"2026-11-{day}", status or "in_transit", source=source, position=position)
            )
        else:
            rows.append(timeless(status or "in_transit", position=position))
    return rows


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_permutation_with_repeats_gives_the_same_state(data: st.DataObject) -> None:
    placed = place(data.draw(listings()))
    told = fold(placed)
    repeated = placed + data.draw(st.lists(st.sampled_from(placed), max_size=10))
    assert fold(data.draw(st.permutations(repeated))) == told


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_rows_keep_place_and_key_in_any_order_of_arrival(data: st.DataObject) -> None:
    events = data.draw(listings())
    assert place(data.draw(st.permutations(events + events))) == place(events)


@settings(max_examples=200, deadline=None)
@given(listings())
def test_a_delivery_is_left_only_by_a_problem_or_a_return(events: list[NormalisedEvent]) -> None:
    rows = place(events)
    for known in range(1, len(rows) + 1):
        before, after = fold(rows[: known - 1]), fold(rows[:known])
        if before.latest and before.status is Status.DELIVERED:
            assert after.status in MOVES[Status.DELIVERED]
