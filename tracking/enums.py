"""The words of tracking: 12 statuses, 77 substatuses, the delay block. Free of Django.

`vocabulary.json` beside this file is the one place that lists substatuses and holds every label in
English and Japanese; the test of this module proves that the enums and the file agree.
"""

import json
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class Status(StrEnum):
    """What a parcel is doing, as a shopper would say it."""

    PENDING = "pending"
    INFO_RECEIVED = "info_received"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Say whether the journey is over, as far as anyone knows now."""
        return bool(vocabulary()["statuses"][self]["terminal"])

    @property
    def substatuses(self) -> tuple[str, ...]:
        """Return the substatuses that refine this status."""
        return tuple(vocabulary()["statuses"][self]["substatuses"])


class TimePrecision(StrEnum):
    """How exactly the source told the time of a scan."""

    SECOND = "second"
    MINUTE = "minute"
    DATE = "date"
    NONE = "none"


class DelaySource(StrEnum):
    """Who says that a parcel is late."""

    CARRIER = "carrier"
    PREDICTED = "predicted"
    STALLED = "stalled"
    PROMISE_PASSED = "promise_passed"


class DelayReason(StrEnum):
    """Why a parcel is late."""

    CARRIER = "carrier"
    CARRIER_PROCESSING = "carrier_processing"
    WEATHER = "weather"
    CUSTOMS = "customs"
    FLIGHT = "flight"
    NATURAL_DISASTER = "natural_disaster"
    ADDRESS_INCORRECT = "address_incorrect"
    RECIPIENT = "recipient"
    PICKUP_LATE = "pickup_late"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


PROBLEMS = (Status.EXCEPTION, Status.DELIVERY_ATTEMPTED, Status.RETURNING)
"""Statuses that the shopper is told of as a problem."""

NEEDS_ATTENTION = (*PROBLEMS, Status.EXPIRED)
"""Statuses in which a person should look at the parcel."""

ON_THE_WAY = (
    Status.INFO_RECEIVED,
    Status.IN_TRANSIT,
    Status.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP,
)
"""Statuses of a parcel whose journey runs as it should."""


@cache
def vocabulary() -> dict[str, Any]:
    """Return our own copy of the tracking vocabulary, read once."""
    text = resources.files("tracking").joinpath("vocabulary.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def status_label(status: str, locale: str) -> str:
    """Return the short name of a status, in Japanese for `ja…`, else in English."""
    return _words(vocabulary()["statuses"][status], locale)


def substatus_label(status: str, substatus: str, locale: str) -> str:
    """Return the sentence of a substatus; the status' name where the substatus is not known."""
    entry = vocabulary()["statuses"][status]
    return _words(entry["substatuses"].get(substatus, entry), locale)


def delay_reason_label(reason: str, locale: str) -> str:
    """Return the sentence of a delay reason."""
    return _words(vocabulary()["delay_reasons"][reason], locale)


def _words(entry: dict[str, Any], locale: str) -> str:
    words: str = entry["ja" if locale.startswith("ja") else "en"]
    return words
