"""What happens to parcels."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent, OrderEvent
from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ParcelEvent(Event):
    """Something that happened to a shipment. `order_id` is "" while its order is not known.

    `happened_at` is when it happened where that was told: an instant, or a day alone (ISO 8601).
    """

    shipment_id: str
    order_id: str = ""
    happened_at: str = ""

    @property
    def subject(self) -> str:
        return f"shipment:{self.shipment_id}"


@dataclass(frozen=True, kw_only=True)
class Milestone(ParcelEvent):
    """A step worth telling the shopper. `historic`: over two days ago, so that nobody is told."""

    historic: bool = False


@dataclass(frozen=True, kw_only=True)
class ShipmentChanged(ParcelEvent):
    """Anything a page shows of a shipment changed: items, number, status, estimate, scans."""

    type: ClassVar[str] = "shipment.changed"
    status: str
    substatus: str = ""


@dataclass(frozen=True, kw_only=True)
class ReturnShipmentChanged(ParcelEvent):
    """A parcel that a shopper sends to the shop changed, as of ShipmentChanged beside it."""

    type: ClassVar[str] = "return_shipment.changed"
    status: str


@dataclass(frozen=True, kw_only=True)
class ShipmentDispatched(Milestone):
    """The shop handed a parcel of an order to the carrier. Once per shipment."""

    type: ClassVar[str] = "shipment.dispatched"


@dataclass(frozen=True, kw_only=True)
class ShipmentPickupLate(Milestone):
    """The carrier knows of a parcel and has not had it in hand days after the shop sent it.

    `turn` is 1 after two working days and 2 after five.
    """

    type: ClassVar[str] = "shipment.pickup_late"
    turn: int = 1


@dataclass(frozen=True, kw_only=True)
class ShipmentInTransit(Milestone):
    """The carrier has a parcel of an order in hand and moves it. Once per shipment."""

    type: ClassVar[str] = "shipment.in_transit"


@dataclass(frozen=True, kw_only=True)
class ShipmentDayNamed(ParcelEvent):
    """A parcel that is not late got its first day, or another one than was known when it was sent.

    Days are ISO 8601; `before` is "" where none was known. `turn` counts them.
    """

    type: ClassVar[str] = "shipment.day_named"
    turn: int
    day: str
    before: str = ""


@dataclass(frozen=True, kw_only=True)
class ShipmentArrivesTomorrow(ParcelEvent):
    """A moving parcel is expected tomorrow, on `day` (ISO 8601). Once for each day."""

    type: ClassVar[str] = "shipment.arrives_tomorrow"
    day: str


@dataclass(frozen=True, kw_only=True)
class ShipmentOutForDelivery(Milestone):
    """The parcel is on the vehicle; `turn` counts such days of this shipment."""

    type: ClassVar[str] = "shipment.out_for_delivery"
    turn: int = 1


@dataclass(frozen=True, kw_only=True)
class ShipmentReadyForPickup(Milestone):
    """The parcel waits for its shopper at `place`, "" where no scan names it; `turn` counts such
    waits of this shipment.
    """

    type: ClassVar[str] = "shipment.ready_for_pickup"
    turn: int = 1
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class ShipmentDelivered(Milestone):
    """The parcel arrived.

    `delivered_at` is the instant (ISO 8601, UTC) or "" where only the day is known; `delivered_on`
    is the day at the destination (ISO 8601) or "" where not even that is.
    """

    type: ClassVar[str] = "shipment.delivered"
    turn: int = 1
    delivered_at: str = ""
    delivered_on: str = ""


@dataclass(frozen=True, kw_only=True)
class ShipmentProblem(Milestone):
    """An attempt failed, the parcel is stuck, or it travels back; `turn` counts the problems.

    Told once the problem has lasted for the shop's settle time; at once where it is final.
    """

    type: ClassVar[str] = "shipment.problem"
    turn: int
    status: str
    substatus: str = ""


@dataclass(frozen=True, kw_only=True)
class ShipmentCameBack(Milestone):
    """A parcel that could not be delivered is back at the shop; `turn` counts such arrivals."""

    type: ClassVar[str] = "shipment.came_back"
    turn: int = 1


@dataclass(frozen=True, kw_only=True)
class DelayNews(ParcelEvent):
    """What is known of a delay.

    Days are ISO 8601 or "". `certainty` is in percent; `likely_from` and `likely_until` are the
    days we expect, where the carrier's newest estimate says no more. By `write_again_on` the
    shopper hears again. `historic` as of milestones.
    """

    source: str
    reason: str
    first_estimate: str = ""
    latest_estimate: str = ""
    certainty: int = 100
    likely_from: str = ""
    likely_until: str = ""
    write_again_on: str = ""
    historic: bool = False


@dataclass(frozen=True, kw_only=True)
class ShipmentDelayed(DelayNews):
    """The parcel is late, or will be. Once per shipment, and again for each cause that is named.

    After `shipment.recovered` it is told anew, not before 24 hours have passed. `turn` counts these
    events of the shipment.
    """

    type: ClassVar[str] = "shipment.delayed"
    turn: int = 1


@dataclass(frozen=True, kw_only=True)
class ShipmentStillDelayed(DelayNews):
    """The day has come by which the shopper was to hear of the delay again, and it lasts.

    `turn` counts these days of the shipment.
    """

    type: ClassVar[str] = "shipment.still_delayed"
    turn: int = 1


@dataclass(frozen=True, kw_only=True)
class ShipmentRecovered(ParcelEvent):
    """A parcel that was said to be late is expected in time again. Days are ISO 8601 or "".

    Not before 24 hours have passed since it was last said to be late. `turn` is the number of the
    delay, of those told of this shipment, that is over.
    """

    type: ClassVar[str] = "shipment.recovered"
    turn: int = 1
    first_estimate: str = ""
    latest_estimate: str = ""


@dataclass(frozen=True, kw_only=True)
class CarrierCorrected(ParcelEvent):
    """Staff said which carrier a parcel is with. `before` and `after` are slugs of carriers."""

    type: ClassVar[str] = "shipment.carrier_corrected"
    before: str = ""
    after: str


@dataclass(frozen=True, kw_only=True)
class StatusCorrected(ParcelEvent):
    """Staff said how a parcel stands; `before` is the status shown until then."""

    type: ClassVar[str] = "shipment.status_corrected"
    before: str
    status: str
    substatus: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrectionWithdrawn(ParcelEvent):
    """Staff took a correction back. `of` is "carrier" or "status"; `after` is shown again."""

    type: ClassVar[str] = "shipment.correction_withdrawn"
    of: str
    before: str
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentEvent(ParcelEvent):
    """Something that happened to an incident of a shipment."""

    incident_id: str


@dataclass(frozen=True, kw_only=True)
class IncidentOpened(IncidentEvent):
    """Something is wrong with a parcel that a person should look at; `cause` refines its `kind`."""

    type: ClassVar[str] = "incident.opened"
    kind: str
    cause: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(IncidentEvent):
    """An incident is over.

    `because` is `moved_on`, `arrived`, `ended` (the journey is), `outdated` (nothing was heard of
    the parcel for 90 days) or `by_staff`, with their `word`.
    """

    type: ClassVar[str] = "incident.closed"
    kind: str
    because: str
    word: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentSnoozed(IncidentEvent):
    """Staff put an incident off `until` an instant (ISO 8601, UTC); "" brings it back."""

    type: ClassVar[str] = "incident.snoozed"
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentAssigned(IncidentEvent):
    """An incident was given to a member of staff (`staff:<id>`), or to nobody ("")."""

    type: ClassVar[str] = "incident.assigned"
    assignee: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderDelayed(OrderEvent):
    """The shop says that `units` of an order leave later than planned.

    Days are ISO 8601; both are "" where none can be named, and `cause` where none is. `turn` counts
    the words that move a day or concern more units; one within what was said keeps it.
    """

    type: ClassVar[str] = "order.delayed"
    delay_id: str
    turn: int
    units: int
    cause: str = ""
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderDelayEnded(OrderEvent):
    """It is no longer said that an order leaves later; `because` it was `sent`, `cancelled`, or
    that was `taken_back`.
    """

    type: ClassVar[str] = "order.delay_ended"
    delay_id: str
    because: str


@dataclass(frozen=True, kw_only=True)
class OrderLateToLeave(OrderEvent):
    """A paid order has not left within the working days of the shop. Once per order."""

    type: ClassVar[str] = "order.late_to_leave"
    within_days: int


@dataclass(frozen=True, kw_only=True)
class OrderStatedDayPassed(OrderEvent):
    """The last day that was named for an order has passed, and it has not left. Once per day named.

    `last_day` is ISO 8601.
    """

    type: ClassVar[str] = "order.stated_day_passed"
    delay_id: str
    last_day: str


@dataclass(frozen=True, kw_only=True)
class TrackingSettingsChanged(MerchantEvent):
    """How the shop wants to be told of parcels changed; `detail` says what is set now."""

    type: ClassVar[str] = "tracking.settings_changed"


@dataclass(frozen=True, kw_only=True)
class LookupCodeRequested(Event):
    """A one-time code is to be sent to the address of an order. The code is not in the event."""

    type: ClassVar[str] = "tracking.lookup_code_requested"
    challenge_id: str
    order_id: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class CarrierCodeMapped(Event):
    """Staff said what a carrier's code means; without a status it is information only."""

    type: ClassVar[str] = "carrier_code.mapped"
    code_id: str
    source: str
    code: str
    status: str = ""
    substatus: str = ""

    @property
    def subject(self) -> str:
        return f"carrier_code:{self.code_id}"
