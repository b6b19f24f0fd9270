"""Commerce's reads: what other rooms may ask. Every query stays inside the merchant's scope."""

from commerce.selectors.customers import get_customer, list_store_credit
from commerce.selectors.merchants import get_merchant, get_user
from commerce.selectors.orders import (
    access_order,
    find_orders,
    fulfilled_quantities,
    get_fulfilment,
    get_order,
    get_order_by_external_id,
    get_platform_refund,
    list_fulfilments,
    list_lines,
    list_orders,
    list_shipping_lines,
    list_tenders,
    lock_order,
)
from commerce.selectors.products import get_variant, list_same_product

__all__ = (
    "access_order",
    "find_orders",
    "fulfilled_quantities",
    "get_customer",
    "get_fulfilment",
    "get_merchant",
    "get_order",
    "get_order_by_external_id",
    "get_platform_refund",
    "get_user",
    "get_variant",
    "list_fulfilments",
    "list_lines",
    "list_orders",
    "list_same_product",
    "list_shipping_lines",
    "list_store_credit",
    "list_tenders",
    "lock_order",
)
