"""Links to a shopper's own pages: signed, bound to one order, good for its whole journey."""

from django.urls import reverse

from commerce.domains import origin_of, standing_on
from commerce.models import Merchant, Order
from postexp.kernel import signing

ORDER = "order"


def order_token(order_id: str) -> str:
    """Return the token that opens one order's pages to its shopper."""
    return signing.sign(ORDER, order_id)


def order_of_token(token: str) -> str:
    """Return the public id of the order a token opens; raises signing.BadToken."""
    return signing.unsign(ORDER, token)


def tracking_url(merchant: Merchant, order: Order, locale: str = "") -> str:
    """Return the absolute address of an order's tracking page."""
    return _absolute("site:tracking_page", merchant, order, locale)


def return_url(merchant: Merchant, order: Order, locale: str = "") -> str:
    """Return the absolute address at which an order's return is asked for and followed."""
    return _absolute("site:return_start", merchant, order, locale)


def cancel_url(merchant: Merchant, order: Order, locale: str = "") -> str:
    """Return the absolute address at which an order is cancelled as long as it can be."""
    return _absolute("site:cancel_start", merchant, order, locale)


def site_url(merchant: Merchant, name: str, locale: str = "", *parts: str) -> str:
    """Return the absolute address of a page of the shop's site that is about no order.

    `name` is that of the page, such as `site:lookup`, and `parts` what its address names after the
    shop; the shop's own domain is used once proven.
    """
    return _on_site(merchant, name, list(parts), locale)


def _absolute(name: str, merchant: Merchant, order: Order, locale: str) -> str:
    return _on_site(merchant, name, [order_token(order.public_id)], locale)


def _on_site(merchant: Merchant, name: str, parts: list[str], locale: str) -> str:
    with standing_on(merchant.slug if merchant.own_domain else ""):
        path = reverse(name, args=[merchant.slug, *parts])
    return f"{origin_of(merchant)}{path}" + (f"?lang={locale}" if locale else "")
