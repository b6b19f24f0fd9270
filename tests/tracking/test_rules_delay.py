"""The delay block stands beside the status and follows from facts."""

from datetime import UTC, date, datetime
from typing import Any

from tests.tracking.scans import START, scan
from tracking.enums import DelayReason, DelaySource
from tracking.rules import Delay, NormalisedEvent, delay_of, fold, place

PROMISED, LATER = date(2026, 11, 21), date(2026, 11, 24)


def block(*events: NormalisedEvent, **facts: Any) -> Delay:
    rows = place(events)
    values: dict[str, Any] = {
        "first_estimate": None,
        "latest_estimate": None,
        "estimate_changed_at": None,
        "zone": "Asia/Tokyo",
        "at": START,
        **facts,
    }
    return delay_of(fold(rows), rows, **values)


def test_a_parcel_on_its_way_is_not_late() -> None:
    told = block(scan(0, "in_transit"), first_estimate=PROMISED, latest_estimate=PROMISED)
    assert told == Delay(first_estimate=PROMISED, latest_estimate=PROMISED)


def test_the_carrier_tells_a_delay_in_a_scan_and_the_newest_reason_counts() -> None:
    told = block(
        scan(0, "in_transit"),
        scan(1, None, delay_reason=DelayReason.CARRIER),
        scan(2, "in_transit", "weather_delay"),
    )
    assert told.is_delayed
    assert (told.source, told.reason) == (DelaySource.CARRIER, DelayReason.WEATHER)
    assert told.detected_at == scan(1, None).occurred_at


def test_a_moved_estimate_is_a_delay_and_keeps_the_first_day() -> None:
    told = block(
        scan(0, "in_transit"),
        first_estimate=PROMISED,
        latest_estimate=LATER,
        estimate_changed_at=START,
    )
    assert told.is_delayed
    assert (told.first_estimate, told.latest_estimate) == (PROMISED, LATER)
    assert told.detected_at == START


def test_a_promise_passes_at_midnight_of_the_merchant() -> None:
    midnight = datetime(2026, 11, 21, 15, tzinfo=UTC)
    facts = {"first_estimate": PROMISED, "latest_estimate": PROMISED}
    before = block(scan(0, "in_transit"), at=midnight.replace(hour=14, minute=59), **facts)
    after = block(scan(0, "in_transit"), at=midnight, **facts)
    assert not before.is_delayed
    assert after.is_delayed
    assert after.source is DelaySource.PROMISE_PASSED
    assert after.detected_at == midnight


def test_arriving_in_time_clears_what_was_told() -> None:
    late_word, arrival = scan(1, "in_transit", "carrier_delay"), scan(6, "delivered")
    told = block(late_word, arrival, first_estimate=PROMISED, latest_estimate=LATER)
    assert not told.is_delayed
    assert told.reason is DelayReason.CARRIER
    assert (told.detected_at, told.cleared_at) == (late_word.occurred_at, arrival.occurred_at)


def test_arriving_in_time_forgets_a_promise_that_passes_later() -> None:
    told = block(
        scan(6, "delivered"),
        first_estimate=PROMISED,
        latest_estimate=PROMISED,
        at=START.replace(year=2027),
    )
    assert told == Delay(first_estimate=PROMISED, latest_estimate=PROMISED)


def test_arriving_after_the_first_estimate_was_late_and_stays_so() -> None:
    told = block(scan(60, "delivered"), first_estimate=PROMISED, latest_estimate=LATER)
    assert told.is_delayed
    assert told.cleared_at is None


def test_without_an_estimate_every_arrival_is_in_time() -> None:
    told = block(scan(1, "in_transit", "carrier_delay"), scan(60, "delivered"))
    assert not told.is_delayed


def test_a_parcel_that_is_not_coming_is_not_late() -> None:
    told = block(scan(0, "returning"), first_estimate=PROMISED, at=START.replace(year=2027))
    assert not told.is_delayed
