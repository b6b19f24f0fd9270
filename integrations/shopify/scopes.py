"""What the app at Shopify may do, and why each permission is needed."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, str | Promise] = {
    "read_orders": _("Orders, payments and refunds come in."),
    "read_all_orders": _("Orders older than 60 days come in, too."),
    "write_orders": _("Refunds you approve are paid, and orders cancelled."),
    "read_customers": _("Shoppers find their orders by e-mail address."),
    "read_products": _("Returns and exchanges know what was bought."),
    "read_inventory": _("Exchanges offer only what is in stock."),
    "read_locations": _("What is cancelled goes back into stock where it lies."),
    "read_fulfillments": _("Parcels and their tracking numbers come in."),
    "write_fulfillments": _("Scans of parcels show in Shopify."),
    "read_returns": _("Returns made in Shopify are known here."),
    "read_store_credit_account_transactions": _("Store credit is never given twice."),
    "write_store_credit_account_transactions": _("Store credit can be spent in your shop."),
    "write_discounts": _("Promo codes of your customers work in your shop."),
}


def missing(granted: list[str]) -> list[str]:
    """Return the scopes we need and were not granted; whoever may write may read."""
    had = {*granted, *(scope.replace("write_", "read_", 1) for scope in granted)}
    return [scope for scope in SCOPES if scope not in had]
