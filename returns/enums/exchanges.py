"""Where exchanges and the money paid for them stand, and what can happen to them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExchangeState(TextChoices):
    """Where an exchange stands."""

    QUOTED = "quoted", pgettext_lazy("state of an exchange", "Quoted")
    REQUESTED = "requested", pgettext_lazy("state of an exchange", "Requested")
    PAYMENT_DUE = "payment_due", pgettext_lazy("state of an exchange", "Waits for payment")
    APPROVED = "approved", pgettext_lazy("state of an exchange", "Waits for the return")
    READY_TO_SHIP = "ready_to_ship", pgettext_lazy("state of an exchange", "Ready to ship")
    SHIPPED = "shipped", pgettext_lazy("state of an exchange", "Shipped")
    COMPLETED = "completed", pgettext_lazy("state of an exchange", "Completed")
    CONVERTED = "converted", pgettext_lazy("state of an exchange", "Paid out instead")
    UNRETURNED = "unreturned", pgettext_lazy("state of an exchange", "Original not returned")
    CHARGED = "charged", pgettext_lazy("state of an exchange", "Charged")
    CANCELLED = "cancelled", pgettext_lazy("state of an exchange", "Cancelled")


class ExchangeMove(TextChoices):
    """What can happen to an exchange."""

    ACCEPT = "accept", _("Replacement reserved")
    CONFIRM = "confirm", _("Nothing is due")
    DIFFERENCE_DUE = "difference_due", _("Difference asked for")
    AUTHORISE = "authorise", _("Amount held on the card")
    PAY = "pay", _("Difference paid")
    SHIP_NOW = "ship_now", _("To be sent at once")
    RETURN_SCANNED = "return_scanned", _("The return is on its way")
    RETURN_ACCEPTED = "return_accepted", _("The return was accepted")
    DOWNGRADE = "downgrade", _("To be sent once the return is on its way")
    SWAP = "swap", _("The same item instead")
    CONVERT = "convert", _("Paid out instead")
    SHIP = "ship", _("Replacement shipped")
    ORIGINAL_RECEIVED = "original_received", _("The return was received and accepted")
    DEADLINE_PASSED = "deadline_passed", _("The return did not come in time")
    CHARGE = "charge", _("The replacement was charged")
    FORGIVE = "forgive", _("Left to the shopper")
    LATE_RECEIVE = "late_receive", _("The return came after all")
    CAME_BACK_INSTEAD = "came_back_instead", _("The replacement came back instead")
    CANCEL = "cancel", _("Cancelled")
    REOPEN = "reopen", _("Taken up again")


class ExchangeTiming(TextChoices):
    """When a replacement is sent."""

    ON_RECEIPT = "on_receipt", _("When the return was accepted")
    ON_SCAN = "on_scan", _("When the return is on its way")
    INSTANT = "instant", _("At once, with its price held on the shopper’s card")


class Instead(TextChoices):
    """What a shopper gets where their exchange cannot be carried out, as they chose beforehand."""

    REFUND = "refund", _("My money back")
    STORE_CREDIT = "store_credit", _("Store credit")
    SAME = "same", _("The same item again")


class ConvertedFor(TextChoices):
    """Why an exchange was not carried out as asked for."""

    SOLD_OUT = "sold_out", _("Sold out")
    NOT_PAID = "not_paid", _("The difference was not paid in time")


class ExchangePaymentKind(TextChoices):
    """What money of an exchange is for."""

    DIFFERENCE = "difference", pgettext_lazy("payment of an exchange", "Difference")
    HOLD = "hold", pgettext_lazy("payment of an exchange", "Hold")
    PRICE = "price", pgettext_lazy("payment of an exchange", "Price")


class ExchangePaymentState(TextChoices):
    """Where one payment page or hold stands."""

    OPEN = "open", pgettext_lazy("payment of an exchange", "Not paid yet")
    CLOSED = "closed", pgettext_lazy("payment of an exchange", "Closed")
    PAID = "paid", pgettext_lazy("payment of an exchange", "Paid")
    HELD = "held", pgettext_lazy("payment of an exchange", "Held")
    RETURNED = "returned", pgettext_lazy("payment of an exchange", "Given back")
    LAPSING = "lapsing", pgettext_lazy("payment of an exchange", "Held until it lapses")
    LOST = "lost", pgettext_lazy("payment of an exchange", "Could not be held longer")
    RELEASED = "released", pgettext_lazy("payment of an exchange", "Let go")
    CHARGED = "charged", pgettext_lazy("payment of an exchange", "Charged")
    REFUSED = "refused", pgettext_lazy("payment of an exchange", "Charge refused")


class MoneyStep(TextChoices):
    """What a provider is asked to do with a payment page or a hold."""

    CLOSE = "close", pgettext_lazy("step of a payment", "Close the page")
    RENEW = "renew", pgettext_lazy("step of a payment", "Renew the hold")
    RELEASE = "release", pgettext_lazy("step of a payment", "Release the hold")
    CHARGE = "charge", pgettext_lazy("step of a payment", "Charge what is held")
