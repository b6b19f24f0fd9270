"""Customers, products, fulfilments and events over REST."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors
from commerce.api_base import PAGING, MerchantView, external_id_of, page, page_of
from commerce.api_expand import of_customers, of_orders
from commerce.enums import Scope
from commerce.models import Customer, Order
from commerce.selectors import api as reads
from commerce.serializers import (
    money,
    represent_consent,
    represent_customer,
    represent_event,
    represent_fulfilment,
    represent_product,
)
from commerce.serializers import resources_out as out
from postexp.kernel import history

EXPAND_CUSTOMER = OpenApiParameter(
    "expand", str, description="consents and store_credit, separated by commas."
)


class CustomerView(MerchantView):
    """A view of customers."""

    read_scope: ClassVar[str] = Scope.READ_CUSTOMERS


class CustomerList(CustomerView):
    """The customers of your shop."""

    @extend_schema(
        operation_id="list_customers",
        tags=["Customers"],
        summary="List customers, newest first",
        parameters=[
            *PAGING,
            EXPAND_CUSTOMER,
            OpenApiParameter("email", str, description="An e-mail address."),
            OpenApiParameter("external_id", str, description="The id on your platform."),
            OpenApiParameter("created_since", {"type": "string", "format": "date-time"}),
            OpenApiParameter("created_until", {"type": "string", "format": "date-time"}),
        ],
        responses={200: out.CustomerPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of customers in the order they became known."""
        customers = reads.list_customers(
            email=request.query_params.get("email", ""),
            external_id=request.query_params.get("external_id", ""),
            created_since=self.instant("created_since"),
            created_until=self.instant("created_until"),
        )
        expand = of_customers.read(request.query_params.get("expand", ""))
        return page_of(request, customers, lambda rows: _represented(rows, expand))


class CustomerDetail(CustomerView):
    """One customer."""

    @extend_schema(
        operation_id="get_customer",
        tags=["Customers"],
        summary="Get a customer",
        parameters=[EXPAND_CUSTOMER],
        responses={200: out.ExpandedCustomerOut},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        """Return a customer with what `expand` asks for."""
        expand = of_customers.read(request.query_params.get("expand", ""))
        [found] = _represented([selectors.access_customer(customer_id)], expand)
        return Response(found)


def _represented(customers: Sequence[Customer], expand: Sequence[str]) -> list[dict[str, Any]]:
    more = of_customers.expand(customers, expand)
    return [(represent_customer(one) or {}) | more[one.pk] for one in customers]


@of_customers.offer("consents")
def consents_of(customers: Sequence[Customer]) -> dict[int, Any]:
    """Return what customers last said of each channel and purpose, by their row."""
    found: dict[int, list[dict[str, Any]]] = {}
    for one in reads.list_consents_of([customer.pk for customer in customers]):
        found.setdefault(one.customer_id, []).append(represent_consent(one))
    return found


@of_customers.offer("store_credit")
def store_credit_of(customers: Sequence[Customer]) -> dict[int, Any]:
    """Return what customers may spend, one amount a currency, by their row."""
    found: dict[int, list[dict[str, str]]] = {}
    for one in reads.list_store_credit_of([customer.pk for customer in customers]):
        found.setdefault(one.customer_id, []).append(money(one.balance, one.currency))
    return found


class ProductView(MerchantView):
    """A view of products."""

    read_scope: ClassVar[str] = Scope.READ_PRODUCTS


class ProductList(ProductView):
    """The products of your shop."""

    @extend_schema(
        operation_id="list_products",
        tags=["Products"],
        summary="List products with their variants, newest first",
        parameters=[*PAGING, OpenApiParameter("sku", str, description="The SKU of a variant.")],
        responses={200: out.ProductPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of products."""
        currency = selectors.get_merchant().currency
        return page(
            request,
            reads.list_products(sku=request.query_params.get("sku", "")),
            lambda product: represent_product(product, currency),
        )


class ProductDetail(ProductView):
    """One product."""

    @extend_schema(
        operation_id="get_product",
        tags=["Products"],
        summary="Get a product",
        responses={200: out.ProductOut},
    )
    def get(self, request: Request, product_id: str) -> Response:
        """Return a product with its variants."""
        currency = selectors.get_merchant().currency
        return Response(represent_product(reads.access_product(product_id), currency))


class OrderFulfilments(MerchantView):
    """The fulfilments of one order."""

    read_scope: ClassVar[str] = Scope.READ_ORDERS

    @extend_schema(
        operation_id="list_order_fulfilments",
        tags=["Orders"],
        summary="List the fulfilments of an order, oldest first",
        responses={200: out.FulfilmentsOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Return what was handed to carriers of an order."""
        order = selectors.get_order_by_external_id(external_id_of(external_id))
        if order is None:
            raise Http404
        return Response({"data": [represent_fulfilment(one) for one in _fulfilments([order])]})


@of_orders.offer("fulfilments")
def fulfilments_of(orders: Sequence[Order]) -> dict[int, Any]:
    """Return the fulfilments of orders, by their row."""
    found: dict[int, list[dict[str, Any]]] = {}
    for one in _fulfilments(orders):
        found.setdefault(one.order_id, []).append(represent_fulfilment(one))
    return found


def _fulfilments(orders: Sequence[Order]) -> list[Any]:
    return list(reads.list_fulfilments_of_orders([order.pk for order in orders]))


class EventView(MerchantView):
    """A view of the event log."""

    read_scope: ClassVar[str] = Scope.READ_EVENTS


class EventList(EventView):
    """What happened in your shop."""

    @extend_schema(
        operation_id="list_events",
        tags=["Events"],
        summary="List events, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("type", str, description="A kind of event, such as order.placed."),
            OpenApiParameter("subject", str, description="An object's id, such as ord_…"),
        ],
        responses={200: out.EventPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of events, to fill what webhooks missed or to look back."""
        events = history.list_events(
            type=request.query_params.get("type", ""),
            subject=request.query_params.get("subject", ""),
        )
        return page(request, events, represent_event)


class EventDetail(EventView):
    """One event."""

    @extend_schema(
        operation_id="get_event",
        tags=["Events"],
        summary="Get an event",
        responses={200: out.EventOut},
    )
    def get(self, request: Request, event_id: str) -> Response:
        """Return an event with its payload as it was written."""
        return Response(represent_event(history.access_event(event_id)))
