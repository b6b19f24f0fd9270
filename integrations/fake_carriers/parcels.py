"""The parcels of a made-up carrier, told in no carrier's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Step(StrEnum):
    """What happened to a parcel, in the order in which it usually does."""

    LABEL = "label"
    PICKED_UP = "picked_up"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    DELAYED = "delayed"
    AT_DEPOT = "at_depot"
    OUT = "out"
    ATTEMPTED = "attempted"
    WAITING = "waiting"
    DELIVERED = "delivered"


@dataclass(frozen=True, kw_only=True)
class FakeScan:
    """One scan. `at` is aware, on the clock of its place."""

    step: Step
    at: datetime
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = "US"


@dataclass(kw_only=True)
class FakeParcel:
    """One parcel with its scans, oldest first. `due` is the day its carrier expects it on."""

    number: str
    scans: list[FakeScan] = field(default_factory=list)
    due: date | None = None
