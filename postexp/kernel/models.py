"""The kernel's tables: events, deliveries, inbox, idempotency, heartbeats."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT

from postexp.kernel.logs import LONGEST_REQUEST_ID
from postexp.kernel.secrets import EncryptedTextField
from postexp.kernel.tenancy import MerchantModel


class EventRecord(MerchantModel):
    """One row of the append-only event log."""

    public_id = models.CharField(max_length=40, unique=True)
    type = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    subject = models.CharField(max_length=120)
    payload = models.JSONField()
    actor = models.CharField(max_length=80, default="system")
    # The request it began with, so that log lines of all processes can be read together.
    request_id = models.CharField(max_length=LONGEST_REQUEST_ID, default="", db_default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta(MerchantModel.Meta):
        db_table = "kernel_event"
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-id"], name="event_latest"),
            models.Index(fields=["merchant_id", "subject", "-id"], name="event_of_subject"),
            # An order's page tells of its parcels and returns too, whatever their subject.
            models.Index(
                "merchant_id", KT("payload__order_id"), F("id").desc(), name="event_of_order"
            ),
            # The audit log: people do little beside what machines write.
            models.Index(
                fields=["merchant_id", "-id"],
                name="event_of_staff",
                condition=Q(actor__startswith="staff:"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class DeliveryState(models.TextChoices):
    """Where a delivery stands; `done`, `skipped` and `outcome_unknown` block nothing."""

    PENDING = "pending"
    CLAIMED = "claimed"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    SKIPPED = "skipped"
    OUTCOME_UNKNOWN = "outcome_unknown"


class Delivery(MerchantModel):
    """One event on its way to one handler."""

    event = models.ForeignKey(EventRecord, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    outside = models.BooleanField()
    state = models.CharField(
        max_length=16, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claim = models.CharField(max_length=40, default="")
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    finished_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        db_table = "kernel_delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "handler"], name="delivery_once")
        ]
        indexes: ClassVar = [
            # The open deliveries are few; finding the next one, or an older open one of the same
            # subject, never reads the finished millions.
            models.Index(
                fields=["handler", "subject", "event"],
                name="delivery_open",
                condition=Q(state__in=["pending", "claimed", "running", "dead"]),
            ),
            models.Index(
                fields=["outside", "event"],
                name="delivery_pending",
                condition=Q(state="pending"),
            ),
            models.Index(
                fields=["merchant_id", "state", "-id"],
                name="delivery_for_staff",
                condition=Q(state__in=["dead", "outcome_unknown"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} of event {self.event_id}: {self.state}"

    @property
    def idempotency_key(self) -> str:
        """The key under which this outside effect is sent, the same on every attempt."""
        return f"postexp-{self.event_id}-{self.handler}"


class InboxState(models.TextChoices):
    """Where a raw request stands."""

    RECEIVED = "received"
    PROCESSED = "processed"
    FAILED = "failed"


class InboxMessage(MerchantModel):
    """A verified request as it came: bytes and headers, kept until they are purged by age."""

    public_id = models.CharField(max_length=40, unique=True)
    source = models.CharField(max_length=40)
    topic = models.CharField(max_length=80)
    provider_key = models.CharField(max_length=200)
    headers = models.JSONField()
    body = models.BinaryField()
    state = models.CharField(max_length=12, choices=InboxState.choices, default=InboxState.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    cause = models.TextField(default="")
    next_step = models.TextField(default="")
    effect_kind = models.CharField(max_length=40, default="")
    effect_object_id = models.CharField(max_length=80, default="")
    effect_detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=LONGEST_REQUEST_ID, default="", db_default="")
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        db_table = "kernel_inbox"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "source", "provider_key"], name="inbox_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="inbox_waiting", condition=Q(state="received")),
            models.Index(fields=["merchant_id", "state", "-id"], name="inbox_for_staff"),
            models.Index(fields=["received_at"], name="inbox_age"),
            models.Index(
                fields=["merchant_id", "effect_object_id", "-id"],
                name="inbox_about",
                condition=~Q(effect_object_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.topic} {self.provider_key}"


class IdempotencyRecord(MerchantModel):
    """The first answer to a write command, given again to the same key and body.

    An answer that holds a secret stands in `sealed` instead of `body`.
    """

    key = models.CharField(max_length=255)
    operation = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField(default=b"")
    sealed = EncryptedTextField(null=True)  # type: ignore[misc]  # it says str of all of them
    content_type = models.CharField(max_length=80, default="application/json")
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        db_table = "kernel_idempotency"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "key"], name="idempotency_key_once")
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"


class Heartbeat(models.Model):
    """When a process of ours last said it is alive; `/health/` reads it."""

    part = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_heartbeat"

    def __str__(self) -> str:
        return f"{self.part} at {self.beat_at:%H:%M:%S}"
