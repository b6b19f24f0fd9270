"""From the bytes of a Shopify webhook to the facts commerce and tracking take in. Pure.

Amounts are read in the currency the shopper paid in (presentment); ids are text of any length.
Every function raises Unreadable, naming the value and the next step, for what cannot be read.
"""

from integrations.shopify.parse.disputes import ToldDispute, parse_dispute
from integrations.shopify.parse.orders import parse_order
from integrations.shopify.parse.parcels import (
    SOURCE,
    ParcelReport,
    parse_fulfilment,
    parse_fulfilment_event,
)
from integrations.shopify.parse.payments import kind_of, parse_payments
from integrations.shopify.parse.people import (
    PrivacyFacts,
    parse_customer,
    parse_customer_redact,
    parse_data_request,
    parse_shop_redact,
    parse_uninstalled,
)
from integrations.shopify.parse.products import parse_product
from integrations.shopify.parse.refunds import (
    OwnRefund,
    own_note,
    own_stop_note,
    parse_own_refund,
    parse_own_refunds_of_order,
    parse_own_stop,
    parse_own_stops_of_order,
    parse_refund,
)
from integrations.shopify.parse.returns import (
    parse_return_id,
    parse_return_of_refund,
    parse_returns_of_order,
    platform_return,
)

__all__ = [
    "SOURCE",
    "OwnRefund",
    "ParcelReport",
    "PrivacyFacts",
    "ToldDispute",
    "kind_of",
    "own_note",
    "own_stop_note",
    "parse_customer",
    "parse_customer_redact",
    "parse_data_request",
    "parse_dispute",
    "parse_fulfilment",
    "parse_fulfilment_event",
    "parse_order",
    "parse_own_refund",
    "parse_own_refunds_of_order",
    "parse_own_stop",
    "parse_own_stops_of_order",
    "parse_payments",
    "parse_product",
    "parse_refund",
    "parse_return_id",
    "parse_return_of_refund",
    "parse_returns_of_order",
    "parse_shop_redact",
    "parse_uninstalled",
    "platform_return",
]
