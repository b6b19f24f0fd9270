"""Codes by which who was given something returns it, without seeing what it cost."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.secrets import EncryptedTextField
from postexp.kernel.tenancy import MerchantModel


def gift_id() -> str:
    """A new public id of a gift code."""
    return ids.new_id("gft")


class GiftCode(MerchantModel):
    """A code for units of an order that were a present; whoever has it may exchange them.

    `hash` finds the code that is typed in; the code itself is kept encrypted, to be printed again.
    An `ended_at` code opens nothing more.
    """

    public_id = models.CharField(max_length=40, unique=True, default=gift_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    code = EncryptedTextField()
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "hash"], name="gift_code_once")
        ]
        indexes: ClassVar = [models.Index(fields=["order", "id"], name="gifts_of_order")]

    def __str__(self) -> str:
        return self.public_id


class GiftUnits(MerchantModel):
    """Units of an order's line that a gift code is for."""

    gift = models.ForeignKey(GiftCode, on_delete=models.CASCADE, related_name="units")
    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gift", "order_line"], name="gift_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="gift_has_units"),
        ]
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.quantity} as a gift"


class GiftAttempts(MerchantModel):
    """How often in a row a wrong code was typed in at a shop, and until when nobody may try."""

    wrong = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="gift_attempts_once")
        ]

    def __str__(self) -> str:
        return f"{self.wrong} wrong"
