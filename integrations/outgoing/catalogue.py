"""What endpoints can be told of: the kinds of events, read from the code, each with a sample."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from commerce.api_examples import BY_FORMAT, VALUES, example_of
from commerce.events import MerchantChanged, MerchantEvent, PrivacyAnswered, PrivacyRequested
from integrations.outgoing.events import EndpointStopped
from postexp.kernel.events import Event, event_classes
from postexp.kernel.history import words_of
from tracking.events import LookupCodeRequested

# What concerns the shop's own staff and settings stays inside, but for these.
TOLD_OF_SHOP = (MerchantChanged, PrivacyRequested, PrivacyAnswered, EndpointStopped)
SECRET = (LookupCodeRequested,)
TEST = "webhook_endpoint.test"

# The schema that shows the object an id stands for, by the name of the field.
SHAPES = {
    "order_id": "OrderOut",
    "incident_id": "IncidentOut",
    "shipment_id": "ShipmentOut",
    "return_id": "ReturnOut",
    "settlement_id": "SettlementOut",
    "customer_id": "CustomerOut",
    "fulfilment_id": "FulfilmentOut",
    "message_id": "MessageOut",
    "point_id": "DropOffPointOut",
    "policy_version_id": "PolicyOut",
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of event as integrators read of it; `about` is its docstring."""

    type: str
    title: str
    about: str


def is_told(event_type: str) -> bool:
    """Whether endpoints can be told of a kind of event."""
    event = event_classes().get(event_type)
    return event is not None and _is_told(event)


def _is_told(event: type[Event]) -> bool:
    if issubclass(event, SECRET):
        return False
    return issubclass(event, TOLD_OF_SHOP) or not issubclass(event, MerchantEvent)


def list_kinds() -> list[Kind]:
    """Return the kinds of events endpoints can be told of, by type, in the reader's language."""
    return [
        Kind(type=event.type, title=_title(event), about=_about(event)) for event in _told_events()
    ]


def list_types() -> list[str]:
    """Return the types of the catalogue."""
    return [event.type for event in _told_events()]


def _told_events() -> Iterator[type[Event]]:
    """Events that tests make up are not ours, and so not told of."""
    rooms = ("commerce.", "notifications.", "tracking.", "returns.", "integrations.")
    told = (event for event in event_classes().values() if _is_told(event))
    ours = (event for event in told if event.__module__.startswith(rooms))
    return iter(sorted(ours, key=lambda event: event.type))


def _title(event: type[Event]) -> str:
    words = words_of(event.type)
    return str(words.title) if words else event.type


def _about(event: type[Event]) -> str:
    return " ".join((inspect.getdoc(event) or "").split())


def sample(event_type: str, components: Mapping[str, Any]) -> dict[str, Any]:
    """Return a webhook's body as it would be sent for a kind of event.

    `components` are the schemas of the API's description. Raises KeyError for an unknown kind.
    """
    event = event_classes()[event_type]
    data = {field.name: _value(field) for field in dataclasses.fields(event)}
    for name in list(data):
        if name in SHAPES and SHAPES[name] in components:
            data[name.removesuffix("_id")] = {
                **example_of(components[SHAPES[name]], components),
                "id": data[name],
            }
    return {"type": event_type, "timestamp": BY_FORMAT["date-time"], "data": data}


def _value(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.type in ("int", int):
        return 1
    if field.type in ("bool", bool):
        return False
    return VALUES.get(field.name, "")
