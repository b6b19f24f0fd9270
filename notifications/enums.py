"""The choices of the message engine."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a message stands. Only `planned` and `held` ones are still going to be sent."""

    PLANNED = "planned", pgettext_lazy("state of a message", "Planned")
    HELD = "held", pgettext_lazy("state of a message", "Held")
    SENT = "sent", pgettext_lazy("state of a message", "Sent")
    MERGED = "merged", pgettext_lazy("state of a message", "Merged")
    REFUSED = "refused", pgettext_lazy("state of a message", "Not sent")
    DRY_RUN = "dry_run", pgettext_lazy("state of a message", "Dry run")
    EXPIRED = "expired", pgettext_lazy("state of a message", "Expired")
    FAILED = "failed", pgettext_lazy("state of a message", "Failed")
    OUTCOME_UNKNOWN = "outcome_unknown", pgettext_lazy("state of a message", "Outcome unknown")


WAITING = frozenset({State.PLANNED, State.HELD})


class Hold(models.TextChoices):
    """What a held message waits for; `send_at` says until when."""

    UNDO = "undo", _("It can still be undone.")
    DELAY = "delay", _("It waits for the time that you set.")
    GATHERING = "gathering", _("It waits for others of its kind to go with them.")
    QUIET = "quiet", _("It waits for the end of the quiet hours.")
    CAP = "cap", _("The customer has had enough messages for now.")


class Medium(models.TextChoices):
    """What carries a message."""

    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")
    LINE = "line", _("LINE")
    WEBHOOK = "webhook", pgettext_lazy("channel", "Your own system")


class SendingState(models.TextChoices):
    """What became of handing a message to one channel."""

    SENDING = "sending", pgettext_lazy("handing a message over", "Being handed over")
    ACCEPTED = "accepted", pgettext_lazy("handing a message over", "Taken by the channel")
    FAILED = "failed", pgettext_lazy("handing a message over", "Refused for good")
    UNKNOWN = "unknown", pgettext_lazy("handing a message over", "Outcome unknown")


class ReceiptKind(models.TextChoices):
    """What a channel told of a message that it had taken.

    `handed_on`: its provider passed it on, which is the last that is heard where a network tells of
    no deliveries. It shows that the message was sent, not that it arrived.
    """

    HANDED_ON = "handed_on", pgettext_lazy("receipt of a message", "Handed on")
    DELIVERED = "delivered", pgettext_lazy("receipt of a message", "Delivered")
    OPENED = "opened", pgettext_lazy("receipt of a message", "Opened")
    CLICKED = "clicked", pgettext_lazy("receipt of a message", "Clicked")
    REPLIED = "replied", pgettext_lazy("receipt of a message", "Answered")
    DEFERRED = "deferred", pgettext_lazy("receipt of a message", "Delayed by the provider")
    BOUNCED = "bounced", pgettext_lazy("receipt of a message", "Bounced")
    FAILED = "failed", pgettext_lazy("receipt of a message", "Not delivered")
    COMPLAINED = "complained", pgettext_lazy("receipt of a message", "Marked as spam")
    UNSUBSCRIBED = "unsubscribed", pgettext_lazy("receipt of a message", "Unsubscribed")


ARRIVED = frozenset(
    {ReceiptKind.DELIVERED, ReceiptKind.OPENED, ReceiptKind.CLICKED, ReceiptKind.REPLIED}
)
"""What shows that a message reached its reader, so that no other channel is tried."""

REPORTED = tuple(
    (kind.value, kind.label)
    for kind in (
        ReceiptKind.DELIVERED,
        ReceiptKind.OPENED,
        ReceiptKind.CLICKED,
        ReceiptKind.FAILED,
    )
)
"""What a shop's own system may say of a message that it took."""

UNDELIVERED = frozenset({ReceiptKind.BOUNCED, ReceiptKind.FAILED})
"""What shows that a message did not reach its reader."""


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
    SWITCHED_OFF = "switched_off", _("The shop does not send this kind of message.")
    CONDITION = "condition", _("The shop sends this kind of message to others only.")
    MERGED = "merged", _("Another message says it, too.")
    NO_LONGER_TRUE = "no_longer_true", _("It was no longer true.")
    TOO_LATE = "too_late", _("It came too late to be useful.")
    NO_CONSENT = "no_consent", _("The customer has not agreed to such messages.")
    DECLINED = "declined", _("The customer does without these notices.")
    SUPPRESSED = "suppressed", _("This address must not be written to.")
    NO_ADDRESS = "no_address", _("No address is known.")
    BAD_ADDRESS = "bad_address", _("The address cannot exist.")
    NO_CHANNEL = "no_channel", _("No channel is set up that could carry it.")
    PROVIDER_REFUSED = "provider_refused", _("The provider refused it for good.")
    UNDELIVERED = "undelivered", _("It did not arrive.")
    NOT_WRITTEN = "not_written", _("Its words could not be written.")
    INTERRUPTED = (
        "interrupted",
        _("Sending was interrupted, so it is not known whether it arrived."),
    )


class SuppressionCause(models.TextChoices):
    """Why an address must not be written to."""

    BOUNCED = "bounced", _("Messages to it came back")
    COMPLAINED = "complained", _("Its owner marked a message as spam")
    STOPPED = "stopped", _("Its owner told us to stop")
    BLOCKED = "blocked", _("Blocked by staff")


class AlertMail(models.TextChoices):
    """When a member of staff gets an alert by e-mail."""

    OFF = "off", pgettext_lazy("alert by e-mail", "Never")
    AT_ONCE = "at_once", pgettext_lazy("alert by e-mail", "At once")
    DAILY = "daily", pgettext_lazy("alert by e-mail", "Once a day")


class Quiet(models.TextChoices):
    """Whether a kind of message keeps quiet hours."""

    USUAL = "usual", pgettext_lazy("quiet hours", "As usual")
    ALWAYS = "always", pgettext_lazy("quiet hours", "Always keep them")
    NEVER = "never", pgettext_lazy("quiet hours", "Go out at any hour")


class ConditionFact(models.TextChoices):
    """What a condition of a flow can ask of."""

    FIRST_ORDER = "first_order", _("The customer’s first order")
    ORDER_TOTAL = "order_total", _("The order’s total")
    COUNTRY = "country", _("The country it goes to")
    LOCALE = "locale", _("The shopper’s language")
    CUSTOMER_TAGS = "customer_tags", _("The customer’s tags")
    ORDER_TAGS = "order_tags", _("The order’s tags")
    PRODUCT_TAGS = "product_tags", _("The products’ tags")
