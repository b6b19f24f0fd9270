"""Pure decisions about parcels: order of scans, the status, the delay, what to tell the shopper.

Connectors turn a carrier's bytes into the dataclasses of `facts`; everything else follows from the
set of scans alone, so any permutation of the same messages, with repeats, ends in the same state.
"""

from tracking.rules.action import action_of
from tracking.rules.calendar import WorkCalendar
from tracking.rules.carriers import Carrier, carrier_of, number_key
from tracking.rules.codes import LONGEST_CODE, code_of, is_unmapped
from tracking.rules.delay import Delay, delay_of
from tracking.rules.facts import (
    Action,
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Summary,
    day_of,
    read_time,
    wall_clock,
)
from tracking.rules.gaps import Times, Usual, times_of
from tracking.rules.incidents import (
    FoundIncident,
    Journey,
    end_of_incident,
    incidents_of,
    next_look,
)
from tracking.rules.notice import (
    NOT_LATE_ANY_MORE,
    UNSAID,
    NewWindow,
    Sureness,
    eve_of,
    new_window,
    next_word_on,
    sureness_of,
    word_due_at,
)
from tracking.rules.order import UNDATED, PlacedEvent, in_reading_order, place
from tracking.rules.places import place_name
from tracking.rules.prediction import Prediction, predict
from tracking.rules.proof import PickupPlace, Proof
from tracking.rules.state import ShipmentState, fold
from tracking.rules.story import Headline, ParcelFacts, Step, headline, leading, steps
from tracking.rules.verdict import Verdict, judge_journey
from tracking.rules.words import Said, Word, next_word

__all__ = [
    "LONGEST_CODE",
    "NOT_LATE_ANY_MORE",
    "UNDATED",
    "UNSAID",
    "Action",
    "Carrier",
    "Delay",
    "Estimate",
    "FoundIncident",
    "Headline",
    "Journey",
    "NewWindow",
    "NormalisedEvent",
    "NormalisedShipment",
    "ParcelFacts",
    "PickupPlace",
    "PlacedEvent",
    "Prediction",
    "Proof",
    "Said",
    "ShipmentState",
    "Step",
    "Summary",
    "Sureness",
    "Times",
    "Usual",
    "Verdict",
    "Word",
    "WorkCalendar",
    "action_of",
    "carrier_of",
    "code_of",
    "day_of",
    "delay_of",
    "end_of_incident",
    "eve_of",
    "fold",
    "headline",
    "in_reading_order",
    "incidents_of",
    "is_unmapped",
    "judge_journey",
    "leading",
    "new_window",
    "next_look",
    "next_word",
    "next_word_on",
    "number_key",
    "place",
    "place_name",
    "predict",
    "read_time",
    "steps",
    "sureness_of",
    "times_of",
    "wall_clock",
    "word_due_at",
]
