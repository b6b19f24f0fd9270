"""Commerce's pure decisions: what was paid for what, and how contacts are written and compared."""

from commerce.rules.accents import accent_of, readable_accent
from commerce.rules.addresses import address_lines, country_name
from commerce.rules.contacts import (
    contact_key,
    name_keys,
    normal_email,
    normal_phone,
    normal_postcode,
    number_key,
)
from commerce.rules.countries import COUNTRIES, Country, first_language
from commerce.rules.order_sum import OrderSum, order_sum
from commerce.rules.paid import (
    OrderDiscount,
    PaidLine,
    PaidShipping,
    RateTotal,
    SoldLine,
    paid_lines,
    paid_shipping,
)
from commerce.rules.pictures import LONGEST_SIDE, MOST_PICTURE_BYTES

__all__ = (
    "COUNTRIES",
    "LONGEST_SIDE",
    "MOST_PICTURE_BYTES",
    "Country",
    "OrderDiscount",
    "OrderSum",
    "PaidLine",
    "PaidShipping",
    "RateTotal",
    "SoldLine",
    "accent_of",
    "address_lines",
    "contact_key",
    "country_name",
    "first_language",
    "name_keys",
    "normal_email",
    "normal_phone",
    "normal_postcode",
    "number_key",
    "order_sum",
    "paid_lines",
    "paid_shipping",
    "readable_accent",
)
