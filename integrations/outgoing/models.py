"""Endpoints, what is to be delivered to them, and how each attempt went."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integrations.outgoing.enums import NO_ANSWER, Cause, DeliveryState, EndpointState
from postexp.kernel import ids
from postexp.kernel.secrets import EncryptedTextField
from postexp.kernel.tenancy import MerchantModel


def endpoint_id() -> str:
    """A new public id of an endpoint."""
    return ids.new_id("whe")


def delivery_id() -> str:
    """A new public id of a delivery."""
    return ids.new_id("whd")


class Endpoint(MerchantModel):
    """An address that is told of events.

    `events` are the kinds it is told of; an empty list means every kind there is. `old_secret`
    signs beside `secret` until `old_secret_until`. `failing_since` is when its attempts began to
    fail, with no success since.
    """

    public_id = models.CharField(max_length=40, unique=True, default=endpoint_id)
    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=120, blank=True)
    events = ArrayField(models.CharField(max_length=80), default=list)
    secret = EncryptedTextField()
    old_secret = EncryptedTextField(default="")
    old_secret_until = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=10, choices=EndpointState.choices, default=EndpointState.ACTIVE
    )
    failing_since = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["merchant_id"], name="endpoint_active", condition=Q(state="active")
            ),
            models.Index(fields=["merchant_id", "-id"], name="endpoint_list"),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(MerchantModel):
    """One event for one endpoint.

    `message_id` is the event's public id, the same on every attempt and replay, by which receivers
    know repeats. `body` is written before the first attempt and never changes.
    """

    public_id = models.CharField(max_length=40, unique=True, default=delivery_id)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField(null=True)
    message_id = models.CharField(max_length=40)
    type = models.CharField(max_length=80)
    cause = models.CharField(max_length=8, choices=Cause.choices, default=Cause.EVENT)
    body = models.TextField(blank=True)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claim = models.CharField(max_length=40, default="")
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["endpoint", "event_id"],
                condition=Q(cause="event"),
                name="webhook_once",
            )
        ]
        indexes: ClassVar = [
            # Those that wait are few beside those that are done.
            models.Index(
                fields=["endpoint", "next_at", "id"],
                name="webhook_due",
                condition=Q(state="pending"),
            ),
            models.Index(
                fields=["endpoint", "lease_until"],
                name="webhook_under_way",
                condition=Q(state="sending"),
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
            models.Index(fields=["created_at"], name="webhook_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} to {self.endpoint_id}: {self.state}"


class Attempt(MerchantModel):
    """One request and its answer, each cut to what a person needs to see.

    `status` is empty where no answer came; `failure` then says why.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    request_headers = models.JSONField(default=dict)
    answer_headers = models.JSONField(default=dict)
    answer = models.TextField(blank=True)

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.failure}"

    @property
    def why(self) -> str:
        """Why no answer came, in a few words; empty where one came."""
        if self.status is not None:
            return ""
        return str(NO_ANSWER.get(self.failure.partition(":")[0], _("No answer")))
