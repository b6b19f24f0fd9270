"""Tracking events as integrators send them. Read by hand: a batch holds up to a thousand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from tracking.enums import DelayReason, Status, TimePrecision
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    PickupPlace,
    Proof,
    read_time,
)
from tracking.rules.calendar import is_far_off
from tracking.rules.proof import safe_link

SOURCE = "api"
MOST = 1_000
LONGEST = 500
FIRST_ZONE = timezone(timedelta(hours=14))
AHEAD = timedelta(days=1)  # clocks go wrong and zones get mixed up, but not by more
BACK = timedelta(days=730)  # the longest span of the delivery report; a clock not set says 1970

_TEXTS = ("location", "code", "description", "external_id", "substatus")
_KEYS = frozenset(
    {
        *_TEXTS,
        *("shipment_id", "tracking_number", "status", "occurred_at", "time_zone"),
        *("delay_reason", "estimated_delivery_date"),
        *("estimated_delivery_from", "estimated_delivery_until"),
        *("received_by", "left_at", "photo_url", "signature_url", "pickup_place", "pickup_hours"),
    }
)

SCAN_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["occurred_at"],
    "properties": {
        "shipment_id": {"type": "string", "description": "`shp_…`, or leave it out and name"},
        "tracking_number": {"type": "string", "description": "the number of one of your parcels."},
        "occurred_at": {
            "type": "string",
            "description": "ISO 8601: an instant (`2026-11-24T14:05:00+09:00`), the clock at the "
            "place where no offset is known, or a day alone. What is not known is not made up, and "
            "what lies more than a day ahead or two years back is refused.",
            "examples": ["2026-11-24T14:05:00+09:00", "2026-11-24"],
        },
        "time_zone": {"type": "string", "examples": ["Asia/Tokyo"]},
        "status": {
            "type": ["string", "null"],
            "enum": [*Status, None],
            "description": "Null is information only: it never moves the parcel.",
        },
        "substatus": {"type": "string"},
        "location": {"type": "string"},
        "code": {"type": "string", "description": "The carrier's own code."},
        "description": {"type": "string", "description": "The carrier's own words."},
        "external_id": {"type": "string", "description": "Your id of the event, if it has one."},
        "delay_reason": {"type": "string", "enum": list(DelayReason)},
        "estimated_delivery_date": {"type": "string", "format": "date"},
        "estimated_delivery_from": {"type": "string", "format": "date-time"},
        "estimated_delivery_until": {"type": "string", "format": "date-time"},
        "received_by": {
            "type": "string",
            "description": "Who took the parcel in; the page of the order shows it once it is "
            "delivered.",
        },
        "left_at": {"type": "string", "description": "Where it was left, such as `front door`."},
        "photo_url": {"type": "string", "format": "uri", "description": "https only; linked."},
        "signature_url": {"type": "string", "format": "uri", "description": "https only; linked."},
        "pickup_place": {"type": "string", "description": "Where it waits to be collected."},
        "pickup_hours": {"type": "string", "examples": ["9:00–19:00"]},
    },
}

BATCH_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["events"],
    "additionalProperties": False,
    "properties": {
        "events": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST,
            "example": [
                {
                    "tracking_number": "123412341233",
                    "occurred_at": "2026-11-24T14:05:00+09:00",
                    "status": "delivery_attempted",
                    "substatus": "recipient_absent",
                    "location": "渋谷営業所",
                    "code": "07",
                    "description": "ご不在のため持ち戻りました",
                }
            ],
            # An event that is wrong is refused by itself and named in the answer.
            "items": {"anyOf": [SCAN_SCHEMA, {"type": "object"}]},
        }
    },
}


class RefusedScan(Exception):
    """One event of a batch that cannot be taken; its neighbours can."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, kw_only=True)
class ScanIn:
    """One event, and the parcel it names by id or by number."""

    shipment_id: str
    tracking_number: str
    told: NormalisedShipment


def read_scan(data: Any, *, at: datetime) -> ScanIn:
    """Read one event of a batch that came at an instant; raises RefusedScan."""
    if not isinstance(data, dict):
        raise RefusedScan("invalid", _("An event is an object."))
    unknown = sorted(set(data) - _KEYS)
    if unknown:
        raise RefusedScan(
            "unknown_field",
            _("There is no field %(name)s. There are: %(known)s.")
            % {"name": unknown[0][:80], "known": ", ".join(sorted(_KEYS))},
        )
    shipment_id, number = _text(data, "shipment_id"), _text(data, "tracking_number")
    if not shipment_id and not number:
        raise RefusedScan("no_shipment", _("Name the parcel: shipment_id or tracking_number."))
    zone = _zone(_text(data, "time_zone"))
    try:
        occurred_at, local_time, precision = read_time(_text(data, "occurred_at"), zone)
    except ValueError:
        precision = TimePrecision.NONE
    if precision is TimePrecision.NONE:
        raise RefusedScan(
            "invalid_time", _("occurred_at is an ISO 8601 instant, local time or day.")
        )
    if _earliest(occurred_at, local_time) > at + AHEAD:
        raise RefusedScan("in_the_future", _("occurred_at lies more than a day ahead."))
    if _earliest(occurred_at, local_time) < at - BACK:
        raise RefusedScan("too_long_ago", _("occurred_at lies more than two years back."))
    status = _choice(data, "status", Status)
    substatus = _text(data, "substatus")
    if substatus and (status is None or substatus not in status.substatuses):
        raise RefusedScan("invalid_substatus", no_substatus(status, substatus))
    event = NormalisedEvent(
        source=SOURCE,
        occurred_at=occurred_at,
        local_time=local_time,
        time_precision=precision,
        zone=zone,
        status=status,
        substatus=substatus,
        location=_text(data, "location"),
        raw_code=_text(data, "code") or "/".join(filter(None, [status or "", substatus])),
        raw_description=_text(data, "description"),
        external_id=_text(data, "external_id"),
        delay_reason=_choice(data, "delay_reason", DelayReason),
    )
    told = NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        reported_at=occurred_at,
        estimate=_estimate(data, occurred_at or at),
        proof=Proof(
            received_by=_text(data, "received_by"),
            left_at=_text(data, "left_at"),
            photo_url=_link(data, "photo_url"),
            signature_url=_link(data, "signature_url"),
        ),
        pickup=PickupPlace(name=_text(data, "pickup_place"), hours=_text(data, "pickup_hours")),
        events=(event,),
    )
    return ScanIn(shipment_id=shipment_id, tracking_number=number, told=told)


def no_substatus(status: Status | None, substatus: str) -> str:
    """Return the refusal of a substatus that does not refine a status; it names those that do."""
    known = ", ".join(status.substatuses) if status else ""
    return _("%(name)s does not refine this status. There are: %(known)s.") % {
        "name": substatus[:80],
        "known": known or _("none"),
    }


def _earliest(occurred_at: datetime | None, local_time: str) -> datetime:
    """Return the earliest instant an event may have been: a local time or a day without a zone
    may be that of the islands where days begin first.
    """
    if occurred_at is not None:
        return occurred_at
    return datetime.fromisoformat(local_time).replace(tzinfo=FIRST_ZONE)


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise RefusedScan("invalid", _("%s is text of at most 500 characters.") % name)
    if not value.isprintable():
        raise RefusedScan("invalid", _("%s holds characters that cannot be shown.") % name)
    return value.strip()


def _link(data: dict[str, Any], name: str) -> str:
    address = _text(data, name)
    if address and not safe_link(address):
        raise RefusedScan("invalid_link", _("%s is an https address.") % name)
    return address


def _choice(data: dict[str, Any], name: str, choices: type[Any]) -> Any:
    value = _text(data, name)
    if not value:
        return None
    try:
        return choices(value)
    except ValueError:
        text = _("%(name)s is unknown. There are: %(known)s.")
        known = ", ".join(one.value for one in choices)
        raise RefusedScan(f"invalid_{name}", text % {"name": value[:80], "known": known}) from None


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RefusedScan("invalid_time_zone", _("%s is no time zone.") % name[:80]) from None


def _estimate(data: dict[str, Any], told_at: datetime) -> Estimate | None:
    day = _text(data, "estimated_delivery_date")
    window = [_text(data, f"estimated_delivery_{end}") for end in ("from", "until")]
    try:
        starts_at, ends_at = (read_time(text)[0] for text in window)
        if any(text and at is None for text, at in zip(window, (starts_at, ends_at), strict=True)):
            raise ValueError
        if not day and any(window):
            raise ValueError
        if not day:
            return None
        estimate = Estimate(day=date.fromisoformat(day), starts_at=starts_at, ends_at=ends_at)
    except ValueError:
        raise RefusedScan(
            "invalid_estimate",
            _("estimated_delivery_date is a day, its from and until are instants of that day."),
        ) from None
    if is_far_off(estimate.day, told_at):
        raise RefusedScan(
            "invalid_estimate",
            _("estimated_delivery_date lies further away than any delivery does."),
        )
    return estimate
