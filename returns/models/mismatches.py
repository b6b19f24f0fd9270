"""Refunds made on the platform that do not fit our books, until somebody has looked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import MismatchCode


def mismatch_id() -> str:
    """A new public id of a mismatch."""
    return ids.new_id("mis")


class RefundMismatch(MerchantModel):
    """One refund of the platform for staff to look at: what was told and what was booked of it.

    Amounts are minor units of the order's currency.
    """

    public_id = models.CharField(max_length=40, unique=True, default=mismatch_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    platform_refund = models.OneToOneField(
        "commerce.PlatformRefund", on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField(max_length=8, choices=MismatchCode.choices)
    told = models.BigIntegerField()
    booked = models.BigIntegerField()
    found_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["merchant_id", "-id"],
                condition=Q(cleared_at__isnull=True),
                name="mismatch_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.told}"
