"""Pure decisions about parcels: order of scans, the status, the delay, what to tell the shopper.

Connectors turn a carrier's bytes into the dataclasses of `facts`; everything else follows from the
set of scans alone, so any permutation of the same messages, with repeats, ends in the same state.
"""

from tracking.rules.carriers import Carrier, carrier_of, number_key
from tracking.rules.delay import Delay, delay_of
from tracking.rules.facts import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Summary,
    day_of,
    read_time,
    wall_clock,
)
from tracking.rules.order import UNDATED, PlacedEvent, in_reading_order, place
from tracking.rules.state import ShipmentState, fold
from tracking.rules.story import Headline, ParcelFacts, Step, headline, leading, steps
from tracking.rules.zones import place_name, zone_of

__all__ = [
    "UNDATED",
    "Carrier",
    "Delay",
    "Estimate",
    "Headline",
    "NormalisedEvent",
    "NormalisedShipment",
    "ParcelFacts",
    "PlacedEvent",
    "ShipmentState",
    "Step",
    "Summary",
    "carrier_of",
    "day_of",
    "delay_of",
    "fold",
    "headline",
    "in_reading_order",
    "leading",
    "number_key",
    "place",
    "place_name",
    "read_time",
    "steps",
    "wall_clock",
    "zone_of",
]
