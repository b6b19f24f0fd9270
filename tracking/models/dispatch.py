"""Orders that leave later than planned: what the shop says of them, and which it overlooked."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from tracking.enums import DispatchCause, DispatchEnd
from tracking.rules.dispatch import Days


def dispatch_delay_id() -> str:
    """A new public id of what is said of an order that leaves later."""
    return ids.new_id("odl")


class DispatchDelay(MerchantModel):
    """What a shop says of units of an order that leave later than planned; one stands per order.

    `units` counts them by the public id of their order line. Without days none can be named, and
    without `cause` none is. `turn` counts the words that were news; `stated_at` and `stated_by` are
    those of the last word of all. `day_passed` is the last day of which staff heard that it passed.
    """

    public_id = models.CharField(max_length=40, unique=True, default=dispatch_delay_id)
    order = models.ForeignKey(
        "commerce.Order", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    units = models.JSONField()
    cause = models.CharField(
        max_length=20, blank=True, choices=[(one.value, one.value) for one in DispatchCause]
    )
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    turn = models.PositiveSmallIntegerField(default=1)
    day_passed = models.DateField(null=True)
    stated_at = models.DateTimeField()
    stated_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_because = models.CharField(
        max_length=10, blank=True, choices=[(one.value, one.value) for one in DispatchEnd]
    )

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(ended_at__isnull=True),
                name="dispatch_delay_standing_once",
            ),
            models.CheckConstraint(
                condition=Q(first_day__isnull=True, last_day__isnull=True)
                | Q(first_day__isnull=False, last_day__gte=F("first_day")),
                name="dispatch_delay_days",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "-id"], name="dispatch_delays"),
            models.Index(
                fields=["last_day"], name="dispatch_delay_until", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.cause}"

    @property
    def days(self) -> Days | None:
        """The days on which the units leave now; None where none can be named."""
        if self.first_day is None or self.last_day is None:
            return None
        return Days(first=self.first_day, last=self.last_day)


class LateOrder(MerchantModel):
    """An order that did not leave in time, noted so that it is told of once."""

    order = models.OneToOneField("commerce.Order", on_delete=models.CASCADE, related_name="+")
    noted_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.order_id} at {self.noted_at:%Y-%m-%d}"
