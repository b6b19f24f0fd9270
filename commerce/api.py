"""Orders over REST."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors
from commerce.api_base import PAGING, MerchantView, Problem, external_id_of, page_of
from commerce.api_expand import of_orders
from commerce.enums import PaymentState, Scope
from commerce.models import Order
from commerce.selectors.api import list_orders_for_programs
from commerce.serializers import represent_order
from commerce.serializers.orders_in import OrderIn
from commerce.serializers.orders_out import OrderOut, OrderPageOut
from commerce.services.orders import take_in_order
from postexp.kernel import clock

EXPAND = OpenApiParameter(
    "expand", str, description="fulfilments, returns and shipments, separated by commas."
)


class OrderList(MerchantView):
    """The orders of your shop."""

    read_scope: ClassVar[str] = Scope.READ_ORDERS
    write_scope: ClassVar[str] = Scope.WRITE_ORDERS

    @extend_schema(
        operation_id="list_orders",
        tags=["Orders"],
        summary="List orders, newest first",
        parameters=[
            *PAGING,
            EXPAND,
            OpenApiParameter("number", str, description="An order number."),
            OpenApiParameter("email", str, description="An e-mail address."),
            OpenApiParameter("customer_id", str, description="The id of a customer, cus_…"),
            OpenApiParameter("payment_state", {"type": "string", "enum": PaymentState.values}),
            OpenApiParameter("placed_since", {"type": "string", "format": "date-time"}),
            OpenApiParameter("placed_until", {"type": "string", "format": "date-time"}),
        ],
        responses={200: OrderPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of orders in the order they were taken in."""
        orders = list_orders_for_programs(
            number=request.query_params.get("number", ""),
            email=request.query_params.get("email", ""),
            customer_id=request.query_params.get("customer_id", ""),
            payment_state=self.choice("payment_state", PaymentState),
            placed_since=self.instant("placed_since"),
            placed_until=self.instant("placed_until"),
        )
        expand = of_orders.read(request.query_params.get("expand", ""))

        def represent(rows: Sequence[Order]) -> list[dict[str, Any]]:
            more = of_orders.expand(rows, expand)
            return [represent_order(row, with_parts=False) | more[row.pk] for row in rows]

        return page_of(request, orders, represent)


class OrderDetail(MerchantView):
    """One order, by the id it has on your platform."""

    read_scope: ClassVar[str] = Scope.READ_ORDERS
    write_scope: ClassVar[str] = Scope.WRITE_ORDERS

    @extend_schema(
        operation_id="get_order",
        tags=["Orders"],
        summary="Get an order",
        parameters=[EXPAND],
        responses={200: OrderOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Return an order, whole, with what `expand` asks for."""
        expand = of_orders.read(request.query_params.get("expand", ""))
        order = selectors.get_order_by_external_id(external_id_of(external_id))
        if order is None:
            raise Http404
        return Response(represent_order(order) | of_orders.expand([order], expand)[order.pk])

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
        version is already here. An order is known by its external id alone: two may have the same
        `number`, as where one shop sells in two places.
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
