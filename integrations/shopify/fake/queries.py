"""What the shop answers to queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from integrations.shopify.fake import engine, graph
from integrations.shopify.fake.shop import FakeShop, Rest

Resolver = Callable[..., Any]


def find(shop: FakeShop, gid: str) -> dict[str, Any] | None:
    """Return the object of a global id."""
    kind, _, number = gid.removeprefix("gid://shopify/").partition("/")
    identity = int(number) if number.isdigit() else -1
    if kind == "Order" and identity in shop.orders:
        return graph.order_node(shop, shop.orders[identity])
    if kind == "Product" and identity in shop.products:
        return graph.product_node(shop.products[identity])
    if kind == "Customer" and identity in shop.customers:
        return graph.customer_node(shop, shop.customers[identity])
    if kind == "BulkOperation" and identity in shop.bulk_operations:
        return poll(shop, shop.bulk_operations[identity])
    if kind == "Return" and identity in shop.returns:
        return graph.return_node(shop, shop.returns[identity])
    if kind == "Fulfillment":
        order, row = find_fulfilment(shop, identity)
        return graph.fulfilment_node(shop, row, order) if order and row else None
    if kind == "Refund":
        return _find_refund(shop, identity)
    return None


def _find_refund(shop: FakeShop, identity: int) -> dict[str, Any] | None:
    for order in shop.orders.values():
        for row in order.get("refunds") or []:
            if row["id"] == identity:
                return graph.refund_node(row, order)
    return None


def find_fulfilment(shop: FakeShop, identity: int) -> tuple[Rest | None, Rest | None]:
    """Return a fulfilment by id, with its order."""
    for order in shop.orders.values():
        for row in order.get("fulfillments") or []:
            if row["id"] == identity:
                return order, row
    return None, None


def poll(shop: FakeShop, operation: Rest) -> Rest:
    """Return a bulk operation, one step further: it is created, runs, and is complete.

    One that is being cancelled is cancelled a step later.
    """
    if operation["status"] == "CANCELING":
        operation["status"], operation["completedAt"] = "CANCELED", shop.now().isoformat()
    if operation["status"] in ("CREATED", "RUNNING"):
        operation["polls"] += 1
        done = operation["polls"] > shop.bulk_polls
        operation["status"] = "COMPLETED" if done else "RUNNING"
        if done:
            operation["completedAt"] = shop.now().isoformat()
            operation["url"] = operation["result_url"]
            operation["objectCount"] = str(operation["objects"])
            operation["rootObjectCount"] = str(operation["roots"])
    return operation


def _shop(shop: FakeShop, info: GraphQLResolveInfo[Any]) -> Any:
    return {
        "id": graph.gid("Shop", 1),
        "name": shop.name,
        "myshopifyDomain": shop.domain,
        "currencyCode": shop.currency,
    }


def _installation(shop: FakeShop, info: GraphQLResolveInfo[Any]) -> Any:
    return {
        "id": graph.gid("AppInstallation", 1),
        "accessScopes": [{"handle": scope, "description": scope} for scope in shop.scopes],
    }


def _connection(rows: Callable[[FakeShop], list[Any]], show: Callable[[FakeShop, Any], Any]) -> Any:
    def resolve(
        shop: FakeShop,
        info: GraphQLResolveInfo[Any],
        first: int | None = None,
        after: str | None = None,
        **_: Any,
    ) -> Any:
        cut = engine.page(rows(shop), first, after)
        cut["nodes"] = [show(shop, row) for row in cut["nodes"]]
        for edge, node in zip(cut["edges"], cut["nodes"], strict=True):
            edge["node"] = node
        return cut

    return resolve


def _count(rows: Callable[[FakeShop], list[Any]]) -> Resolver:
    def resolve(
        shop: FakeShop, info: GraphQLResolveInfo[Any], limit: int | None = 10_000, **_: Any
    ) -> Any:
        count = len(rows(shop))
        exact = limit is None or count <= limit
        return {
            "count": count if exact else limit,
            "precision": "EXACT" if exact else "AT_LEAST",
        }

    return resolve


def _current_bulk(shop: FakeShop, info: GraphQLResolveInfo[Any], type: str = "QUERY") -> Any:
    latest = next(reversed(shop.bulk_operations.values()), None)
    return poll(shop, latest) if latest else None


def _orders(shop: FakeShop) -> list[Any]:
    return list(shop.orders.values())


def _products(shop: FakeShop) -> list[Any]:
    return list(shop.products.values())


def _customers(shop: FakeShop) -> list[Any]:
    return list(shop.customers.values())


def _discount(shop: FakeShop, info: GraphQLResolveInfo[Any], code: str) -> Any:
    made = shop.discounts.get(code.upper())
    return {"id": graph.gid("DiscountCodeNode", made["id"])} if made else None


RESOLVERS: dict[str, Resolver] = {
    "shop": _shop,
    "currentAppInstallation": _installation,
    "node": lambda shop, info, id: find(shop, id),
    "nodes": lambda shop, info, ids: [find(shop, one) for one in ids],
    "order": lambda shop, info, id: find(shop, id),
    "customer": lambda shop, info, id: find(shop, id),
    "orders": _connection(_orders, graph.order_node),
    "ordersCount": _count(_orders),
    "products": _connection(_products, lambda shop, row: graph.product_node(row)),
    "productsCount": _count(_products),
    "customers": _connection(_customers, graph.customer_node),
    "customersCount": _count(_customers),
    "codeDiscountNodeByCode": _discount,
    "currentBulkOperation": _current_bulk,
    "webhookSubscriptions": _connection(
        lambda shop: list(shop.subscriptions.values()), lambda shop, row: row
    ),
}
