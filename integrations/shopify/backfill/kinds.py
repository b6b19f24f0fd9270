"""The kinds of objects a back-fill brings in, and how each is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from integrations.models import BackFillKind
from integrations.shopify.inbound import read_customer, read_order, read_product
from integrations.shopify.parse import admin

Node = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How objects of one kind are read: from the API to a webhook's body, and from there in."""

    body: Callable[[Node], bytes]
    take_in: Callable[[bytes, datetime], object]
    # What of an object stands in lines of its own in a bulk result, by type.
    parts: dict[str, str]
    # The list that may be longer than a page holds, and the operation for its rest.
    long_list: tuple[str, str] | None = None
    # The same of what an object holds, by where that stands.
    long_lists_within: dict[str, tuple[str, str]] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    BackFillKind.PRODUCTS: Kind(
        body=admin.product_body,
        take_in=read_product,
        parts={"": "variants"},
        long_list=("variants", "product_variants"),
    ),
    BackFillKind.CUSTOMERS: Kind(body=admin.customer_body, take_in=read_customer, parts={}),
    BackFillKind.ORDERS: Kind(
        body=admin.order_body,
        take_in=read_order,
        parts={
            "LineItem": "lineItems",
            "ShippingLine": "shippingLines",
            "": "discountApplications",
        },
        long_list=("lineItems", "order_lines"),
        long_lists_within={
            "fulfillments": ("fulfillmentLineItems", "fulfilment_lines"),
            "refunds": ("refundLineItems", "refund_lines"),
        },
    ),
}
ORDER_OF_KINDS = Case(
    *(When(kind=kind, then=Value(place)) for place, kind in enumerate(BackFillKind.values)),
    output_field=IntegerField(),
)
