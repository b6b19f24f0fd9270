"""Who was asked to work for a shop, and what they answered."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from commerce.enums import InvitationEnd, Role
from commerce.models.merchants import User
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def invitation_id() -> str:
    """A new public id of an invitation."""
    return ids.new_id("inv")


class Invitation(MerchantModel):
    """An offer of a role to an address; nobody belongs to a shop before they accept theirs.

    It is open until `ended_at`. An open one that is past `expires_at` cannot be accepted until it
    is sent again.
    """

    public_id = models.CharField(max_length=40, unique=True, default=invitation_id)
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=InvitationEnd.choices, blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "email"],
                condition=Q(ended_at__isnull=True),
                name="one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.role} {self.end or 'open'}"

    def is_expired(self, at: datetime) -> bool:
        """Whether its time is over; the very instant of its end counts as over."""
        return at >= self.expires_at
