"""More time that staff gave a shopper."""

from typing import ClassVar

from django.db import models

from postexp.kernel.tenancy import MerchantModel


class TimeExtension(MerchantModel):
    """That a line of an order may come back until a later moment, and why; the latest counts."""

    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["order_line", "-until"], name="extension_latest")]

    def __str__(self) -> str:
        return f"until {self.until:%Y-%m-%d}"
