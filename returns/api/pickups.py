"""When a return is fetched, over REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.serializers.fields import StrictSerializer, TextField
from postexp.kernel import clock
from returns import selectors
from returns.api.base import ReturnsView
from returns.serializers.pickups import represent_pickup
from returns.serializers.wire_out import Shape
from returns.services.pickups import arrange_pickup


class PickUpIn(StrictSerializer):
    """The day on which a carrier fetches a return, and between which hours, if that is known."""

    on = serializers.DateField(help_text="A day where the shopper is.")
    earliest = serializers.TimeField(required=False, allow_null=True, default=None)
    latest = serializers.TimeField(required=False, allow_null=True, default=None)
    carrier_name = TextField(max_length=80)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take both hours or neither, in their order."""
        earliest, latest = attrs["earliest"], attrs["latest"]
        if bool(earliest) != bool(latest) or (earliest and earliest >= latest):
            raise serializers.ValidationError(
                {"latest": "Give both hours or none, the later one as latest."}
            )
        return attrs


class PickUpOut(Shape):
    """When a return is fetched, by the clock where the shopper is."""

    on = serializers.DateField()
    earliest = serializers.CharField(allow_null=True)
    latest = serializers.CharField(allow_null=True)
    carrier_name = serializers.CharField()


class ReturnPickUp(ReturnsView):
    """When a return is fetched."""

    @extend_schema(
        operation_id="arrange_pickup",
        tags=["Returns"],
        summary="Say when a return is picked up",
        request=PickUpIn,
        responses={200: PickUpOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Note the day and tell the shopper, instead of what was arranged before.

        422 `method_not_offered` for a return that is sent another way, `day_out_of_range` for a day
        that is over or more than a year ahead; 409 `invalid_transition` for a return that is not
        approved or on its way already.
        """
        data: dict[str, Any] = self.read(PickUpIn).validated_data

        def arrange() -> Response:
            pickup = arrange_pickup(
                return_id=selectors.access_return(return_id).public_id,
                on=data["on"],
                earliest=data["earliest"],
                latest=data["latest"],
                carrier=data["carrier_name"],
                at=clock.now(),
                actor=self.actor,
            )
            return Response(represent_pickup(pickup))

        return self.command(arrange)
