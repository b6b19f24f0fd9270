"""Goods that leave for a shopper or go back on the shelf, over REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, page
from commerce.serializers import instant
from commerce.serializers.fields import StrictSerializer, TextField
from postexp.kernel import clock
from returns import selectors, services
from returns.api.base import ReturnsView
from returns.api.cases import whole
from returns.enums.receiving import RestockState
from returns.models import Restock
from returns.selectors.receiving import access_restock, list_restocks
from returns.serializers.wire_in import EmptyIn
from returns.serializers.wire_out import ReturnOut, Shape
from returns.services.restocks import restock_done


class ShipIn(StrictSerializer):
    """How a replacement travels."""

    carrier_name = TextField(max_length=80)
    tracking_number = TextField(max_length=120)


class RestockOut(Shape):
    """Units of a return that go back on the shelf."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=RestockState.choices)
    return_id = serializers.CharField()
    variant_id = serializers.CharField()
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    accepted_at = serializers.DateTimeField()
    counted_at = serializers.DateTimeField(allow_null=True)


class RestockPageOut(Shape):
    """One page of units for the shelf; send `next` as `cursor` for the page after."""

    data = RestockOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


def _told(restock: Restock) -> dict[str, Any]:
    variant = restock.variant
    return {
        "id": restock.public_id,
        "state": restock.state,
        "return_id": restock.line.case.public_id,
        "variant_id": variant.public_id,
        "sku": variant.sku,
        "title": f"{variant.product.title} {variant.title}".strip(),
        "quantity": restock.quantity,
        "accepted_at": instant(restock.at),
        "counted_at": instant(restock.done_at),
    }


class ReplacementShip(ReturnsView):
    """Ship a replacement."""

    @extend_schema(
        operation_id="ship_replacement",
        tags=["Returns"],
        summary="Ship a replacement",
        request=ShipIn,
        responses={200: ReturnOut},
    )
    def post(self, request: Request, replacement_id: str) -> Response:
        """Note that a replacement which is ready was handed to a carrier; the answer is its return.

        409 `invalid_transition` unless it is ready.
        """
        data = self.read(ShipIn).validated_data

        def ship() -> Response:
            replacement = selectors.access_replacement(replacement_id)
            services.ship_replacement(
                replacement_id=replacement.public_id,
                carrier_name=data["carrier_name"],
                tracking_number=data["tracking_number"],
                at=clock.now(),
                actor=self.actor,
            )
            return Response(whole(replacement.line.case.public_id))

        return self.command(ship)


class RestockList(ReturnsView):
    """Units that go back on the shelf."""

    @extend_schema(
        operation_id="list_restocks",
        tags=["Returns"],
        summary="List units that go back on the shelf, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": RestockState.values}),
        ],
        responses={200: RestockPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of units that were accepted to be sold again.

        Those `to_do` still have to be counted where the shop's stock is counted.
        """
        return page(request, list_restocks(state=self.choice("state", RestockState)), _told)


class RestockCounted(ReturnsView):
    """Note that units were counted."""

    @extend_schema(
        operation_id="count_restock",
        tags=["Returns"],
        summary="Note that units are on the shelf again",
        request=EmptyIn,
        responses={200: RestockOut},
    )
    def post(self, request: Request, restock_id: str) -> Response:
        """Note that units were counted on the platform; again, it changes nothing."""
        self.read(EmptyIn)

        def note() -> Response:
            restock_done(access_restock(restock_id), at=clock.now(), actor=self.actor)
            return Response(_told(access_restock(restock_id)))

        return self.command(note)
