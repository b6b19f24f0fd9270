"""What the API takes about returns; unknown keys are refused."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.serializers.fields import (
    CountField,
    FlagField,
    MoneyField,
    StrictSerializer,
    TextField,
)
from postexp.kernel.money import Money
from returns.enums import DeclineReason, Grade, Outcome
from returns.rules.commands import Finding, Wish


class WishIn(StrictSerializer):
    """Units of an order line to return; `exchange_for` is the variant wanted instead."""

    line_id = serializers.CharField(max_length=40)
    quantity = CountField(min_value=1, max_value=1_000_000)
    reason = serializers.CharField(max_length=40)
    exchange_for = TextField(max_length=40)


class ReturnIn(StrictSerializer):
    """A return to ask for."""

    order_external_id = serializers.CharField(max_length=64)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    lines = WishIn(many=True, allow_empty=False)
    note = TextField(max_length=2000)
    expected_total = MoneyField(required=False)

    def wishes(self) -> list[Wish]:
        """Return what is wished for."""
        return [
            Wish(
                line=line["line_id"],
                quantity=line["quantity"],
                reason=line["reason"],
                variant=line["exchange_for"],
            )
            for line in self.validated_data["lines"]
        ]


class EmptyIn(StrictSerializer):
    """A command that needs no more words."""


class DeclineIn(StrictSerializer):
    """Why a return is declined; `text` is for the shopper, in their language."""

    reason = serializers.ChoiceField(choices=DeclineReason.choices)
    text = TextField(max_length=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for words where no ready sentence says why."""
        if attrs["reason"] == DeclineReason.OTHER and not attrs["text"]:
            raise serializers.ValidationError({"text": ["Say why, for the shopper."]})
        return attrs


class CountIn(StrictSerializer):
    """Units of a return line that arrived."""

    line_id = serializers.CharField(max_length=40)
    quantity = CountField(min_value=1, max_value=1_000_000)


class ReceiveIn(StrictSerializer):
    """A parcel that arrived."""

    lines = CountIn(many=True, allow_empty=False)

    def counts(self) -> dict[str, int]:
        """Return the units by line."""
        counts: dict[str, int] = {}
        for line in self.validated_data["lines"]:
            counts[line["line_id"]] = counts.get(line["line_id"], 0) + line["quantity"]
        return counts


class FindingIn(CountIn):
    """Units of one grade, and whether they are accepted."""

    grade = serializers.ChoiceField(choices=Grade.choices)
    accepted = FlagField()


class InspectIn(StrictSerializer):
    """What was found when the units that arrived were looked at."""

    findings = FindingIn(many=True, allow_empty=False)

    def values(self) -> list[Finding]:
        """Return the findings."""
        return [
            Finding(
                line=row["line_id"],
                grade=Grade(row["grade"]),
                quantity=row["quantity"],
                accepted=row["accepted"],
            )
            for row in self.validated_data["findings"]
        ]


class SettleIn(StrictSerializer):
    """How to settle: `amount` is a lower one to pay, `outcome` another than was asked for.

    `expected_total` is the sum of that outcome. Only a return that asked for an exchange can be
    settled as one, and then without an `amount`.
    """

    amount = MoneyField(required=False)
    expected_total = MoneyField(required=False)
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)


class PaidIn(StrictSerializer):
    """Where a payment by hand can be found again."""

    reference = TextField(max_length=120)


class PolicyIn(StrictSerializer):
    """A whole return policy, in force for orders placed from `effective_from` on."""

    content = serializers.DictField()
    effective_from = serializers.DateTimeField(required=False)


def minor_units(money: Money | None, currency: str) -> int | None:
    """Return an amount in an order's currency; raises ValidationError for another currency."""
    if money is None:
        return None
    if money.currency != currency:
        raise serializers.ValidationError({"amount": [f"This order is in {currency}."]})
    return money.amount
