"""More time for a return, over REST."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import external_id_of
from commerce.serializers import instant
from commerce.serializers.fields import StrictSerializer
from postexp.kernel import clock
from returns.api.base import ReturnsView
from returns.serializers import wire_out as out
from returns.services.extensions import extend_time


class ExtensionIn(StrictSerializer):
    """Which lines may come back longer, until when, and why."""

    lines = serializers.ListField(
        child=serializers.CharField(max_length=40),
        allow_empty=False,
        help_text="The ids of the order’s lines, oln_…",
    )
    until = serializers.DateField(help_text="The last day, in the shop’s time zone.")
    reason = serializers.CharField(max_length=500, help_text="Why, for your colleagues.")


class ExtensionOut(out.Shape):
    """Until when the lines may come back."""

    lines = serializers.ListField(child=serializers.CharField())
    until = serializers.DateTimeField()


class ReturnExtension(ReturnsView):
    """More time than the policy gives."""

    @extend_schema(
        operation_id="extend_return_time",
        tags=["Returns"],
        summary="Give more time to return something",
        request=ExtensionIn,
        responses={201: ExtensionOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Let lines come back until the end of a day: an exception, which shortens nothing.

        422 `not_returnable` for a line of another order, `day_out_of_range` for a day that is over
        or more than a year ahead.
        """
        data = self.read(ExtensionIn).validated_data

        def extend() -> Response:
            order = commerce.get_order_by_external_id(external_id_of(external_id))
            if order is None:
                raise Http404
            until = extend_time(
                order_id=order.public_id,
                lines=data["lines"],
                until=data["until"],
                reason=data["reason"],
                at=clock.now(),
                actor=self.actor,
            )
            return Response({"lines": data["lines"], "until": instant(until)}, status=201)

        return self.command(extend)
