"""Returns and what happens to them. Every change of state leaves a row in the transition log."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import DeclineReason, Fault, Grade, Outcome, ReplacementState, ReturnState
from returns.models.policies import PolicyVersion


def return_id() -> str:
    """A new public id of a return."""
    return ids.new_id("ret")


def return_line_id() -> str:
    """A new public id of a return line."""
    return ids.new_id("rln")


def replacement_id() -> str:
    """A new public id of a replacement."""
    return ids.new_id("rep")


class Return(MerchantModel):
    """Units of one order on their way back, for one outcome.

    `decision` and `quote` are what the policy said and the sum the shopper saw when they asked;
    `request_key` makes asking twice with one form ask once. `decisions` counts approvals and
    refusals, so that each can be told once.
    """

    public_id = models.CharField(max_length=40, unique=True, default=return_id)
    number = models.CharField(max_length=60)
    request_key = models.CharField(max_length=64, default=return_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=ReturnState.choices, default=ReturnState.REQUESTED
    )
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    decision = models.JSONField()
    quote = models.JSONField()
    note = models.TextField(blank=True)
    locale = models.CharField(max_length=5)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=80)
    decisions = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decline_reason = models.CharField(max_length=20, choices=DeclineReason.choices, blank=True)
    decline_text = models.TextField(blank=True)
    send_by = models.DateField(null=True)
    tracking_number = models.CharField(max_length=120, blank=True)
    parcels = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "number"], name="return_number_once"),
            models.UniqueConstraint(
                fields=["merchant_id", "request_key"], name="return_request_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "state", "-id"], name="return_by_state"),
            models.Index(fields=["order", "id"], name="return_of_order"),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(MerchantModel):
    """Units of one order line that come back for one reason.

    `received` are the units that arrived, `accepted` and `refused` what inspection made of them,
    `settled` the accepted ones that were paid for. `variant` is the replacement of an exchange.
    """

    public_id = models.CharField(max_length=40, unique=True, default=return_line_id)
    case = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=40)
    fault = models.CharField(max_length=10, choices=Fault.choices)
    variant = models.ForeignKey(
        "commerce.Variant", null=True, on_delete=models.PROTECT, related_name="+"
    )
    received = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    settled = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1)
                & Q(quantity__gte=F("received"))
                & Q(received__gte=F("accepted") + F("refused"))
                & Q(accepted__gte=F("settled")),
                name="return_line_counts",
            )
        ]
        ordering: ClassVar = ["case_id", "position"]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.reason}"

    @property
    def missing(self) -> int:
        """Units that were announced and have not arrived."""
        return self.quantity - self.received

    @property
    def uninspected(self) -> int:
        """Units that arrived and were not looked at yet."""
        return self.received - self.accepted - self.refused

    @property
    def payable(self) -> int:
        """Accepted units that were not paid for yet."""
        return self.accepted - self.settled


class Inspection(MerchantModel):
    """What somebody found when looking at units that arrived; append-only."""

    line = models.ForeignKey(ReturnLine, on_delete=models.PROTECT, related_name="inspections")
    grade = models.CharField(max_length=1, choices=Grade.choices)
    quantity = models.PositiveIntegerField()
    accepted = models.BooleanField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.quantity} graded {self.grade}"


class Replacement(MerchantModel):
    """Units held for an exchange, until they are shipped or let go."""

    public_id = models.CharField(max_length=40, unique=True, default=replacement_id)
    line = models.ForeignKey(ReturnLine, on_delete=models.PROTECT, related_name="replacements")
    variant = models.ForeignKey("commerce.Variant", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ReplacementState.choices)
    shipped_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["variant", "state"], name="replacement_stock")]

    def __str__(self) -> str:
        return f"{self.quantity} {self.state}"


class TransitionLog(MerchantModel):
    """One change of state of a return or of a refund; append-only."""

    case = models.ForeignKey(
        Return, null=True, on_delete=models.PROTECT, related_name="transitions"
    )
    refund = models.ForeignKey(
        "returns.Refund", null=True, on_delete=models.PROTECT, related_name="transitions"
    )
    event = models.CharField(max_length=20)
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    note = models.TextField(blank=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="transitions_of_case")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
