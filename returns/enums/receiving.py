"""What is found in parcels that come back, and where the goods go from there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Disposition(TextChoices):
    """Where a unit that came back goes."""

    RESTOCK = "restock", pgettext_lazy("disposition", "Restock")
    REFURBISH = "refurbish", pgettext_lazy("disposition", "Refurbish")
    LIQUIDATE = "liquidate", pgettext_lazy("disposition", "Liquidate")
    DONATE = "donate", pgettext_lazy("disposition", "Donate")
    DISPOSE = "dispose", pgettext_lazy("disposition", "Dispose of")
    BACK_TO_SHOPPER = "back_to_shopper", pgettext_lazy("disposition", "Back to the shopper")
    QUARANTINE = "quarantine", pgettext_lazy("disposition", "Quarantine")


class RefusedState(TextChoices):
    """Where units that could not be accepted stand."""

    ASKED = "asked", _("Waits for the shopper")
    FEE_DUE = "fee_due", _("Waits for the fee")
    TO_SEND = "to_send", _("To be sent back")
    SENT_BACK = "sent_back", _("Sent back")
    DONATED = "donated", _("Donated")
    PART_REFUNDED = "part_refunded", _("Partly refunded")


class RefusedMove(TextChoices):
    """What can happen to units that could not be accepted."""

    ASK_BACK = "ask_back", _("The shopper wants it back")
    ASK_BACK_FREE = "ask_back_free", _("Goes back without a fee")
    GIVE_AWAY = "give_away", _("The shopper gives it away")
    TAKE_OFFER = "take_offer", _("The shopper takes the partial refund")
    PAY_FEE = "pay_fee", _("The fee is paid")
    WAIVE_FEE = "waive_fee", _("The fee is waived")
    SEND = "send", _("Sent back to the shopper")


class RefusedChoice(TextChoices):
    """What becomes of units that could not be accepted, as their shopper chooses."""

    SEND_BACK = "send_back", _("Send it back to me")
    DONATE = "donate", _("Give it to charity")
    PART_REFUND = "part_refund", _("Take a partial refund")


class UnannouncedState(TextChoices):
    """Where goods stand that nobody announced."""

    WAITING = "waiting", pgettext_lazy("unannounced goods", "To match")
    MATCHED = "matched", pgettext_lazy("unannounced goods", "Matched")
    CLOSED = "closed", pgettext_lazy("unannounced goods", "Closed")


class RestockState(TextChoices):
    """Whether units that go back on the shelf are counted there."""

    COUNTED = "counted", _("In stock again")
    TO_DO = "to_do", _("To be counted on the platform")
