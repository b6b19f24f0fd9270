"""The one JSON representation of commerce's objects: API, webhooks and messages share it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from commerce import selectors
from commerce.models import (
    ConsentFact,
    Customer,
    Fulfilment,
    Merchant,
    Order,
    OrderLine,
    Product,
    ShippingLine,
)
from postexp.kernel.models import EventRecord
from postexp.kernel.money import Money


def instant(at: datetime | None) -> str | None:
    """Return an instant as ISO 8601 in UTC with `Z`."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def money(amount: int, currency: str) -> dict[str, str]:
    """Return minor units as `{"amount": "10.00", "currency": "USD"}`."""
    return Money(amount, currency).to_wire()


def represent_merchant(merchant: Merchant, locale: str) -> dict[str, Any]:
    """Return a shop as its shoppers see it, in one language."""
    return {
        "slug": merchant.slug,
        "name": merchant.name_in(locale),
        "country": merchant.country,
        "time_zone": merchant.time_zone,
        "site_url": merchant.site_url,
        "support_email": merchant.support_email,
        "support_phone": merchant.support_phone,
        "hours": merchant.hours_in(locale),
    }


def represent_customer(customer: Customer | None) -> dict[str, Any] | None:
    """Return a customer."""
    if customer is None:
        return None
    return {
        "id": customer.public_id,
        "external_id": customer.external_id,
        "email": customer.email,
        "phone": customer.phone,
        "family_name": customer.family_name,
        "given_name": customer.given_name,
        "family_kana": customer.family_kana,
        "given_kana": customer.given_kana,
        "locale": customer.locale,
        "tags": customer.tags,
    }


def represent_consent(consent: ConsentFact) -> dict[str, Any]:
    """Return what a customer last said of one channel and purpose."""
    return {
        "channel": consent.channel,
        "purpose": consent.purpose,
        "granted": consent.granted,
        "at": instant(consent.at),
        "source": consent.source,
    }


def represent_line(line: OrderLine, currency: str) -> dict[str, Any]:
    """Return one line of an order; `image_url` is empty where the product has no picture."""
    image = line.product.image if line.product else None
    return {
        "id": line.public_id,
        "external_id": line.external_id,
        "title": line.title,
        "variant_title": line.variant_title,
        "sku": line.sku,
        "image_url": image.url if image else "",
        "quantity": line.quantity,
        "unit_price": money(line.unit_price, currency),
        "line_discount": money(line.line_discount, currency),
        "discount_share": money(line.discount_share, currency),
        "paid": money(line.goods_paid, currency),
        "tax": money(line.tax_paid, currency),
        "category": line.category,
        "product_type": line.product_type,
        "vendor": line.vendor,
        "tags": line.tags,
        "final_sale": line.final_sale,
        "exemption": line.exemption,
        "requires_shipping": line.requires_shipping,
    }


def represent_shipping(line: ShippingLine, currency: str) -> dict[str, Any]:
    """Return what was paid for delivery."""
    return {
        "title": line.title,
        "price": money(line.price, currency),
        "paid": money(line.paid, currency),
        "tax": money(line.tax_paid, currency),
    }


def represent_fulfilment(fulfilment: Fulfilment) -> dict[str, Any]:
    """Return units handed to a carrier together; `order_id` is null until its order is known."""
    order = fulfilment.order
    return {
        "id": fulfilment.public_id,
        "external_id": fulfilment.external_id,
        "order_id": order.public_id if order else None,
        "order_external_id": fulfilment.order_external_id,
        "status": fulfilment.status,
        "carrier_name": fulfilment.carrier_name,
        "tracking_numbers": fulfilment.tracking_numbers,
        "tracking_urls": fulfilment.tracking_urls,
        "created_at": instant(fulfilment.created_at),
        "updated_at": instant(fulfilment.source_updated_at),
        "lines": [
            {"line_id": line.order_line.public_id, "quantity": line.quantity}
            for line in fulfilment.lines.all()
        ],
    }


def represent_product(product: Product, currency: str) -> dict[str, Any]:
    """Return a product with its variants; their prices are in the shop's currency."""
    return {
        "id": product.public_id,
        "external_id": product.external_id,
        "title": product.title,
        "image_url": product.image.url if product.image else "",
        "category": product.category,
        "product_type": product.product_type,
        "vendor": product.vendor,
        "tags": product.tags,
        "final_sale": product.final_sale,
        "updated_at": instant(product.source_updated_at),
        "variants": [
            {
                "id": variant.public_id,
                "external_id": variant.external_id,
                "title": variant.title,
                "sku": variant.sku,
                "price": money(variant.price, currency),
                "stock": variant.stock,
            }
            for variant in product.variants.all()
        ],
    }


def represent_event(record: EventRecord) -> dict[str, Any]:
    """Return an event of the log with its payload as it was written."""
    return {
        "id": record.public_id,
        "type": record.type,
        "version": record.version,
        "subject": record.subject,
        "actor": record.actor,
        "occurred_at": instant(record.occurred_at),
        "payload": record.payload,
    }


def represent_order(order: Order, *, with_parts: bool = True) -> dict[str, Any]:
    """Return an order; lists leave out its lines, delivery and payments (`with_parts=False`)."""
    body = {
        "id": order.public_id,
        "external_id": order.external_id,
        "number": order.number,
        "source": order.source,
        "placed_at": instant(order.placed_at),
        "updated_at": instant(order.source_updated_at),
        "cancelled_at": instant(order.cancelled_at),
        "payment_state": order.payment_state,
        "locale": order.locale,
        "email": order.email,
        "phone": order.phone,
        "tax_included": order.tax_included,
        "total": money(order.total, order.currency),
        "captured": money(order.captured, order.currency),
        "given_back": money(order.given_back, order.currency),
        "tags": order.tags,
        "test": order.test,
        "customer": represent_customer(order.customer),
        "address": order.address or None,
    }
    if with_parts:
        body["lines"] = [
            represent_line(line, order.currency) for line in selectors.list_lines(order)
        ]
        body["shipping"] = [
            represent_shipping(line, order.currency)
            for line in selectors.list_shipping_lines(order)
        ]
        body["tenders"] = [
            {
                "kind": tender.kind,
                "gateway": tender.gateway,
                "captured": money(tender.captured, order.currency),
            }
            for tender in selectors.list_tenders(order)
        ]
    return body
