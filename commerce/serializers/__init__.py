"""Objects on the wire: one representation out, strict facts in."""

from commerce.serializers.represent import (
    instant,
    money,
    represent_consent,
    represent_customer,
    represent_event,
    represent_fulfilment,
    represent_line,
    represent_merchant,
    represent_order,
    represent_product,
    represent_shipping,
)

__all__ = (
    "instant",
    "money",
    "represent_consent",
    "represent_customer",
    "represent_event",
    "represent_fulfilment",
    "represent_line",
    "represent_merchant",
    "represent_order",
    "represent_product",
    "represent_shipping",
)
