"""What happens to a shop's connections."""

from dataclasses import dataclass, field
from typing import ClassVar

from commerce.events import MerchantEvent
from postexp.kernel import ids


def new_ask_id() -> str:
    """A new id of something asked of demo data."""
    return ids.new_id("dmo")


@dataclass(frozen=True, kw_only=True)
class ConnectionChanged(MerchantEvent):
    """Staff connected the shop to a service, changed the secret, or ended the connection."""

    type: ClassVar[str] = "connection.changed"
    service: str


@dataclass(frozen=True, kw_only=True)
class DemoDataChanged(MerchantEvent):
    """Demo data is to be filled in, or removed: `state` is filling, removing or removed.

    Each is a subject of its own, so that a filling that fails does not hold up the removal.
    """

    type: ClassVar[str] = "demo_data.changed"
    state: str
    ask_id: str = field(default_factory=new_ask_id)

    @property
    def subject(self) -> str:
        return f"demo_data:{self.ask_id}"


@dataclass(frozen=True, kw_only=True)
class HoldTaken(MerchantEvent):
    """A shopper let money be held on a page at Stripe: `payment` and `page` are Stripe's ids."""

    type: ClassVar[str] = "stripe.hold_taken"
    payment: str
    page: str

    @property
    def subject(self) -> str:
        return f"stripe:{self.payment}"


@dataclass(frozen=True, kw_only=True)
class LineAnswerDue(MerchantEvent):
    """Somebody in LINE is to be answered: `request` is the stored webhook that says who and how.

    `answer` is what is said, see `integrations.line.answers`.
    """

    type: ClassVar[str] = "line.answer_due"
    request: str
    answer: str

    @property
    def subject(self) -> str:
        return f"line:{self.request}"


@dataclass(frozen=True, kw_only=True)
class PaymentsToRead(MerchantEvent):
    """An order was paid by several gateways, and Shopify is to be asked how much by each."""

    type: ClassVar[str] = "shopify.payments_to_read"
    order_id: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class ReturnToRead(MerchantEvent):
    """Something happened to a return at Shopify, which is to be asked how it stands now."""

    type: ClassVar[str] = "shopify.return_to_read"
    return_external_id: str

    @property
    def subject(self) -> str:
        return f"shopify_return:{self.return_external_id}"


@dataclass(frozen=True, kw_only=True)
class ScanToTell(MerchantEvent):
    """A parcel changed that the shop wants Shopify to be told of."""

    type: ClassVar[str] = "shopify.scan_to_tell"
    shipment_id: str

    @property
    def subject(self) -> str:
        return f"shipment:{self.shipment_id}"
