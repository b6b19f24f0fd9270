"""What happens to a shop's data as a whole: who counts stock, what is taken out, its erasure."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from commerce.enums import ExportState, StockOwner
from commerce.models.customers import Customer, PrivacyRequest
from commerce.models.merchants import User
from postexp.kernel import ids
from postexp.kernel.secrets import EncryptedTextField
from postexp.kernel.tenancy import MerchantModel


def data_export_id() -> str:
    """A new public id of an export of data."""
    return ids.new_id("dex")


class StockSource(MerchantModel):
    """Who says how many of each variant there are; a shop without a row lets its platform say."""

    owner = models.CharField(max_length=10, choices=StockOwner.choices)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="one_stock_source")
        ]

    def __str__(self) -> str:
        return self.owner


class DataExport(MerchantModel):
    """A file made for staff: everything about one customer, or the whole shop (`customer` empty).

    `path` names the file in the private storage until `expires_at`. `beat_at` is when its making
    was last heard of; `done` of `total` kinds of rows are in it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=data_export_id)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    request = models.ForeignKey(
        PrivacyRequest, null=True, on_delete=models.SET_NULL, related_name="exports"
    )
    state = models.CharField(
        max_length=10, choices=ExportState.choices, default=ExportState.WAITING
    )
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    path = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-id"], name="data_export_list"),
            models.Index(fields=["state", "beat_at"], name="data_export_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    def is_there(self, at: datetime) -> bool:
        """Whether its file can be downloaded now."""
        return (
            self.state == ExportState.DONE and self.expires_at is not None and at < self.expires_at
        )


class CustomerErasure(MerchantModel):
    """The erasure of one person, carried out in steps; the row goes with the last of them.

    `customer_id` is the public id of a customer staff chose, empty where the request names them.
    Once the rooms have forgotten them, `words` (JSON) keeps what is left to look for, and `table`
    and `position` where to go on.
    """

    request = models.OneToOneField(PrivacyRequest, on_delete=models.CASCADE, related_name="+")
    customer_id = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=80)
    begun_at = models.DateTimeField(null=True)
    words = EncryptedTextField(default="")
    table = models.CharField(max_length=80, default="")
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.request_id}: {self.table} {self.position}"


class ShopErasure(MerchantModel):
    """An owner's order to erase the shop. It is carried out in steps, and this row goes last.

    The next step begins at `position` of `table`.
    """

    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(default=0)
    table = models.CharField(max_length=80, default="", db_default="")
    position = models.BigIntegerField(default=0, db_default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="one_shop_erasure")
        ]

    def __str__(self) -> str:
        return f"asked {self.asked_at:%Y-%m-%d}"
