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


def connection_id() -> str:
    """A new public id of a connection."""
    return ids.new_id("con")


class Connection(MerchantModel):
    """A shop's connection to a service. `account` names the shop there (a Shopify domain).

    An account is one shop's at a time; a connection that ended (`ended_at`) leaves it to others.
    `old_secret` still verifies for a day after `rotated_at`, since a service may take an hour to
    change over.
    """

    public_id = models.CharField(max_length=40, unique=True, default=connection_id)
    service = models.CharField(max_length=20, choices=Service.choices)
    account = models.CharField(max_length=255)
    secret = EncryptedTextField()
    old_secret = EncryptedTextField(default="")
    rotated_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

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
