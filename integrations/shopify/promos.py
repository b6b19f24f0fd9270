"""Creating personal promo codes at Shopify, where the shopper redeems them."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import pgettext

from commerce.ports import PromoFacts, PromoRefused
from commerce.selectors import get_merchant
from integrations.connections import find_api
from integrations.models import Connection, Service
from integrations.shopify.calls import once
from integrations.shopify.client import ShopifyClient
from integrations.shopify.errors import Busy, ShopifyError, Unanswered
from postexp.kernel.money import Money


def create_promo(connection: Connection, promo: PromoFacts) -> str:
    """Create a code that can be used once, and return the id of its discount.

    Shopify has no keys for this: a code without an answer is looked up before it is asked for
    again. Raises ShopifyError.
    """

    def done(client: ShopifyClient) -> str:
        found = client.run("discount_known", {"code": promo.code})["codeDiscountNodeByCode"]
        return str(found["id"]) if found else ""

    return once(
        connection,
        "discount_create",
        promo.key,
        {"basicCodeDiscount": _asked(promo)},
        done=done,
        reference=lambda data: str(data["discountCodeBasicCreate"]["codeDiscountNode"]["id"]),
    )


def _asked(promo: PromoFacts) -> dict[str, Any]:
    with translation.override(get_merchant().default_locale):
        title = pgettext("name of a discount at Shopify", "Thanks %(code)s") % {"code": promo.code}
    return {
        "title": title,
        "code": promo.code,
        "startsAt": promo.valid_from.isoformat(),
        "endsAt": promo.valid_until.isoformat(),
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        # Whoever has the code may use it, once: not everyone logs in to buy.
        "context": {"all": "ALL"},
        "customerGets": {"value": _value(promo), "items": {"all": True}},
        "minimumRequirement": (
            {"subtotal": {"greaterThanOrEqualToSubtotal": _decimal(promo.minimum, promo)}}
            if promo.minimum
            else None
        ),
        "combinesWith": {
            "orderDiscounts": False,
            "productDiscounts": False,
            "shippingDiscounts": True,
        },
    }


def _value(promo: PromoFacts) -> dict[str, Any]:
    if promo.percent:
        return {"percentage": promo.percent / 10_000}
    off = {"amount": _decimal(promo.amount, promo), "appliesOnEachItem": False}
    return {"discountAmount": off}


def _decimal(amount: int, promo: PromoFacts) -> str:
    return Money(amount, promo.currency).to_wire()["amount"]


class ShopifyPromos:
    """Creates the codes of customers who order at Shopify."""

    name = "shopify"

    def takes(self, source: str) -> bool:
        """Whether the order is Shopify's, and we may ask."""
        return source == Service.SHOPIFY and find_api(Service.SHOPIFY) is not None

    def create(self, promo: PromoFacts) -> str:
        """Create, and return the id of the discount at Shopify."""
        connection = find_api(Service.SHOPIFY)
        if connection is None:
            raise PromoRefused("The shop is no longer connected to Shopify.")
        try:
            return create_promo(connection, promo)
        except (Unanswered, Busy):
            raise
        except ShopifyError as error:
            raise PromoRefused(str(error)) from error
