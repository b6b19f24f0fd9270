"""What the API takes and answers of an order that leaves later than planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from commerce.selectors import list_lines
from commerce.serializers.fields import StrictSerializer
from tracking.enums import DispatchCause, DispatchEnd
from tracking.rules.dispatch import Days
from tracking.serializers.shipments_in import MOST_ITEMS, ItemIn
from tracking.serializers.shipments_out import ItemOut

if TYPE_CHECKING:
    from commerce.models import Order

CAUSES = [(one.value, one.value) for one in DispatchCause]


class DispatchDelayIn(StrictSerializer):
    """Units of an order that leave later: which, when they leave now, and why."""

    cause = serializers.ChoiceField(choices=CAUSES, required=False, allow_null=True)
    first_day = serializers.DateField(required=False, allow_null=True)
    last_day = serializers.DateField(required=False, allow_null=True)
    items = serializers.ListField(
        child=ItemIn(), required=False, allow_empty=False, max_length=MOST_ITEMS
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The days are a span."""
        first, last = attrs.get("first_day"), attrs.get("last_day")
        if last and not first:
            raise serializers.ValidationError({"first_day": _("Choose the first day, too.")})
        if first and last and last < first:
            raise serializers.ValidationError({"last_day": _("The last day is before the first.")})
        return attrs

    @property
    def why(self) -> DispatchCause | None:
        """The cause, or None where none is named."""
        told = self.validated_data.get("cause")
        return DispatchCause(told) if told else None

    @property
    def days(self) -> Days | None:
        """The days, or None where none can be named."""
        first = self.validated_data.get("first_day")
        last = self.validated_data.get("last_day")
        return Days(first=first, last=last or first) if first else None

    def units(self, order: Order) -> dict[str, int] | None:
        """Return the units by the public ids of their lines; None for all that is to be sent."""
        items = self.validated_data.get("items")
        if items is None:
            return None
        lines = {line.external_id: line.public_id for line in list_lines(order)}
        told: dict[str, int] = {}
        for item in items:
            line = lines.get(item["line_external_id"])
            if line is None:
                raise serializers.ValidationError({"items": _("The order has no such line.")})
            told[line] = told.get(line, 0) + item["quantity"]
        return told


class DispatchDelayOut(serializers.Serializer):  # type: ignore[type-arg]
    """What a shop says of an order that leaves later than planned.

    The days are null where none can be named, and `cause` where none is. `turn` counts the words
    of which the shopper was to hear.
    """

    id = serializers.CharField()
    order_id = serializers.CharField()
    order_external_id = serializers.CharField()
    cause = serializers.ChoiceField(choices=CAUSES, allow_null=True)
    first_day = serializers.DateField(allow_null=True)
    last_day = serializers.DateField(allow_null=True)
    turn = serializers.IntegerField()
    items = ItemOut(many=True)
    stated_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_because = serializers.ChoiceField(
        choices=[(one.value, one.value) for one in DispatchEnd], allow_null=True
    )
