"""What happens in returns. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ReturnEvent(Event):
    """Something that happened to a return."""

    order_id: str
    return_id: str

    @property
    def subject(self) -> str:
        return f"return:{self.return_id}"


@dataclass(frozen=True, kw_only=True)
class ReturnRequested(ReturnEvent):
    """A return was asked for."""

    type: ClassVar[str] = "return.requested"


@dataclass(frozen=True, kw_only=True)
class ReturnApproved(ReturnEvent):
    """A return was approved; `decision` counts the decisions on this return."""

    type: ClassVar[str] = "return.approved"
    decision: int


@dataclass(frozen=True, kw_only=True)
class ReturnDeclined(ReturnEvent):
    """A return was declined; `decision` as on ReturnApproved."""

    type: ClassVar[str] = "return.declined"
    decision: int


@dataclass(frozen=True, kw_only=True)
class ReturnDecisionUndone(ReturnEvent):
    """An approval or refusal was taken back within its undo time."""

    type: ClassVar[str] = "return.decision_undone"
    decision: int


@dataclass(frozen=True, kw_only=True)
class ReturnCancelled(ReturnEvent):
    """A return was cancelled before anything was sent."""

    type: ClassVar[str] = "return.cancelled"


@dataclass(frozen=True, kw_only=True)
class ReturnSent(ReturnEvent):
    """The shopper says that the parcel is on its way."""

    type: ClassVar[str] = "return.sent"


@dataclass(frozen=True, kw_only=True)
class ReturnExpired(ReturnEvent):
    """An approved return was not sent in time; its units are free again."""

    type: ClassVar[str] = "return.expired"


@dataclass(frozen=True, kw_only=True)
class ReturnReceived(ReturnEvent):
    """A parcel of a return arrived; `parcel` counts them."""

    type: ClassVar[str] = "return.received"
    parcel: int


@dataclass(frozen=True, kw_only=True)
class ReturnInspected(ReturnEvent):
    """The units that arrived were graded."""

    type: ClassVar[str] = "return.inspected"


@dataclass(frozen=True, kw_only=True)
class ReturnCompleted(ReturnEvent):
    """Nothing more will happen to a return."""

    type: ClassVar[str] = "return.completed"


@dataclass(frozen=True, kw_only=True)
class SettlementEvent(Event):
    """Something that happened to a settlement; `return_id` is empty where none led to it."""

    order_id: str
    return_id: str
    settlement_id: str

    @property
    def subject(self) -> str:
        return f"return:{self.return_id}" if self.return_id else f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class SettlementBooked(SettlementEvent):
    """Units were settled, and the ledger says what goes back for them."""

    type: ClassVar[str] = "settlement.booked"
    kind: str
    outcome: str
    total: int
    bonus: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class SettlementPaid(SettlementEvent):
    """Everything a settlement gives back has gone out."""

    type: ClassVar[str] = "settlement.paid"


@dataclass(frozen=True, kw_only=True)
class StoreCreditRequested(SettlementEvent):
    """A provider is to give a settlement's store credit where the shopper spends it."""

    type: ClassVar[str] = "store_credit.requested"
    provider: str


@dataclass(frozen=True, kw_only=True)
class StoreCreditGiven(SettlementEvent):
    """A settlement's store credit was given by its provider; `reference` is the provider's id."""

    type: ClassVar[str] = "store_credit.given"
    provider: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class RefundEvent(Event):
    """Something that happened to one payment back."""

    order_id: str
    refund_id: str

    @property
    def subject(self) -> str:
        return f"refund:{self.refund_id}"


@dataclass(frozen=True, kw_only=True)
class RefundRequested(RefundEvent):
    """A provider is to pay a refund. `honours_keys`: it pays once per idempotency key."""

    type: ClassVar[str] = "refund.requested"
    provider: str
    honours_keys: bool


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(RefundEvent):
    """A refund was paid."""

    type: ClassVar[str] = "refund.succeeded"


@dataclass(frozen=True, kw_only=True)
class RefundFailed(RefundEvent):
    """A provider refused a refund; nothing was paid."""

    type: ClassVar[str] = "refund.failed"


@dataclass(frozen=True, kw_only=True)
class RefundUnclear(RefundEvent):
    """Nobody knows whether a refund was paid; staff must look."""

    type: ClassVar[str] = "refund.unclear"


@dataclass(frozen=True, kw_only=True)
class ReplacementShipped(ReturnEvent):
    """The replacement of an exchange was handed to a carrier."""

    type: ClassVar[str] = "replacement.shipped"
    replacement_id: str


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(Event):
    """A new version of the return policy was published."""

    type: ClassVar[str] = "policy.published"
    policy_version_id: str
    number: int

    @property
    def subject(self) -> str:
        return f"policy:{self.policy_version_id}"


@dataclass(frozen=True, kw_only=True)
class TestReturnStarted(Event):
    """Staff made a test order, to try a return on."""

    # pytest collects classes by this name unless told not to.
    __test__: ClassVar[bool] = False
    type: ClassVar[str] = "test_return.started"
    order_id: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"
