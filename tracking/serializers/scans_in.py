"""Tracking events as integrators send them. Read by hand: a batch holds up to a thousand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from tracking.enums import DelayReason, Status, TimePrecision
from tracking.rules import Estimate, NormalisedEvent, NormalisedShipment, read_time

SOURCE = "api"
MOST = 1_000
LONGEST = 500
AHEAD = timedelta(days=1)  # clocks go wrong and zones get mixed up, but not by more

_TEXTS = ("location", "code", "description", "external_id", "substatus")
_KEYS = frozenset(
    {
        *_TEXTS,
        *("shipment_id", "tracking_number", "status", "occurred_at", "time_zone"),
        *("delay_reason", "estimated_delivery_date"),
        *("estimated_delivery_from", "estimated_delivery_until"),
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
            "what lies more than a day ahead is refused.",
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
        raise RefusedScan("unknown_field", _("There is no field %s.") % unknown[0][:80])
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
    if occurred_at is not None and occurred_at > at + AHEAD:
        raise RefusedScan("in_the_future", _("occurred_at lies more than a day ahead."))
    status = _choice(data, "status", Status)
    substatus = _text(data, "substatus")
    if substatus and (status is None or substatus not in status.substatuses):
        raise RefusedScan(
            "invalid_substatus", _("%s does not refine this status.") % substatus[:80]
        )
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
        estimate=_estimate(data),
        events=(event,),
    )
    return ScanIn(shipment_id=shipment_id, tracking_number=number, told=told)


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise RefusedScan("invalid", _("%s is text of at most 500 characters.") % name)
    if not value.isprintable():
        raise RefusedScan("invalid", _("%s holds characters that cannot be shown.") % name)
    return value.strip()


def _choice(data: dict[str, Any], name: str, choices: type[Any]) -> Any:
    value = _text(data, name)
    if not value:
        return None
    try:
        return choices(value)
    except ValueError:
        raise RefusedScan(f"invalid_{name}", _("%s is unknown.") % value[:80]) from None


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RefusedScan("invalid_time_zone", _("%s is no time zone.") % name[:80]) from None


def _estimate(data: dict[str, Any]) -> Estimate | None:
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
        return Estimate(day=date.fromisoformat(day), starts_at=starts_at, ends_at=ends_at)
    except ValueError:
        raise RefusedScan(
            "invalid_estimate",
            _("estimated_delivery_date is a day, its from and until are instants of that day."),
        ) from None
