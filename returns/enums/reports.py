"""What reports of returns are told by."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CellKind(TextChoices):
    """What a cell of the roll-ups counts.

    Returns are counted twice: in the month they were asked for, and in that of their order.
    """

    SOLD = "sold", _("Sold")
    ASKED = "asked", _("Returned, by the day of the return")
    ORDERED = "ordered", _("Returned, by the day of the order")
    SEVERAL = "several", _("Orders with several variants of a product")


class Grouping(TextChoices):
    """By what a report of returns tells units apart."""

    PRODUCT = "product", pgettext_lazy("return report", "By product")
    VARIANT = "variant", pgettext_lazy("return report", "By size or variant")
    REASON = "reason", pgettext_lazy("return report", "By reason")
    VENDOR = "vendor", pgettext_lazy("return report", "By supplier")
    MONTH = "month", pgettext_lazy("return report", "By month")


class Basis(TextChoices):
    """In which month a return counts."""

    ASKED = "asked", pgettext_lazy("return report", "By return date")
    ORDERED = "ordered", pgettext_lazy("return report", "By order date")


class ReasonMeaning(TextChoices):
    """What a reason says of its product, whatever a shop calls it.

    Those a shop begins with have it as their code.
    """

    TOO_SMALL = "too_small", _("It is too small")
    TOO_LARGE = "too_large", _("It is too large")
    NOT_AS_DESCRIBED = "not_as_described", _("It is not as described")
    DEFECTIVE = "defective", _("It is defective")
    DAMAGED = "damaged_in_transit", _("It was damaged on the way")
    OTHER = "other", _("Something else")

    @classmethod
    def of_code(cls, code: str) -> "ReasonMeaning":
        """Return what the code of a reason says by itself."""
        return cls(code) if code in cls else cls.OTHER


class InsightCode(TextChoices):
    """What stands out of a product, in a sentence with its figures."""

    RUNS_SMALL = "runs_small", _("Runs small: %(share)s of returns say too small, n = %(whole)s.")
    RUNS_LARGE = "runs_large", _("Runs large: %(share)s of returns say too large, n = %(whole)s.")
    NOT_AS_DESCRIBED = (
        "not_as_described",
        _(
            "Look at its description: %(count)s of %(whole)s sold came back as not as described, "
            "%(sigma)s σ above the rest of the shop."
        ),
    )
    OFTEN_DEFECTIVE = (
        "often_defective",
        _(
            "Often defective: %(count)s of %(whole)s sold came back for it, %(sigma)s σ above the "
            "rest of the shop."
        ),
    )
    OFTEN_DAMAGED = (
        "often_damaged",
        _(
            "Often damaged on arrival: %(count)s of %(whole)s sold, %(sigma)s σ above the rest of "
            "the shop. Look at its packaging."
        ),
    )
    BRACKETING = (
        "bracketing",
        _(
            "Bought in several sizes to choose from: %(count)s of %(whole)s such orders kept one "
            "or none (%(share)s). A size guide may help."
        ),
    )
