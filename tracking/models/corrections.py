"""What staff say of a parcel, kept apart from what its sources told."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from tracking.enums import CorrectionSubject
from tracking.models.shipments import Shipment


def correction_id() -> str:
    """A new public id of a correction."""
    return ids.new_id("cor")


class Correction(MerchantModel):
    """Staff's word on the carrier or the status of a parcel; kept when it no longer stands.

    `before` is what was shown, `after` what is shown while it stands: a carrier's slug, or a status
    with its `substatus`. One stands per subject: the next one, or its withdrawal, ends it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=correction_id)
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, related_name="corrections", db_index=False
    )
    subject = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in CorrectionSubject]
    )
    before = models.CharField(max_length=80, blank=True)
    after = models.CharField(max_length=80)
    substatus = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shipment", "subject"],
                condition=Q(ended_at__isnull=True),
                name="correction_standing_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["shipment", "-id"], name="corrections")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.before} -> {self.after}"
