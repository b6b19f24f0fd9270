"""What happens in commerce."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderEvent(Event):
    """Something that happened to an order; `order_id` is its public id.

    `happened_at` is when it happened where that was told (ISO 8601), not when we learnt of it.
    """

    order_id: str
    happened_at: str = ""

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(OrderEvent):
    """An order was taken in for the first time. `historic`: older than two days, or
    cancelled already; nobody is thanked.
    """

    type: ClassVar[str] = "order.placed"
    number: str
    historic: bool = False


@dataclass(frozen=True, kw_only=True)
class OrderChanged(OrderEvent):
    """The platform told a newer version of an order."""

    type: ClassVar[str] = "order.changed"


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderEvent):
    """The order was cancelled on the platform."""

    type: ClassVar[str] = "order.cancelled"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderPicked(OrderEvent):
    """The warehouse took units of an order from the shelf; `units` are all that are off it now."""

    type: ClassVar[str] = "order.picked"
    units: int


@dataclass(frozen=True, kw_only=True)
class FulfilmentRecorded(OrderEvent):
    """A fulfilment was taken in, changed, or met its order; `order_id` is empty before that."""

    type: ClassVar[str] = "fulfilment.recorded"
    fulfilment_id: str

    @property
    def subject(self) -> str:
        return f"fulfilment:{self.fulfilment_id}"


@dataclass(frozen=True, kw_only=True)
class RefundRecorded(OrderEvent):
    """A refund made on the platform was taken in, or met its order (`order_id` empty before)."""

    type: ClassVar[str] = "refund.recorded"
    refund_id: str

    @property
    def subject(self) -> str:
        return f"platform_refund:{self.refund_id}"


@dataclass(frozen=True, kw_only=True)
class RefundCameBack(OrderEvent):
    """A refund made on the platform that was taken in before did not reach the shopper."""

    type: ClassVar[str] = "refund.came_back"
    refund_id: str

    @property
    def subject(self) -> str:
        return f"platform_refund:{self.refund_id}"


@dataclass(frozen=True, kw_only=True)
class DisputeChanged(OrderEvent):
    """A chargeback about an order was opened, or ended; `state` is `open`, `won` or `lost`."""

    type: ClassVar[str] = "dispute.changed"
    dispute_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class MerchantEvent(Event):
    """Something that happened to a shop's own settings; `detail` says what changed."""

    merchant_public_id: str
    detail: str = ""

    @property
    def subject(self) -> str:
        return f"merchant:{self.merchant_public_id}"


@dataclass(frozen=True, kw_only=True)
class MerchantChanged(MerchantEvent):
    """Name, theme, contacts or hours changed."""

    type: ClassVar[str] = "merchant.changed"


@dataclass(frozen=True, kw_only=True)
class ShopOpened(MerchantEvent):
    """A shop was opened by the person who owns it; its messages begin in dry run."""

    type: ClassVar[str] = "merchant.opened"


@dataclass(frozen=True, kw_only=True)
class SandboxOpened(MerchantEvent):
    """The shop's test shop was opened; `detail` is its short name."""

    type: ClassVar[str] = "sandbox.opened"


@dataclass(frozen=True, kw_only=True)
class ShopperPageSeen(MerchantEvent):
    """Staff of a new shop looked at what shoppers see."""

    type: ClassVar[str] = "setup.page_seen"


@dataclass(frozen=True, kw_only=True)
class SetupPutAway(MerchantEvent):
    """The list of first steps was taken off the home page."""

    type: ClassVar[str] = "setup.put_away"


@dataclass(frozen=True, kw_only=True)
class StaffChanged(MerchantEvent):
    """Someone joined, left or changed role."""

    type: ClassVar[str] = "staff.changed"


@dataclass(frozen=True, kw_only=True)
class ApiKeyChanged(MerchantEvent):
    """An API key was made or revoked."""

    type: ClassVar[str] = "api_key.changed"


@dataclass(frozen=True, kw_only=True)
class InvitationEvent(MerchantEvent):
    """Something that happened to one invitation; a letter that fails holds up no other's."""

    invitation_id: str

    @property
    def subject(self) -> str:
        return f"invitation:{self.invitation_id}"


@dataclass(frozen=True, kw_only=True)
class StaffInvited(InvitationEvent):
    """Someone was offered a `role`, or was written to again; `locale` is the language of the mail.

    Version 1 named the person by `user_id`, who belonged to the shop from then on. Events from
    before name address and role in `detail` alone.
    """

    type: ClassVar[str] = "staff.invited"
    version: ClassVar[int] = 2
    locale: str
    invitation_id: str = ""
    user_id: int = 0
    email: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class InvitationEnded(InvitationEvent):
    """An invitation to `email` was accepted, declined or withdrawn; `end` says which.

    Events from before name the address in `detail` alone.
    """

    type: ClassVar[str] = "staff.invitation_ended"
    end: str
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffSecurityChanged(MerchantEvent):
    """A member of staff changed how they sign in: a second factor was added, removed or renewed.

    `act` says which, and `factor` is totp, webauthn or recovery_codes; events from before say both
    in `detail` alone, such as "added totp authenticator".
    """

    type: ClassVar[str] = "staff.security_changed"
    user_id: int
    act: str = ""
    factor: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffReplayed(MerchantEvent):
    """A member of staff ran something again: `target` is the public id of an event or a request.

    `handler` names which reaction to an event; it is empty for a raw request.
    """

    type: ClassVar[str] = "staff.replayed"
    target: str
    handler: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffSkipped(MerchantEvent):
    """A member of staff gave one reaction to an event up."""

    type: ClassVar[str] = "staff.skipped"
    target: str
    handler: str


@dataclass(frozen=True, kw_only=True)
class PrivacyEvent(MerchantEvent):
    """Something that happened to one privacy request; one that fails holds up no other."""

    request_id: str

    @property
    def subject(self) -> str:
        return f"privacy_request:{self.request_id}"


@dataclass(frozen=True, kw_only=True)
class PrivacyRequested(PrivacyEvent):
    """The platform passed on, or staff made, a request to export or erase personal data."""

    type: ClassVar[str] = "privacy.requested"
    kind: str


@dataclass(frozen=True, kw_only=True)
class PrivacyAnswered(PrivacyEvent):
    """A privacy request was answered: by itself, or by a member of staff who said so."""

    type: ClassVar[str] = "privacy.answered"


@dataclass(frozen=True, kw_only=True)
class StoreCreditChanged(Event):
    """Store credit was issued to, or used by, a customer. `amount` is signed minor units."""

    type: ClassVar[str] = "store_credit.changed"
    customer_id: str
    entry_id: str
    amount: int
    currency: str

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_id}"


@dataclass(frozen=True, kw_only=True)
class CustomerDataEvent(Event):
    """Something was done with all the data of one customer; empty for one known by orders alone."""

    customer_id: str

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_id}"


@dataclass(frozen=True, kw_only=True)
class CustomerExported(CustomerDataEvent):
    """A file of everything kept about a customer was made."""

    type: ClassVar[str] = "customer.exported"
    export_id: str


@dataclass(frozen=True, kw_only=True)
class CustomerErased(CustomerDataEvent):
    """A customer's personal data was erased, with that in `orders` of their orders."""

    type: ClassVar[str] = "customer.erased"
    orders: int


@dataclass(frozen=True, kw_only=True)
class ShopExported(MerchantEvent):
    """An owner asked for a file of everything the shop has."""

    type: ClassVar[str] = "shop.exported"
    export_id: str


@dataclass(frozen=True, kw_only=True)
class ListExported(MerchantEvent):
    """A member of staff took a list out as CSV; `detail` holds the filters in force."""

    type: ClassVar[str] = "list.exported"
    list: str


@dataclass(frozen=True, kw_only=True)
class DataDownloaded(MerchantEvent):
    """A member of staff downloaded a file of a customer's data, or of everything."""

    type: ClassVar[str] = "data.downloaded"
    export_id: str


@dataclass(frozen=True, kw_only=True)
class StockOwnerChanged(MerchantEvent):
    """The shop chose who says how many units there are: its platform, or Postexp."""

    type: ClassVar[str] = "stock_owner.changed"
    owner: str


@dataclass(frozen=True, kw_only=True)
class CustomerRemoved(CustomerDataEvent):
    """A customer an import had brought in was taken away again with it."""

    type: ClassVar[str] = "customer.removed"


@dataclass(frozen=True, kw_only=True)
class OrderRemoved(Event):
    """An order an import had brought in was taken away again with it."""

    type: ClassVar[str] = "order.removed"
    order_id: str
    number: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class FulfilmentRemoved(OrderEvent):
    """A fulfilment an import had brought in was taken away again with it."""

    type: ClassVar[str] = "fulfilment.removed"
    fulfilment_id: str


@dataclass(frozen=True, kw_only=True)
class PromoEvent(Event):
    """Something that happened to a customer's promo code; `promo_id` is its public id."""

    customer_id: str
    promo_id: str

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_id}"


@dataclass(frozen=True, kw_only=True)
class PromoCodeWanted(PromoEvent):
    """A promo code was made, and its platform is to create it in the shop."""

    type: ClassVar[str] = "promo_code.wanted"
    platform: str


@dataclass(frozen=True, kw_only=True)
class PromoCodeToEnter(PromoEvent):
    """Staff have to enter a promo code in the shop: no platform does, or it refused."""

    type: ClassVar[str] = "promo_code.to_enter"


@dataclass(frozen=True, kw_only=True)
class PromoCodeChanged(PromoEvent):
    """A promo code is good in the shop now, was refused there, or is not needed; see `state`."""

    type: ClassVar[str] = "promo_code.changed"
    state: str


@dataclass(frozen=True, kw_only=True)
class PromoCodeUsed(OrderEvent):
    """An order came in with a customer's promo code."""

    type: ClassVar[str] = "promo_code.used"
    promo_id: str


@dataclass(frozen=True, kw_only=True)
class PromoTermsChanged(MerchantEvent):
    """The shop changed what its promo codes give; `detail` names what they are given for."""

    type: ClassVar[str] = "promo_terms.changed"
