"""What returns add up to month by month, from which reports are read."""

from typing import ClassVar

from django.db import models

from postexp.kernel.tenancy import MerchantModel
from returns.enums import Basis, CellKind


class ReturnCell(MerchantModel):
    """Units of one variant in one month: sold, or returned for one reason.

    `month` is its first day in the shop's zone. `product` is a public id, or empty where the order
    named none. `amount` is what was paid for the units, `written_off` for those of them that were
    given away or thrown away, both in minor units of `currency`. In cells of CellKind.SEVERAL
    `units` counts orders, and `bracketed` those of which at most one unit was kept.
    """

    month = models.DateField()
    kind = models.CharField(max_length=8, choices=CellKind.choices)
    product = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=255)
    variant = models.CharField(max_length=255, blank=True)
    vendor = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    units = models.PositiveIntegerField(default=0)
    bracketed = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    written_off = models.BigIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "kind", "month"], name="return_cells_of_month")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind} {self.units}"


class ReturnMoney(MerchantModel):
    """What the returns of one month came to, in minor units of one currency.

    `kept` was exchanged or given as store credit, without bonuses. `fees` were kept from shoppers,
    `postage` was paid for `labels`. `to_refund` counts returns by the whole hours from the request
    until all of their refunds were paid, `from_arrival` from the arrival of the goods.
    """

    month = models.DateField()
    basis = models.CharField(max_length=8, choices=Basis.choices)
    currency = models.CharField(max_length=3)
    returns = models.PositiveIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    bonus = models.BigIntegerField(default=0)
    fees = models.BigIntegerField(default=0)
    postage = models.BigIntegerField(default=0)
    labels = models.PositiveIntegerField(default=0)
    to_refund = models.JSONField(default=dict)
    from_arrival = models.JSONField(default=dict)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "month", "basis", "currency"], name="return_money_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.basis} {self.currency}"


class ReportMark(MerchantModel):
    """A month of which something changed, so that it is to be added up anew."""

    month = models.DateField()

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
