"""The choices of the message engine."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a message stands. Only `planned` and `held` ones are still going to be sent."""

    PLANNED = "planned", pgettext_lazy("state of a message", "Planned")
    HELD = "held", pgettext_lazy("state of a message", "Held")
    SENT = "sent", pgettext_lazy("state of a message", "Sent")
    REFUSED = "refused", pgettext_lazy("state of a message", "Not sent")
    DRY_RUN = "dry_run", pgettext_lazy("state of a message", "Dry run")
    EXPIRED = "expired", pgettext_lazy("state of a message", "Expired")
    FAILED = "failed", pgettext_lazy("state of a message", "Failed")
    OUTCOME_UNKNOWN = "outcome_unknown", pgettext_lazy("state of a message", "Outcome unknown")


WAITING = frozenset({State.PLANNED, State.HELD})


class Class(models.TextChoices):
    """Why a message may be sent at all: what the law asks before it differs by class."""

    TRANSACTIONAL = "transactional", pgettext_lazy("class of a message", "Transactional")
    SERVICE = "service", pgettext_lazy("class of a message", "Service")
    MARKETING = "marketing", pgettext_lazy("class of a message", "Marketing")
    STAFF = "staff", pgettext_lazy("class of a message", "To staff")


TO_SHOPPERS = frozenset({Class.TRANSACTIONAL, Class.SERVICE, Class.MARKETING})
"""The classes that stay in the house until the shop goes live."""


class Reason(models.TextChoices):
    """Why a message was not sent."""

    DRY_RUN = "dry_run", _("The shop’s messages are not live yet: it was written, not sent.")
    DEMO = "demo", _("It is about demo data: it was written, not sent.")
    NO_LONGER_TRUE = "no_longer_true", _("It was no longer true.")
    TOO_LATE = "too_late", _("It came too late to be useful.")
    NO_CONSENT = "no_consent", _("The customer has not agreed to marketing messages.")
    DECLINED = "declined", _("The customer does without these notices.")
    SUPPRESSED = "suppressed", _("This address must not be written to.")
    NO_ADDRESS = "no_address", _("No e-mail address is known.")
    BAD_ADDRESS = "bad_address", _("The e-mail address cannot exist.")
    NO_CHANNEL = "no_channel", _("No channel is set up that could carry it.")
    PROVIDER_REFUSED = "provider_refused", _("The mail provider refused it for good.")
    NOT_WRITTEN = "not_written", _("Its words could not be written.")
    INTERRUPTED = (
        "interrupted",
        _("Sending was interrupted, so it is not known whether it arrived."),
    )


class SuppressionCause(models.TextChoices):
    """Why an address must not be written to."""

    BOUNCED = "bounced", _("Mail to it bounced")
    BLOCKED = "blocked", _("Blocked by staff")


class AlertMail(models.TextChoices):
    """When a member of staff gets an alert by e-mail."""

    OFF = "off", pgettext_lazy("alert by e-mail", "Never")
    AT_ONCE = "at_once", pgettext_lazy("alert by e-mail", "At once")
    DAILY = "daily", pgettext_lazy("alert by e-mail", "Once a day")
