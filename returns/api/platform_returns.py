"""Returns that were opened on the platform and are carried out there, over REST."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, page
from returns.api.base import ReturnsView
from returns.enums.platform import PlatformReturnState
from returns.selectors.platform_returns import list_on_platform
from returns.serializers.platform_returns import represent_platform_return
from returns.serializers.wire_out import Shape


class PlatformReturnLineOut(Shape):
    """Units of an order line in a return on the platform."""

    line_id = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    arrived_quantity = serializers.IntegerField(help_text="How many came back there.")
    refunded_quantity = serializers.IntegerField(help_text="How many were paid back there.")


class PlatformReturnOut(Shape):
    """A return as the platform last told of it; `number` is its name there."""

    id = serializers.CharField()
    external_id = serializers.CharField()
    number = serializers.CharField()
    order_id = serializers.CharField()
    order_number = serializers.CharField()
    state = serializers.ChoiceField(choices=PlatformReturnState.choices)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    lines = PlatformReturnLineOut(many=True)


class PlatformReturnPageOut(Shape):
    """One page of returns on the platform; send `next` as `cursor` for the page after."""

    data = PlatformReturnOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class PlatformReturnList(ReturnsView):
    """The returns that were opened on your platform."""

    @extend_schema(
        operation_id="list_platform_returns",
        tags=["Returns"],
        summary="List returns opened on your platform, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("order_id", str, description="The id of an order, ord_…"),
            OpenApiParameter("state", {"type": "string", "enum": PlatformReturnState.values}),
        ],
        responses={200: PlatformReturnPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of returns that are carried out on your platform.

        While one is under way, its units cannot be returned here as well.
        """
        found = list_on_platform()
        if order_id := request.query_params.get("order_id", ""):
            found = found.filter(order__public_id=order_id)
        if state := self.choice("state", PlatformReturnState):
            found = found.filter(state=state)
        return page(request, found, represent_platform_return)
