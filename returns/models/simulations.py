"""A draft of a policy tried on past requests, kept until the draft is published or thrown away."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import Outcome, Verdict
from returns.enums.simulating import Segment, SimulationState
from returns.models.cases import Return
from returns.models.policies import PolicyDecision
from returns.rules.policy import Policy, read_policy


def simulation_id() -> str:
    """A new public id of a simulation."""
    return ids.new_id("sim")


class PolicySimulation(MerchantModel):
    """A policy on the requests of the last `days` days before `asked_at`.

    `revision` is the draft's state it was taken from, "" for a policy that came over the API.
    `total` requests were found, `done` of them are judged, `reached` is the last one's row.
    `summary` are counts by the names of `rules.simulation.tally`. `claim` and `beat_at` are the
    worker's that is at it, `tries` how many came no further.
    """

    public_id = models.CharField(max_length=40, unique=True, default=simulation_id)
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    revision = models.CharField(max_length=40, blank=True)
    days = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=SimulationState.choices, default=SimulationState.RUNNING
    )
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    summary = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=40, blank=True)
    beat_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(state="running"), name="simulation_going_on"
            )
        ]

    def __str__(self) -> str:
        return f"{self.days} days by {self.asked_at:%Y-%m-%d}"

    @property
    def policy(self) -> Policy:
        """The policy that is tried."""
        return read_policy(self.content)

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 * self.done // self.total if self.total else 100


class SimulatedChange(MerchantModel):
    """Units of a past request about which the simulated policy decides otherwise.

    Money is what they add to the payout, in minor units of `currency`. `what` are values of
    ChangeOf, `denials` and `slots` why, as `rules.simulation.Changed` has it, `kept` what becomes
    of the item and `paid` when it is paid, each `[before, after]`. `unknown` are facts nobody had
    stored.
    """

    simulation = models.ForeignKey(
        PolicySimulation, on_delete=models.CASCADE, related_name="changes"
    )
    request = models.ForeignKey(PolicyDecision, on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey("commerce.Order", on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Return, null=True, on_delete=models.CASCADE, related_name="+")
    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    segment = models.CharField(max_length=10, choices=Segment.choices)
    verdict_before = models.CharField(max_length=16, choices=Verdict.choices)
    verdict_after = models.CharField(max_length=16, choices=Verdict.choices)
    currency = models.CharField(max_length=3)
    money_before = models.BigIntegerField()
    money_after = models.BigIntegerField()
    what = models.JSONField()
    denials = models.JSONField()
    slots = models.JSONField()
    kept = models.JSONField()
    paid = models.JSONField()
    unknown = models.JSONField()
    asked_again = models.BooleanField()

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["simulation", "id"], name="change_of_simulation")]

    def __str__(self) -> str:
        return f"{self.verdict_before} → {self.verdict_after}"
