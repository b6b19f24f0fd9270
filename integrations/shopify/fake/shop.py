"""The shop in memory. Objects are kept as Shopify's webhooks tell them."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from postexp.kernel.money import Money

Rest = dict[str, Any]
Listener = Callable[[str, Rest], None]

SCOPES = (
    "read_all_orders",
    "read_customers",
    "read_fulfillments",
    "read_inventory",
    "read_locations",
    "read_orders",
    "read_products",
    "read_returns",
    "read_store_credit_account_transactions",
    "write_discounts",
    "write_fulfillments",
    "write_orders",
    "write_store_credit_account_transactions",
)


RETURN_STATES = {
    "returns/approve": "open",
    "returns/decline": "declined",
    "returns/cancel": "canceled",
    "returns/close": "closed",
    "returns/reopen": "open",
}
WHOLE_RETURNS = ("returns/request", "returns/approve")


@dataclass
class Fault:
    """Something that goes wrong with the next request, or the next of one operation.

    `kind`: throttled, http_429, http_500, time_out_before, time_out_after (done, but no answer),
    expired_token.
    """

    kind: str
    operation: str = ""


@dataclass
class FakeShop:
    """One shop: what it sells and sold, who may ask, and what is set to go wrong."""

    domain: str = "fake-shop.myshopify.com"
    name: str = "Fake Shop"
    currency: str = "JPY"
    client_id: str = "fake-client-id"
    client_secret: str = "fake-client-secret"  # noqa: S105
    scopes: tuple[str, ...] = SCOPES
    bucket_size: float = 2000.0
    restore_rate: float = 100.0
    most_points: float = 1000.0
    bulk_polls: int = 2
    results_url: str = ""
    orders: dict[int, Rest] = field(default_factory=dict)
    products: dict[int, Rest] = field(default_factory=dict)
    customers: dict[int, Rest] = field(default_factory=dict)
    transactions: dict[int, list[Rest]] = field(default_factory=dict)
    scans: dict[int, list[Rest]] = field(default_factory=dict)
    returns: dict[int, Rest] = field(default_factory=dict)
    credits: dict[int, list[Rest]] = field(default_factory=dict)
    discounts: dict[str, Rest] = field(default_factory=dict)
    subscriptions: dict[int, Rest] = field(default_factory=dict)
    bulk_operations: dict[int, Rest] = field(default_factory=dict)
    results: dict[int, bytes] = field(default_factory=dict)
    answers: dict[str, tuple[str, Any]] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    requests: list[str] = field(default_factory=list)
    tokens: dict[str, datetime] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    last_id: int = 7_000_000_000_000

    def new_id(self) -> int:
        """Return an id nobody has."""
        self.last_id += 1
        return self.last_id

    def now(self) -> datetime:
        """Return the time of the shop."""
        return datetime.now(UTC)

    def inject(self, kind: str, *, operation: str = "", times: int = 1) -> None:
        """Let the next requests fail, or the next ones of an operation such as `RefundCreate`."""
        self.faults.extend(Fault(kind, operation) for _ in range(times))

    def fault_for(self, operation: str) -> str:
        """Return what goes wrong with this request, once; "" for nothing."""
        with self.lock:
            for fault in self.faults:
                if fault.operation in ("", operation):
                    self.faults.remove(fault)
                    return fault.kind
        return ""

    def tell(self, topic: str, body: Rest) -> None:
        """Tell everyone who listens what happened."""
        for listener in self.listeners:
            listener(topic, body)

    def add_order(self, order: Rest, payments: Iterable[tuple[str, str]] = ()) -> None:
        """Put an order in, with its payments (gateway, amount) or the one its state tells of."""
        identity = int(order["id"])
        self.orders[identity] = order
        self.orders = dict(sorted(self.orders.items())) if self._out_of_order() else self.orders
        if order.get("financial_status") in ("paid", "partially_refunded", "refunded"):
            gateway = next(iter(order.get("payment_gateway_names") or ["shopify_payments"]), "")
            whole = [(gateway, str(order["total_price"]))]
            self.transactions.setdefault(
                identity,
                [
                    self._transaction("sale", by, amount, order, None)
                    for by, amount in list(payments) or whole
                ],
            )

    def _out_of_order(self) -> bool:
        last_two = list(self.orders)[-2:]
        return last_two != sorted(last_two)

    def _transaction(
        self, kind: str, gateway: str, amount: str, order: Rest, parent: int | None
    ) -> Rest:
        return {
            "id": self.new_id(),
            "kind": kind,
            "status": "success",
            "gateway": gateway,
            "amount": amount,
            "currency": order.get("presentment_currency") or order["currency"],
            "parent_id": parent,
        }

    # ---- What the mutations do ------------------------------------------------------------------

    def refundable(self, order_id: int, transaction: Rest) -> int:
        """Return what of a payment has not gone back yet, in minor units."""
        currency = transaction["currency"]
        back = sum(
            _minor(one["amount"], currency)
            for one in self.transactions[order_id]
            if one["kind"] == "refund" and one["parent_id"] == transaction["id"]
        )
        return _minor(transaction["amount"], currency) - back

    def refund(
        self,
        order_id: int,
        asked: Iterable[Rest],
        note: str,
        lines: list[Rest],
        of_return: Rest | None = None,
    ) -> Rest:
        """Pay back; the caller has checked that it can be. Tells `refunds/create`."""
        order = self.orders[order_id]
        at = self.now().isoformat()
        paid_back = [
            self._transaction("refund", one["gateway"], one["amount"], order, one["parent_id"])
            for one in asked
        ]
        self.transactions.setdefault(order_id, []).extend(paid_back)
        made: Rest = {
            "id": self.new_id(),
            "order_id": order_id,
            "created_at": at,
            "processed_at": at,
            "note": note,
            "refund_line_items": lines,
            "transactions": paid_back,
            "return": {
                "id": of_return["id"],
                "admin_graphql_api_id": of_return["admin_graphql_api_id"],
            }
            if of_return
            else None,
        }
        order.setdefault("refunds", []).append(made)
        captured = sum(
            self.refundable(order_id, one)
            for one in self.transactions[order_id]
            if one["kind"] in ("sale", "capture")
        )
        if paid_back:
            order["financial_status"] = "partially_refunded" if captured else "refunded"
        self.touch(order)
        self.tell("refunds/create", made)
        self.tell("orders/updated", order)
        return made

    # ---- Returns its staff open there -----------------------------------------------------------

    def open_return(
        self, order_id: int, units: Mapping[int, int], *, requested: bool = False
    ) -> Rest:
        """Open a return of units of lines, or let its shopper ask for one. Tells of it."""
        number = sum(one["order"]["id"] == order_id for one in self.returns.values()) + 1
        identity = self.new_id()
        made: Rest = {
            "id": identity,
            "admin_graphql_api_id": f"gid://shopify/Return/{identity}",
            "status": "requested" if requested else "open",
            "name": f"{self.orders[order_id]['name']}-R{number}",
            "order": {"id": order_id, "admin_graphql_api_id": f"gid://shopify/Order/{order_id}"},
            "total_return_line_items": len(units),
            "return_line_items": [
                self._return_line(line, quantity) for line, quantity in units.items()
            ],
            "created_at": self.now().isoformat(),
            "closed_at": None,
        }
        self.returns[identity] = made
        self.tell("returns/request" if requested else "returns/approve", told_return(made))
        return made

    def _return_line(self, line: int, quantity: int) -> Rest:
        identity, sent = self.new_id(), self.new_id()
        return {
            "id": identity,
            "admin_graphql_api_id": f"gid://shopify/ReturnLineItem/{identity}",
            "fulfillment_line_item": {
                "id": sent,
                "admin_graphql_api_id": f"gid://shopify/FulfillmentLineItem/{sent}",
                "line_item": {
                    "id": line,
                    "admin_graphql_api_id": f"gid://shopify/LineItem/{line}",
                },
            },
            "quantity": quantity,
            "return_reason": "unwanted",
            "return_reason_note": "",
            "customer_note": None,
            "processed": 0,
            "refunded": 0,
        }

    def move_return(self, made: Rest, topic: str) -> None:
        """Approve, decline, cancel, close or reopen a return. Tells of it, with as little as the
        real one: where it stands, and whose it is.
        """
        made["status"] = RETURN_STATES[topic]
        made["closed_at"] = self.now().isoformat() if topic == "returns/close" else None
        self.tell(topic, told_return(made, briefly=topic not in WHOLE_RETURNS))

    def process_return(self, made: Rest, *, refund: Iterable[Rest] = ()) -> None:
        """Let all of a return have arrived, and pay it back by those payments.

        Tells `returns/process`, whose body the real one does not publish, and `refunds/create`.
        """
        for line in made["return_line_items"]:
            line["processed"] = line["quantity"]
        asked = list(refund)
        self.tell("returns/process", told_return(made, briefly=True))
        if not asked:
            return
        order = self.orders[made["order"]["id"]]
        prices = {row["id"]: float(row["price"]) for row in order["line_items"]}
        refunded = []
        for line in made["return_line_items"]:
            line["refunded"], bought = line["quantity"], line["fulfillment_line_item"]["line_item"]
            refunded.append(
                {
                    "line_item_id": bought["id"],
                    "quantity": line["quantity"],
                    "subtotal": f"{prices[bought['id']] * line['quantity']:g}",
                    "total_tax": "0",
                }
            )
        self.refund(int(order["id"]), asked, "", refunded, made)

    def units(self, order: Rest, row: Rest) -> tuple[int, int]:
        """Return how many units of a line are left in an order, and how many of those unsent."""
        out = sum(
            line["quantity"]
            for made in order.get("refunds") or []
            for line in made["refund_line_items"]
            if line["line_item_id"] == row["id"]
        )
        sent = sum(
            line["quantity"]
            for parcel in order.get("fulfillments") or []
            for line in parcel.get("line_items") or []
            if line["id"] == row["id"]
        )
        left = 0 if order.get("cancelled_at") else row["quantity"] - out
        return left, max(0, left - sent)

    def touch(self, order: Rest) -> None:
        """Note that an order has changed."""
        order["updated_at"] = self.now().isoformat()

    def cancel(self, order: Rest, reason: str) -> None:
        """Cancel an order. Tells `orders/cancelled`."""
        self.touch(order)
        order["cancelled_at"], order["cancel_reason"] = order["updated_at"], reason
        self.tell("orders/cancelled", order)

    def scan(self, order_id: int, fulfilment_id: int, event: Rest) -> Rest:
        """Note a scan. Tells `fulfillment_events/create`."""
        at = self.now().isoformat()
        made = {
            "id": self.new_id(),
            "order_id": order_id,
            "fulfillment_id": fulfilment_id,
            "created_at": at,
            "updated_at": at,
            **event,
        }
        self.scans.setdefault(fulfilment_id, []).append(made)
        self.tell("fulfillment_events/create", made)
        return made


def told_return(made: Rest, *, briefly: bool = False) -> Rest:
    """Return what a webhook tells of a return: all of it, or where it stands."""
    if briefly:
        return {
            "id": made["id"],
            "admin_graphql_api_id": made["admin_graphql_api_id"],
            "order_id": made["order"]["id"],
            "status": made["status"],
        }
    kept = ("id", "admin_graphql_api_id", "status", "name", "order", "total_return_line_items")
    hidden = ("processed", "refunded")
    return {
        **{name: made[name] for name in kept},
        "return_line_items": [
            {name: value for name, value in line.items() if name not in hidden}
            for line in made["return_line_items"]
        ],
    }


def _minor(amount: str, currency: str) -> int:
    return Money.parse(amount, currency).amount


def seed(shop: FakeShop, *, orders: int, seed: int = 1, until: datetime | None = None) -> FakeShop:
    """Fill a shop with products, customers and orders of the past year; return it.

    The same numbers give the same shop.
    """
    chance = random.Random(seed)
    until = until or datetime.now(UTC)
    for number in range(1, max(3, orders // 20) + 1):
        shop.products[4_000_000 + number] = _product(number, until)
    for number in range(1, max(3, orders // 2) + 1):
        shop.customers[5_000_000 + number] = _customer(number, until)
    products, customers = list(shop.products.values()), list(shop.customers.values())
    for number in range(1, orders + 1):
        placed = until - timedelta(days=365) * (1 - number / (orders + 1)) - timedelta(days=3)
        shop.add_order(
            _order(shop, number, placed, chance.choice(customers), chance.choice(products), chance)
        )
    return shop


def _product(number: int, at: datetime) -> Rest:
    return {
        "id": 4_000_000 + number,
        "title": f"Product {number}",
        "product_type": ("Mugs", "Towels", "Bags")[number % 3],
        "vendor": ("Arita", "Imabari")[number % 2],
        "tags": "final-sale" if number % 10 == 0 else "",
        "created_at": (at - timedelta(days=400)).isoformat(),
        "updated_at": (at - timedelta(days=30)).isoformat(),
        "variants": [
            {
                "id": 40_000_000 + number * 10 + size,
                "title": title,
                "sku": f"P{number}-{size}",
                "price": str(1000 + 100 * (number % 30)),
                "inventory_quantity": 10 + number % 7,
                "inventory_management": "shopify",
            }
            for size, title in enumerate(("S", "M", "L"))
        ],
    }


def _customer(number: int, at: datetime) -> Rest:
    return {
        "id": 5_000_000 + number,
        "email": f"shopper{number}@example.com",
        "phone": None,
        "first_name": "花子",
        "last_name": f"山田{number}",
        "locale": "ja",
        "tags": "",
        "email_marketing_consent": {
            "state": "subscribed" if number % 3 else "not_subscribed",
            "consent_updated_at": (at - timedelta(days=200)).isoformat(),
        },
        "created_at": (at - timedelta(days=400)).isoformat(),
        "updated_at": (at - timedelta(days=100)).isoformat(),
    }


def _order(
    shop: FakeShop,
    number: int,
    placed: datetime,
    customer: Rest,
    product: Rest,
    chance: random.Random,
) -> Rest:
    identity = 6_000_000_000 + number
    variant = product["variants"][number % 3]
    quantity = chance.choice((1, 1, 2))
    total = quantity * int(variant["price"])
    tax = total * 10 // 110
    line = 60_000_000_000 + number
    shipped = (placed + timedelta(days=1)).isoformat()
    parcel = 40_000_000_000 + number
    tracking_number = f"{parcel}{parcel % 7}"  # with the check digit of Japanese carriers
    return {
        "id": identity,
        "name": f"#{1000 + number}",
        "created_at": placed.isoformat(),
        "processed_at": placed.isoformat(),
        "updated_at": shipped,
        "currency": shop.currency,
        "presentment_currency": shop.currency,
        "customer_locale": "ja-JP",
        "email": customer["email"],
        "financial_status": "paid",
        "payment_gateway_names": ["shopify_payments"],
        "taxes_included": True,
        "total_price": str(total),
        "total_outstanding": "0",
        "tags": "",
        "test": False,
        "customer": customer,
        "shipping_address": {
            "name": f"{customer['last_name']} {customer['first_name']}",
            "address1": "神宮前1-2-3",
            "city": "渋谷区",
            "province": "Tōkyō",
            "zip": "150-0001",
            "country_code": "JP",
        },
        "discount_applications": [],
        "line_items": [
            {
                "id": line,
                "product_id": product["id"],
                "variant_id": variant["id"],
                "title": product["title"],
                "variant_title": variant["title"],
                "sku": variant["sku"],
                "quantity": quantity,
                "price": variant["price"],
                "requires_shipping": True,
                "tax_lines": [{"title": "消費税", "rate": 0.1, "price": str(tax)}],
                "discount_allocations": [],
            }
        ],
        "shipping_lines": [],
        "tax_lines": [{"title": "消費税", "rate": 0.1, "price": str(tax)}],
        "fulfillments": [
            {
                "id": 61_000_000_000 + number,
                "order_id": identity,
                "status": "success",
                "created_at": shipped,
                "updated_at": shipped,
                "tracking_company": "ヤマト運輸",
                "tracking_number": tracking_number,
                "tracking_numbers": [tracking_number],
                "line_items": [{"id": line, "quantity": quantity}],
            }
        ],
        "refunds": [],
    }
