"""Orders and contracts that are taken back. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent
from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CancellationEvent(Event):
    """Something that happened to a cancellation."""

    order_id: str
    cancellation_id: str

    @property
    def subject(self) -> str:
        return f"cancellation:{self.cancellation_id}"


@dataclass(frozen=True, kw_only=True)
class CancellationRequested(CancellationEvent):
    """Units are not to be sent; until `undo_until` (ISO 8601) that can be taken back."""

    type: ClassVar[str] = "cancellation.requested"
    undo_until: str


@dataclass(frozen=True, kw_only=True)
class CancellationWithdrawn(CancellationEvent):
    """A cancellation was taken back in time; its units are to be sent after all."""

    type: ClassVar[str] = "cancellation.withdrawn"


@dataclass(frozen=True, kw_only=True)
class CancellationDeclined(CancellationEvent):
    """Staff declined a cancellation; its units are to be sent."""

    type: ClassVar[str] = "cancellation.declined"


@dataclass(frozen=True, kw_only=True)
class CancellationTooLate(CancellationEvent):
    """Units had been picked or sent before they could be stopped.

    `units` are how many, `whole` says whether none are left to cancel. `return_id` is the return
    that is approved for when they arrive.
    """

    type: ClassVar[str] = "cancellation.too_late"
    units: int
    whole: bool
    return_id: str


@dataclass(frozen=True, kw_only=True)
class CancellationStopped(CancellationEvent):
    """The time to take a cancellation back is over: its units will not be sent."""

    type: ClassVar[str] = "cancellation.stopped"


@dataclass(frozen=True, kw_only=True)
class CancellationSettled(CancellationEvent):
    """The units of a cancellation are settled, and its money is on its way.

    `goods` is what was paid for the goods, in minor units of `currency`, by which points earned
    with them are taken back. `codes` are the discount codes that can be used again, which they can
    where nothing of the order is left.
    """

    type: ClassVar[str] = "cancellation.settled"
    settlement_id: str
    total: int
    goods: int
    currency: str
    codes: list[str]


@dataclass(frozen=True, kw_only=True)
class CancellationRefunded(CancellationEvent):
    """All money of a cancellation has gone back."""

    type: ClassVar[str] = "cancellation.refunded"


@dataclass(frozen=True, kw_only=True)
class CancelledUnitsSent(CancellationEvent):
    """Units were handed to a carrier after their money had gone back; staff must look."""

    type: ClassVar[str] = "cancellation.sent_anyway"
    units: int


@dataclass(frozen=True, kw_only=True)
class PlatformStopEvent(CancellationEvent):
    """Something about telling the platform of an order what is not to be sent."""

    platform: str


@dataclass(frozen=True, kw_only=True)
class PlatformStopAsked(PlatformStopEvent):
    """The platform is to be told. `asked_at` (ISO 8601) tells one asking from the next."""

    type: ClassVar[str] = "cancellation.platform_stop_asked"
    asked_at: str

    @property
    def subject(self) -> str:
        """Asking again does not wait for what became of asking before."""
        return f"platform_stop:{self.cancellation_id}:{self.asked_at}"


@dataclass(frozen=True, kw_only=True)
class PlatformStopped(PlatformStopEvent):
    """The platform was told, and sends nothing of it."""

    type: ClassVar[str] = "cancellation.platform_stopped"


@dataclass(frozen=True, kw_only=True)
class PlatformStopFailed(PlatformStopEvent):
    """The platform could not be told: staff must look, since it may send the units."""

    type: ClassVar[str] = "cancellation.platform_stop_failed"


@dataclass(frozen=True, kw_only=True)
class CancellationTermsChanged(MerchantEvent):
    """When shoppers may cancel was changed."""

    type: ClassVar[str] = "cancellation.terms_changed"


@dataclass(frozen=True, kw_only=True)
class WithdrawalEvent(Event):
    """Something that happened to a shopper's statement of withdrawal.

    `order_id` is "" while the order it is about is not known.
    """

    withdrawal_id: str
    order_id: str = ""

    @property
    def subject(self) -> str:
        return f"withdrawal:{self.withdrawal_id}"


@dataclass(frozen=True, kw_only=True)
class WithdrawalReceived(WithdrawalEvent):
    """A shopper confirmed that they withdraw from a contract (EU, UK)."""

    type: ClassVar[str] = "withdrawal.received"


@dataclass(frozen=True, kw_only=True)
class WithdrawalMatched(WithdrawalEvent):
    """The order a statement is about was found.

    `nothing_sent`: nothing of it has left the shop, so that it is to be cancelled.
    """

    type: ClassVar[str] = "withdrawal.matched"
    nothing_sent: bool = False


@dataclass(frozen=True, kw_only=True)
class WithdrawalClosed(WithdrawalEvent):
    """Nothing more will happen to a statement; `end` says how it ended."""

    type: ClassVar[str] = "withdrawal.closed"
    end: str


@dataclass(frozen=True, kw_only=True)
class WithdrawalSettingsChanged(MerchantEvent):
    """Whether shopper pages lead to the withdrawal from a contract changed."""

    type: ClassVar[str] = "withdrawal.settings_changed"
