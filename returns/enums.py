"""The closed vocabularies of returns, each with its words."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Outcome(TextChoices):
    """What the shopper gets for what comes back."""

    REFUND = "refund", _("Refund")
    STORE_CREDIT = "store_credit", _("Store credit")
    EXCHANGE = "exchange", _("Exchange")


class Fault(TextChoices):
    """Whose fault the reason for a return is; it decides who bears fees."""

    SHOPPER = "shopper", _("Shopper’s choice")
    MERCHANT = "merchant", _("Our fault")
    CARRIER = "carrier", _("Carrier’s fault")


class Grade(TextChoices):
    """The condition in which a unit arrived."""

    NEW = "a", _("A: as new")
    OPENED = "b", _("B: opened")
    WORN = "c", _("C: worn or damaged")
    NOT_OURS = "x", _("X: not ours")


class ReturnState(TextChoices):
    """Where a return stands."""

    REQUESTED = "requested", _("Requested")
    IN_REVIEW = "in_review", _("Needs review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Declined")
    IN_TRANSIT = "in_transit", _("On its way back")
    RECEIVED = "received", _("Received")
    RESOLVING = "resolving", _("To refund")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class ReturnMove(TextChoices):
    """What can happen to a return, as its story tells it."""

    AUTO_APPROVE = "auto_approve", _("Approved by the policy")
    FLAG = "flag", _("Sent to review")
    APPROVE = "approve", _("Approved")
    REJECT = "reject", _("Declined")
    UNDO_APPROVE = "undo_approve", _("Approval taken back")
    UNDO_REJECT = "undo_reject", _("Refusal taken back")
    OVERRIDE = "override", _("Approved after all")
    CANCEL = "cancel", _("Cancelled")
    FIRST_SCAN = "first_scan", _("On its way back")
    EXPIRE = "expire", _("Not sent in time")
    RECEIVE = "receive", _("Received")
    INSPECT = "inspect", _("Checked")
    AWAIT_REST = "await_rest", _("Paid for what arrived, waiting for the rest")
    GIVE_UP_REST = "give_up_rest", _("The rest did not come")
    SETTLE = "settle", _("Completed")
    SETTLE_FAILED = "settle_failed", _("The refund failed")


class RefundState(TextChoices):
    """Where one attempt to pay money back stands."""

    PENDING = "pending", _("Waiting to be paid")
    PROCESSING = "processing", _("Being paid")
    SUCCEEDED = "succeeded", _("Paid")
    FAILED = "failed", _("Failed")
    OUTCOME_UNKNOWN = "outcome_unknown", _("Outcome unknown")


class RefundMove(TextChoices):
    """What can happen to one attempt to pay money back."""

    SEND = "send", _("Sent to the payment provider")
    SUCCEED = "succeed", _("Paid")
    FAIL = "fail", _("Refused by the payment provider")
    LOSE_TRACK = "lose_track", _("No answer from the payment provider")
    RETRY = "retry", _("Tried again")


class ReplacementState(TextChoices):
    """Where the replacement of an exchange stands."""

    RESERVED = "reserved", _("Reserved")
    READY = "ready", _("Ready to ship")
    SHIPPED = "shipped", _("Shipped")
    RELEASED = "released", _("Released")


class SettlementKind(TextChoices):
    """Why units were settled or money given back."""

    RETURN = "return", _("Return")
    SHIPPING = "shipping", _("Shipping refunded")
    EXTERNAL = "external", _("Refunded on the platform")
    CANCELLATION = "cancellation", _("Order cancelled")


class Component(TextChoices):
    """What an entry of the ledger is for. Every one but BONUS counts against the ceiling."""

    GOODS = "goods", _("Goods")
    TAX = "tax", _("Tax")
    SHIPPING = "shipping", _("Shipping")
    SHIPPING_TAX = "shipping_tax", _("Tax on shipping")
    FEE = "fee", _("Fee")
    OFFSET = "offset", _("Not paid, or given back before")
    GOODWILL = "goodwill", _("Goodwill")
    EXCHANGE_CREDIT = "exchange_credit", _("Exchange credit")
    BONUS = "bonus", _("Bonus")


class RowCode(TextChoices):
    """What a row of a sum is for; `percent` fills the blank where there is one."""

    GOODS = "goods", _("Paid for the item")
    TAX = "tax", _("Tax")
    SHIPPING = "shipping", _("Shipping")
    PROMOTION_ENDED = "promotion_ended", _("Discount that no longer applies")
    RESTOCKING_FEE = "restocking_fee", _("Restocking fee (%(percent)s)")
    RETURN_POSTAGE = "return_postage", _("Return postage")
    NOT_PAID = "not_paid", _("Not paid yet")
    ALREADY_REFUNDED = "already_refunded", _("Already refunded")
    DEDUCTION = "deduction", _("Deduction")
    GOODWILL = "goodwill", _("Goodwill")
    EXCHANGE_CREDIT = "exchange_credit", _("Value exchanged")
    BONUS = "bonus", _("Bonus (%(percent)s)")


class Change(TextChoices):
    """Why a return came to another sum than the one promised, where no row of a sum says it."""

    NOT_ARRIVED = "not_arrived", _("Not arrived")
    STILL_AWAITED = "still_awaited", _("Not arrived yet")
    WORN = "worn", _("Worn or damaged")
    NOT_OURS = "not_ours", _("Not one of ours")
    REFUSED = "refused", _("Not accepted")
    APART = "apart", _("Settled separately")
    VALUE = "value", _("Value of the items, counted anew")
    GIVEN_BEFORE = "given_before", _("Given back before")


class StartBasis(TextChoices):
    """What a return window counts from."""

    DELIVERED = "delivered", _("Delivered")
    SHIPPED_PLUS_ALLOWANCE = (
        "shipped_plus_allowance",
        _("Shipped, plus the usual transit time (the delivery is not known)"),
    )


class DenialCode(TextChoices):
    """A reason against a return; `date` fills the blank where there is one."""

    NOT_SHIPPED = "not_shipped", _("It has not been sent yet.")
    WINDOW_ENDED = "window_ended", _("The time to return it ended on %(date)s.")
    FINAL_SALE = "final_sale", _("This was a final sale. It can only be returned if it is faulty.")
    ALREADY_SETTLED = "already_settled", _("It was already refunded or exchanged.")
    RETURN_OPEN = "return_open", _("It is already part of a return.")
    REFUSED_BEFORE = "refused_before", _("It was sent back before and could not be accepted.")
    NOT_GOODS = "not_goods", _("There is nothing to send back.")


class DeclineReason(TextChoices):
    """Why staff decline a return, in a sentence the shopper reads."""

    TOO_LATE = "too_late", _("The time for returning this order is over.")
    USED = "used", _("The item shows signs of use.")
    EXCLUDED = "excluded", _("This item is excluded from returns.")
    REASON_UNCLEAR = "reason_unclear", _("The reason for the return could not be confirmed.")
    OTHER = "other", _("For another reason")


class RefundShipping(TextChoices):
    """When outbound shipping goes back without anyone's fault."""

    NEVER = "never", _("Never")
    FULL_RETURN = "full_return", _("When the whole order comes back")


class FaultShipping(TextChoices):
    """How much outbound shipping goes back with units returned for merchant or carrier fault."""

    NONE = "none", _("None")
    PRORATA = "prorata", _("The share of the faulty items")
    FULL = "full", _("All of it")


class ThresholdPromotion(TextChoices):
    """What happens to a promotion when the kept goods no longer reach its minimum."""

    KEEP = "keep", _("Keep the discount")
    REPRICE = "reprice", _("Price what is kept without the discount")


class BundleDiscount(TextChoices):
    """How a buy-x-get-y discount lies on the lines of its bundle."""

    AS_ALLOCATED = "as_allocated", _("On the items it was recorded on")
    PRORATA = "prorata", _("Shared over the whole bundle")


class TenderOrder(TextChoices):
    """Which means of payment money goes back to first."""

    EXTERNAL_FIRST = "external_first", _("Cards first, then gift cards and credit")
    STORE_VALUE_FIRST = "store_value_first", _("Gift cards and credit first")
    PROPORTIONAL = "proportional", _("In proportion to what was paid")
