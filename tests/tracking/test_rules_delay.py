"""The delay block stands beside the status and follows from facts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.tracking.scans import START, scan
from tracking.enums import DelayReason, DelaySource
from tracking.rules import Delay, NormalisedEvent, Prediction, delay_of, fold, place

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
    assert told.named_at == scan(2, None).occurred_at


def test_an_estimate_named_after_a_delay_scan_and_within_the_promise_overrules_it() -> None:
    weather = scan(1, "in_transit", "weather_delay")
    facts = {"first_estimate": PROMISED, "latest_estimate": PROMISED}
    for hours, is_late in ((0.5, True), (1, True), (2, False)):
        moment = START + timedelta(hours=hours)
        told = block(scan(0, "in_transit"), weather, estimate_changed_at=moment, **facts)
        assert told.is_delayed is is_late
    beyond = {"first_estimate": PROMISED, "latest_estimate": LATER}
    moment = START + timedelta(hours=2)
    told = block(scan(0, "in_transit"), weather, estimate_changed_at=moment, **beyond)
    assert (told.is_delayed, told.reason) == (True, DelayReason.WEATHER)
    # What the newest message says over all scans stands: it knows of both.
    over_all = (START, DelayReason.CARRIER)
    told = block(weather, estimate_changed_at=moment, told_over_all=over_all, **facts)
    assert (told.is_delayed, told.reason) == (True, DelayReason.CARRIER)


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


SOON = Prediction(certainty=0.9, days=(LATER, LATER))
CALM = Prediction(certainty=0.1)
FORESEEN = {"first_estimate": PROMISED, "latest_estimate": PROMISED}


def later(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_a_prediction_makes_it_late_before_the_day_ends() -> None:
    told = block(scan(0, "in_transit"), prediction=SOON, **FORESEEN)
    assert (told.is_delayed, told.source) == (True, DelaySource.PREDICTED)
    assert (told.certainty, told.days, told.known_at) == (90, (LATER, LATER), START)
    still = block(scan(0, "in_transit"), prediction=SOON, is_stalled=True, **FORESEEN)
    assert still.source is DelaySource.STALLED
    assert not block(scan(0, "in_transit"), prediction=CALM, **FORESEEN).is_delayed


def test_what_was_said_stands_for_a_day_and_keeps_its_time() -> None:
    said = block(scan(0, "in_transit"), prediction=SOON, **FORESEEN)
    far = {"first_estimate": LATER, "latest_estimate": LATER}
    again = block(scan(0, "in_transit"), prediction=SOON, before=said, at=later(5), **far)
    assert (again.detected_at, again.known_at) == (START, START)
    held = block(scan(6, "in_transit"), prediction=CALM, before=again, at=later(23.9), **far)
    assert (held.is_delayed, held.source, held.is_held) == (True, DelaySource.PREDICTED, True)
    over = block(scan(6, "in_transit"), prediction=CALM, before=held, at=later(24), **far)
    assert (over.is_delayed, over.is_held, over.cleared_at) == (False, False, later(24))
    assert over.source is DelaySource.PREDICTED


def test_what_was_cleared_is_not_foreseen_again_for_a_day() -> None:
    far = {"first_estimate": LATER, "latest_estimate": LATER}
    cleared = Delay(source=DelaySource.PREDICTED, detected_at=START, cleared_at=later(24))
    quiet = block(scan(0, "in_transit"), prediction=SOON, before=cleared, at=later(40), **far)
    assert not quiet.is_delayed
    assert quiet.cleared_at == later(24)
    anew = block(scan(0, "in_transit"), prediction=SOON, before=quiet, at=later(48), **far)
    assert (anew.is_delayed, anew.detected_at) == (True, later(48))
    # The carrier's own word is a fact, and told.
    fact = block(scan(30, "in_transit", "carrier_delay"), before=cleared, at=later(40), **far)
    assert fact.is_delayed


def test_an_estimate_that_moves_back_is_good_news_after_a_day() -> None:
    moved = block(
        scan(0, "in_transit"),
        first_estimate=PROMISED,
        latest_estimate=LATER,
        estimate_changed_at=START,
    )
    back = block(scan(0, "in_transit"), before=moved, at=later(12), **FORESEEN)
    assert (back.is_delayed, back.latest_estimate) == (True, PROMISED)
    good = block(scan(0, "in_transit"), before=back, at=later(25), **FORESEEN)
    assert (good.is_delayed, good.cleared_at) == (False, later(25))


def test_arriving_in_time_ends_what_was_foreseen_and_stays_ended() -> None:
    said = block(scan(0, "in_transit"), prediction=SOON, **FORESEEN)
    rows = (scan(0, "in_transit"), scan(6, "delivered"))
    done = block(*rows, before=said, at=later(7), **FORESEEN)
    assert (done.is_delayed, done.source) == (False, DelaySource.PREDICTED)
    assert done.cleared_at == later(6)
    assert block(*rows, before=done, at=later(90), **FORESEEN) == done
