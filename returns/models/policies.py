"""What a shop promised, version by version, and the dates its shoppers were shown."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import Outcome, Verdict
from returns.rules.policy import Policy, read_policy


def policy_version_id() -> str:
    """A new public id of a policy version."""
    return ids.new_id("pol")


def policy_decision_id() -> str:
    """A new public id of a decision."""
    return ids.new_id("dec")


class PolicyVersion(MerchantModel):
    """A published policy. Append-only: a change is a new version, in force from its own instant.

    `only_for` names the source of trial orders (demo data, test returns). Such a version, number 0,
    is what their returns point to while the shop had published nothing; it is never in force.
    """

    public_id = models.CharField(max_length=40, unique=True, default=policy_version_id)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    effective_from = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)
    only_for = models.CharField(max_length=20, default="", db_default="", blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "number", "only_for"], name="policy_version_once"
            )
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


class PolicyDecision(MerchantModel):
    """What a policy said to a request for a return, with all it knew then; append-only.

    `facts` and the version's content make `decision` again, bit for bit; `policy_hash` is the
    content's. Refused requests have no `case`. `wishes` is `[{line, quantity, reason}]` as asked.
    """

    public_id = models.CharField(max_length=40, unique=True, default=policy_decision_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(
        "returns.Return", null=True, on_delete=models.PROTECT, related_name="policy_decision"
    )
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    policy_hash = models.CharField(max_length=64)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    wishes = models.JSONField()
    facts = models.JSONField()
    decision = models.JSONField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["order", "id"], name="decisions_of_order"),
            models.Index(fields=["merchant_id", "at"], name="decisions_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} at {self.at:%Y-%m-%d}"


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
