"""How parcels fared: of each as it was counted, and added up for the reports."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from postexp.kernel.tenancy import MerchantModel
from tracking.enums import Status
from tracking.rules.gaps import BUCKETS
from tracking.rules.outcomes import EMPTY


class CountedParcel(MerchantModel):
    """How a parcel fared as the roll-ups have counted it, so that it can be counted anew.

    `shipment_row` is its row id. It is no foreign key: a parcel that is removed leaves this row,
    and what it says is taken out of the roll-ups.
    """

    shipment_row = models.BigIntegerField(unique=True)
    month = models.DateField()
    carrier = models.CharField(max_length=80, blank=True)
    service = models.CharField(max_length=80, blank=True)
    lane = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Status])
    on_time = models.BooleanField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    incidents = models.PositiveSmallIntegerField(default=0)
    transit = models.PositiveSmallIntegerField(null=True)
    first_scan = models.PositiveSmallIntegerField(null=True)

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.shipment_row}: {self.status}"


def no_counts() -> list[int]:
    """Return the row of a histogram that holds nothing."""
    return list(EMPTY)


class DeliveryRollup(MerchantModel):
    """The figures (`rules.outcomes.Figures`) of parcels that ended in one month, on one way.

    `month` is its first day. `transit` and `first_scan` hold a count for every bucket of a
    histogram, the empty ones too: a shop with few parcels reads and adds up as many as a large one.
    """

    month = models.DateField()
    carrier = models.CharField(max_length=80, blank=True)
    service = models.CharField(max_length=80, blank=True)
    lane = models.CharField(max_length=20, blank=True)
    parcels = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    first_try = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    incidents = models.PositiveIntegerField(default=0)
    troubled = models.PositiveIntegerField(default=0)
    transit = ArrayField(models.IntegerField(), default=no_counts)
    first_scan = ArrayField(models.IntegerField(), default=no_counts)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "month", "carrier", "service", "lane"],
                name="delivery_rollup_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    transit__len=BUCKETS + 1,
                    first_scan__len=BUCKETS + 1,
                ),
                name="delivery_rollup_every_bucket",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.month), self.carrier, self.service, self.lane)))
