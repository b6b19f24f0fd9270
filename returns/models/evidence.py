"""Photos shoppers send of what comes back."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.models.cases import Return


def evidence_id() -> str:
    """A new public id of a photo."""
    return ids.new_id("evd")


class EvidenceFile(MerchantModel):
    """A photo of a shopper, written anew by us; `path` is in the private storage.

    Without a `case` it waits for its return to be asked for, and is thrown away when that does not
    happen. `sha256` is that of the upload as it came. `taken_at` and `software` are what the camera
    told, as `services.images.Photo` has them: facts to look at, and no proof.
    """

    public_id = models.CharField(max_length=40, unique=True, default=evidence_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Return, null=True, on_delete=models.PROTECT, related_name="evidence")
    order_line = models.ForeignKey(
        "commerce.OrderLine", null=True, on_delete=models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.CharField(max_length=40, blank=True)
    software = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "order_line", "case", "sha256"],
                name="evidence_once",
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["at"], condition=models.Q(case__isnull=True), name="evidence_waiting"
            )
        ]
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.public_id

    @property
    def camera_clock(self) -> str:
        """When the camera says it was taken, to the minute, "" where it says nothing."""
        return self.taken_at[:16].replace("T", " ")
