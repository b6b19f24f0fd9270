"""What a shop promises itself at the returns desk."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from postexp.kernel.tenancy import MerchantModel


class DeskSettings(MerchantModel):
    """How soon a shop means to deal with returns (`rules.clocks.DeskTimes`); one row, or none."""

    decide_hours = models.PositiveSmallIntegerField()
    inspect_days = models.PositiveSmallIntegerField()
    refund_days = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="desk_settings_once"),
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")) & Q(closes__lte=24), name="desk_opens_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens}–{self.closes}"
