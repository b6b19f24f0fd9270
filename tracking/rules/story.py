"""What to tell the shopper: a sentence with a date, and a bar of steps; templates word them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from tracking.enums import DelaySource, Status
from tracking.rules.delay import Delay
from tracking.rules.facts import Estimate, NormalisedEvent, day_of

Tone = Literal["normal", "late", "attention", "problem"]
Progress = Literal["done", "current", "ahead"]


@dataclass(frozen=True, kw_only=True)
class ParcelFacts:
    """What the story of one parcel is told from. `since` is the scan that brought the status."""

    status: Status
    substatus: str = ""
    estimate: Estimate | None = None
    delay: Delay = field(default_factory=Delay)
    since: NormalisedEvent | None = None


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A sentence by its code, with the day (and window) it names.

    `ages` says that the words are true today only ("tomorrow"): rewrite them at midnight.
    """

    code: str
    day: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    first_day: date | None = None
    ages: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the bar."""

    code: str
    progress: Progress
    tone: Tone = "normal"


_EXCEPTIONS = {
    "address_incorrect": "problem_address",
    "recipient_moved": "problem_address",
    "customs_held": "problem_customs",
    "documents_missing": "problem_customs",
    "duties_unpaid": "problem_customs",
    "damaged": "problem_damaged",
    "lost": "problem_lost",
    "disposed": "problem_lost",
    "recipient_refused": "problem_refused",
    "unclaimed": "problem_unclaimed",
}
_PLAIN = {
    Status.PENDING: "waiting",
    Status.CANCELLED: "cancelled",
    Status.EXPIRED: "expired",
    Status.RETURNING: "returning",
}
_SINCE = {
    Status.DELIVERED: "delivered",
    Status.AVAILABLE_FOR_PICKUP: "ready",
    Status.DELIVERY_ATTEMPTED: "attempted",
    Status.RETURNED: "returned",
}


def headline(parcel: ParcelFacts, *, today: date, zone: str) -> Headline:
    """Return the sentence that answers "where is it?"; `today` is the merchant's calendar day."""
    if parcel.status in _PLAIN:
        return Headline(code=_PLAIN[parcel.status])
    if parcel.status is Status.EXCEPTION:
        return Headline(code=_EXCEPTIONS.get(parcel.substatus, "problem"))
    since = day_of(parcel.since, zone) if parcel.since else None
    if parcel.status in _SINCE:
        code = _SINCE[parcel.status]
        if parcel.substatus == "pickup_point_collected":
            code = "collected"
        return Headline(code=f"{code}_on" if since else code, day=since)
    if parcel.status is Status.OUT_FOR_DELIVERY:
        return _out_for_delivery(parcel, since, today)
    return _still_coming(parcel, today)


def leading(parcels: Sequence[ParcelFacts]) -> int:
    """Return the index of the parcel whose sentence heads the page of a split order.

    Trouble first, then what the shopper must act on, then the next to come; delivered ones last, of
    which the latest tells since when the order is whole. Raises ValueError when there is none.
    """
    first = min(range(len(parcels)), key=lambda index: _urgency(parcels[index]))
    if parcels[first].status is not Status.DELIVERED:
        return first
    landed = [index for index, one in enumerate(parcels) if one.status is Status.DELIVERED]
    return max(landed, key=lambda index: _since(parcels[index]))


def steps(parcel: ParcelFacts) -> tuple[Step, ...]:
    """Return the bar: five steps, or three when cancelled; it can show late and returning too."""
    status = parcel.status
    if status is Status.CANCELLED:
        return _bar(("ordered", "preparing", "cancelled"), at=2, tone="problem")
    if status in (Status.RETURNING, Status.RETURNED):
        codes = ("ordered", "preparing", "on_its_way", "returning", "returned")
        return _bar(codes, at=5 if status is Status.RETURNED else 3, tone="attention")
    on_its_way, nearly, last = "on_its_way", "out_for_delivery", "delivered"
    at, tone = _position(status)
    if parcel.delay.is_delayed and tone == "normal":
        tone = "late"
    if status is Status.EXCEPTION:
        on_its_way = "problem"
    elif status is Status.EXPIRED:
        on_its_way = "no_updates"
    elif status is Status.DELIVERY_ATTEMPTED:
        nearly = "attempted"
    elif status is Status.AVAILABLE_FOR_PICKUP or parcel.substatus == "pickup_point_collected":
        nearly, last = "ready", "collected"
    return _bar(("ordered", "preparing", on_its_way, nearly, last), at=at, tone=tone)


def _position(status: Status) -> tuple[int, Tone]:
    positions: dict[Status, tuple[int, Tone]] = {
        Status.PENDING: (1, "normal"),
        Status.INFO_RECEIVED: (1, "normal"),
        Status.IN_TRANSIT: (2, "normal"),
        Status.EXCEPTION: (2, "problem"),
        Status.EXPIRED: (2, "attention"),
        Status.OUT_FOR_DELIVERY: (3, "normal"),
        Status.DELIVERY_ATTEMPTED: (3, "attention"),
        Status.AVAILABLE_FOR_PICKUP: (3, "attention"),
        Status.DELIVERED: (5, "normal"),
    }
    return positions[status]


def _bar(codes: tuple[str, ...], *, at: int, tone: Tone) -> tuple[Step, ...]:
    return tuple(
        Step(
            code=code,
            progress="done" if index < at else "current" if index == at else "ahead",
            tone=tone if index == at else "normal",
        )
        for index, code in enumerate(codes)
    )


def _out_for_delivery(parcel: ParcelFacts, since: date | None, today: date) -> Headline:
    if since is None:
        return Headline(code="out_for_delivery")
    if since != today:
        return Headline(code="out_for_delivery_on", day=since)
    window = parcel.estimate if parcel.estimate and parcel.estimate.day == today else None
    return Headline(
        code="out_for_delivery_today",
        day=today,
        starts_at=window.starts_at if window else None,
        ends_at=window.ends_at if window else None,
        ages=True,
    )


def _still_coming(parcel: ParcelFacts, today: date) -> Headline:
    moving = parcel.status is Status.IN_TRANSIT
    estimate, promised = parcel.estimate, parcel.delay.first_estimate
    # A day that a late parcel will miss is not told as the day of its arrival.
    foreseen = parcel.delay.source in (DelaySource.PREDICTED, DelaySource.STALLED)
    is_missed = foreseen and estimate is not None and estimate.day == promised
    if estimate is None or estimate.day < today or is_missed:
        if parcel.delay.is_delayed:
            return Headline(code="late", first_day=promised)
        return Headline(code="on_its_way" if moving else "preparing")
    code = {today: "arrives_today", today + timedelta(days=1): "arrives_tomorrow"}.get(
        estimate.day, "arrives_on"
    )
    late = parcel.delay.is_delayed and parcel.delay.first_estimate != estimate.day
    return Headline(
        code=code,
        day=estimate.day,
        starts_at=estimate.starts_at,
        ends_at=estimate.ends_at,
        first_day=parcel.delay.first_estimate if late else None,
        # "On Tuesday" becomes "tomorrow", and a day that has passed is no promise any more.
        ages=True,
    )


def _since(parcel: ParcelFacts) -> str:
    """Return the local time of the scan that brought the status, which sorts as text."""
    return parcel.since.local_time if parcel.since else ""


def _urgency(parcel: ParcelFacts) -> int:
    order = (
        Status.EXCEPTION,
        Status.DELIVERY_ATTEMPTED,
        Status.AVAILABLE_FOR_PICKUP,
        Status.OUT_FOR_DELIVERY,
        Status.RETURNING,
        Status.IN_TRANSIT,
        Status.INFO_RECEIVED,
        Status.PENDING,
        Status.EXPIRED,
        Status.DELIVERED,
        Status.RETURNED,
        Status.CANCELLED,
    )
    return order.index(parcel.status)
