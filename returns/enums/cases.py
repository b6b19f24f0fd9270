"""What is asked for, decided and found in a return."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Outcome(TextChoices):
    """What the shopper gets for what comes back."""

    REFUND = "refund", _("Refund")
    STORE_CREDIT = "store_credit", _("Store credit")
    EXCHANGE = "exchange", _("Exchange")


PAID_OUTCOMES = [(one.value, one.label) for one in (Outcome.REFUND, Outcome.STORE_CREDIT)]
"""What gives the shopper money or something like it, as choices."""


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
    LOST = "lost", _("Lost on its way")


class ReturnMove(TextChoices):
    """What can happen to a return, as its story tells it."""

    AUTO_APPROVE = "auto_approve", _("Approved by the policy")
    FLAG = "flag", _("Sent to review")
    APPROVE = "approve", _("Approved")
    REJECT = "reject", _("Declined")
    UNDO_APPROVE = "undo_approve", _("Approval taken back")
    UNDO_REJECT = "undo_reject", _("Refusal taken back")
    OVERRIDE = "override", _("Approved after all")
    ASK_SHOPPER = "ask_shopper", _("Shopper asked")
    SHOPPER_REPLIED = "shopper_replied", _("No longer waiting for the shopper")
    CANCEL = "cancel", _("Cancelled")
    KEEP_ITEM = "keep_item", _("It stays with the shopper")
    FIRST_SCAN = "first_scan", _("On its way back")
    EXPIRE = "expire", _("Not sent in time")
    RECEIVE = "receive", _("Received")
    INSPECT = "inspect", _("Checked")
    AWAIT_REST = "await_rest", _("Paid for what arrived, waiting for the rest")
    GIVE_UP_REST = "give_up_rest", _("The rest did not come")
    AWAIT_ANSWER = "await_answer", _("The rest did not come, waiting for the shopper’s answer")
    SETTLE = "settle", _("Completed")
    SETTLE_FAILED = "settle_failed", _("The refund failed")
    UNDO_EXCHANGE = "undo_exchange", _("The replacement came back instead")
    BEAR_LOSS = "bear_loss", _("Lost on its way, borne by the shop")
    DECLINE_LOSS = "decline_loss", _("Lost on its way, not borne by the shop")
    UNDO_LOSS = "undo_loss", _("Decision on the lost parcel taken back")
    UNDO_LOSS_EXPIRED = "undo_loss_expired", _("Decision on the lost parcel taken back")
    UNDO_LOSS_LOST = "undo_loss_lost", _("Decision on the lost parcel taken back")
    TURN_UP = "turn_up", _("The lost parcel turned up")


class ReplacementState(TextChoices):
    """Where the replacement of an exchange stands."""

    RESERVED = "reserved", _("Reserved")
    READY = "ready", _("Ready to ship")
    SHIPPED = "shipped", _("Shipped")
    RELEASED = "released", _("Released")


class StartBasis(TextChoices):
    """What a return window counts from."""

    DELIVERED = "delivered", _("Delivered")
    SHIPPED_PLUS_ALLOWANCE = (
        "shipped_plus_allowance",
        _("Shipped, plus the usual transit time (the delivery is not known)"),
    )
    SHIPPED = "shipped", _("Shipped")
    PLACED = "placed", _("Ordered")


class DenialCode(TextChoices):
    """A reason against a return; `date` fills the blank where there is one."""

    NOT_SHIPPED = "not_shipped", _("It has not been sent yet.")
    WINDOW_ENDED = "window_ended", _("The time to return it ended on %(date)s.")
    FINAL_SALE = "final_sale", _("This was a final sale. It can only be returned if it is faulty.")
    ALREADY_SETTLED = "already_settled", _("It was already refunded or exchanged.")
    RETURN_OPEN = "return_open", _("It is already part of a return.")
    REFUSED_BEFORE = "refused_before", _("It was sent back before and could not be accepted.")
    NOT_GOODS = "not_goods", _("There is nothing to send back.")
    NOT_ELIGIBLE = "not_eligible", _("This shop does not take it back.")
    REASON_NOT_ELIGIBLE = "reason_not_eligible", _("It cannot be returned for this reason.")
    EVIDENCE_NEEDED = "evidence_needed", _("Photos are needed to return it for this reason.")
    EXEMPT_DIGITAL = (
        "exempt_digital",
        _("A download that was begun at your wish is exempt from withdrawal."),
    )
    EXEMPT_CUSTOM_MADE = (
        "exempt_custom_made",
        _("Goods made to your order are exempt from withdrawal."),
    )
    EXEMPT_PERISHABLE = (
        "exempt_perishable",
        _("Goods that spoil quickly are exempt from withdrawal."),
    )


class DeclineReason(TextChoices):
    """Why staff decline a return, in a sentence the shopper reads."""

    TOO_LATE = "too_late", _("The time for returning this order is over.")
    USED = "used", _("The item shows signs of use.")
    EXCLUDED = "excluded", _("This item is excluded from returns.")
    REASON_UNCLEAR = "reason_unclear", _("The reason for the return could not be confirmed.")
    HYGIENE = (
        "hygiene",
        _("Sealed goods that were opened cannot be taken back, for health and hygiene."),
    )
    DIGITAL = (
        "digital",
        _("A download that was begun at your wish is exempt from withdrawal."),
    )
    CUSTOM_MADE = "custom_made", _("Goods made to your order are exempt from withdrawal.")
    PERISHABLE = "perishable", _("Goods that spoil quickly are exempt from withdrawal.")
    OTHER = "other", _("For another reason")


EXEMPT = (
    DeclineReason.HYGIENE,
    DeclineReason.DIGITAL,
    DeclineReason.CUSTOM_MADE,
    DeclineReason.PERISHABLE,
)
"""Why the law exempts goods: what it lets a shopper give back is declined for these alone."""


class Change(TextChoices):
    """Why a return came to another sum than the one promised, where no row of a sum says it."""

    NOT_ARRIVED = "not_arrived", _("Not arrived")
    STILL_AWAITED = "still_awaited", _("Not arrived yet")
    WORN = "worn", _("Worn or damaged")
    NOT_OURS = "not_ours", _("Not one of ours")
    OTHER_ITEM = "other_item", _("Another item than announced")
    REFUSED = "refused", _("Not accepted")
    APART = "apart", _("Settled separately")
    VALUE = "value", _("Value of the items, counted anew")
    GIVEN_BEFORE = "given_before", _("Given back before")
