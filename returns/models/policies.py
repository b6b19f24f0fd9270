"""What a shop promised, version by version, and the dates its shoppers were shown."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import Outcome
from returns.rules.policy import Policy, read_policy


def policy_version_id() -> str:
    """A new public id of a policy version."""
    return ids.new_id("pol")


class PolicyVersion(MerchantModel):
    """A published policy. Append-only: a change is a new version, in force from its own instant."""

    public_id = models.CharField(max_length=40, unique=True, default=policy_version_id)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    effective_from = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "number"], name="policy_version_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-effective_from"], name="policy_in_force")
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def policy(self) -> Policy:
        """The policy this version holds."""
        return read_policy(self.content)


class ShownDeadline(MerchantModel):
    """The latest date a shopper was shown for a line; data that arrives later never shortens it."""

    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    until = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order_line", "outcome"], name="deadline_once")
        ]

    def __str__(self) -> str:
        return f"{self.outcome} until {self.until:%Y-%m-%d}"
