"""What the API says parcels and scans look like; `represent` makes them."""

from typing import Any

from rest_framework import serializers

from tracking.enums import (
    Actor,
    CarrierBasis,
    Deed,
    DelayReason,
    DelaySource,
    Status,
    TimePrecision,
)


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
    """Whether the parcel is late; beside the status, never instead of it.

    `certainty` is in percent; `likely_from` and `likely_until` are the days we expect by what is
    usual, null where too little was learnt.
    """

    is_delayed = serializers.BooleanField()
    source = serializers.ChoiceField(choices=_choices(DelaySource), allow_null=True)  # type: ignore[assignment]  # a key of the wire
    reason = serializers.ChoiceField(choices=_choices(DelayReason), allow_null=True)
    first_estimate = serializers.DateField(allow_null=True)
    latest_estimate = serializers.DateField(allow_null=True)
    certainty = serializers.IntegerField(allow_null=True)
    likely_from = serializers.DateField(allow_null=True)
    likely_until = serializers.DateField(allow_null=True)
    detected_at = serializers.DateTimeField(allow_null=True)
    cleared_at = serializers.DateTimeField(allow_null=True)


class ActionOut(serializers.Serializer):  # type: ignore[type-arg]
    """Whose turn it is before the parcel goes on, and until which day, where the carrier says."""

    who = serializers.ChoiceField(choices=_choices(Actor))
    what = serializers.ChoiceField(choices=_choices(Deed))
    until = serializers.DateField(allow_null=True)


class ReportedOut(serializers.Serializer):  # type: ignore[type-arg]
    """What the carrier's scans add up to, beside a status that staff set."""

    status = serializers.ChoiceField(choices=_choices(Status))
    substatus = serializers.CharField()


class ShipmentOut(serializers.Serializer):  # type: ignore[type-arg]
    """A parcel. `order_id` is empty while only a carrier has told of it.

    `carrier_basis` says how the carrier is known: `told` by a source, `detected` from the number,
    or `corrected` by staff, and is null where nobody knows it; `told_carrier` is what sources call
    it where that is not shown.
    `reported` is null unless staff set the status.
    """

    id = serializers.CharField()
    order_id = serializers.CharField()
    external_id = serializers.CharField()
    carrier = serializers.CharField()
    carrier_name = serializers.CharField()
    carrier_basis = serializers.ChoiceField(choices=_choices(CarrierBasis), allow_null=True)
    told_carrier = serializers.CharField(allow_null=True)
    service = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.CharField()
    status = serializers.ChoiceField(choices=_choices(Status))
    substatus = serializers.CharField()
    status_since = serializers.DateTimeField(allow_null=True)
    reported = ReportedOut(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    delivered_on = serializers.DateField(allow_null=True)
    failed_attempts = serializers.IntegerField()
    estimate = EstimateOut(allow_null=True)
    delay = DelayOut()
    action_required = ActionOut(allow_null=True)
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


class CandidateOut(serializers.Serializer):  # type: ignore[type-arg]
    """A carrier the tracking number may belong to; `service` only where the number tells it."""

    carrier = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField()
    service = serializers.CharField(required=False)
    tracking_url = serializers.CharField()


class CandidatesOut(serializers.Serializer):  # type: ignore[type-arg]
    """The carriers a tracking number may belong to, the likeliest first."""

    data = CandidateOut(many=True)  # type: ignore[assignment]  # a key of the wire
