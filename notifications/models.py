"""What was decided, what was sent, who must not be written to, and the development mailbox."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import translation

from notifications.enums import AlertMail, Class, Reason, State, SuppressionCause
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def message_id() -> str:
    """A new public id of a message."""
    return ids.new_id("msg")


def alert_id() -> str:
    """A new public id of an alert."""
    return ids.new_id("alt")


def letter_id() -> str:
    """A new public id of a letter."""
    return ids.new_id("ltr")


def mail_id() -> str:
    """A new public id of a mail in the development mailbox."""
    return ids.new_id("eml")


class Message(MerchantModel):
    """One decision about one message, sent or not: a merchant, a kind and an object have exactly
    one.

    `facts` are what its words are written from; they are dropped once it is written. `subject`,
    `html` and `text` are what was sent, word for word. `repeats` counts later events that asked for
    the same message again. `listed_at` is the time lists show and go by: when it came to its end,
    or else when it is going out.
    """

    public_id = models.CharField(max_length=40, unique=True, default=message_id)
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=80)
    klass = models.CharField(max_length=16, choices=Class.choices)
    channel = models.CharField(max_length=16, default="email")
    address = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    locale = models.CharField(max_length=5)
    customer_id = models.CharField(max_length=40, blank=True)
    order_id = models.CharField(max_length=40, blank=True)
    order_number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=16, choices=State.choices)
    reason = models.CharField(max_length=24, choices=Reason.choices, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    repeats = models.PositiveSmallIntegerField(default=0)
    facts = models.JSONField(default=dict)
    subject = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    event_id = models.BigIntegerField()
    planned_at = models.DateTimeField()
    send_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=160, blank=True)
    provider_id = models.CharField(max_length=250, blank=True)
    settled_at = models.DateTimeField(null=True)
    listed_at = models.GeneratedField(
        expression=Coalesce("settled_at", "send_at"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "kind", "object_id"], name="message_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "held", "sent"], reason="")
                | ~models.Q(state__in=["planned", "held", "sent"]) & ~models.Q(reason=""),
                name="message_unsent_has_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-listed_at", "-id"], name="message_latest"),
            models.Index(
                fields=["merchant_id", "state", "-listed_at", "-id"], name="message_by_state"
            ),
            models.Index(fields=["merchant_id", "order_id", "-id"], name="message_of_order"),
            models.Index(fields=["merchant_id", "customer_id"], name="message_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.state}"

    @property
    def why(self) -> str:
        """Why it was not sent, for staff, in the language of the page; empty for one that goes
        out.
        """
        if not self.reason:
            return ""
        if self.reason == Reason.SUPPRESSED:
            detail = str(SuppressionCause(self.detail).label)
        else:
            # Rooms mark these sentences with gettext_noop, so they are in the catalogue.
            detail = translation.gettext(self.detail) if self.detail else ""
        return f"{Reason(self.reason).label} {detail}".strip()


class Letter(MerchantModel):
    """What staff wrote to the shoppers of several orders at once.

    `words` are subject and text by language. `key` is that of the page it was written on, which
    sends one letter however often it is sent in. Each of its `shoppers` has a message of their own.
    """

    public_id = models.CharField(max_length=40, unique=True, default=letter_id)
    key = models.CharField(max_length=40)
    words = models.JSONField()
    shoppers = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "key"], name="letter_once")
        ]

    def __str__(self) -> str:
        return f"{self.public_id} to {self.shoppers}"


class StaffAlert(MerchantModel):
    """Something one member of staff asked to hear of; once for the person, the kind and the object.

    `detail` names the object in every language alike, such as R-1001; `path` is its page below the
    shop's own address. `mailed_at` is when its e-mail was asked for, or the digest it stands in,
    which is that of the shop's day `digest_on`.
    """

    public_id = models.CharField(max_length=40, unique=True, default=alert_id)
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=120)
    detail = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=200, blank=True)
    mail = models.CharField(max_length=8, choices=AlertMail.choices)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    digest_on = models.DateField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "user_id", "kind", "object_id"], name="alert_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "user_id", "-id"], name="alert_latest"),
            models.Index(
                fields=["merchant_id", "user_id"],
                name="alert_unread",
                condition=models.Q(read_at__isnull=True),
            ),
            models.Index(
                fields=["merchant_id", "at"],
                name="alert_for_digest",
                condition=models.Q(mail="daily", mailed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} to {self.user_id}"


class AlertChoice(MerchantModel):
    """What one member of staff wants to hear of one kind of alert; `locale` is their language."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    dashboard = models.BooleanField()
    mail = models.CharField(max_length=8, choices=AlertMail.choices)
    locale = models.CharField(max_length=5)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "user_id", "kind"], name="one_choice_per_alert"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}: {self.mail}"


class Suppression(MerchantModel):
    """An address that must not be written to. Only its hash is kept, so that an erased one stays
    unwritten.
    """

    address_hash = models.CharField(max_length=64)
    cause = models.CharField(max_length=16, choices=SuppressionCause.choices)
    at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "address_hash"], name="one_suppression")
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.address_hash[:8]}"


class WentLive(MerchantModel):
    """That a shop's messages go to shoppers, since when, and who switched them on.

    A shop without a row is in dry run: its messages are written and kept, and none leaves.
    """

    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["merchant_id"], name="live_once")]

    def __str__(self) -> str:
        return f"live since {self.at:%Y-%m-%d}"


class MailboxMail(models.Model):
    """A mail the development mailbox caught instead of sending it, whoever it was for.

    `merchant_id` is the shop that sent it, and `message_id` its message; an invitation to work for
    the shop is no message and has none. Mails of the house itself, such as password resets, have
    neither and are for operators only.
    """

    public_id = models.CharField(max_length=40, unique=True, default=mail_id)
    merchant_id = models.BigIntegerField(null=True)
    message_id = models.CharField(max_length=40, blank=True)
    sender = models.CharField(max_length=320)
    recipients = models.CharField(max_length=1000)
    subject = models.CharField(max_length=500, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    mime = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-id"], name="mailbox_latest"),
            models.Index(fields=["at"], name="mailbox_age"),
        ]

    def __str__(self) -> str:
        return self.subject
