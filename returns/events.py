"""What happens in returns. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent
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
class GoodsMayStay(ReturnEvent):
    """Goods of an approved return stay with its shopper; `decision` as on ReturnApproved."""

    type: ClassVar[str] = "return.goods_may_stay"
    decision: int


@dataclass(frozen=True, kw_only=True)
class GoodsGivenAway(ReturnEvent):
    """The shopper, or staff for them, say that goods which need not come back were given away."""

    type: ClassVar[str] = "return.goods_given_away"


@dataclass(frozen=True, kw_only=True)
class ReturnPaidAhead(ReturnEvent):
    """Units were paid for before they were checked, as the policy says: `on` which event."""

    type: ClassVar[str] = "return.paid_ahead"
    on: str
    units: int


@dataclass(frozen=True, kw_only=True)
class ReturnNotPaidByItself(ReturnEvent):
    """The policy says to pay, and something stands against it: staff decide. `why` is a code."""

    type: ClassVar[str] = "return.not_paid_by_itself"
    why: str


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
class GiftEvent(Event):
    """Something that happened to a gift code."""

    order_id: str
    gift_id: str

    @property
    def subject(self) -> str:
        return f"gift:{self.gift_id}"


@dataclass(frozen=True, kw_only=True)
class GiftCodeMade(GiftEvent):
    """A gift code was made for units of an order."""

    type: ClassVar[str] = "gift_code.made"


@dataclass(frozen=True, kw_only=True)
class GiftCodeEnded(GiftEvent):
    """A gift code opens nothing more."""

    type: ClassVar[str] = "gift_code.ended"


@dataclass(frozen=True, kw_only=True)
class ReturnChanged(ReturnEvent):
    """A shopper changed a return before sending anything: `changed_to` is what it is now."""

    type: ClassVar[str] = "return.changed"
    changed_to: str


@dataclass(frozen=True, kw_only=True)
class EvidenceAsked(ReturnEvent):
    """Staff ask a shopper for photos; `asked` counts how often."""

    type: ClassVar[str] = "return.evidence_asked"
    asked: int


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded(ReturnEvent):
    """Photos were added to a return that is under way.

    `count` of them, which may be none; `answers` is the `asked` of the last EvidenceAsked, 0 where
    nobody asked. `note` is what the shopper wrote with them.
    """

    type: ClassVar[str] = "return.evidence_added"
    count: int
    answers: int
    note: str


@dataclass(frozen=True, kw_only=True)
class ReturnCancelled(ReturnEvent):
    """A return was cancelled before anything was sent."""

    type: ClassVar[str] = "return.cancelled"


@dataclass(frozen=True, kw_only=True)
class ReturnSent(ReturnEvent):
    """The shopper says that the parcel is on its way."""

    type: ClassVar[str] = "return.sent"


@dataclass(frozen=True, kw_only=True)
class ReturnScanned(ReturnEvent):
    """A carrier scanned a parcel of this return for the first time; its first of this parcel."""

    type: ClassVar[str] = "return.scanned"
    parcel_id: str


@dataclass(frozen=True, kw_only=True)
class ReturnDelivered(ReturnEvent):
    """A carrier delivered a parcel of this return; it waits to be opened."""

    type: ClassVar[str] = "return.delivered"
    parcel_id: str


@dataclass(frozen=True, kw_only=True)
class LabelEvent(Event):
    """Something that happened to the label of a parcel on its way back.

    `return_id` is the return it was made for first: a parcel may carry several.
    """

    order_id: str
    return_id: str
    parcel_id: str

    @property
    def subject(self) -> str:
        return f"return_parcel:{self.parcel_id}"


@dataclass(frozen=True, kw_only=True)
class LabelWanted(LabelEvent):
    """A label is to be bought of a provider."""

    type: ClassVar[str] = "return_label.wanted"
    provider: str


@dataclass(frozen=True, kw_only=True)
class LabelReady(LabelEvent):
    """A label is at hand. `cost` is in minor units of `currency`, "" where it is not known."""

    type: ClassVar[str] = "return_label.ready"
    source: str
    tracking_number: str = ""
    cost: int = 0
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class LabelFailed(LabelEvent):
    """A label could not be made."""

    type: ClassVar[str] = "return_label.failed"
    why: str


@dataclass(frozen=True, kw_only=True)
class LabelVoidWanted(LabelEvent):
    """A label that was not used is to be given back to its provider."""

    type: ClassVar[str] = "return_label.void_wanted"
    provider: str


@dataclass(frozen=True, kw_only=True)
class LabelVoided(LabelEvent):
    """A label that was not used is void, and costs nothing."""

    type: ClassVar[str] = "return_label.voided"


@dataclass(frozen=True, kw_only=True)
class LabelSpent(LabelEvent):
    """The provider did not take a label back: its cost stays."""

    type: ClassVar[str] = "return_label.spent"
    why: str


@dataclass(frozen=True, kw_only=True)
class ParcelNumberGiven(LabelEvent):
    """Somebody told the number of a parcel that is being sent back."""

    type: ClassVar[str] = "return_parcel.number_given"
    tracking_number: str


@dataclass(frozen=True, kw_only=True)
class SendingSettingsChanged(Event):
    """How shoppers may send goods back, or where to, was changed."""

    type: ClassVar[str] = "return_sending.changed"

    @property
    def subject(self) -> str:
        return "return_sending"


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
class CancellationTermsChanged(MerchantEvent):
    """When shoppers may cancel was changed."""

    type: ClassVar[str] = "cancellation.terms_changed"


@dataclass(frozen=True, kw_only=True)
class DeskTimesChanged(MerchantEvent):
    """How soon the shop means to deal with returns was changed."""

    type: ClassVar[str] = "desk.times_changed"


@dataclass(frozen=True, kw_only=True)
class MacroChanged(MerchantEvent):
    """A saved text to shoppers was written, changed or removed; `detail` is its name."""

    type: ClassVar[str] = "macro.changed"


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


@dataclass(frozen=True, kw_only=True)
class ExchangeEvent(ReturnEvent):
    """Something that happened to the exchange of a return."""

    exchange_id: str


@dataclass(frozen=True, kw_only=True)
class ExchangeMoved(ExchangeEvent):
    """An exchange went on by `move` and stands in `state` now."""

    type: ClassVar[str] = "exchange.moved"
    move: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ExchangePaymentDue(ExchangeEvent):
    """A shopper is to pay, or to let a price be held (`kind`), until `pay_by`."""

    type: ClassVar[str] = "exchange.payment_due"
    kind: str
    amount: int
    currency: str
    pay_by: str


@dataclass(frozen=True, kw_only=True)
class ExchangeChoiceNeeded(ExchangeEvent):
    """An exchange cannot be carried out, for `why`, and its shopper has made no choice for that."""

    type: ClassVar[str] = "exchange.choice_needed"
    why: str


@dataclass(frozen=True, kw_only=True)
class ExchangeConverted(ExchangeEvent):
    """An exchange could not be carried out, for `why`; `instead` is what the shopper gets."""

    type: ClassVar[str] = "exchange.converted"
    why: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class ExchangeDowngraded(ExchangeEvent):
    """A replacement is not sent at once, but when its return is on its way."""

    type: ClassVar[str] = "exchange.downgraded"


@dataclass(frozen=True, kw_only=True)
class ExchangeReminded(ExchangeEvent):
    """The original of a replacement that was sent already is due back in `days` days."""

    type: ClassVar[str] = "exchange.return_reminded"
    days: int


@dataclass(frozen=True, kw_only=True)
class ExchangePaid(ExchangeEvent):
    """Money came in for an exchange, or was held (`kind`), in minor units."""

    type: ClassVar[str] = "exchange.paid"
    kind: str
    payment_id: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ExchangeMoneyAsked(ExchangeEvent):
    """A provider is asked to close a page, or to renew, let go of or take what is held (`step`)."""

    type: ClassVar[str] = "exchange.money_asked"
    step: str
    payment_id: str


@dataclass(frozen=True, kw_only=True)
class ExchangeHoldFailed(ExchangeEvent):
    """What is held for a replacement that was sent cannot be renewed or taken; staff must look."""

    type: ClassVar[str] = "exchange.hold_failed"
    payment_id: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ExchangeTermsChanged(MerchantEvent):
    """How the shop carries out exchanges was changed."""

    type: ClassVar[str] = "exchange.terms_changed"
    detail: str
