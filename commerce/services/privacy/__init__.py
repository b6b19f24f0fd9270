"""Personal data handed out and forgotten, for one customer or for a whole shop."""

from commerce.services.privacy.customers import (
    answer_by_itself,
    export_customer,
    make_customer_export,
    order_customer_erasure,
)
from commerce.services.privacy.erasures import erase_shop, order_erasure
from commerce.services.privacy.exports import (
    KEEP,
    ask_for_shop_export,
    forget_old_exports,
    make_shop_export,
)
from commerce.services.privacy.requests import answer_privacy_request

__all__ = (
    "KEEP",
    "answer_by_itself",
    "answer_privacy_request",
    "ask_for_shop_export",
    "erase_shop",
    "export_customer",
    "forget_old_exports",
    "make_customer_export",
    "make_shop_export",
    "order_customer_erasure",
    "order_erasure",
)
