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
from commerce.rules.devices import device_of
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
from commerce.rules.short_names import LONGEST_SHORT_NAME, SHORT_NAME, short_name
from commerce.rules.site_words import MOST_LINKS, SiteLink, SiteWords

__all__ = (
    "COUNTRIES",
    "LONGEST_SHORT_NAME",
    "LONGEST_SIDE",
    "MOST_LINKS",
    "MOST_PICTURE_BYTES",
    "SHORT_NAME",
    "Country",
    "OrderDiscount",
    "OrderSum",
    "PaidLine",
    "PaidShipping",
    "RateTotal",
    "SiteLink",
    "SiteWords",
    "SoldLine",
    "accent_of",
    "address_lines",
    "contact_key",
    "country_name",
    "device_of",
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
    "short_name",
)
