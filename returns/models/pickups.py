"""When a carrier fetches the parcel of a return."""

from typing import ClassVar

from django.db import models

from postexp.kernel.tenancy import MerchantModel
from returns.models.cases import Return


class PickUp(MerchantModel):
    """The day a return is fetched, in its shopper's own time, and between which hours, if known.

    `turn` counts how often it was arranged.
    """

    case = models.OneToOneField(Return, on_delete=models.CASCADE, related_name="pickup")
    on = models.DateField()
    earliest = models.TimeField(null=True)
    latest = models.TimeField(null=True)
    carrier = models.CharField(max_length=80, blank=True)
    turn = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(earliest__isnull=True, latest__isnull=True)
                | models.Q(earliest__lt=models.F("latest")),
                name="pickup_hours",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} on {self.on:%Y-%m-%d}"
