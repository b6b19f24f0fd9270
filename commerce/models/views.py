"""Saved views: the filters of a list under a name."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commerce.enums import ListName
from commerce.models.merchants import User
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def saved_view_id() -> str:
    """A new public id of a saved view."""
    return ids.new_id("vew")


class SavedView(MerchantModel):
    """A named filter of one list, a person's own or shared with everyone in the shop.

    `query` is the part of an address after `?`, without where in the list one stood.
    """

    public_id = models.CharField(max_length=40, unique=True, default=saved_view_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=12, choices=ListName.choices)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=500)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "list_name", "user", "name"], name="saved_view_name_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.list_name}: {self.name}"
