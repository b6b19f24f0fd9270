"""How a shop sends a kind of message, as programs read it and write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.selectors import get_merchant
from commerce.serializers import money
from notifications.enums import ConditionFact, Medium, Quiet
from notifications.ports import MessageKind
from notifications.rules.conditions import FACTS, is_well_formed
from notifications.selectors.flows import FlowTerms
from postexp.kernel.money import Money, MoneyError

CONDITION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["fact", "is", "value"],
    "additionalProperties": False,
    "properties": {
        "fact": {"type": "string", "enum": ConditionFact.values},
        "is": {
            "type": "string",
            "enum": sorted({asked for one in FACTS.values() for asked in one}),
        },
        "value": {
            "oneOf": [
                {"type": "boolean"},
                {"type": "string"},
                {
                    "type": "object",
                    "required": ["amount", "currency"],
                    "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
                },
            ]
        },
    },
    "example": {
        "fact": "order_total",
        "is": "is_at_least",
        "value": {"amount": "5000", "currency": "JPY"},
    },
}


@extend_schema_field(CONDITION_SCHEMA)
class ConditionField(serializers.Field):  # type: ignore[type-arg]
    """One condition; the total of an order is told as an amount in the shop's currency."""

    default_error_messages: ClassVar = {"invalid": _("This condition cannot be asked.")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        condition = dict(data)
        if condition.get("fact") == "order_total":
            condition["value"] = self._minor(condition.get("value"))
        if not is_well_formed(condition):
            self.fail("invalid")
        return condition

    def _minor(self, value: Any) -> int:
        currency = get_merchant().currency
        if not isinstance(value, dict) or value.get("currency") != currency:
            self.fail("invalid")
        try:
            return Money.parse(str(value.get("amount")), currency).amount
        except MoneyError:
            self.fail("invalid")

    def to_representation(self, value: Mapping[str, Any]) -> dict[str, Any]:
        told = dict(value)
        if told["fact"] == "order_total":
            told["value"] = money(told["value"], get_merchant().currency)
        return told


class FlowIn(serializers.Serializer):  # type: ignore[type-arg]
    """How a kind of message is sent: all of it, so that nothing stays as it was unseen."""

    enabled = serializers.BooleanField()
    delay_minutes = serializers.IntegerField(min_value=0)
    channels = serializers.ListField(child=serializers.ChoiceField(choices=Medium.choices))
    fallback_minutes = serializers.IntegerField(min_value=0)
    quiet = serializers.ChoiceField(choices=Quiet.choices)
    conditions = serializers.ListField(child=ConditionField())

    def terms(self) -> FlowTerms:
        """Return what was sent, for the service."""
        data = self.validated_data
        return FlowTerms(
            enabled=data["enabled"],
            delay=data["delay_minutes"],
            chain=tuple(Medium(one) for one in data["channels"]),
            fallback=data["fallback_minutes"],
            quiet=data["quiet"],
            conditions=tuple(data["conditions"]),
        )


class FlowOut(FlowIn):
    """How a kind of message is sent."""

    kind = serializers.CharField()
    klass = serializers.CharField()


class FlowListOut(serializers.Serializer):  # type: ignore[type-arg]
    """Every kind of message to shoppers."""

    data = FlowOut(many=True)  # type: ignore[assignment]  # a key of the wire


def represent_flow(kind: MessageKind[Any], terms: FlowTerms) -> dict[str, Any]:
    """Return how a kind is sent."""
    condition = ConditionField()
    return {
        "kind": kind.name,
        "klass": kind.klass,
        "enabled": terms.enabled,
        "delay_minutes": terms.delay,
        "channels": [str(medium) for medium in terms.chain],
        "fallback_minutes": terms.fallback,
        "quiet": str(terms.quiet),
        "conditions": [condition.to_representation(one) for one in terms.conditions],
    }
