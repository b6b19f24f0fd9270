"""How one parcel fared, and what many add up to."""

from datetime import UTC, date, datetime, timedelta
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.scans import counts_of
from tracking.enums import Status
from tracking.rules.gaps import GROWTH, SHORTEST, Histogram, histogram_of
from tracking.rules.outcomes import Figures, Moment, Outcome, added_up, figures_of, outcome_of

SENT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def moment(hours: float) -> Moment:
    at = SENT + timedelta(hours=hours)
    return Moment(at=at, on=at.date())


def outcome(status: Status = Status.DELIVERED, **facts: object) -> Outcome | None:
    values: dict[str, object] = {
        "ended": moment(50),
        "sent": moment(0),
        "first_scan": moment(2),
        "promised_on": None,
        "attempts": 0,
        "incidents": 0,
    }
    return outcome_of(status, **{**values, **facts})  # type: ignore[arg-type]


def bucket(hours: float) -> int:
    return next(iter(histogram_of([hours]).counts))


@pytest.mark.parametrize(
    "status", [s for s in Status if s not in ("delivered", "returned", "expired")]
)
def test_journeys_that_go_on_or_never_began_are_not_counted(status: Status) -> None:
    assert outcome(status) is None


@pytest.mark.parametrize(
    ("promised", "ended", "kept"),
    [
        (date(2026, 11, 4), moment(50), True),
        (date(2026, 11, 3), moment(50), False),
        (None, moment(50), None),
        (date(2026, 11, 4), Moment(), None),
        # The day at the door counts, not the day of the instant somewhere else.
        (date(2026, 11, 4), Moment(at=SENT + timedelta(hours=70), on=date(2026, 11, 4)), True),
    ],
)
def test_a_promise_is_kept_until_its_day_ends(
    promised: date | None, ended: Moment, kept: bool | None
) -> None:
    found = outcome(promised_on=promised, ended=ended)
    assert found is not None
    assert found.on_time is kept


def test_what_went_back_kept_no_promise_and_has_no_transit() -> None:
    found = outcome(Status.RETURNED, promised_on=date(2026, 12, 1), attempts=3)
    assert found is not None
    assert (found.on_time, found.transit, found.first_scan) == (None, None, bucket(2))
    figures = figures_of(found)
    assert (figures.returned, figures.delivered, figures.attempts, figures.first_try) == (
        *(1, 0, 0, 0),
    )


@pytest.mark.parametrize(
    ("first_scan", "transit", "waited"),
    [(moment(2), 48, 2), (None, 50, None), (moment(50), 50, None), (moment(-5), 55, 0)],
)
def test_transit_begins_at_the_first_scan_or_where_the_shop_sent_it(
    first_scan: Moment | None, transit: float, waited: float | None
) -> None:
    found = outcome(first_scan=first_scan)
    assert found is not None
    assert found.transit == bucket(transit)
    assert found.first_scan == (None if waited is None else bucket(waited))


def test_times_that_cannot_be_known_are_left_out() -> None:
    assert Moment(on=date(2026, 11, 4)).hours_since(moment(0)) == 48
    assert Moment(on=date(2026, 11, 1)).hours_since(moment(0)) == 0
    assert moment(1).hours_since(Moment()) is None
    assert Moment().hours_since(Moment()) is None


def test_nothing_has_no_figures() -> None:
    none = added_up([])
    assert none == Figures()
    assert none.on_time_rate is none.first_try_rate is none.mean_attempts is None
    assert none.troubled_rate is none.transit_days(0.5) is none.first_scan_hours(0.5) is None


def test_rates_say_of_how_many() -> None:
    figures = Figures(
        parcels=10, delivered=8, promised=4, on_time=3, first_try=6, attempts=4, troubled=1
    )
    assert figures.on_time_rate == 0.75
    assert figures.first_try_rate == 0.75
    assert figures.mean_attempts == 1.5
    assert figures.troubled_rate == 0.1


OUTCOMES = st.builds(
    Outcome,
    status=st.sampled_from([Status.DELIVERED, Status.RETURNED, Status.EXPIRED]),
    on_time=st.sampled_from([None, True, False]),
    attempts=st.integers(0, 5),
    incidents=st.integers(0, 5),
    transit=st.none() | st.integers(0, 72),
    first_scan=st.none() | st.integers(0, 72),
)


@given(st.lists(OUTCOMES), st.lists(OUTCOMES))
def test_what_was_added_can_be_taken_away_exactly(kept: list[Outcome], gone: list[Outcome]) -> None:
    both = added_up(map(figures_of, kept + gone))
    assert added_up([both], map(figures_of, gone)) == added_up(map(figures_of, kept))


@given(st.lists(st.floats(1, 2000), min_size=20), st.sampled_from([50, 85, 95]))
def test_a_length_is_reached_within_a_bucket_of_the_truth(hours: list[float], share: int) -> None:
    found = histogram_of(hours).reached_by(share / 100)
    assert found is not None
    lowest, highest = sorted(hours), quantiles(hours, n=100, method="inclusive")[share - 1]
    place = lowest[max(0, int(len(hours) * share / 100) - 1)]
    assert place / GROWTH - SHORTEST <= found <= max(highest, place) * GROWTH + SHORTEST


@given(st.lists(st.floats(0, 9000)), st.lists(st.floats(0, 9000)))
def test_histograms_added_up_are_the_histogram_of_all(
    some: list[float], others: list[float]
) -> None:
    both = added_up(Figures(transit=counts_of(hours)) for hours in (some, others))
    assert Histogram.of_row(both.transit) == histogram_of(some + others)
    assert both.first_scan == Figures().first_scan


def test_a_histogram_that_lacks_buckets_is_not_added_up() -> None:
    with pytest.raises(ValueError, match="zip"):
        added_up([Figures(), Figures(transit=(1, 2))])


def test_a_length_stays_within_what_was_seen() -> None:
    few = histogram_of([24, 48, 72])
    assert few.reached_by(1.0) == pytest.approx(72, rel=0.16)
    assert few.reached_by(0.95) <= few.reached_by(1.0)  # type: ignore[operator]
    assert Histogram().reached_by(0.5) is None
