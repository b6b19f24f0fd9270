"""What the API takes and says about chargebacks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.enums import DisputeState
from commerce.models import Dispute
from commerce.ports import DisputeFacts
from commerce.serializers.fields import MoneyField, StrictSerializer, TextField
from commerce.serializers.represent import instant, money


class DisputeIn(StrictSerializer):
    """A chargeback as it stands."""

    state = serializers.ChoiceField(choices=DisputeState.choices, help_text="How it stands.")
    reason = TextField(max_length=80, help_text="What the bank gives as its reason.")
    amount = MoneyField(required=False, help_text="What is disputed, in the order’s currency.")
    opened_at = serializers.DateTimeField(help_text="When it was opened.")
    closed_at = serializers.DateTimeField(
        required=False, help_text="When it ended; needed for one that has."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One that is over ended at some time."""
        over = attrs["state"] != DisputeState.OPEN
        if over and "closed_at" not in attrs:
            raise serializers.ValidationError({"closed_at": ["Say when it ended."]})
        return attrs

    def facts(self, external_id: str, currency: str) -> DisputeFacts:
        """Return the chargeback; raises ValidationError for an amount of another currency."""
        told = self.validated_data
        amount = told.get("amount")
        if amount is not None and amount.currency != currency:
            raise serializers.ValidationError({"amount": [f"This order is in {currency}."]})
        return DisputeFacts(
            external_id=external_id,
            state=told["state"],
            reason=told["reason"],
            amount=amount.amount if amount else 0,
            opened_at=told["opened_at"],
            closed_at=told.get("closed_at") if told["state"] != DisputeState.OPEN else None,
        )


class DisputeOut(serializers.Serializer):  # type: ignore[type-arg]
    """A chargeback about an order."""

    external_id = serializers.CharField()
    state = serializers.ChoiceField(choices=DisputeState.choices)
    reason = serializers.CharField()
    amount = MoneyField()
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


def represent_dispute(dispute: Dispute) -> dict[str, Any]:
    """Return a chargeback."""
    return {
        "external_id": dispute.external_id,
        "state": dispute.state,
        "reason": dispute.reason,
        "amount": money(dispute.amount, dispute.order.currency),
        "opened_at": instant(dispute.opened_at),
        "closed_at": instant(dispute.closed_at),
    }
