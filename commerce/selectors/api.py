"""Reads for programs: what a shop holds, by filters, and what its keys did."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from commerce.models import (
    ApiKey,
    ApiRequest,
    ConsentFact,
    Customer,
    Fulfilment,
    Order,
    Product,
    StoreCreditAccount,
    Variant,
)
from commerce.rules import number_key


def list_orders_for_programs(
    *,
    number: str = "",
    email: str = "",
    customer_id: str = "",
    payment_state: str = "",
    placed_since: datetime | None = None,
    placed_until: datetime | None = None,
) -> QuerySet[Order]:
    """Return orders with their customers, narrowed by what is given."""
    orders: QuerySet[Order] = Order.objects.select_related("customer")
    if number:
        orders = orders.filter(number_key=number_key(number))
    if email:
        orders = orders.filter(email=email.lower())
    if customer_id:
        orders = orders.filter(customer__public_id=customer_id)
    if payment_state:
        orders = orders.filter(payment_state=payment_state)
    if placed_since:
        orders = orders.filter(placed_at__gte=placed_since)
    if placed_until:
        orders = orders.filter(placed_at__lt=placed_until)
    return orders


def list_customers(
    *,
    email: str = "",
    external_id: str = "",
    created_since: datetime | None = None,
    created_until: datetime | None = None,
) -> QuerySet[Customer]:
    """Return customers, narrowed by what is given."""
    customers: QuerySet[Customer] = Customer.objects.all()
    if email:
        customers = customers.filter(email=email.lower())
    if external_id:
        customers = customers.filter(external_id=external_id)
    if created_since:
        customers = customers.filter(created_at__gte=created_since)
    if created_until:
        customers = customers.filter(created_at__lt=created_until)
    return customers


def list_consents_of(customer_ids: list[int]) -> QuerySet[ConsentFact]:
    """Return what several customers, by their rows, last said of each channel and purpose."""
    found: QuerySet[ConsentFact] = (
        ConsentFact.objects.filter(customer__in=customer_ids)
        .order_by("customer", "channel", "purpose", "-at", "-id")
        .distinct("customer", "channel", "purpose")
    )
    return found


def list_store_credit_of(customer_ids: list[int]) -> QuerySet[StoreCreditAccount]:
    """Return what several customers, by their rows, may spend, one account a currency."""
    found: QuerySet[StoreCreditAccount] = StoreCreditAccount.objects.filter(
        customer__in=customer_ids
    ).order_by("customer", "currency")
    return found


def list_products(*, sku: str = "") -> QuerySet[Product]:
    """Return products with their variants; those with a variant of one SKU where it is given."""
    variants = Prefetch("variants", Variant.objects.order_by("position", "id"))
    products: QuerySet[Product] = Product.objects.prefetch_related(variants)
    return products.filter(variants__sku=sku).distinct() if sku else products


def access_product(public_id: str) -> Product:
    """Return a product with its variants; raises Http404."""
    found = list_products().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_fulfilments_of_orders(order_ids: list[int]) -> QuerySet[Fulfilment]:
    """Return the fulfilments of several orders, by their rows, oldest first."""
    found: QuerySet[Fulfilment] = (
        Fulfilment.objects.filter(order__in=order_ids)
        .select_related("order")
        .prefetch_related("lines__order_line")
        .order_by("created_at", "id")
    )
    return found


def list_api_requests(key: ApiKey) -> QuerySet[ApiRequest]:
    """Return what a key asked for."""
    found: QuerySet[ApiRequest] = ApiRequest.objects.filter(key=key)
    return found


def access_api_request(key: ApiKey, public_id: str) -> ApiRequest:
    """Return one request of a key for a page; raises Http404."""
    found = list_api_requests(key).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
