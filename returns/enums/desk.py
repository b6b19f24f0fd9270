"""What the desk tells of a return that waits for the shop."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeskClock(TextChoices):
    """What a return waits for, with a time by which it is to be done."""

    DECIDE = "decide", pgettext_lazy("what is due", "Decide")
    INSPECT = "inspect", pgettext_lazy("what is due", "Check")
    REFUND = "refund", pgettext_lazy("what is due", "Refund")
    LAW = "law", pgettext_lazy("what is due", "Refund by law")


class Nearness(TextChoices):
    """How near a deadline is."""

    CALM = "calm", _("In time")
    SOON = "soon", _("Soon due")
    OVERDUE = "overdue", _("Overdue")
