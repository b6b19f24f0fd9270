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


class DispatchCause(StrEnum):
    """Why an order leaves later than planned, as the shop says."""

    BACKORDERED = "backordered"
    SUPPLIER_LATE = "supplier_late"
    WAREHOUSE_BUSY = "warehouse_busy"
    MADE_TO_ORDER = "made_to_order"
    BEING_CHECKED = "being_checked"


class DispatchEnd(StrEnum):
    """Why it is no longer said that an order leaves later."""

    SENT = "sent"
    CANCELLED = "cancelled"
    TAKEN_BACK = "taken_back"


class Actor(StrEnum):
    """Whose turn it is before a parcel goes on."""

    SHOPPER = "shopper"
    MERCHANT = "merchant"


class Deed(StrEnum):
    """What must be done before a parcel goes on."""

    COLLECT = "collect"
    PAY = "pay"
    CORRECT_ADDRESS = "correct_address"
    PROVIDE_DOCUMENTS = "provide_documents"
    ARRANGE_REDELIVERY = "arrange_redelivery"
    CONTACT_CARRIER = "contact_carrier"


class IncidentKind(StrEnum):
    """What is wrong with a parcel that a person should look at."""

    INVALID_NUMBER = "invalid_number"
    LABEL_NOT_SCANNED = "label_not_scanned"
    STALLED = "stalled"
    LOST_SUSPECTED = "lost_suspected"
    MISROUTED = "misrouted"
    DAMAGED = "damaged"
    FAILED_ATTEMPT = "failed_attempt"
    ADDRESS_PROBLEM = "address_problem"
    PAYMENT_DUE = "payment_due"
    CUSTOMS_HOLD = "customs_hold"
    UNCLAIMED = "unclaimed"
    RETURNING = "returning"
    OTHER_PROBLEM = "other_problem"
    PREDICTED_LATE = "predicted_late"
    CARRIER_DELAY = "carrier_delay"
    PROMISE_PASSED = "promise_passed"


GRAVEST_FIRST = (
    IncidentKind.LOST_SUSPECTED,
    IncidentKind.DAMAGED,
    IncidentKind.RETURNING,
    IncidentKind.UNCLAIMED,
    IncidentKind.ADDRESS_PROBLEM,
    IncidentKind.CUSTOMS_HOLD,
    IncidentKind.PAYMENT_DUE,
    IncidentKind.OTHER_PROBLEM,
    IncidentKind.FAILED_ATTEMPT,
    IncidentKind.INVALID_NUMBER,
    IncidentKind.MISROUTED,
    IncidentKind.STALLED,
    IncidentKind.LABEL_NOT_SCANNED,
    IncidentKind.PROMISE_PASSED,
    IncidentKind.CARRIER_DELAY,
    IncidentKind.PREDICTED_LATE,
)
"""Kinds of incidents in the order in which a person should look at them."""


class Remedy(StrEnum):
    """What staff can do about an incident."""

    CHECK_NUMBER = "check_number"
    HAND_OVER = "hand_over"
    ASK_CARRIER = "ask_carrier"
    START_TRACE = "start_trace"
    REPLACE = "replace"
    ARRANGE_REDELIVERY = "arrange_redelivery"
    CORRECT_ADDRESS = "correct_address"
    SETTLE_PAYMENT = "settle_payment"
    SEND_DOCUMENTS = "send_documents"
    REMIND_SHOPPER = "remind_shopper"
    RESEND_OR_REFUND = "resend_or_refund"
    TELL_SHOPPER = "tell_shopper"


class IncidentEnd(StrEnum):
    """Why an incident is no longer open."""

    MOVED_ON = "moved_on"
    ARRIVED = "arrived"
    ENDED = "ended"
    OUTDATED = "outdated"
    BY_STAFF = "by_staff"


class CarrierBasis(StrEnum):
    """How we know the carrier of a parcel."""

    TOLD = "told"
    DETECTED = "detected"
    CORRECTED = "corrected"


class CorrectionSubject(StrEnum):
    """What staff may say of a parcel over what its sources say."""

    CARRIER = "carrier"
    STATUS = "status"


SHOP = "shop"
"""The source of what the shop itself says of a parcel, beside carriers and aggregators."""

ENDED = (Status.DELIVERED, Status.RETURNED, Status.CANCELLED, Status.EXPIRED)
"""Statuses of a journey that is over, as far as anyone knows."""

CONCLUDED = (Status.DELIVERED, Status.RETURNED, Status.CANCELLED)
"""Ends after which time changes nothing. An expired parcel is somebody's work until forgotten."""

COUNTED = (Status.DELIVERED, Status.RETURNED, Status.EXPIRED)
"""Ends that say something of a carrier; a journey that was cancelled never began."""

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
