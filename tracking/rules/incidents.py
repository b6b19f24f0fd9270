"""What is wrong with a parcel right now: a set that follows from its facts and the time alone.

An incident is open exactly while `incidents_of` names it. So it closes itself when the parcel moves
on, whatever order the messages about it arrive in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tracking.enums import (
    CONCLUDED,
    SHOP,
    DelaySource,
    IncidentEnd,
    IncidentKind,
    Remedy,
    Status,
)
from tracking.rules.calendar import WorkCalendar
from tracking.rules.delay import STANDS_FOR, Delay
from tracking.rules.facts import Action, day_of
from tracking.rules.gaps import Phase, Usual, phase_of
from tracking.rules.order import UNDATED, PlacedEvent
from tracking.rules.prediction import Prediction
from tracking.rules.state import ShipmentState

FORGOTTEN = timedelta(days=90)
"""A parcel that nothing was heard of for so long is nobody's work any more."""

STALL_FACTOR = 1.5
"""A parcel stalls when it lies still half as long again as 95 of 100 do."""
STALL_LEAST = 24.0
LOST_FACTOR, LOST_LEAST = 4.0, 168.0
"""Business hours without a scan after which a parcel may be lost: seven business days at least."""
NOT_FOUND_FOR = 24.0
PICKUP_LATE = (48.0, 120.0)
"""Business hours after which a parcel that no carrier took is late to be picked up, each time."""
UNCLAIMED_AFTER = timedelta(days=3)
LAST_DAYS = timedelta(days=2)
"""A parcel to be collected needs attention after three days, and two days before its deadline."""

KEPT_DAYS: Mapping[str, int] = {
    "yamato": 7,
    "sagawa": 7,
    "japan_post": 7,
    "usps": 15,
    "ups": 7,
    "fedex": 7,
    "dhl_parcel_de": 7,
    "royal_mail": 18,
    "canada_post": 15,
}
"""How many days carriers usually keep a parcel for collection, where they name no deadline."""

_LYING = (Phase.MOVING, Phase.BORDER, Phase.NEAR, Phase.OUT, Phase.ATTEMPTED, Phase.TROUBLE)
_OF_SUBSTATUS: Mapping[tuple[Status, str], tuple[IncidentKind, Remedy]] = {
    (Status.PENDING, "invalid_number"): (IncidentKind.INVALID_NUMBER, Remedy.CHECK_NUMBER),
    (Status.IN_TRANSIT, "misrouted"): (IncidentKind.MISROUTED, Remedy.ASK_CARRIER),
    (Status.DELIVERY_ATTEMPTED, "address_problem"): (
        IncidentKind.ADDRESS_PROBLEM,
        Remedy.CORRECT_ADDRESS,
    ),
    (Status.DELIVERY_ATTEMPTED, "payment_due"): (IncidentKind.PAYMENT_DUE, Remedy.SETTLE_PAYMENT),
    (Status.EXCEPTION, "address_incorrect"): (IncidentKind.ADDRESS_PROBLEM, Remedy.CORRECT_ADDRESS),
    (Status.EXCEPTION, "recipient_moved"): (IncidentKind.ADDRESS_PROBLEM, Remedy.CORRECT_ADDRESS),
    (Status.EXCEPTION, "payment_due"): (IncidentKind.PAYMENT_DUE, Remedy.SETTLE_PAYMENT),
    (Status.EXCEPTION, "duties_unpaid"): (IncidentKind.PAYMENT_DUE, Remedy.SETTLE_PAYMENT),
    (Status.EXCEPTION, "customs_held"): (IncidentKind.CUSTOMS_HOLD, Remedy.SEND_DOCUMENTS),
    (Status.EXCEPTION, "documents_missing"): (IncidentKind.CUSTOMS_HOLD, Remedy.SEND_DOCUMENTS),
    (Status.EXCEPTION, "prohibited"): (IncidentKind.CUSTOMS_HOLD, Remedy.ASK_CARRIER),
    (Status.EXCEPTION, "damaged"): (IncidentKind.DAMAGED, Remedy.REPLACE),
    (Status.EXCEPTION, "disposed"): (IncidentKind.DAMAGED, Remedy.REPLACE),
    (Status.EXCEPTION, "lost"): (IncidentKind.LOST_SUSPECTED, Remedy.REPLACE),
    (Status.EXCEPTION, "under_investigation"): (IncidentKind.LOST_SUSPECTED, Remedy.START_TRACE),
    (Status.EXCEPTION, "unclaimed"): (IncidentKind.UNCLAIMED, Remedy.REMIND_SHOPPER),
}
_OF_STATUS: Mapping[Status, tuple[IncidentKind, Remedy]] = {
    Status.DELIVERY_ATTEMPTED: (IncidentKind.FAILED_ATTEMPT, Remedy.ARRANGE_REDELIVERY),
    Status.EXCEPTION: (IncidentKind.OTHER_PROBLEM, Remedy.ASK_CARRIER),
    Status.RETURNING: (IncidentKind.RETURNING, Remedy.RESEND_OR_REFUND),
    Status.EXPIRED: (IncidentKind.LOST_SUSPECTED, Remedy.START_TRACE),
}
_LATE: Mapping[DelaySource, IncidentKind] = {
    DelaySource.CARRIER: IncidentKind.CARRIER_DELAY,
    DelaySource.PROMISE_PASSED: IncidentKind.PROMISE_PASSED,
    DelaySource.PREDICTED: IncidentKind.PREDICTED_LATE,
    DelaySource.STALLED: IncidentKind.PREDICTED_LATE,
}
_ARRIVED = (Status.AVAILABLE_FOR_PICKUP, Status.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What is known of one parcel. `scans` are in reading order.

    `number_is_valid` is None where no rule for the carrier's numbers is known. `handed_over_at` is
    when the shop says that it gave the parcel away. A label of a return (`is_return`) may wait for
    its shopper as long as it likes.
    """

    state: ShipmentState
    scans: Sequence[PlacedEvent]
    calendar: WorkCalendar
    usual: Usual
    handed_over_at: datetime | None = None
    number_is_valid: bool | None = None
    action: Action | None = None
    is_return: bool = False

    @property
    def phase(self) -> Phase | None:
        """Return the phase the parcel is in; None where its journey has ended."""
        return phase_of(self.state.status, self.state.substatus)

    @property
    def last_seen_at(self) -> datetime | None:
        """Return when anything was last heard of the parcel."""
        last = self.state.last_scan
        dated = last.sort_at if last and last.sort_at != UNDATED else None
        return max(filter(None, (dated, self.handed_over_at)), default=None)

    @property
    def since(self) -> datetime | None:
        """Return when the parcel came to be as it is, as far as that was told."""
        latest = self.state.latest
        return latest.sort_at if latest and latest.sort_at != UNDATED else self.last_seen_at

    @property
    def has_moved(self) -> bool:
        """Say whether the carrier has had the parcel in hand."""
        return any(
            row.event.status not in (None, Status.PENDING, Status.INFO_RECEIVED)
            for row in self.scans
        ) or self.phase not in (Phase.LABEL, None)

    @property
    def is_announced(self) -> bool:
        """Say whether a parcel that has not moved is known to its carrier, not to its shop
        alone.
        """
        said_by = {row.event.source for row in self.scans if row.event.status}
        return self.state.status is Status.INFO_RECEIVED and bool(said_by - {SHOP})

    def still_until(self, factor: float, least: float) -> datetime | None:
        """Return when the parcel will have lain still for `factor` times what is usual."""
        if self.phase is None or self.last_seen_at is None:
            return None
        longest = max(self.usual.longest_gap(self.phase) * factor, least)
        return self.calendar.after(self.last_seen_at, longest)

    def is_stalled(self, at: datetime) -> bool:
        """Say whether the parcel, once moving, has lain still for longer than is usual."""
        until = self.still_until(STALL_FACTOR, STALL_LEAST)
        return self.phase in _LYING and until is not None and until <= at

    def is_forgotten(self, at: datetime) -> bool:
        """Say whether nothing was heard of the parcel for so long that nobody waits for it."""
        return self.last_seen_at is not None and self.last_seen_at <= at - FORGOTTEN


@dataclass(frozen=True, kw_only=True)
class FoundIncident:
    """One thing that is wrong. `cause` refines the kind (a substatus, a phase or a delay reason).

    `since` is when it began, None where that is not known; `deadline` a day at the destination;
    `certainty` is in percent.
    """

    kind: IncidentKind
    cause: str
    remedy: Remedy
    since: datetime | None = None
    deadline: date | None = None
    certainty: int = 100


def incidents_of(journey: Journey, delay: Delay, *, at: datetime) -> tuple[FoundIncident, ...]:
    """Return everything that is wrong with a parcel at the instant `at`, each kind once."""
    if journey.state.status in CONCLUDED or journey.is_forgotten(at):
        return ()
    found: dict[IncidentKind, FoundIncident] = {}
    for one in (
        *_reported(journey),
        *_never_scanned(journey, at),
        *_lying_still(journey, at),
        *_to_collect(journey, at),
        *_late(journey, delay, at),
    ):
        found.setdefault(one.kind, one)
    if IncidentKind.LOST_SUSPECTED in found:
        found.pop(IncidentKind.STALLED, None)
    return tuple(found.values())


def _reported(journey: Journey) -> Iterator[FoundIncident]:
    """What the carrier itself says is wrong."""
    state = journey.state
    known = _OF_SUBSTATUS.get((state.status, state.substatus)) or _OF_STATUS.get(state.status)
    if known is None:
        return
    kind, remedy = known
    yield FoundIncident(
        kind=kind,
        cause=state.substatus or state.status.value,
        remedy=remedy,
        since=journey.since,
        deadline=_deadline(journey),
    )


def _never_scanned(journey: Journey, at: datetime) -> Iterator[FoundIncident]:
    """A label that no carrier has touched, and a number that leads nowhere."""
    if journey.has_moved or journey.phase is not Phase.LABEL:
        return
    begun = journey.handed_over_at or journey.last_seen_at
    if journey.number_is_valid is False:
        yield FoundIncident(
            kind=IncidentKind.INVALID_NUMBER,
            cause="check_digit",
            remedy=Remedy.CHECK_NUMBER,
            since=begun,
        )
    if begun is None:
        return
    if journey.state.substatus == "not_found" and _has_waited(journey, begun, NOT_FOUND_FOR, at):
        yield FoundIncident(
            kind=IncidentKind.INVALID_NUMBER,
            cause="not_found",
            remedy=Remedy.CHECK_NUMBER,
            since=begun,
            certainty=80,
        )
    if not journey.is_return and _has_waited(journey, begun, _label_limit(journey), at):
        yield FoundIncident(
            kind=IncidentKind.LABEL_NOT_SCANNED,
            cause=journey.state.substatus or "label_created",
            remedy=Remedy.HAND_OVER,
            since=begun,
            certainty=95,
        )


def pickup_lateness(journey: Journey, *, at: datetime) -> int:
    """Return how often it is time by now to say that a parcel waits to be picked up: 0, 1 or 2.

    Only of parcels that their carrier knows of: where nobody tells of scans, none is missing.
    """
    begun = journey.handed_over_at
    if begun is None or journey.is_return or journey.has_moved or not journey.is_announced:
        return 0
    return sum(_has_waited(journey, begun, hours, at) for hours in PICKUP_LATE)


def _has_waited(journey: Journey, begun: datetime, hours: float, at: datetime) -> bool:
    return journey.calendar.after(begun, hours) <= at


def _label_limit(journey: Journey) -> float:
    return max(journey.usual.longest_gap(Phase.LABEL), STALL_LEAST)


def _lying_still(journey: Journey, at: datetime) -> Iterator[FoundIncident]:
    """A parcel without movement: stalled first, and lost in the end."""
    if journey.phase not in _LYING or not journey.is_stalled(at):
        return
    lost_from = journey.still_until(LOST_FACTOR, LOST_LEAST)
    if lost_from is not None and lost_from <= at:
        yield FoundIncident(
            kind=IncidentKind.LOST_SUSPECTED,
            cause="no_scan",
            remedy=Remedy.START_TRACE,
            since=journey.last_seen_at,
            certainty=80,
        )
    if journey.phase is Phase.BORDER:
        yield FoundIncident(
            kind=IncidentKind.CUSTOMS_HOLD,
            cause=journey.state.substatus,
            remedy=Remedy.ASK_CARRIER,
            since=journey.last_seen_at,
            certainty=95,
        )
        return
    yield FoundIncident(
        kind=IncidentKind.STALLED,
        cause=journey.phase.value if journey.phase else "",
        remedy=Remedy.ASK_CARRIER,
        since=journey.last_seen_at,
        certainty=95,
    )


def _to_collect(journey: Journey, at: datetime) -> Iterator[FoundIncident]:
    """A parcel that waits to be collected, and may go back."""
    if journey.phase is not Phase.WAITING:
        return
    from_when = _collect_from(journey)
    if journey.state.substatus == "final_notice" or (from_when and from_when <= at):
        told = journey.action.until if journey.action else None
        yield FoundIncident(
            kind=IncidentKind.UNCLAIMED,
            cause=journey.state.substatus or "waiting",
            remedy=Remedy.REMIND_SHOPPER,
            since=journey.since,
            deadline=_deadline(journey),
            certainty=100 if told else 80,
        )


def _collect_from(journey: Journey) -> datetime | None:
    """Return when a parcel that waits begins to need attention; a reminder changes nothing."""
    entered = journey.state.entered_by
    if entered is None or entered.sort_at == UNDATED:
        return None
    waited = entered.sort_at + UNCLAIMED_AFTER
    deadline = _deadline(journey)
    return min(waited, journey.calendar.end_of(deadline) - LAST_DAYS) if deadline else waited


def _deadline(journey: Journey) -> date | None:
    """Return until when something must be done: as told, or as long as carriers usually wait."""
    if journey.action and journey.action.until:
        return journey.action.until
    entered = journey.state.entered_by
    kept = KEPT_DAYS.get(journey.calendar.carrier)
    if kept is None or entered is None or journey.phase is not Phase.WAITING:
        return None
    began = day_of(entered.event, journey.calendar.zone)
    return began + timedelta(days=kept) if began else None


def _late(journey: Journey, delay: Delay, at: datetime) -> Iterator[FoundIncident]:
    """A parcel that comes after its promised day: one incident, however many say so."""
    if not delay.is_delayed or delay.source is None or journey.state.status in _ARRIVED:
        return
    promised, source = delay.first_estimate, delay.source
    if promised and journey.calendar.end_of(promised) <= at:
        source = DelaySource.PROMISE_PASSED
    yield FoundIncident(
        kind=_LATE[source],
        cause=delay.reason.value if delay.reason else "unknown",
        remedy=Remedy.TELL_SHOPPER,
        since=delay.detected_at,
        deadline=promised,
        certainty=delay.certainty or 100,
    )


def next_look(
    journey: Journey, delay: Delay, prediction: Prediction, *, at: datetime
) -> datetime | None:
    """Return the next instant after `at` at which time alone may change what is said of a parcel.

    None where only a new message can.
    """
    if journey.state.status in CONCLUDED or journey.is_forgotten(at):
        return None
    seen, calendar = journey.last_seen_at, journey.calendar
    moments: list[datetime | None] = [seen + FORGOTTEN if seen else None, prediction.likely_at]
    if not journey.has_moved and (begun := journey.handed_over_at or seen):
        moments += [
            calendar.after(begun, NOT_FOUND_FOR),
            calendar.after(begun, _label_limit(journey)),
        ]
        if journey.is_announced:
            moments += [calendar.after(begun, hours) for hours in PICKUP_LATE]
    if journey.phase in _LYING:
        moments += [
            journey.still_until(STALL_FACTOR, STALL_LEAST),
            journey.still_until(LOST_FACTOR, LOST_LEAST),
        ]
    if journey.phase is Phase.WAITING:
        moments.append(_collect_from(journey))
    if delay.first_estimate:
        moments.append(calendar.end_of(delay.first_estimate))
    for said_at in (delay.known_at if delay.is_delayed else None, delay.cleared_at):
        moments.append(said_at + STANDS_FOR if said_at else None)
    return min((moment for moment in moments if moment and moment > at), default=None)


def end_of_incident(state: ShipmentState, *, is_forgotten: bool) -> IncidentEnd:
    """Return why an incident that the rules no longer name is over."""
    if is_forgotten:
        return IncidentEnd.OUTDATED
    if state.status is Status.DELIVERED:
        return IncidentEnd.ARRIVED
    if state.status in CONCLUDED:
        return IncidentEnd.ENDED
    return IncidentEnd.MOVED_ON
