"""How the goods of a return travel, and what becomes of the label they travel with."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LabelState(TextChoices):
    """Where the label or number of a parcel on its way back stands."""

    WANTED = "wanted", pgettext_lazy("label", "Being made")
    READY = "ready", pgettext_lazy("label", "Ready")
    FAILED = "failed", pgettext_lazy("label", "Failed")
    VOIDING = "voiding", pgettext_lazy("label", "Being given back")
    VOIDED = "voided", pgettext_lazy("label", "Void")
    SPENT = "spent", pgettext_lazy("label", "Not taken back")


class LabelMove(TextChoices):
    """What can happen to the label of a parcel."""

    OBTAIN = "obtain", _("Label obtained")
    FAIL = "fail", _("Refused by the provider")
    RETRY = "retry", _("Asked for again")
    DROP = "drop", _("No longer needed")
    VOID = "void", _("Void requested")
    ACCEPT = "accept", _("Voided by the provider")
    REFUSE = "refuse", _("The provider did not void it")


class LabelSource(TextChoices):
    """Where a label or number comes from, beside the providers, which go by their own names."""

    UPLOAD = "upload", pgettext_lazy("source of a label", "Uploaded")
    TYPED = "typed", pgettext_lazy("source of a label", "Number typed in")


class LabelFileKind(TextChoices):
    """What a file of a parcel shows."""

    LABEL = "label", pgettext_lazy("file of a parcel", "Label")
    QR = "qr", pgettext_lazy("file of a parcel", "QR code")
