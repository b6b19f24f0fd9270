"""What arrives, and what becomes of it. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent
from postexp.kernel.events import Event
from returns.events.cases import ReturnEvent


@dataclass(frozen=True, kw_only=True)
class UnitsRefused(ReturnEvent):
    """Units that arrived were not accepted, and their shopper is asked what to do with them.

    `offer` is the partial refund offered for them, in minor units of the order's currency.
    """

    type: ClassVar[str] = "return.units_refused"
    refused_id: str
    quantity: int
    offer: int = 0


@dataclass(frozen=True, kw_only=True)
class RefusedUnitsAnswered(ReturnEvent):
    """It is known what becomes of refused units: `choice`; `by_default` where nobody answered."""

    type: ClassVar[str] = "return.refused_units_answered"
    refused_id: str
    choice: str
    by_default: bool


@dataclass(frozen=True, kw_only=True)
class RefusedUnitsMoved(ReturnEvent):
    """Refused units went on by `move` and stand in `state` now."""

    type: ClassVar[str] = "return.refused_units_moved"
    refused_id: str
    move: str
    state: str


@dataclass(frozen=True, kw_only=True)
class RefusedFeeEvent(ReturnEvent):
    """Something that happened to the fee for sending refused units back, in minor units."""

    refused_id: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class RefusedFeeDue(RefusedFeeEvent):
    """A shopper wants refused units back, and is to pay the fee for it until `pay_by`."""

    type: ClassVar[str] = "return.refused_fee_due"
    pay_by: str


@dataclass(frozen=True, kw_only=True)
class RefusedFeeReminded(RefusedFeeEvent):
    """The fee for sending refused units back is still not paid, and the time to pay it ends."""

    type: ClassVar[str] = "return.refused_fee_reminded"
    pay_by: str


@dataclass(frozen=True, kw_only=True)
class RefusedFeePaid(RefusedFeeEvent):
    """The fee for sending refused units back was paid."""

    type: ClassVar[str] = "return.refused_fee_paid"
    payment_id: str


@dataclass(frozen=True, kw_only=True)
class RefusedFeeUnwanted(RefusedFeeEvent):
    """A fee is not due any more: its provider is asked to close the page on which it is paid."""

    type: ClassVar[str] = "return.refused_fee_unwanted"
    payment_id: str


@dataclass(frozen=True, kw_only=True)
class RefusedUnitsClosed(ReturnEvent):
    """Refused units were sent back, donated or partly refunded, as `state` says."""

    type: ClassVar[str] = "return.refused_units_closed"
    refused_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class SurplusFound(ReturnEvent):
    """More units came with a return than were announced; they are kept and not paid for."""

    type: ClassVar[str] = "return.surplus_found"
    unannounced_id: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class SecondPersonAsked(ReturnEvent):
    """Goods of high value were checked; a second person has to look before they are paid for."""

    type: ClassVar[str] = "return.second_person_asked"


@dataclass(frozen=True, kw_only=True)
class SecondPersonAgreed(ReturnEvent):
    """A second person looked at goods of high value, and agrees."""

    type: ClassVar[str] = "return.second_person_agreed"


@dataclass(frozen=True, kw_only=True)
class UnitsRestocked(ReturnEvent):
    """Units are on the shelf again.

    `counted` says whether we count the shop's stock and it rose; else the platform is to be told.
    """

    type: ClassVar[str] = "return.units_restocked"
    variant_id: str
    quantity: int
    counted: bool


@dataclass(frozen=True, kw_only=True)
class RestockCounted(ReturnEvent):
    """Units on the shelf, which the platform was to be told of, were counted there."""

    type: ClassVar[str] = "return.restock_counted"
    variant_id: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class UnannouncedEvent(Event):
    """Something that happened to goods nobody announced; `order_id` is "" while none is known."""

    unannounced_id: str
    order_id: str = ""

    @property
    def subject(self) -> str:
        return f"unannounced:{self.unannounced_id}"


@dataclass(frozen=True, kw_only=True)
class UnannouncedReceived(UnannouncedEvent):
    """Goods arrived that no return announced."""

    type: ClassVar[str] = "unannounced_goods.received"


@dataclass(frozen=True, kw_only=True)
class UnannouncedMatched(UnannouncedEvent):
    """It was found out which order goods belong to that nobody had announced."""

    type: ClassVar[str] = "unannounced_goods.matched"
    return_id: str = ""


@dataclass(frozen=True, kw_only=True)
class UnannouncedClosed(UnannouncedEvent):
    """Nothing more will happen to goods that nobody had announced."""

    type: ClassVar[str] = "unannounced_goods.closed"


@dataclass(frozen=True, kw_only=True)
class ReceivingSettingsChanged(MerchantEvent):
    """How the shop receives goods was changed."""

    type: ClassVar[str] = "receiving.settings_changed"
