"""What the API takes and says about picking."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from commerce.models import Order
from commerce.selectors import list_lines
from commerce.selectors.picks import line_progress
from commerce.serializers.fields import CountField, StrictSerializer, TextField


class PickIn(StrictSerializer):
    """Units of an order line, named by our `line_id` or by your platform's `line_external_id`."""

    line_id = TextField(max_length=40, help_text="The id of the order’s line, oln_…")
    line_external_id = TextField(max_length=64, help_text="Its id on your platform instead.")
    quantity = CountField(
        min_value=0, max_value=1_000_000, help_text="How many units were picked, in all so far."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One line, named in one way."""
        if bool(attrs["line_id"]) == bool(attrs["line_external_id"]):
            raise serializers.ValidationError(
                {"line_id": [_("Name the line: line_id or line_external_id.")]}
            )
        return attrs


class PicksIn(StrictSerializer):
    """What was picked; lines that are not named stay as they are."""

    lines = PickIn(many=True, allow_empty=False)

    def picked(self, order: Order) -> dict[str, int]:
        """Return the units by our line ids; a line of another order keeps its name."""
        ids = {line.external_id: line.public_id for line in list_lines(order)}
        return {
            row["line_id"] or ids.get(row["line_external_id"], row["line_external_id"]): row[
                "quantity"
            ]
            for row in self.validated_data["lines"]
        }


class Shape(serializers.Serializer):  # type: ignore[type-arg]
    """A shape that is only described, never validated."""


class PickedLineOut(Shape):
    """How far the warehouse is with a line; cancelled units are not to be picked."""

    line_id = serializers.CharField()
    external_id = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    picked_quantity = serializers.IntegerField()
    fulfilled_quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()


class PicksOut(Shape):
    """How far the warehouse is with an order."""

    order_id = serializers.CharField()
    lines = PickedLineOut(many=True)


def represent_picks(order: Order) -> dict[str, Any]:
    """Return how far the warehouse is with each line of an order."""
    progress = line_progress(order)
    return {
        "order_id": order.public_id,
        "lines": [
            {
                "line_id": line.public_id,
                "external_id": line.external_id,
                "title": line.title,
                "quantity": line.quantity,
                "picked_quantity": progress[line.pk].picked,
                "fulfilled_quantity": progress[line.pk].fulfilled,
                "cancelled_quantity": progress[line.pk].stopped,
            }
            for line in list_lines(order)
        ],
    }
