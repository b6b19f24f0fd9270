"""Codes of carriers that no connector reads, and the scans that came under them."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from tracking.models.shipments import Shipment
from tracking.rules.codes import LONGEST_CODE


def carrier_code_id() -> str:
    """A new public id of a carrier's code."""
    return ids.new_id("cco")


class CarrierCode(MerchantModel):
    """What a source calls a kind of scan, where no connector reads it.

    Staff say what it means (`mapped_at`): a status with its substatus, or no status for information
    only. `meaning` counts how often they have; `words` are those of its first scan.
    """

    public_id = models.CharField(max_length=40, unique=True, default=carrier_code_id)
    source = models.CharField(max_length=20)
    code = models.CharField(max_length=LONGEST_CODE)
    words = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=20, blank=True)
    substatus = models.CharField(max_length=40, blank=True)
    meaning = models.PositiveIntegerField(default=0)
    mapped_at = models.DateTimeField(null=True)
    mapped_by = models.ForeignKey(
        "commerce.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "source", "code"], name="carrier_code_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "mapped_at", "-id"], name="carrier_codes")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.code}"


class CarrierCodeScan(MerchantModel):
    """A scan that came under such a code; `meaning` is the one it was last given."""

    code = models.ForeignKey(
        CarrierCode, on_delete=models.CASCADE, related_name="scans", db_index=False
    )
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    sort_at = models.DateTimeField()
    key = models.UUIDField()
    meaning = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "key"], name="carrier_code_scan_once")
        ]
        indexes: ClassVar = [models.Index(fields=["code", "meaning", "id"], name="to_be_remapped")]

    def __str__(self) -> str:
        return f"scan of {self.shipment_id}"
