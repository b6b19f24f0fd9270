"""All that is to be said of one parcel at one instant, drawn from its facts by the other rules."""

from dataclasses import dataclass
from datetime import date, datetime

from tracking.enums import DelayReason, IncidentEnd
from tracking.rules.delay import Delay, delay_of
from tracking.rules.incidents import (
    FoundIncident,
    Journey,
    end_of_incident,
    incidents_of,
    next_look,
    pickup_lateness,
)
from tracking.rules.prediction import Prediction, predict


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is to be said of a parcel.

    `pickup_late` is how often it is time to say that no carrier took it yet. `end` is why incidents
    that are not among `incidents` are over; `look_again_at` is when time alone may change any of
    it.
    """

    delay: Delay
    incidents: tuple[FoundIncident, ...]
    pickup_late: int
    end: IncidentEnd
    look_again_at: datetime | None


def judge_journey(
    journey: Journey,
    *,
    first_estimate: date | None,
    latest_estimate: date | None,
    estimate_changed_at: datetime | None,
    at: datetime,
    told_over_all: tuple[datetime, DelayReason] | None = None,
    before: Delay | None = None,
) -> Verdict:
    """Judge a parcel by its journey and by the days and the delay that it was told of.

    The arguments are those of `delay_of`; `before` is its delay block as it stood.
    """
    state, calendar = journey.state, journey.calendar
    prediction = Prediction()
    if not state.status.is_final:
        prediction = predict(
            journey.scans, promised=first_estimate, calendar=calendar, usual=journey.usual, at=at
        )
    delay = delay_of(
        state,
        journey.scans,
        first_estimate=first_estimate,
        latest_estimate=latest_estimate,
        estimate_changed_at=estimate_changed_at,
        zone=calendar.zone,
        at=at,
        told_over_all=told_over_all,
        prediction=prediction,
        is_stalled=journey.is_stalled(at),
        before=before,
    )
    return Verdict(
        delay=delay,
        incidents=incidents_of(journey, delay, at=at),
        pickup_late=pickup_lateness(journey, at=at),
        end=end_of_incident(state, is_forgotten=journey.is_forgotten(at)),
        look_again_at=next_look(journey, delay, prediction, at=at),
    )
