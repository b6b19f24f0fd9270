"""The choices of WhatsApp's templates."""

from django.db import models
from django.utils.translation import gettext_noop, pgettext_lazy


class TemplateState(models.TextChoices):
    """Where a template stands at WhatsApp; only `approved` ones can be sent."""

    APPROVED = "approved", pgettext_lazy("state of a template", "Approved")
    PENDING = "pending", pgettext_lazy("state of a template", "Being reviewed")
    REJECTED = "rejected", pgettext_lazy("state of a template", "Rejected")
    PAUSED = "paused", pgettext_lazy("state of a template", "Paused")
    DISABLED = "disabled", pgettext_lazy("state of a template", "Switched off")


class Filling(models.TextChoices):
    """What a variable of a template is filled in with."""

    NAME = "name", pgettext_lazy("variable of a template", "Customer’s name")
    SHOP = "shop", pgettext_lazy("variable of a template", "Shop’s name")
    ORDER = "order", pgettext_lazy("variable of a template", "Order number")
    NEWS = "news", pgettext_lazy("variable of a template", "What the message says, in short")
    LINK = "link", pgettext_lazy("variable of a template", "Link to the page")
    CARRIER = "carrier", pgettext_lazy("variable of a template", "Carrier")
    NUMBER = "number", pgettext_lazy("variable of a template", "Tracking number")


WORDS: dict[TemplateState, str] = {
    TemplateState.PENDING: gettext_noop("WhatsApp is still reviewing its template."),
    TemplateState.REJECTED: gettext_noop("WhatsApp rejected its template."),
    TemplateState.PAUSED: gettext_noop("WhatsApp has paused its template."),
    TemplateState.DISABLED: gettext_noop("WhatsApp has switched its template off."),
}
"""Why a template cannot be sent, for staff: kept in English, shown in their language."""
