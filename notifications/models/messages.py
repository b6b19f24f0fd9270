"""What was decided, what was sent, on which channel, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce, Collate, Replace, Upper
from django.utils import translation

from notifications.enums import (
    Class,
    ConditionFact,
    Hold,
    Medium,
    Reason,
    ReceiptKind,
    SendingState,
    State,
    SuppressionCause,
)
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def message_id() -> str:
    """A new public id of a message."""
    return ids.new_id("msg")


def letter_id() -> str:
    """A new public id of a letter."""
    return ids.new_id("ltr")


def reply_id() -> str:
    """A new public id of a reply."""
    return ids.new_id("rpl")


ADDRESS_BYTES = Collate("address", "C")
NAME_BYTES = Collate(Upper(Replace("name", models.Value(" "), models.Value(""))), "C")
"""How addresses and names are compared by their beginnings; indexes on them answer `startswith`."""


class Message(MerchantModel):
    """One decision about one message, sent or not: a merchant, a kind and an object have exactly
    one.

    `facts` are what its words are written from; they are dropped once it is written. `subject`,
    `html`, `text` and `short` are what was sent, word for word; `short` is for channels that carry
    a few lines, and `link` the page it leads to. `repeats` counts later events that asked for the
    same message again. `listed_at` is the time lists show and go by: when it came to its end, or
    else when it is going out.

    It goes by the channels of its `chain`, one after the other, as far as `step`; `channel` and
    `address` are those of that step, and `passed_over` tells of each channel that was not tried its
    `reason` and `detail`. `addresses` are those known of its reader, by channel, and `zones` the
    time zones where they may be. A held one says in `holding` what it waits for until
    `send_at`. Those of one kind and `merge_key` that wait at the same time become one:
    `merged_into` is the public id of the message that says it instead. `slot_at` is when it took
    one of the places that its customer has for marketing.
    """

    public_id = models.CharField(max_length=40, unique=True, default=message_id)
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=80)
    klass = models.CharField(max_length=16, choices=Class.choices)
    addresses = models.JSONField(default=dict)
    zones = models.JSONField(default=list)
    chain = models.JSONField(default=list)
    step = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=16, choices=Medium.choices, default=Medium.EMAIL)
    address = models.CharField(max_length=254, blank=True)
    passed_over = models.JSONField(default=list, db_default=[])
    name = models.CharField(max_length=200, blank=True)
    locale = models.CharField(max_length=5)
    customer_id = models.CharField(max_length=40, blank=True)
    order_id = models.CharField(max_length=40, blank=True)
    order_number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=16, choices=State.choices)
    holding = models.CharField(max_length=16, choices=Hold.choices, blank=True)
    reason = models.CharField(max_length=24, choices=Reason.choices, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    merge_key = models.CharField(max_length=80, blank=True)
    merged_into = models.CharField(max_length=40, blank=True)
    repeats = models.PositiveSmallIntegerField(default=0)
    facts = models.JSONField(default=dict)
    subject = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    short = models.TextField(blank=True)
    link = models.TextField(blank=True)
    event_id = models.BigIntegerField()
    planned_at = models.DateTimeField()
    send_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    slot_at = models.DateTimeField(null=True)
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
            models.Index(fields=["merchant_id", "kind", "-id"], name="message_of_kind"),
            models.Index(models.F("merchant_id"), ADDRESS_BYTES, name="message_address_begins"),
            models.Index(models.F("merchant_id"), NAME_BYTES, name="message_name_begins"),
            # All that the report asks of a message, so that it reads none of their words.
            models.Index(
                fields=["merchant_id", "listed_at"],
                include=["kind", "channel", "locale", "klass", "state", "reason", "holding"],
                name="message_in_report",
            ),
            models.Index(
                fields=["merchant_id", "kind", "merge_key"],
                name="message_to_merge",
                condition=models.Q(state__in=["planned", "held"]) & ~models.Q(merge_key=""),
            ),
            models.Index(
                fields=["merchant_id", "customer_id", "slot_at"],
                name="message_slot",
                condition=models.Q(slot_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.state}"

    @property
    def why(self) -> str:
        """Why it was not sent, for staff, in the language of the page; empty for one that goes
        out.
        """
        return why_words(self.reason, self.detail) if self.reason else ""


def why_words(reason: str, detail: str) -> str:
    """Return why a message was not sent, or not by a channel, in the language of the page."""
    if reason == Reason.SUPPRESSED:
        detail = str(SuppressionCause(detail).label)
    elif reason == Reason.CONDITION:
        detail = f"({ConditionFact(detail).label})"
    else:
        # Rooms mark these sentences with gettext_noop, so they are in the catalogue.
        detail = translation.gettext(detail) if detail else ""
    return f"{Reason(reason).label} {detail}".strip()


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


class Sending(MerchantModel):
    """One handing over of a message to a channel: the `step` of its chain that it is.

    `kind` and `locale` are those of the message, so that sendings are counted without it.
    `key` is its idempotency key, the same on every attempt, and `provider_id` what the channel
    calls it. `units` is how many messages the channel counted it as: a long SMS is several.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="sendings")
    step = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=60)
    locale = models.CharField(max_length=5)
    channel = models.CharField(max_length=16, choices=Medium.choices)
    address = models.CharField(max_length=254)
    key = models.CharField(max_length=160)
    provider_id = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=16, choices=SendingState.choices)
    detail = models.CharField(max_length=500, blank=True)
    units = models.PositiveSmallIntegerField(default=1)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "step"], name="sending_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["merchant_id", "channel", "provider_id"],
                name="sending_by_provider",
                condition=~models.Q(provider_id=""),
            ),
            models.Index(fields=["merchant_id", "began_at"], name="sending_latest"),
            models.Index(
                fields=["merchant_id", "channel", "address", "began_at"],
                name="sending_to_address",
                condition=~models.Q(address=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.state}"


class Receipt(MerchantModel):
    """What a channel told of a message it had taken; the first of each kind counts."""

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="receipts")
    kind = models.CharField(max_length=16, choices=ReceiptKind.choices)
    detail = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sending", "kind"], name="receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class Reply(MerchantModel):
    """What a shopper wrote to the shop on a channel, kept once for the id its provider gave it.

    `customer_id` is empty for somebody unknown. A writer may take it back (`withdrawn_at`): its
    words are then gone.
    """

    public_id = models.CharField(max_length=40, unique=True, default=reply_id)
    channel = models.CharField(max_length=16, choices=Medium.choices)
    address = models.CharField(max_length=254)
    provider_id = models.CharField(max_length=250)
    customer_id = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "channel", "provider_id"], name="reply_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-at", "-id"], name="reply_latest"),
            models.Index(fields=["merchant_id", "customer_id"], name="reply_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}"
