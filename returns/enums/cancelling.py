"""Cancelling an order, and withdrawing from a contract."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CancellationState(TextChoices):
    """Where a cancellation stands."""

    REQUESTED = "requested", pgettext_lazy("cancellation", "Requested")
    STOPPED = "stopped", pgettext_lazy("cancellation", "Stopped")
    REFUNDING = "refunding", pgettext_lazy("cancellation", "Being refunded")
    REFUNDED = "refunded", pgettext_lazy("cancellation", "Refunded")
    TOO_LATE = "too_late", pgettext_lazy("cancellation", "Too late")
    DECLINED = "declined", pgettext_lazy("cancellation", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("cancellation", "Taken back")


class CancellationMove(TextChoices):
    """What can happen to a cancellation, as its story tells it."""

    STOP = "stop", _("Stopped: nothing of it will be sent")
    MISS = "miss", _("Picked or sent before it was stopped")
    WITHDRAW = "withdraw", _("Taken back")
    DECLINE = "decline", _("Declined")
    SETTLE = "settle", _("Settled")
    SETTLED_ELSEWHERE = "settled_elsewhere", _("Refunded on the platform")
    PAY = "pay", _("Refunded")
    SENT_ANYWAY = "sent_anyway", _("Sent although it was cancelled")


class PlatformStop(TextChoices):
    """How far the platform of an order knows of units that are not to be sent."""

    ASKED = "asked", pgettext_lazy("cancellation on a platform", "Being told")
    TOLD = "told", pgettext_lazy("cancellation on a platform", "Told")
    FAILED = "failed", pgettext_lazy("cancellation on a platform", "Refused")


class CancelDenialCode(TextChoices):
    """A reason against cancelling; `time` fills the blank where there is one."""

    ORDER_CANCELLED = "order_cancelled", _("This order was already cancelled.")
    CANCELLATION_OPEN = (
        "cancellation_open",
        _("Another cancellation of this order is not finished yet."),
    )
    NOT_OFFERED = "not_offered", _("This shop does not take cancellations here.")
    WINDOW_ENDED = "window_ended", _("The time to cancel ended at %(time)s.")
    TOO_LATE = "too_late", _("It is already being packed or is on its way.")
    ALREADY_SETTLED = "already_settled", _("It was already cancelled, refunded or exchanged.")
    RETURN_OPEN = "return_open", _("It is already part of a return.")
    EXCHANGE = "exchange", _("It is sent in exchange for what was returned.")
    NOT_GOODS = "not_goods", _("It was handed over with the order.")


class CancelInstead(TextChoices):
    """What a shopper can still do where nothing can be cancelled."""

    RETURN_NOW = "return_now", _("You can return it.")
    RETURN_LATER = "return_later", _("You can return it once it has arrived.")


class WithdrawalState(TextChoices):
    """Where a statement of withdrawal stands."""

    WAITING = "waiting", _("To match")
    MATCHED = "matched", _("To carry out")
    CLOSED = "closed", _("Closed")


class WithdrawalEnd(TextChoices):
    """How a withdrawal ended, in a sentence the shopper reads."""

    REFUNDED = "refunded", _("Your money is on its way back to you.")
    CANCELLED = "cancelled", _("Your order was cancelled before it was sent.")
    TOO_LATE = "too_late", _("The time to withdraw from this contract was over.")
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
    NOT_FOUND = "not_found", _("We found no order of ours that your statement can be about.")
    DUPLICATE = "duplicate", _("You had withdrawn from this contract before.")
    TAKEN_BACK = "taken_back", _("You told us that you want to keep the contract.")
    OTHER = "other", _("For another reason")
