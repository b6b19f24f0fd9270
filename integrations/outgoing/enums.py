"""The choices of outgoing webhooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EndpointState(models.TextChoices):
    """Whether an endpoint is sent to."""

    ACTIVE = "active", pgettext_lazy("webhook endpoint", "Active")
    PAUSED = "paused", pgettext_lazy("webhook endpoint", "Paused")
    DISABLED = "disabled", pgettext_lazy("webhook endpoint", "Disabled")


class DeliveryState(models.TextChoices):
    """Where one webhook stands; `failed` ones are not tried again by themselves."""

    PENDING = "pending", pgettext_lazy("webhook delivery", "Waiting")
    SENDING = "sending", pgettext_lazy("webhook delivery", "Being sent")
    DELIVERED = "delivered", pgettext_lazy("webhook delivery", "Delivered")
    FAILED = "failed", pgettext_lazy("webhook delivery", "Failed")


class Cause(models.TextChoices):
    """What led to a delivery."""

    EVENT = "event", pgettext_lazy("cause of a webhook", "Event")
    REPLAY = "replay", pgettext_lazy("cause of a webhook", "Replay")
    TEST = "test", pgettext_lazy("cause of a webhook", "Test")


# By the failure an attempt begins with.
NO_ANSWER = {
    "AddressRefused": _("Private address: nothing is sent there"),
    "ConnectError": _("No connection"),
    "ConnectTimeout": _("No connection in time"),
    "ReadTimeout": _("No answer in time"),
    "AnswerTooLarge": _("The answer was too long"),
    "AnswerEncoded": _("The answer was compressed"),
    "The webhook could not be prepared": _("It could not be prepared"),
}
"""Why an attempt got no answer, as people read it."""
