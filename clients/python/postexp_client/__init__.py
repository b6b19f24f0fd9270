"""A client of the Postexp REST API: one method for each operation, named as in its description.

    postexp = Postexp("https://post.example.com", "pxk_…")
    for order in postexp.each(postexp.list_orders, email="hana@example.jp"):
        print(order["number"])

Bodies and answers are the JSON of the API. Refusals raise Refused with their `code`, and an API
that cannot be reached raises Unreachable; both are PostexpError. A write gets an Idempotency-Key of
its own unless one is given, so requests that fail on the way are tried again. Photos are bytes in
a body.
"""

from __future__ import annotations

from postexp_client.asking import Json, PostexpError, Refused, Unreachable
from postexp_client.drop_off import DropOffApi
from postexp_client.exchanges import ExchangesApi
from postexp_client.messages import MessagesApi
from postexp_client.money import MoneyApi
from postexp_client.orders import OrdersApi
from postexp_client.policies import PoliciesApi
from postexp_client.returns import ReturnsApi
from postexp_client.shipments import ShipmentsApi

__all__ = ("Json", "Postexp", "PostexpError", "Refused", "Unreachable")


class Postexp(
    OrdersApi,
    ShipmentsApi,
    MoneyApi,
    ExchangesApi,
    PoliciesApi,
    ReturnsApi,
    DropOffApi,
    MessagesApi,
):
    """The API of one shop, as one key may use it. Close it, or use it as a context manager."""
