"""What the API takes and says about trying a policy on past returns."""

from __future__ import annotations

from rest_framework import serializers

from commerce.serializers.fields import MoneyField, StrictSerializer
from returns.enums import Outcome, Slot, Verdict
from returns.enums.simulating import ChangeOf, Segment, SimulationState
from returns.serializers.wire_out import LanguagesOut, Shape

SPANS = (30, 90, 365)
USUAL_SPAN = 90


class SimulationIn(StrictSerializer):
    """A policy to try; without `content` the draft."""

    days = serializers.ChoiceField(
        choices=SPANS, default=USUAL_SPAN, help_text="How many days of past requests."
    )
    content = serializers.DictField(
        required=False, help_text="A whole policy as in POST /return-policies; else the draft."
    )


class MovedOut(Shape):
    """An amount under the policy that decided, and under the one that is tried."""

    before = MoneyField()
    after = MoneyField()


class VerdictCountOut(Shape):
    """How many requests came to a verdict."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class OutcomeCountOut(Shape):
    """How many requests came to an outcome, and the money of them."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    money = MovedOut(many=True)


class SegmentCountOut(Shape):
    """How the requests of some shoppers fare; `before` and `after` are those granted."""

    segment = serializers.ChoiceField(choices=Segment.choices)
    requests = serializers.IntegerField()
    changed_requests = serializers.IntegerField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    money = MovedOut(many=True)


class UnknownFactOut(Shape):
    """A fact the policy asks about, and for how many requests it was not stored."""

    fact = serializers.CharField()
    requests = serializers.IntegerField()


class SimulationSummaryOut(Shape):
    """What was found so far.

    Requests that were `asked_again` later are left out of all sums but `changed_requests` and
    `changed_lines`; so are those opened `by_law` and those that could not be reckoned.
    """

    changed_requests = serializers.IntegerField()
    changed_lines = serializers.IntegerField()
    asked_again = serializers.IntegerField()
    by_law = serializers.IntegerField()
    not_reckoned = serializers.IntegerField()
    money = MovedOut(many=True)
    verdicts = VerdictCountOut(many=True)
    outcomes = OutcomeCountOut(many=True)
    segments = SegmentCountOut(many=True)
    unknown_facts = UnknownFactOut(many=True)


class SimulationOut(Shape):
    """A policy tried on past requests. Ask again while `state` is `running`."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=SimulationState.choices)
    days = serializers.IntegerField()
    policy_hash = serializers.CharField()
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    requests = serializers.IntegerField()
    judged_requests = serializers.IntegerField()
    summary = SimulationSummaryOut()


class SimulationPageOut(Shape):
    """One page of simulations; send `next` as `cursor` for the page after."""

    data = SimulationOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class SimulatedAnswerOut(Shape):
    """What a policy says to units, and what they add to the sum."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    total = MoneyField()


class DecidedByOut(Shape):
    """A slot that differs, and what decides it: a rule's id, `law:…`, or "" for the default."""

    slot = serializers.ChoiceField(choices=Slot.choices)
    by = serializers.CharField()


class SimulatedChangeOut(Shape):
    """Units of a past request about which the tried policy decides otherwise."""

    order_id = serializers.CharField()
    order_number = serializers.CharField()
    return_id = serializers.CharField(allow_null=True)
    line_id = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    reason = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    segment = serializers.ChoiceField(choices=Segment.choices)
    asked_at = serializers.DateTimeField()
    asked_again = serializers.BooleanField()
    changed = serializers.ListField(child=serializers.ChoiceField(choices=ChangeOf.choices))
    before = SimulatedAnswerOut()
    after = SimulatedAnswerOut()
    decided_by = DecidedByOut(many=True)
    why = LanguagesOut()
    unknown_facts = serializers.ListField(child=serializers.CharField())


class SimulatedChangePageOut(Shape):
    """One page of changed answers; send `next` as `cursor` for the page after."""

    data = SimulatedChangeOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)
