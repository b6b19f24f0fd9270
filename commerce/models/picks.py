"""How far the warehouse is with what was ordered."""

from django.db import models

from commerce.models.orders import OrderLine
from postexp.kernel.tenancy import MerchantModel


class LineProgress(MerchantModel):
    """How many units of an order line were taken from the shelf, and how many are not to be sent.

    `stopped` units are being cancelled or were; nobody may pick them. A line nobody has told of has
    no row. Written under the lock of the order's row alone, so that a unit is never both.
    """

    order_line = models.OneToOneField(OrderLine, on_delete=models.CASCADE, related_name="progress")
    picked = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.picked} picked, {self.stopped} stopped"
