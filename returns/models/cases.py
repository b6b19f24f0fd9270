"""Returns and what happens to them. Every change of state leaves a row in the transition log."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import (
    DeclineReason,
    Fault,
    Outcome,
    ReplacementState,
    ReturnMethod,
    ReturnState,
)
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
    refusals, so that each can be told once. `due_at` is until when the shop means to do what
    comes next, `law_due_at` until when the law wants the money paid; both are empty where nothing
    is due. `waiting_since` is when the shopper was asked something they have not answered.

    `method` is how it is sent, "" where nobody chose; `drop_off` is where it is handed in, if its
    shopper said so.

    `gift` is the code it was asked for with, and `recipient` who gets its credit then, at
    `recipient_address` (the keys of AddressFacts): the buyer is told nothing. `replaces` is the
    return that was changed into this one.

    `reminded` is how many days before its last day its shopper was last asked to send it.

    `evidence_wanted` while the shopper is asked for photos: by staff in the words of
    `evidence_text`, else by the policy. `evidence_asked` counts how often they were.
    """

    public_id = models.CharField(max_length=40, unique=True, default=return_id)
    number = models.CharField(max_length=60)
    request_key = models.CharField(max_length=64, default=return_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=ReturnState.choices, default=ReturnState.REQUESTED
    )
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    method = models.CharField(
        max_length=10, choices=ReturnMethod.choices, blank=True, default="", db_default=""
    )
    drop_off = models.ForeignKey(
        "returns.DropOffPoint", null=True, on_delete=models.PROTECT, related_name="+"
    )
    gift = models.ForeignKey(
        "returns.GiftCode", null=True, on_delete=models.PROTECT, related_name="cases"
    )
    recipient = models.ForeignKey(
        "commerce.Customer", null=True, on_delete=models.PROTECT, related_name="+"
    )
    recipient_address = models.JSONField(default=dict, db_default={})
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
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
    reminded = models.PositiveSmallIntegerField(null=True)
    tracking_number = models.CharField(max_length=120, blank=True)
    parcels = models.PositiveSmallIntegerField(default=0)
    evidence_asked = models.PositiveSmallIntegerField(default=0, db_default=0)
    evidence_wanted = models.BooleanField(default=False, db_default=False)
    evidence_text = models.TextField(blank=True, default="", db_default="")
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    law_due_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)

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
            models.Index(
                fields=["merchant_id", "due_at"],
                condition=Q(due_at__isnull=False),
                name="return_due",
            ),
            models.Index(
                fields=["merchant_id", "law_due_at"],
                condition=Q(law_due_at__isnull=False),
                name="return_due_by_law",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(MerchantModel):
    """Units of one order line that come back for one reason.

    `received` are the units that arrived, `accepted` and `refused` what inspection made of them,
    `kept` are those that stay with the shopper, who is paid for them all the same, and `lost` those
    that were lost on their way at the shop's cost. `settled` are paid for: accepted, kept and lost
    ones, and others ahead of their check where the policy says so.
    `variant` is the replacement of an exchange.
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
    kept = models.PositiveIntegerField(default=0, db_default=0)
    lost = models.PositiveIntegerField(default=0, db_default=0)
    settled = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1)
                & Q(quantity__gte=F("received") + F("kept") + F("lost"))
                & Q(received__gte=F("accepted") + F("refused"))
                & Q(quantity__gte=F("settled")),
                name="return_line_counts",
            )
        ]
        ordering: ClassVar = ["case_id", "position"]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.reason}"

    @property
    def missing(self) -> int:
        """Units that were announced and have not arrived, as far as they are not given up."""
        return self.quantity - self.kept - self.received - self.lost

    @property
    def not_here(self) -> int:
        """Units that may arrive: those that are missing, and lost ones that turn up."""
        return self.missing + self.lost

    @property
    def uninspected(self) -> int:
        """Units that arrived and were not looked at yet."""
        return self.received - self.accepted - self.refused

    @property
    def payable(self) -> int:
        """Units to be paid for that were not yet: accepted, with the shopper, or lost for us."""
        return max(0, self.accepted + self.kept + self.lost - self.settled)

    @property
    def paid_ahead(self) -> int:
        """Units that were paid for and not accepted: not yet, or not at all."""
        return max(0, self.settled - self.accepted - self.kept - self.lost)


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
    """One change of state of a return, a refund, a cancellation or an exchange; append-only."""

    case = models.ForeignKey(
        Return, null=True, on_delete=models.PROTECT, related_name="transitions"
    )
    refund = models.ForeignKey(
        "returns.Refund", null=True, on_delete=models.PROTECT, related_name="transitions"
    )
    cancellation = models.ForeignKey(
        "returns.Cancellation", null=True, on_delete=models.PROTECT, related_name="transitions"
    )
    exchange = models.ForeignKey(
        "returns.Exchange", null=True, on_delete=models.PROTECT, related_name="transitions"
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
