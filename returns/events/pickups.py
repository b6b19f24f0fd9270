"""Parcels that a carrier fetches. Ids are public ids."""

from dataclasses import dataclass
from typing import ClassVar

from returns.events.cases import ReturnEvent


@dataclass(frozen=True, kw_only=True)
class PickUpArranged(ReturnEvent):
    """A carrier fetches a return: `on` which day, ISO 8601; `turn` counts how often it was set."""

    type: ClassVar[str] = "return.pickup_arranged"
    on: str
    turn: int
