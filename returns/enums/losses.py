"""Parcels that were lost on their way back: how that is known, and who bears it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Bearer(TextChoices):
    """Who bears what was lost on its way back."""

    SHOP = "shop", pgettext_lazy("who bears a loss", "The shop")
    SHOPPER = "shopper", pgettext_lazy("who bears a loss", "The shopper")


class LossGround(TextChoices):
    """How it is known that a parcel is lost."""

    CARRIER_SAYS = "carrier_says", _("The carrier says that it is lost")
    NO_SCAN = "no_scan", _("No carrier has scanned it for long")
    KNOWN_OTHERWISE = "known_otherwise", _("Known in another way")


class SendingProof(TextChoices):
    """What shows that a parcel was sent."""

    SCAN = "scan", _("A carrier scanned it")
    RECEIPT = "receipt", _("The shopper showed a receipt")
    NONE = "", pgettext_lazy("proof of sending", "Nothing")


class LossEnd(TextChoices):
    """Why what was decided of a lost parcel no longer stands."""

    TAKEN_BACK = "taken_back", _("Taken back")
    DECIDED_ANEW = "decided_anew", _("Decided anew")
    TURNED_UP = "turned_up", _("The parcel turned up")
