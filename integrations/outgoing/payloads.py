"""What a webhook says: the event, and each object it names in its one JSON representation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import translation

from commerce import selectors as commerce
from commerce.serializers import instant, represent_customer, represent_fulfilment, represent_order
from notifications.selectors import get_message
from notifications.serializers import represent_message
from postexp.kernel.models import EventRecord
from returns import selectors as returns
from returns.selectors.drop_off import get_point
from returns.serializers import (
    represent_policy,
    represent_refund,
    represent_return,
    represent_settlement,
)
from returns.serializers.drop_off import represent_point
from tracking.selectors import get_shipment
from tracking.selectors.incidents import get_incident
from tracking.serializers import represent_shipment
from tracking.serializers.incidents import represent_incident

# Each object is found by the prefix of its public id.
OBJECTS: dict[str, Callable[[str], dict[str, Any] | None]] = {
    "cus": lambda public_id: represent_customer(commerce.get_customer(public_id)),
    "dop": lambda public_id: represent_point(get_point(public_id)),
    "ful": lambda public_id: represent_fulfilment(commerce.get_fulfilment(public_id)),
    "inc": lambda public_id: represent_incident(get_incident(public_id)),
    "msg": lambda public_id: represent_message(get_message(public_id)),
    "ord": lambda public_id: represent_order(commerce.get_order(public_id)),
    "pol": lambda public_id: represent_policy(returns.get_policy_version(public_id)),
    "ret": lambda public_id: represent_return(returns.get_return(public_id)),
    "rfd": lambda public_id: represent_refund(returns.get_refund(public_id)),
    "shp": lambda public_id: represent_shipment(get_shipment(public_id)),
    "stl": lambda public_id: represent_settlement(returns.get_settlement(public_id)),
}


def body_of(record: EventRecord) -> str:
    """Return the body of the webhook about an event, its objects as they stand now.

    Reads inside the merchant's scope. An object that is gone is left out.
    """
    data = dict(record.payload)
    for name, public_id in record.payload.items():
        found = _find(public_id) if name.endswith("_id") and isinstance(public_id, str) else None
        if found is not None:
            data[name.removesuffix("_id")] = found
    return write_body(record.type, instant(record.occurred_at), data)


def write_body(event_type: str, timestamp: str | None, data: dict[str, Any]) -> str:
    """Return the JSON of a webhook."""
    body = {"type": event_type, "timestamp": timestamp, "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _find(public_id: str) -> dict[str, Any] | None:
    represent = OBJECTS.get(public_id.partition("_")[0])
    if represent is None:
        return None
    try:
        with translation.override("en"):
            return represent(public_id)
    except ObjectDoesNotExist:
        return None
