"""Living demo data in a shop of one's own: how far it has got."""

from typing import ClassVar

from django.db import models

from postexp.kernel.tenancy import MerchantModel


class DemoState(models.TextChoices):
    """Where a shop's demo data stands."""

    FILLING = "filling"
    READY = "ready"
    REMOVING = "removing"


class DemoData(MerchantModel):
    """That a shop has demo data, or is getting or losing it. A shop without any has no row.

    `planned_for` is the instant its past leads up to; the plan hangs on it. `done` and `total`
    count stretches of the past while it is filled, and orders while it is removed.
    """

    state = models.CharField(max_length=10, choices=DemoState.choices)
    planned_for = models.DateTimeField()
    actor = models.CharField(max_length=80)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="demo_data_once")
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.done}/{self.total}"
