"""Gift codes over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import Problem
from commerce.selectors import get_merchant
from commerce.serializers import instant
from commerce.serializers.fields import CountField, StrictSerializer
from postexp.kernel import clock
from returns.api.base import ReturnsView
from returns.models import GiftCode
from returns.selectors.gifts import access_gift, gift_url, list_gift_units, list_gifts
from returns.serializers import wire_in as incoming
from returns.serializers import wire_out as out
from returns.services.gifts import end_gift_code, make_gift_code

if TYPE_CHECKING:
    from commerce.models import Order


class GiftUnitsIn(StrictSerializer):
    """Units of an order’s line."""

    line_id = serializers.CharField(max_length=40, help_text="The id of the order’s line, oln_…")
    quantity = CountField(min_value=1, max_value=1_000_000, help_text="How many units.")


class GiftIn(StrictSerializer):
    """What was given as a present."""

    lines = GiftUnitsIn(many=True, allow_empty=False)


class GiftUnitsOut(out.Shape):
    """Units a code is for."""

    line_id = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


class GiftOut(out.Shape):
    """A gift code; `url` is the page it opens, on which there is no price."""

    id = serializers.CharField()
    code = serializers.CharField()
    url = serializers.CharField()
    made_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    lines = GiftUnitsOut(many=True)


class GiftListOut(out.Shape):
    """The gift codes of an order that open something, newest first."""

    data = GiftOut(many=True)  # type: ignore[assignment]  # a key of the wire


def represent_gift(gift: GiftCode) -> dict[str, Any]:
    """Return a gift code with what it is for."""
    return {
        "id": gift.public_id,
        "code": gift.code,
        "url": gift_url(get_merchant(), gift),
        "made_at": instant(gift.made_at),
        "ended_at": instant(gift.ended_at),
        "lines": [
            {
                "line_id": one.order_line.public_id,
                "title": one.order_line.title,
                "quantity": one.quantity,
            }
            for one in list_gift_units(gift)
        ],
    }


class OrderGifts(ReturnsView):
    """The gift codes of an order."""

    # Who has a code may have the credit: no log keeps one.
    secrets_told = frozenset({"code", "url", "data"})

    @extend_schema(
        operation_id="list_gift_codes",
        tags=["Returns"],
        summary="List the gift codes of an order",
        responses={200: GiftListOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Return the codes that still open something, newest first."""
        order = self._order(external_id)
        return Response({"data": [represent_gift(one) for one in list_gifts(order)]})

    @extend_schema(
        operation_id="create_gift_code",
        tags=["Returns"],
        summary="Make a gift code",
        request=GiftIn,
        responses={201: GiftOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Make a code with which some units can be exchanged or become the bearer’s store credit.

        422 `quantity_exceeds_returnable` for more units than were bought, `not_returnable` for a
        line of another order.
        """
        order = self._order(external_id)
        units: dict[str, int] = {}
        for row in self.read(GiftIn).validated_data["lines"]:
            units[row["line_id"]] = units.get(row["line_id"], 0) + row["quantity"]

        def make() -> Response:
            gift = make_gift_code(
                order_id=order.public_id, units=units, at=clock.now(), actor=self.actor
            )
            return Response(represent_gift(gift), status=201)

        return self.command(make)

    def _order(self, external_id: str) -> Order:
        order = commerce.get_order_by_external_id(external_id)
        if order is None:
            raise Problem(404, "not_found", _("There is no such order."))
        return order


class GiftEnd(ReturnsView):
    """End a gift code."""

    secrets_told = frozenset({"code", "url"})

    @extend_schema(
        operation_id="end_gift_code",
        tags=["Returns"],
        summary="End a gift code",
        request=incoming.EmptyIn,
        responses={200: GiftOut},
    )
    def post(self, request: Request, gift_id: str) -> Response:
        """End a code: it opens nothing more, and what was asked for with it goes on."""
        self.read(incoming.EmptyIn)
        gift = access_gift(gift_id)

        def end() -> Response:
            ended = end_gift_code(gift_id=gift.public_id, at=clock.now(), actor=self.actor)
            return Response(represent_gift(ended))

        return self.command(end)
