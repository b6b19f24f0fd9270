"""What every message about an order is written from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from commerce import links
from commerce.selectors import get_merchant, get_order
from commerce.serializers import represent_order
from notifications.ports import (
    LOCALES,
    MessageVariables,
    Recipient,
)
from postexp.design.formats import honorific
from postexp.kernel.zones import zone_of, zones_of

if TYPE_CHECKING:
    from commerce.models import Customer, Merchant, Order


def order_variables(order_id: str, /, **facts: Any) -> MessageVariables:
    """Return the variables of a message about an order: whom to write to, how to greet, the order,
    its links.

    Rooms add their own representation as `facts`, under the names of `docs/messages.md`.
    Raises Order.DoesNotExist.
    """
    order, merchant = get_order(order_id), get_merchant()
    recipient = recipient_of(order, merchant)
    locale = recipient.locale
    tracking = links.tracking_url(merchant, order, locale)
    known = {
        "order": represent_order(order),
        "customer_name": greeting_name(order.customer, locale),
        "links": {
            "tracking": tracking,
            "returns": links.return_url(merchant, order, locale),
        },
    }
    return MessageVariables(
        recipient=recipient,
        order_id=order.public_id,
        facts={**known, **facts},
        link=tracking,
    )


def recipient_of(order: Order, merchant: Merchant) -> Recipient:
    """Return whom to write to about an order."""
    customer = order.customer
    return Recipient(
        address=order.email or (customer.email if customer else ""),
        phone=order.phone or (customer.phone if customer else ""),
        locale=spoken_locale(order.locale, merchant),
        customer_id=customer.public_id if customer else "",
        zones=zones_at(order.country, (order.address or {}).get("region", "")),
    )


def zones_at(country: str, region: str) -> tuple[str, ...]:
    """Return the time zones where somebody in a place may be: one where it is beyond doubt."""
    certain = zone_of(country, region)
    return (certain,) if certain else zones_of(country)


def spoken_locale(wanted: str, merchant: Merchant) -> str:
    """Return the language to write in: the wanted one where we have words in it, else the shop's
    own.
    """
    language = wanted.lower()[:2]
    return language if language in LOCALES else merchant.default_locale


def greeting_name(customer: Customer | None, locale: str) -> str:
    """Return the name to greet with: 山田 花子 様, お客様, Hannah; in English it may be empty."""
    if locale == "ja":
        with translation.override("ja"):
            return honorific(customer.full_name("ja") if customer else "")
    return (customer.given_name or customer.full_name("en")) if customer else ""
