"""How a shop's shopper pages looked, version by version."""

from typing import ClassVar

from django.db import models

from commerce.models.merchants import User
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def look_id() -> str:
    """A new public id of a version of a shop's look."""
    return ids.new_id("look")


class LookVersion(MerchantModel):
    """A theme with its logo and words, as it was from `made_at` on until the next version.

    `made_by` is None for what a shop had before its first change here.
    """

    public_id = models.CharField(max_length=40, unique=True, default=look_id)
    number = models.PositiveIntegerField()
    theme = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    logo = models.ImageField(upload_to="logos/", blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "number"], name="look_version_once")
        ]

    def __str__(self) -> str:
        return f"look {self.number}"
