"""What happens to parcels."""

from dataclasses import dataclass
from typing import ClassVar

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
class ShipmentDispatched(Milestone):
    """The shop handed a parcel of an order to the carrier. Once per shipment."""

    type: ClassVar[str] = "shipment.dispatched"


@dataclass(frozen=True, kw_only=True)
class ShipmentOutForDelivery(Milestone):
    """The parcel is on the vehicle; `turn` counts such days of this shipment."""

    type: ClassVar[str] = "shipment.out_for_delivery"
    turn: int = 1


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
    """An attempt failed, the parcel is stuck, or it travels back; `turn` counts the problems."""

    type: ClassVar[str] = "shipment.problem"
    turn: int
    status: str
    substatus: str = ""


@dataclass(frozen=True, kw_only=True)
class ShipmentDelayed(ParcelEvent):
    """The parcel is late. Days are ISO 8601 or ""; once per shipment."""

    type: ClassVar[str] = "shipment.delayed"
    source: str
    reason: str
    first_estimate: str = ""
    latest_estimate: str = ""


@dataclass(frozen=True, kw_only=True)
class LookupCodeRequested(Event):
    """A one-time code is to be sent to the address of an order. The code is not in the event."""

    type: ClassVar[str] = "tracking.lookup_code_requested"
    challenge_id: str
    order_id: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"
