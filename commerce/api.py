"""Orders over REST."""

from __future__ import annotations

from typing import ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors
from commerce.api_base import PAGING, MerchantView, Problem, external_id_of, page
from commerce.enums import Scope
from commerce.serializers import represent_order
from commerce.serializers.orders_in import OrderIn
from commerce.serializers.orders_out import OrderOut, OrderPageOut
from commerce.services.orders import take_in_order
from postexp.kernel import clock


class OrderList(MerchantView):
    """The orders of your shop."""

    read_scope: ClassVar[str] = Scope.READ_ORDERS
    write_scope: ClassVar[str] = Scope.WRITE_ORDERS

    @extend_schema(
        operation_id="list_orders",
        tags=["Orders"],
        summary="List orders, newest first",
        parameters=[*PAGING, OpenApiParameter("number", str, description="An order number.")],
        responses={200: OrderPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of orders in the order they were taken in."""
        number = request.query_params.get("number", "")
        if "\x00" in number:
            raise Problem(422, "invalid_number", _("This cannot be an order number."))
        return page(
            request,
            selectors.list_orders_numbered(number) if number else selectors.list_orders(),
            lambda order: represent_order(order, with_parts=False),
        )


class OrderDetail(MerchantView):
    """One order, by the id it has on your platform."""

    read_scope: ClassVar[str] = Scope.READ_ORDERS
    write_scope: ClassVar[str] = Scope.WRITE_ORDERS

    @extend_schema(
        operation_id="get_order",
        tags=["Orders"],
        summary="Get an order",
        responses={200: OrderOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Return an order, whole."""
        order = selectors.get_order_by_external_id(external_id_of(external_id))
        if order is None:
            raise Http404
        return Response(represent_order(order))

    @extend_schema(
        operation_id="put_order",
        tags=["Orders"],
        summary="Create or update an order",
        request=OrderIn,
        responses={200: OrderOut, 201: OrderOut},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Take an order in, or a newer version of it.

        Lines and their money are fixed when they are first seen; 409 `stale_order` where a newer
        version is already here.
        """
        external_id = external_id_of(external_id)
        return self.once(f"PUT /orders/{external_id}", lambda: self._take_in(request, external_id))

    def _take_in(self, request: Request, external_id: str) -> Response:
        at = clock.now()
        incoming = OrderIn(data=request.data)
        incoming.is_valid(raise_exception=True)
        taken = take_in_order(
            incoming.facts(external_id, at=at),
            merchant=selectors.get_merchant(),
            at=at,
            actor=self.actor,
        )
        if taken.stale:
            raise Problem(409, "stale_order", _("A newer version of this order is already here."))
        order = selectors.get_order(taken.order.public_id)
        return Response(represent_order(order), status=201 if taken.created else 200)
