"""Messages of the pretended platform, in the form of Shopify's webhooks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from integrations.demo.catalogue import DemoProduct
from integrations.demo.people import Person
from integrations.demo.shops import DemoShop
from postexp.kernel.money import Money, allocate, cumulative_share

CARDS = "shopify_payments"


@dataclass(frozen=True, kw_only=True)
class BoughtLine:
    """Units of one variant in an order."""

    external_id: int
    product: DemoProduct
    variant: int
    quantity: int


@dataclass(kw_only=True)
class DemoOrder:
    """An order of the pretended platform, as far as its story has got; `given_back` is money."""

    shop: DemoShop
    number: int
    person: Person
    placed_at: datetime
    lines: tuple[BoughtLine, ...]
    coupon: bool
    unpaid: bool = False
    cancelled_at: datetime | None = None
    refunds: list[dict[str, Any]] = field(default_factory=list)
    given_back: int = 0

    @property
    def external_id(self) -> int:
        """The id on the platform: as on the real one, beyond what a float can hold."""
        return 9_100_000_000_000_000 + self.number


@dataclass(kw_only=True)
class DemoParcel:
    """Units of an order with a carrier: where to, under which number, and what was scanned so far.

    `lines` are pairs of a line's id and how many of it; `promise` is how long the way takes.
    """

    shop: DemoShop
    order_id: int
    fulfilment_id: int
    lines: tuple[tuple[int, int], ...]
    carrier: str
    number: str
    home: tuple[str, str]
    promise: timedelta
    shipped_at: datetime | None = None
    scans: list[DemoScan] = field(default_factory=list)

    @property
    def expected_at(self) -> datetime | None:
        """When it should be at the door; None before it left."""
        return self.shipped_at + self.promise if self.shipped_at else None


@dataclass(frozen=True, kw_only=True)
class DemoScan:
    """One scan, under the name the platform has for its status; a place is region and town."""

    status: str
    place: tuple[str, str]
    message: str
    at: datetime


def amount(shop: DemoShop, minor: int) -> str:
    """Return an amount as the platform writes it."""
    return Money(minor, shop.currency).to_wire()["amount"]


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What an order costs, line by line in its own order, and altogether."""

    discount: int
    shares: list[int]
    goods: list[int]
    taxes: list[int]
    delivery: int
    delivery_tax: int
    total: int


def sums_of(order: DemoOrder) -> Sums:
    """Return what an order costs after its coupon, with delivery and tax."""
    shop = order.shop
    subtotals = [line.quantity * line.product.price for line in order.lines]
    discount = min(shop.coupon[1], sum(subtotals)) if order.coupon else 0
    shares = allocate(discount, subtotals)
    goods = [subtotal - share for subtotal, share in zip(subtotals, shares, strict=True)]
    taxes = [_tax(shop, paid) for paid in goods]
    delivery = 0 if sum(goods) >= shop.free_from else shop.delivery
    delivery_tax = _tax(shop, delivery)
    on_top = 0 if shop.tax_included else sum(taxes) + delivery_tax
    return Sums(
        discount=discount,
        shares=shares,
        goods=goods,
        taxes=taxes,
        delivery=delivery,
        delivery_tax=delivery_tax,
        total=sum(goods) + delivery + on_top,
    )


def order_body(order: DemoOrder, at: datetime) -> bytes:
    """Return an order as `orders/create` and its later versions tell it."""
    shop, sums = order.shop, sums_of(order)
    body: dict[str, Any] = {
        "id": order.external_id,
        "name": f"#{order.number}",
        "created_at": order.placed_at.isoformat(),
        "processed_at": order.placed_at.isoformat(),
        "updated_at": at.isoformat(),
        "cancelled_at": order.cancelled_at.isoformat() if order.cancelled_at else None,
        "cancel_reason": "customer" if order.cancelled_at else None,
        "currency": shop.currency,
        "presentment_currency": shop.currency,
        "customer_locale": shop.settings["default_locale"],
        "email": order.person.email,
        "phone": order.person.phone,
        "financial_status": _payment_state(order, sums),
        "payment_gateway_names": ["bank_deposit" if order.unpaid else CARDS],
        "taxes_included": shop.tax_included,
        "total_price": amount(shop, sums.total),
        "total_outstanding": amount(shop, sums.total if order.unpaid else 0),
        "tags": "",
        "test": False,
        "customer": _customer(order.person, shop),
        "shipping_address": order.person.address,
        "discount_applications": [
            {"type": "discount_code", "code": shop.coupon[0], "target_type": "line_item"}
        ]
        if sums.discount
        else [],
        "line_items": [
            _line(shop, line, share, tax)
            for line, share, tax in zip(order.lines, sums.shares, sums.taxes, strict=True)
        ],
        "shipping_lines": [
            {
                "id": order.external_id + 5,
                "title": "宅配便" if shop.country == "JP" else "Ground shipping",
                "price": amount(shop, sums.delivery),
                "tax_lines": [_tax_line(shop, sums.delivery_tax)] if sums.delivery else [],
            }
        ],
        "fulfillments": [],
        "refunds": order.refunds,
    }
    return _bytes(body)


def _payment_state(order: DemoOrder, sums: Sums) -> str:
    if order.unpaid:
        return "pending"
    if not order.given_back:
        return "paid"
    return "refunded" if order.given_back == sums.total else "partially_refunded"


def refund_of(
    order: DemoOrder, at: datetime, *, lines: tuple[BoughtLine, ...] = ()
) -> dict[str, Any]:
    """Return the refund of some lines, or of everything an order cost, as the platform makes it.

    The order knows of it from then on.
    """
    shop, sums = order.shop, sums_of(order)
    rows = [
        (line, goods, tax)
        for line, goods, tax in zip(order.lines, sums.goods, sums.taxes, strict=True)
        if not lines or line in lines
    ]
    on_top = 0 if shop.tax_included else sum(tax for _, _, tax in rows)
    back = sum(goods for _, goods, _ in rows) + on_top if lines else sums.total
    refund = {
        "id": 9_400_000_000_000_000 + order.number,
        "order_id": order.external_id,
        "created_at": at.isoformat(),
        "processed_at": at.isoformat(),
        "refund_line_items": [
            {
                "line_item_id": line.external_id,
                "quantity": line.quantity,
                "subtotal": amount(shop, goods),
                "total_tax": amount(shop, tax),
            }
            for line, goods, tax in rows
        ],
        "transactions": [
            {
                "kind": "refund",
                "status": "success",
                "gateway": CARDS,
                "amount": amount(shop, back),
                "currency": shop.currency,
            }
        ],
    }
    order.refunds.append(refund)
    order.given_back += back
    return refund


def refund_body(refund: dict[str, Any]) -> bytes:
    """Return a refund as `refunds/create` tells it."""
    return _bytes(refund)


def _tax(shop: DemoShop, paid: int) -> int:
    rate = shop.tax_rate[1]
    return cumulative_share(paid * rate, 100 + rate if shop.tax_included else 100, 1)


def _tax_line(shop: DemoShop, tax: int) -> dict[str, Any]:
    return {
        "title": "消費税" if shop.country == "JP" else "Sales tax",
        "rate": shop.tax_rate[1] / 100,
        "price": amount(shop, tax),
    }


def _customer(person: Person, shop: DemoShop) -> dict[str, Any]:
    return {
        "id": person.external_id,
        "email": person.email,
        "phone": person.phone,
        "first_name": person.given_name,
        "last_name": person.family_name,
        "locale": shop.settings["default_locale"],
        "email_marketing_consent": {"state": "subscribed"},
    }


def _line(shop: DemoShop, line: BoughtLine, share: int, tax: int) -> dict[str, Any]:
    return {
        "id": line.external_id,
        "product_id": line.product.external_id,
        "variant_id": line.product.variant_id(line.variant),
        "title": line.product.title,
        "variant_title": line.product.variants[line.variant],
        "sku": f"{line.product.key.upper()}-{line.variant + 1}",
        "quantity": line.quantity,
        "price": amount(shop, line.product.price),
        "total_discount": amount(shop, 0),
        "requires_shipping": True,
        "tax_lines": [_tax_line(shop, tax)],
        "discount_allocations": [{"amount": amount(shop, share), "discount_application_index": 0}]
        if share
        else [],
    }


def product_body(shop: DemoShop, product: DemoProduct, at: datetime) -> bytes:
    """Return a product as `products/create` tells it."""
    return _bytes(
        {
            "id": product.external_id,
            "title": product.title,
            "product_type": product.category,
            "tags": ", ".join(product.tags),
            "created_at": at.isoformat(),
            "updated_at": at.isoformat(),
            "variants": [
                {
                    "id": product.variant_id(position),
                    "title": variant or "Default Title",
                    "sku": f"{product.key.upper()}-{position + 1}",
                    "price": amount(shop, product.price),
                    "inventory_quantity": 20 + 3 * position,
                    "inventory_management": "shopify",
                }
                for position, variant in enumerate(product.variants)
            ],
        }
    )


def fulfilment_body(parcel: DemoParcel, at: datetime) -> bytes:
    """Return a parcel that leaves as `fulfillments/create` tells it."""
    return _bytes(
        {
            "id": parcel.fulfilment_id,
            "order_id": parcel.order_id,
            "status": "success",
            "created_at": at.isoformat(),
            "updated_at": at.isoformat(),
            "tracking_company": parcel.carrier,
            "tracking_number": parcel.number,
            "tracking_numbers": [parcel.number],
            "line_items": [{"id": line, "quantity": quantity} for line, quantity in parcel.lines],
        }
    )


def scan_body(parcel: DemoParcel, scan: DemoScan, scan_id: int) -> bytes:
    """Return a scan as `fulfillment_events/create` tells it."""
    at, estimate = scan.at.isoformat(), parcel.expected_at
    return _bytes(
        {
            "id": scan_id,
            "order_id": parcel.order_id,
            "fulfillment_id": parcel.fulfilment_id,
            "status": "failure" if scan.status == "lost" else scan.status,
            "message": scan.message or None,
            "happened_at": at,
            "created_at": at,
            "updated_at": at,
            "city": scan.place[1],
            "province": scan.place[0],
            "country": parcel.shop.country,
            "estimated_delivery_at": estimate.isoformat() if estimate else None,
        }
    )


# How EasyPost writes what the platform calls by these names: status, and detail.
TRACKER_WORDS = {
    "carrier_picked_up": ("in_transit", "received_at_origin_facility"),
    "in_transit": ("in_transit", "arrived_at_facility"),
    "delayed": ("in_transit", "weather_delay"),
    "out_for_delivery": ("out_for_delivery", "out_for_delivery"),
    "attempted_delivery": ("failure", "delivery_exception"),
    "ready_for_pickup": ("available_for_pickup", "available_for_pickup"),
    "failure": ("failure", "address_correction"),
    "lost": ("failure", "lost"),
    "delivered": ("delivered", "arrived_at_destination"),
}


def tracker_body(parcel: DemoParcel) -> bytes:
    """Return a parcel with all its scans so far as EasyPost's `tracker.updated` tells it."""
    latest = parcel.scans[-1]
    zone = ZoneInfo(parcel.shop.settings["time_zone"])
    expected = parcel.expected_at.astimezone(zone) if parcel.expected_at else None
    status, detail = TRACKER_WORDS[latest.status]
    told_at = latest.at.isoformat()
    return _bytes(
        {
            "id": f"evt_{parcel.fulfilment_id}{len(parcel.scans):02}",
            "object": "Event",
            "description": "tracker.updated",
            "mode": "production",
            "status": "pending",
            "created_at": told_at,
            "updated_at": told_at,
            "result": {
                "id": f"trk_{parcel.fulfilment_id}",
                "object": "Tracker",
                "mode": "production",
                "tracking_code": parcel.number,
                "carrier": parcel.carrier,
                "status": status,
                "status_detail": detail,
                "created_at": parcel.scans[0].at.isoformat(),
                "updated_at": told_at,
                "est_delivery_date": f"{expected.date()}T00:00:00Z" if expected else None,
                "tracking_details": [_tracking_detail(parcel, scan) for scan in parcel.scans],
            },
        }
    )


def _tracking_detail(parcel: DemoParcel, scan: DemoScan) -> dict[str, Any]:
    status, detail = TRACKER_WORDS[scan.status]
    return {
        "object": "TrackingDetail",
        "message": scan.message,
        "status": status,
        "status_detail": detail,
        "datetime": scan.at.isoformat(),
        "source": parcel.carrier,
        "tracking_location": {
            "object": "TrackingLocation",
            "city": scan.place[1],
            "state": scan.place[0],
            "country": parcel.shop.country,
            "zip": None,
        },
    }


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
