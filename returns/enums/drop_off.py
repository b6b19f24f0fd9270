"""What is said of a place where parcels are handed in."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Standing(TextChoices):
    """Whether a place is open at a moment."""

    OPEN = "open", pgettext_lazy("drop-off point", "Open")
    CLOSED = "closed", pgettext_lazy("drop-off point", "Closed")
    UNSURE = "unsure", pgettext_lazy("drop-off point", "May be closed")
    UNKNOWN = "unknown", pgettext_lazy("drop-off point", "Hours not known")


class OpenWhen(TextChoices):
    """When a place is to be open to be listed."""

    ANY = "", pgettext_lazy("drop-off points", "All")
    NOW = "now", pgettext_lazy("drop-off points", "Open now")
    LATE = "late", pgettext_lazy("drop-off points", "Open after 21:00")


class HoursProblem(TextChoices):
    """Why opening hours cannot be read."""

    GRAMMAR = "grammar", _("They cannot be read from here on: “%(rest)s”.")
    SHIFTED = (
        "shifted",
        _("Days before or after a holiday (“%(rest)s”) cannot be read; write those days out."),
    )
    TOO_LONG = "too_long", _("They are longer than 1,000 characters.")
