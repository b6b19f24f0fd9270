"""The closed vocabularies of simulating a policy on past returns."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SimulationState(TextChoices):
    """How far a simulation is."""

    RUNNING = "running", _("Being simulated")
    DONE = "done", pgettext_lazy("simulation", "Done")
    FAILED = "failed", pgettext_lazy("simulation", "Stopped")


class Segment(TextChoices):
    """Whose return it was, by the orders they had placed until then, this one too."""

    FIRST = "first", _("First order")
    RETURNING = "returning", _("2 to 4 orders")
    BEST = "best", _("5 orders and more")
    UNKNOWN = "unknown", _("Without a customer")


BEST_FROM = 5
"""So many orders make a customer one of the best."""


class ChangeOf(TextChoices):
    """What a policy would have decided another way about units of a past return."""

    VERDICT = "verdict", _("Whether it comes back")
    MONEY = "money", _("How much goes back")
    KEEP_ITEM = "keep_item", _("Whether it is sent")
    PROCESSING = "processing", _("When it is paid")
