"""Commerce's pure decisions: what was paid for what, and how contacts are compared."""

from commerce.rules.contacts import (
    contact_key,
    normal_email,
    normal_phone,
    normal_postcode,
    number_key,
)
from commerce.rules.paid import (
    OrderDiscount,
    PaidLine,
    PaidShipping,
    RateTotal,
    SoldLine,
    paid_lines,
    paid_shipping,
)

__all__ = (
    "OrderDiscount",
    "PaidLine",
    "PaidShipping",
    "RateTotal",
    "SoldLine",
    "contact_key",
    "normal_email",
    "normal_phone",
    "normal_postcode",
    "number_key",
    "paid_lines",
    "paid_shipping",
)
