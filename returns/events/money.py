"""What is booked, paid and found to differ. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event


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
class RefundMoved(RefundEvent):
    """A refund went on by `move` and stands in `state` now; what happened is told beside it."""

    type: ClassVar[str] = "refund.moved"
    move: str
    state: str


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
class RefundMismatchFound(Event):
    """A refund made on the platform does not fit our books; `code` says how."""

    type: ClassVar[str] = "refund_mismatch.found"
    order_id: str
    mismatch_id: str
    code: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class RefundMismatchCleared(Event):
    """Staff looked at a refund that did not fit."""

    type: ClassVar[str] = "refund_mismatch.cleared"
    order_id: str
    mismatch_id: str
    note: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class CreditNoteIssuerChanged(Event):
    """Who the shop's credit notes are from was changed; the next one says so."""

    type: ClassVar[str] = "credit_note_issuer.changed"
    registration_number: str

    @property
    def subject(self) -> str:
        return "credit_note_issuer"
