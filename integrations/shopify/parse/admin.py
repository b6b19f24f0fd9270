"""Objects of the Admin API, written as its webhooks tell them: one reading serves both. Pure.

What a webhook and the API say of one object must be read to the same facts, or the same order told
twice would be two different orders.
"""

from __future__ import annotations

import json
from typing import Any

Node = dict[str, Any]

_ALLOCATION = {"ACROSS": "across", "EACH": "each"}


def order_body(order: Node) -> bytes:
    """Return an order of `orders.graphql` as `orders/updated` tells it."""
    customer = order.get("customer")
    return _bytes(
        {
            "id": int(order["legacyResourceId"]),
            "name": order["name"],
            "created_at": order["createdAt"],
            "processed_at": order["processedAt"],
            "updated_at": order["updatedAt"],
            "cancelled_at": order.get("cancelledAt"),
            "cancel_reason": _lower(order.get("cancelReason")),
            "currency": order["currencyCode"],
            "presentment_currency": order["presentmentCurrencyCode"],
            "customer_locale": order.get("customerLocale"),
            "email": order.get("email"),
            "phone": order.get("phone"),
            "financial_status": _lower(order.get("displayFinancialStatus")),
            "payment_gateway_names": order["paymentGatewayNames"],
            "taxes_included": order["taxesIncluded"],
            "test": order["test"],
            "tags": ", ".join(order["tags"]),
            **_money("total_price", order["totalPriceSet"]),
            "total_outstanding": _money_of_shop(order["totalOutstandingSet"]),
            "total_outstanding_set": _money_set(order["totalOutstandingSet"]),
            "customer": _customer(customer) if customer else None,
            "shipping_address": _address(order.get("shippingAddress")),
            "discount_applications": [
                _discount(row)
                for row in sorted(_nodes(order["discountApplications"]), key=lambda r: r["index"])
            ],
            "line_items": [_line(row) for row in _nodes(order["lineItems"])],
            "shipping_lines": [_shipping(row) for row in _nodes(order["shippingLines"])],
            "tax_lines": [_tax(row) for row in order["taxLines"]],
            "fulfillments": [_fulfilment(row, order) for row in order["fulfillments"]],
            "refunds": [_refund(row, order) for row in order["refunds"]],
            "transactions": [_payment(row) for row in order["transactions"]],
            "returns": [{"id": number(row["id"])} for row in _nodes(order["returns"])]
            if "returns" in order
            else [],
        }
    )


def payments_body(order: Node) -> bytes:
    """Return the payments of `order_transactions.graphql` as `order_transactions/create` does."""
    return _bytes({"transactions": [_payment(row) for row in order["transactions"]]})


def product_body(product: Node) -> bytes:
    """Return a product of `products.graphql` as `products/update` tells it."""
    return _bytes(
        {
            "id": int(product["legacyResourceId"]),
            "title": product["title"],
            "product_type": product["productType"],
            "vendor": product["vendor"],
            "tags": ", ".join(product["tags"]),
            "created_at": product["createdAt"],
            "updated_at": product["updatedAt"],
            "variants": [
                {
                    "id": number(row["id"]),
                    "title": row["title"],
                    "sku": row.get("sku"),
                    "price": row["price"],
                    "inventory_quantity": row.get("inventoryQuantity"),
                    "inventory_management": "shopify" if row["inventoryItem"]["tracked"] else None,
                }
                for row in _nodes(product["variants"])
            ],
        }
    )


def customer_body(customer: Node) -> bytes:
    """Return a customer of `customers.graphql` as `customers/update` tells them."""
    return _bytes(_customer(customer))


def number(gid: str) -> int:
    """Return the number at the end of an id such as `gid://shopify/Order/42`."""
    return int(gid.rpartition("/")[2].partition("?")[0])


def _customer(customer: Node) -> Node:
    email = customer.get("defaultEmailAddress") or {}
    phone = customer.get("defaultPhoneNumber") or {}
    told: Node = {
        "id": int(customer["legacyResourceId"]),
        "email": email.get("emailAddress"),
        "phone": phone.get("phoneNumber"),
        "first_name": customer.get("firstName"),
        "last_name": customer.get("lastName"),
        "locale": customer["locale"],
        "tags": ", ".join(customer["tags"]),
    }
    if email:
        told["email_marketing_consent"] = {
            "state": _lower(email["marketingState"]),
            "consent_updated_at": email.get("marketingUpdatedAt"),
        }
    return told


def _address(address: Node | None) -> Node | None:
    if not address:
        return None
    return {
        **{
            name: address.get(name)
            for name in ("name", "company", "address1", "address2", "city", "province", "zip")
        },
        "country_code": address.get("countryCodeV2"),
        "phone": address.get("phone"),
    }


def _discount(row: Node) -> Node:
    code, title = row.get("code"), row.get("title")
    return {
        "type": "discount_code" if code is not None else "automatic",
        "allocation_method": _ALLOCATION[row["allocationMethod"]],
        "target_type": _lower(row["targetType"]),
        **({"code": code} if code is not None else {"title": title}),
    }


def _line(row: Node) -> Node:
    product, variant = row.get("product") or {}, row.get("variant") or {}
    return {
        "id": number(row["id"]),
        "title": row["title"],
        "name": row["name"],
        "variant_title": row.get("variantTitle"),
        "sku": row.get("sku"),
        "quantity": row["quantity"],
        "requires_shipping": row["requiresShipping"],
        "product_id": int(product["legacyResourceId"]) if product else None,
        "variant_id": int(variant["legacyResourceId"]) if variant else None,
        **_money("price", row["originalUnitPriceSet"]),
        "tax_lines": [_tax(tax) for tax in row["taxLines"]],
        "discount_allocations": [_allocation(one) for one in row["discountAllocations"]],
    }


def _shipping(row: Node) -> Node:
    return {
        "id": number(row["id"]) if row.get("id") else None,
        "title": row["title"],
        "is_removed": row["isRemoved"],
        **_money("price", row["originalPriceSet"]),
        "tax_lines": [_tax(tax) for tax in row["taxLines"]],
        "discount_allocations": [_allocation(one) for one in row["discountAllocations"]],
    }


def _allocation(one: Node) -> Node:
    return {
        **_money("amount", one["allocatedAmountSet"]),
        "discount_application_index": one["discountApplication"]["index"],
    }


def _tax(row: Node) -> Node:
    return {
        "title": row["title"],
        "rate": row.get("rate") or 0,
        **_money("price", row["priceSet"]),
    }


def _fulfilment(row: Node, order: Node) -> Node:
    tracking = row["trackingInfo"]
    return {
        "id": int(row["legacyResourceId"]),
        "order_id": int(order["legacyResourceId"]),
        "status": _lower(row["status"]),
        "created_at": row["createdAt"],
        "updated_at": row["updatedAt"],
        "tracking_company": next((one["company"] for one in tracking if one.get("company")), None),
        "tracking_numbers": [one["number"] for one in tracking if one.get("number")],
        "tracking_urls": [one["url"] for one in tracking if one.get("url")],
        "line_items": [
            {"id": number(line["lineItem"]["id"]), "quantity": line["quantity"]}
            for line in _nodes(row["fulfillmentLineItems"])
        ],
    }


def _refund(row: Node, order: Node) -> Node:
    return {
        "id": int(row["legacyResourceId"]),
        "order_id": int(order["legacyResourceId"]),
        "created_at": row["createdAt"],
        "note": row.get("note"),
        "refund_line_items": [
            {
                "line_item_id": number(line["lineItem"]["id"]),
                "quantity": line["quantity"],
                **_money("subtotal", line["subtotalSet"]),
                **_money("total_tax", line["totalTaxSet"]),
            }
            for line in _nodes(row["refundLineItems"])
        ],
        "transactions": [_transaction(one) for one in _nodes(row["transactions"])],
    }


def _payment(row: Node) -> Node:
    return {"id": number(row["id"]), **_transaction(row)}


def _transaction(row: Node) -> Node:
    return {
        "kind": _lower(row["kind"]),
        "status": _lower(row["status"]),
        "gateway": row.get("gateway"),
        "currency": row["amountSet"]["presentmentMoney"]["currencyCode"],
        **_money("amount", row["amountSet"]),
    }


def _money(name: str, bag: Node) -> Node:
    return {name: _money_of_shop(bag), f"{name}_set": _money_set(bag)}


def _money_of_shop(bag: Node) -> str:
    return str(bag["shopMoney"]["amount"])


def _money_set(bag: Node) -> Node:
    return {
        name: {"amount": str(bag[side]["amount"]), "currency_code": bag[side]["currencyCode"]}
        for name, side in (("shop_money", "shopMoney"), ("presentment_money", "presentmentMoney"))
    }


def _nodes(connection: Node) -> list[Node]:
    nodes: list[Node] = connection["nodes"]
    return nodes


def _lower(value: str | None) -> str | None:
    return value.lower() if value else None


def _bytes(body: Node) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
