"""What the API says parcels and scans look like; `represent` makes them."""

from typing import Any

from rest_framework import serializers

from tracking.enums import DelayReason, DelaySource, Status, TimePrecision


def _choices(values: type[Any]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class ItemOut(serializers.Serializer):  # type: ignore[type-arg]
    """Units of an order line in a parcel."""

    line_id = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    image_url = serializers.CharField()


class EstimateOut(serializers.Serializer):  # type: ignore[type-arg]
    """When the parcel should come: a day at the destination, times of day in the shop's zone."""

    date = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    to = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which Python keeps for itself."""
        return {**super().get_fields(), "from": serializers.CharField(allow_null=True)}


class DelayOut(serializers.Serializer):  # type: ignore[type-arg]
    """Whether the parcel is late; beside the status, never instead of it."""

    is_delayed = serializers.BooleanField()
    source = serializers.ChoiceField(choices=_choices(DelaySource), allow_null=True)  # type: ignore[assignment]  # a key of the wire
    reason = serializers.ChoiceField(choices=_choices(DelayReason), allow_null=True)
    first_estimate = serializers.DateField(allow_null=True)
    latest_estimate = serializers.DateField(allow_null=True)
    detected_at = serializers.DateTimeField(allow_null=True)
    cleared_at = serializers.DateTimeField(allow_null=True)


class ShipmentOut(serializers.Serializer):  # type: ignore[type-arg]
    """A parcel. `order_id` is empty while only a carrier has told of it."""

    id = serializers.CharField()
    order_id = serializers.CharField()
    external_id = serializers.CharField()
    carrier = serializers.CharField()
    carrier_name = serializers.CharField()
    service = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.CharField()
    status = serializers.ChoiceField(choices=_choices(Status))
    substatus = serializers.CharField()
    status_since = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    delivered_on = serializers.DateField(allow_null=True)
    failed_attempts = serializers.IntegerField()
    estimate = EstimateOut(allow_null=True)
    delay = DelayOut()
    dispatched_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    items = ItemOut(many=True)


class ShipmentPageOut(serializers.Serializer):  # type: ignore[type-arg]
    """One page of shipments; send `next` as `cursor` for the page after."""

    data = ShipmentOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class ScanOut(serializers.Serializer):  # type: ignore[type-arg]
    """One scan. `occurred_at` is null where no instant was told; `local_time` is what was."""

    id = serializers.CharField()
    occurred_at = serializers.DateTimeField(allow_null=True)
    local_time = serializers.CharField()
    time_precision = serializers.ChoiceField(choices=_choices(TimePrecision))
    status = serializers.ChoiceField(choices=_choices(Status), allow_null=True)
    substatus = serializers.CharField()
    location = serializers.CharField()
    code = serializers.CharField()
    description = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a key of the wire


class ScansOut(serializers.Serializer):  # type: ignore[type-arg]
    """All scans of a parcel, newest first."""

    data = ScanOut(many=True)  # type: ignore[assignment]  # a key of the wire


class RefusedOut(serializers.Serializer):  # type: ignore[type-arg]
    """An event of a batch that was not taken, by its place in the batch."""

    index = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class BatchOut(serializers.Serializer):  # type: ignore[type-arg]
    """What became of a batch: new, known before, refused."""

    stored = serializers.IntegerField()
    repeated = serializers.IntegerField()
    refused = RefusedOut(many=True)
