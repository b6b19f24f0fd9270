"""Who must not be written to, who linked an account, and what shoppers wrote back."""

from typing import ClassVar

from django.db import models

from notifications.enums import Medium, SuppressionCause
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def opt_in_id() -> str:
    """A new public id of a yes to be confirmed."""
    return ids.new_id("opt")


class Suppression(MerchantModel):
    """An address that must not be written to on one channel. Only its hash is kept, so that an
    erased one stays unwritten.
    """

    channel = models.CharField(max_length=16, choices=Medium.choices, default=Medium.EMAIL)
    address_hash = models.CharField(max_length=64)
    cause = models.CharField(max_length=16, choices=SuppressionCause.choices)
    at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "channel", "address_hash"], name="one_suppression"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.address_hash[:8]}"


class Contact(MerchantModel):
    """An account of a customer on a channel that they linked themselves, such as on LINE.

    While it is `unreachable_at` since some time, as after the shop was blocked there, nothing is
    sent to it.
    """

    customer_id = models.CharField(max_length=40)
    channel = models.CharField(max_length=16, choices=Medium.choices)
    address = models.CharField(max_length=254)
    linked_at = models.DateTimeField()
    unreachable_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "channel", "address"], name="contact_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "customer_id", "channel"], name="contact_of")
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.customer_id}"


class LinkOffer(MerchantModel):
    """A number used once, by which a channel tells which customer it was that linked an account."""

    nonce = models.CharField(max_length=255)
    channel = models.CharField(max_length=16, choices=Medium.choices)
    customer_id = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "channel", "nonce"], name="link_offer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} for {self.customer_id}"


class OptIn(MerchantModel):
    """A yes to being written to that its owner has to confirm from the address it is about.

    `text_version` names the words that were agreed to.
    """

    public_id = models.CharField(max_length=40, unique=True, default=opt_in_id)
    customer_id = models.CharField(max_length=40)
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    source = models.CharField(max_length=80)
    text_version = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "customer_id"], name="opt_in_of_customer")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} of {self.customer_id}"
