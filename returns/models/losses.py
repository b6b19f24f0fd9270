"""What was decided of parcels that were lost on their way back."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums.losses import Bearer, LossEnd, LossGround, SendingProof
from returns.models.cases import Return


def loss_id() -> str:
    """A new public id of a loss."""
    return ids.new_id("los")


class ReturnLoss(MerchantModel):
    """Who bears the units of a return that were lost on their way, as staff decided it.

    `units` had not arrived then, and `settled` of the return were paid for. `traces` is what
    tracking knew of the parcels at that moment, and `proof` what showed that they were sent. `text`
    says more to the shopper. It stands until it is ended: at most one of a return does.
    """

    public_id = models.CharField(max_length=40, unique=True, default=loss_id)
    case = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="losses")
    bearer = models.CharField(max_length=8, choices=Bearer.choices)
    ground = models.CharField(max_length=16, choices=LossGround.choices)
    proof = models.CharField(max_length=8, choices=SendingProof.choices, blank=True)
    units = models.PositiveIntegerField()
    settled = models.PositiveIntegerField(default=0, db_default=0)
    traces = models.JSONField(default=list)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    end = models.CharField(max_length=12, choices=LossEnd.choices, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="return_loss_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} borne by {self.bearer}"
