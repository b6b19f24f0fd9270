"""Connections: a merchant's secrets for one outside service."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from postexp.kernel import ids
from postexp.kernel.secrets import EncryptedTextField
from postexp.kernel.tenancy import MerchantModel


class Service(models.TextChoices):
    """The services a shop can be connected to."""

    SHOPIFY = "shopify", _("Shopify")
    EASYPOST = "easypost", _("EasyPost")
    AFTERSHIP = "aftership", _("AfterShip")
    SHIPPO = "shippo", _("Shippo")
    SEVENTEENTRACK = "seventeentrack", _("17TRACK")
    FEDEX = "fedex", _("FedEx")
    UPS = "ups", _("UPS")
    USPS = "usps", _("USPS")
    DHL = "dhl", _("DHL")
    STRIPE = "stripe", _("Stripe")
    TWILIO = "twilio", _("Twilio")
    WHATSAPP = "whatsapp", _("WhatsApp")
    LINE = "line", _("LINE")
    MAIL = "mail", _("E-mail provider")
    MESSAGES = "messages", _("Messages to your own system")
    GENERIC = "generic", _("Your own systems")


def connection_id() -> str:
    """A new public id of a connection."""
    return ids.new_id("con")


def back_fill_id() -> str:
    """A new public id of a back-fill."""
    return ids.new_id("bkf")


class Connection(MerchantModel):
    """A shop's connection to a service. `account` names the shop there (a Shopify domain).

    An account is one shop's at a time; a connection that ended (`ended_at`) leaves it to others.
    `old_secret` still verifies for a day after `rotated_at`, since a service may take an hour to
    change over.

    With a `client_id` we may ask the service, too, and not only listen: `access_token` opens its
    API until `token_expires_at`. The rest is what its last check found, at `checked_at`: the
    `scopes` we were granted, the webhook `topics` it tells us of, and a `problem` (the kind of
    error, with its detail). `tells_scans`: the service is told of parcels' scans that came from
    elsewhere. `senders` are what we send as there, by channel.
    """

    public_id = models.CharField(max_length=40, unique=True, default=connection_id)
    service = models.CharField(max_length=20, choices=Service.choices)
    account = models.CharField(max_length=255)
    secret = EncryptedTextField()
    old_secret = EncryptedTextField(default="")
    rotated_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    client_id = models.CharField(max_length=255, blank=True)
    access_token = EncryptedTextField(default="")
    token_expires_at = models.DateTimeField(null=True)
    scopes = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True)
    problem_detail = models.TextField(blank=True)
    tells_scans = models.BooleanField(default=False)
    senders = models.JSONField(default=dict)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "account"], condition=Q(ended_at=None), name="account_once"
            ),
            models.UniqueConstraint(
                fields=["merchant_id", "service", "account"], name="account_once_per_shop"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["service", "account"], name="connection_account"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.account}"

    @property
    def has_api(self) -> bool:
        """Whether we may ask the shop's platform; carriers are asked by `integrations.polling`."""
        return self.service == Service.SHOPIFY and bool(self.client_id) and self.ended_at is None


class BackFillKind(models.TextChoices):
    """What a back-fill brings in, in the order it is brought in: orders name the others."""

    PRODUCTS = "products", _("Products")
    CUSTOMERS = "customers", _("Customers")
    ORDERS = "orders", _("Orders")


class BackFillState(models.TextChoices):
    """Where a back-fill stands."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


OPEN_BACK_FILLS = (BackFillState.RUNNING, BackFillState.PAUSED, BackFillState.FAILED)


class BackFill(MerchantModel):
    """How far bringing in one kind of a connection's older objects has got.

    `done` of `total` are here, of which `skipped` could not be read. `cursor` is where the next
    page begins; of a bulk operation (`bulk_id`, with its result at `bulk_url`) `offset` bytes have
    been read. Whoever works on it says so until `claimed_until`; when that has passed, its worker
    is gone and another goes on. `failures` counts the attempts since it last got on.
    """

    public_id = models.CharField(max_length=40, unique=True, default=back_fill_id)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="back_fills")
    kind = models.CharField(max_length=20, choices=BackFillKind.choices)
    state = models.CharField(
        max_length=20, choices=BackFillState.choices, default=BackFillState.RUNNING
    )
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    page_size = models.PositiveSmallIntegerField(default=25)
    cursor = models.TextField(blank=True)
    bulk_id = models.CharField(max_length=255, blank=True)
    bulk_url = models.TextField(blank=True)
    bulk_size = models.BigIntegerField(default=0)
    offset = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    problem_detail = models.TextField(blank=True)
    claim = models.CharField(max_length=40, blank=True)
    claimed_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "kind"],
                condition=Q(state__in=OPEN_BACK_FILLS),
                name="back_fill_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "claimed_until"], name="back_fill_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total}"

    @property
    def percent(self) -> int:
        """How much of it is here, from 0 to 100."""
        if self.state == BackFillState.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


class OutboundCall(MerchantModel):
    """One change asked of a service under a key of ours, as it was first sent.

    Sent again it is the same request to the letter, for the service tells a repeat by that.
    `reference` is the service's id of what it made; empty while no answer has come. What
    was refused is deleted: a call without a reference may have been done. `asked_again_at` is when
    it was last sent once more, where the service knows no repeats: who sets it may send.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="calls")
    key = models.CharField(max_length=120)
    operation = models.CharField(max_length=60)
    variables = models.JSONField()
    reference = models.CharField(max_length=255, blank=True)
    first_sent_at = models.DateTimeField()
    asked_again_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "operation", "key"], name="outbound_call_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
