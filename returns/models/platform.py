"""Returns that were opened on the platform of an order: known here, carried out there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums.platform import UNDER_WAY, PlatformReturnState


def platform_return_id() -> str:
    """A new public id of a return on the platform."""
    return ids.new_id("prt")


class PlatformReturn(MerchantModel):
    """A return as the platform last told of it: `number` is its name there."""

    public_id = models.CharField(max_length=40, unique=True, default=platform_return_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=64)
    number = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=PlatformReturnState.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "external_id"], name="platform_return_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "id"], name="platform_return_of_order"),
            models.Index(
                fields=["merchant_id", "-id"],
                condition=Q(state__in=UNDER_WAY),
                name="platform_return_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_under_way(self) -> bool:
        """Whether it may still lead to goods or money."""
        return self.state in UNDER_WAY


class PlatformReturnLine(MerchantModel):
    """Units of an order line in such a return.

    `arrived` are those that came back there, `refunded` those that were paid back there: the
    refund names them too, and settles them.
    """

    case = models.ForeignKey(PlatformReturn, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField()
    refunded = models.PositiveIntegerField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "order_line"], name="platform_return_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id} {self.quantity}"
