"""The shop's objects as the Admin API shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrations.shopify.fake.shop import FakeShop, Rest

Node = dict[str, Any]
# A field that is worked out only when it is asked for.
Lazy = Callable[..., Any]


LOCATION = "gid://shopify/Location/81"


def gid(kind: str, identity: object) -> str:
    """Return the global id of an object."""
    return f"gid://shopify/{kind}/{identity}"


def order_node(shop: FakeShop, order: Rest) -> Node:
    """Return an order."""
    currency = order["currency"]
    paid_in = order.get("presentment_currency") or currency

    def bag(row: Rest, name: str) -> Node:
        return money_bag(row, name, currency, paid_in)

    return {
        "__typename": "Order",
        "id": gid("Order", order["id"]),
        "legacyResourceId": str(order["id"]),
        "name": order["name"],
        "createdAt": order["created_at"],
        "processedAt": order.get("processed_at") or order["created_at"],
        "updatedAt": order["updated_at"],
        "cancelledAt": order.get("cancelled_at"),
        "cancelReason": _upper(order.get("cancel_reason")),
        "currencyCode": currency,
        "presentmentCurrencyCode": paid_in,
        "customerLocale": order.get("customer_locale"),
        "email": order.get("email") or None,
        "phone": order.get("phone"),
        "displayFinancialStatus": _upper(order.get("financial_status")),
        "paymentGatewayNames": order.get("payment_gateway_names") or [],
        "taxesIncluded": order.get("taxes_included", False),
        "test": order.get("test", False),
        "tags": _tags(order),
        "totalPriceSet": lambda *_: bag(order, "total_price"),
        "totalOutstandingSet": lambda *_: bag(order, "total_outstanding"),
        "customer": lambda *_: (
            customer_node(shop, order["customer"]) if order.get("customer") else None
        ),
        "shippingAddress": lambda *_: _address(order.get("shipping_address")),
        "discountApplications": [
            _discount(index, row)
            for index, row in enumerate(order.get("discount_applications") or [])
        ],
        "lineItems": [_line(row, bag, shop.units(order, row)) for row in order["line_items"]],
        "suggestedRefund": lambda *_, **asked: {
            "refundLineItems": [
                {
                    "lineItem": {"id": line["lineItemId"]},
                    "location": {"__typename": "Location", "id": LOCATION, "name": "Warehouse"},
                    "quantity": line["quantity"],
                    "restockType": line["restockType"],
                }
                for line in asked.get("refundLineItems") or []
            ]
        },
        "shippingLines": [_shipping(row, bag) for row in order.get("shipping_lines") or []],
        "taxLines": [_tax(row, bag) for row in order.get("tax_lines") or []],
        "fulfillments": lambda *_, **__: [
            fulfilment_node(shop, row, order) for row in order.get("fulfillments") or []
        ],
        "refunds": lambda *_, **__: [
            refund_node(row, order, bag) for row in order.get("refunds") or []
        ],
        "transactions": lambda *_, **__: [
            _transaction(row, order) for row in shop.transactions.get(int(order["id"]), [])
        ],
        "returns": lambda *_, **__: [
            return_node(shop, one)
            for one in shop.returns.values()
            if one["order"]["id"] == order["id"]
        ],
    }


def return_node(shop: FakeShop, row: Rest) -> Node:
    """Return a return of an order."""
    return {
        "__typename": "Return",
        "id": row["admin_graphql_api_id"],
        "name": row["name"],
        "status": _upper(row["status"]),
        "createdAt": row["created_at"],
        "closedAt": row["closed_at"],
        "order": lambda *_: order_node(shop, shop.orders[row["order"]["id"]]),
        "returnLineItems": [
            {
                "__typename": "ReturnLineItem",
                "id": line["admin_graphql_api_id"],
                "quantity": line["quantity"],
                "processedQuantity": line["processed"],
                "refundedQuantity": line["refunded"],
                "fulfillmentLineItem": {
                    "id": line["fulfillment_line_item"]["admin_graphql_api_id"],
                    "quantity": line["quantity"],
                    "lineItem": {
                        "id": line["fulfillment_line_item"]["line_item"]["admin_graphql_api_id"]
                    },
                },
            }
            for line in row["return_line_items"]
        ],
    }


def refund_node(row: Rest, order: Rest, bag: Callable[[Rest, str], Node] | None = None) -> Node:
    """Return a refund of an order."""
    currency = order["currency"]
    paid_in = order.get("presentment_currency") or currency

    def own_bag(entry: Rest, name: str) -> Node:
        return money_bag(entry, name, currency, paid_in)

    bag = bag or own_bag
    return {
        "__typename": "Refund",
        "id": gid("Refund", row["id"]),
        "legacyResourceId": str(row["id"]),
        "createdAt": row["created_at"],
        "note": row.get("note"),
        "refundLineItems": [
            {
                "id": gid("RefundLineItem", line.get("id", index)),
                "quantity": line["quantity"],
                "lineItem": {"id": gid("LineItem", line["line_item_id"])},
                "subtotalSet": bag(line, "subtotal"),
                "totalTaxSet": bag(line, "total_tax"),
            }
            for index, line in enumerate(row.get("refund_line_items") or [])
        ],
        "transactions": [_transaction(one, order) for one in row.get("transactions") or []],
    }


def fulfilment_node(shop: FakeShop, row: Rest, order: Rest) -> Node:
    """Return a fulfilment of an order."""
    numbers = row.get("tracking_numbers") or [row.get("tracking_number")]
    urls = row.get("tracking_urls") or []
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", row["id"]),
        "legacyResourceId": str(row["id"]),
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "status": _upper(row.get("status") or "success"),
        "trackingInfo": [
            {
                "company": row.get("tracking_company"),
                "number": number,
                "url": urls[index] if index < len(urls) else None,
            }
            for index, number in enumerate(numbers)
        ],
        "fulfillmentLineItems": [
            {
                "id": gid("FulfillmentLineItem", line["id"]),
                "quantity": line["quantity"],
                "lineItem": {"id": gid("LineItem", line["id"])},
            }
            for line in row.get("line_items") or []
        ],
        "events": lambda *_, **__: [
            {
                "id": gid("FulfillmentEvent", scan["id"]),
                "status": _upper(scan["status"]),
                "happenedAt": scan["happened_at"],
                "message": scan.get("message"),
            }
            for scan in shop.scans.get(int(row["id"]), [])
        ],
    }


def product_node(product: Rest) -> Node:
    """Return a product."""
    return {
        "__typename": "Product",
        "id": gid("Product", product["id"]),
        "legacyResourceId": str(product["id"]),
        "title": product["title"],
        "productType": product.get("product_type") or "",
        "vendor": product.get("vendor") or "",
        "tags": _tags(product),
        "createdAt": product["created_at"],
        "updatedAt": product["updated_at"],
        "variants": [
            {
                "id": gid("ProductVariant", row["id"]),
                "legacyResourceId": str(row["id"]),
                "title": row["title"],
                "sku": row.get("sku"),
                "price": row["price"],
                "position": position,
                "inventoryQuantity": row.get("inventory_quantity"),
                "inventoryItem": {
                    "id": gid("InventoryItem", row["id"]),
                    "tracked": row.get("inventory_management") is not None,
                },
            }
            for position, row in enumerate(product["variants"], start=1)
        ],
    }


def customer_node(shop: FakeShop, customer: Rest) -> Node:
    """Return a customer."""
    consent = customer.get("email_marketing_consent") or {}
    email = customer.get("email")
    return {
        "__typename": "Customer",
        "id": gid("Customer", customer["id"]),
        "legacyResourceId": str(customer["id"]),
        "firstName": customer.get("first_name"),
        "lastName": customer.get("last_name"),
        "locale": customer.get("locale") or "en",
        "tags": _tags(customer),
        "createdAt": customer.get("created_at") or "2020-01-01T00:00:00Z",
        "updatedAt": customer.get("updated_at") or "2020-01-01T00:00:00Z",
        "defaultEmailAddress": {
            "emailAddress": email,
            "marketingState": _upper(consent.get("state") or "not_subscribed"),
            "marketingUpdatedAt": consent.get("consent_updated_at"),
        }
        if email
        else None,
        "defaultPhoneNumber": {"phoneNumber": customer["phone"]} if customer.get("phone") else None,
        "storeCreditAccounts": lambda *_, **__: _credit_accounts(shop, int(customer["id"])),
    }


def money_bag(row: Rest, name: str, currency: str, paid_in: str) -> Node:
    """Return an amount in the shop's currency and in the shopper's."""
    told = row.get(f"{name}_set") or {}

    def side(key: str, code: str) -> Node:
        money = told.get(key) or {}
        return {
            "amount": str(money.get("amount", row.get(name) or "0")),
            "currencyCode": money.get("currency_code") or money.get("currency") or code,
        }

    return {
        "shopMoney": side("shop_money", currency),
        "presentmentMoney": side("presentment_money", paid_in),
    }


def _credit_accounts(shop: FakeShop, customer_id: int) -> list[Node]:
    given = shop.credits.get(customer_id, [])
    if not given:
        return []
    return [
        {
            "id": gid("StoreCreditAccount", customer_id),
            "balance": {
                "amount": str(sum(float(one["amount"]) for one in given)),
                "currencyCode": given[0]["currency"],
            },
            "transactions": [credit_node(one) for one in given],
        }
    ]


def credit_node(row: Rest) -> Node:
    """Return one credit of an account."""
    return {
        "__typename": "StoreCreditAccountCreditTransaction",
        "id": gid("StoreCreditAccountCreditTransaction", row["id"]),
        "createdAt": row["created_at"],
        "amount": {"amount": row["amount"], "currencyCode": row["currency"]},
    }


def _transaction(row: Rest, order: Rest) -> Node:
    currency = row.get("currency") or order["currency"]
    parent = row.get("parent_id")
    return {
        "__typename": "OrderTransaction",
        "id": gid("OrderTransaction", row["id"]),
        "kind": _upper(row["kind"]),
        "status": _upper(row["status"]),
        "gateway": row.get("gateway"),
        "amountSet": money_bag(row, "amount", currency, currency),
        "parentTransaction": {"id": gid("OrderTransaction", parent)} if parent else None,
    }


def _line(row: Rest, bag: Callable[[Rest, str], Node], units: tuple[int, int]) -> Node:
    product, variant = row.get("product_id"), row.get("variant_id")
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", row["id"]),
        "title": row.get("title") or row.get("name") or "",
        "name": row.get("name") or row.get("title") or "",
        "variantTitle": row.get("variant_title"),
        "sku": row.get("sku"),
        "quantity": row["quantity"],
        "currentQuantity": units[0],
        "unfulfilledQuantity": units[1],
        "requiresShipping": row.get("requires_shipping", True),
        "product": {"id": gid("Product", product), "legacyResourceId": str(product)}
        if product
        else None,
        "variant": {"id": gid("ProductVariant", variant), "legacyResourceId": str(variant)}
        if variant
        else None,
        "originalUnitPriceSet": bag(row, "price"),
        "taxLines": [_tax(tax, bag) for tax in row.get("tax_lines") or []],
        "discountAllocations": [_allocation(one, bag) for one in row["discount_allocations"]],
    }


def _shipping(row: Rest, bag: Callable[[Rest, str], Node]) -> Node:
    return {
        "__typename": "ShippingLine",
        "id": gid("ShippingLine", row["id"]) if row.get("id") else None,
        "title": row["title"],
        "isRemoved": row.get("is_removed", False),
        "originalPriceSet": bag(row, "price"),
        "taxLines": [_tax(tax, bag) for tax in row.get("tax_lines") or []],
        "discountAllocations": [
            _allocation(one, bag) for one in row.get("discount_allocations") or []
        ],
    }


def _allocation(one: Rest, bag: Callable[[Rest, str], Node]) -> Node:
    return {
        "allocatedAmountSet": bag(one, "amount"),
        "discountApplication": {
            "__typename": "ManualDiscountApplication",
            "index": one["discount_application_index"],
        },
    }


def _discount(index: int, row: Rest) -> Node:
    by_code = row.get("code") is not None
    return {
        "__typename": "DiscountCodeApplication" if by_code else "ManualDiscountApplication",
        "index": index,
        "allocationMethod": _upper(row.get("allocation_method") or "across"),
        "targetType": _upper(row.get("target_type") or "line_item"),
        "code": row.get("code"),
        "title": row.get("title") or row.get("description") or "",
    }


def _tax(row: Rest, bag: Callable[[Rest, str], Node]) -> Node:
    return {"title": row["title"], "rate": row.get("rate"), "priceSet": bag(row, "price")}


def _address(address: Rest | None) -> Node | None:
    if not address:
        return None
    return {
        "id": gid("MailingAddress", 1),
        "name": address.get("name"),
        "firstName": address.get("first_name"),
        "lastName": address.get("last_name"),
        "company": address.get("company"),
        "address1": address.get("address1"),
        "address2": address.get("address2"),
        "city": address.get("city"),
        "province": address.get("province"),
        "zip": address.get("zip"),
        "countryCodeV2": address.get("country_code"),
        "phone": address.get("phone"),
    }


def _tags(row: Rest) -> list[str]:
    return [tag.strip() for tag in (row.get("tags") or "").split(",") if tag.strip()]


def _upper(value: str | None) -> str | None:
    return value.upper() if value else None
