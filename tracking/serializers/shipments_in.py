"""A shipment as integrators send it, and the facts it becomes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from commerce.ports import FulfilmentFacts, FulfilmentLineFacts
from commerce.serializers.fields import CountField, FlagField, StrictSerializer, TextField
from tracking.enums import Status

MOST_ITEMS = 500


class ItemIn(StrictSerializer):
    """Units of an order line, by the line's `external_id`."""

    line_external_id = TextField(required=True, allow_blank=False, max_length=64)
    quantity = CountField(min_value=1, max_value=100_000)


class CarrierIn(StrictSerializer):
    """The carrier a parcel is with, by slug or name."""

    carrier = TextField(required=True, allow_blank=False, max_length=80)


class StatusIn(StrictSerializer):
    """How a parcel stands, as staff know it."""

    status = serializers.ChoiceField(choices=[(one.value, one.value) for one in Status])
    substatus = TextField(max_length=40)


class ShipmentIn(StrictSerializer):
    """Units of an order handed to a carrier. Sending it again with a later `updated_at` applies
    what changed; `cancelled` calls it back."""

    external_id = TextField(required=True, allow_blank=False, max_length=64)
    order_external_id = TextField(required=True, allow_blank=False, max_length=64)
    cancelled = FlagField(required=False, default=False)
    carrier = TextField(max_length=80)
    tracking_number = TextField(max_length=120)
    tracking_url = serializers.URLField(required=False, default="", max_length=500)
    sent_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False)
    items = serializers.ListField(
        child=ItemIn(), required=False, default=list, max_length=MOST_ITEMS
    )

    def validate_items(self, items: list[dict[str, object]]) -> list[dict[str, object]]:
        """Each line is named once."""
        names = [item["line_external_id"] for item in items]
        if len(set(names)) != len(names):
            raise serializers.ValidationError(_("A line is named twice."))
        return items

    def facts(self, *, at: datetime) -> FulfilmentFacts:
        """Return the validated shipment as facts; times left out are `at`."""
        told = self.validated_data
        sent_at = told.get("sent_at") or at
        number, url = told["tracking_number"], told["tracking_url"]
        return FulfilmentFacts(
            external_id=told["external_id"],
            order_external_id=told["order_external_id"],
            created_at=sent_at,
            updated_at=told.get("updated_at") or at,
            status="cancelled" if told["cancelled"] else "success",
            carrier_name=told["carrier"],
            tracking_numbers=(number,) if number else (),
            tracking_urls=(url,) if url else (),
            lines=tuple(
                FulfilmentLineFacts(
                    line_external_id=item["line_external_id"], quantity=item["quantity"]
                )
                for item in told["items"]
            ),
        )
