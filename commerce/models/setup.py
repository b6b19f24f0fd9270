"""How far a shop is with moving in, where its other rows do not tell."""

from typing import ClassVar

from django.db import models

from postexp.kernel.tenancy import MerchantModel


class SetupProgress(MerchantModel):
    """What a shop's people did of the first steps that leaves no other trace; one row a shop."""

    page_seen_at = models.DateTimeField(null=True)
    put_away_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="setup_progress_once")
        ]

    def __str__(self) -> str:
        return f"first steps of {self.merchant_id}"
