"""Texts a shop keeps to write to shoppers with."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def macro_id() -> str:
    """A new public id of a macro."""
    return ids.new_id("mac")


class Macro(MerchantModel):
    """A saved text about a return, `{"subject", "text"}` by language, with variables in braces.

    A shopper who gets one that `waits` is waited for: the desk's clock stands still.
    """

    public_id = models.CharField(max_length=40, unique=True, default=macro_id)
    name = models.CharField(max_length=80)
    words = models.JSONField()
    waits = models.BooleanField(default=False)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "name"], name="macro_name_once")
        ]

    def __str__(self) -> str:
        return self.name
