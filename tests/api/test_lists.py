"""The lists of the API: paging, expand and filters, in a shop with one of everything."""

from typing import Any

import pytest

from commerce.models import Merchant, Order
from tests.api.conftest import Call
from tests.standing import db, merchant, other_merchant, owner, standing

__all__ = ("db", "merchant", "other_merchant", "owner", "standing")


@pytest.mark.parametrize(
    "path",
    [
        *("orders", "customers", "products", "shipments", "returns", "refunds", "messages"),
        *("events", "webhook-endpoints"),
    ],
)
def test_each_list_pages_by_a_cursor_without_loss_or_repeat(call: Call, path: str) -> None:
    whole = call(f"{path}?limit=100").json()["data"]
    assert whole, path
    found, cursor = [], ""
    while True:
        page = call(f"{path}?limit=1{cursor}").json()
        found += page["data"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [one["id"] for one in found] == [one["id"] for one in whole]
    if path not in ("orders",):
        assert call(f"{path}/{whole[0]['id']}").json()["id"] == whole[0]["id"]


def test_an_order_shows_what_expand_asks_for(call: Call, scope: Merchant) -> None:
    order = Order.objects.get()
    [listed] = call("orders?expand=shipments,returns").json()["data"]
    assert len(listed["shipments"]) == 1
    assert len(listed["returns"]) == 4
    assert "fulfilments" not in listed
    whole = call(f"orders/{order.external_id}?expand=fulfilments").json()
    direct = call(f"orders/{order.external_id}/fulfilments").json()["data"]
    assert whole["fulfilments"] == direct
    assert direct[0]["lines"]
    refused = call("orders?expand=secrets")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_expand")


def test_a_list_with_expand_reads_each_thing_once(
    call: Call, django_assert_max_num_queries: Any
) -> None:
    call("orders")
    with django_assert_max_num_queries(24):
        call("orders?expand=shipments,returns,fulfilments")


def test_orders_are_narrowed_by_filters(call: Call, scope: Merchant) -> None:
    order = Order.objects.get()

    def count(query: str) -> int:
        return len(call(f"orders?{query}").json()["data"])

    assert count(f"email={order.email.upper()}") == 1
    assert count("email=other@example.jp") == 0
    assert order.customer is not None
    assert count(f"customer_id={order.customer.public_id}") == 1
    assert count("placed_since=2020-01-01T00:00:00Z") == 1
    assert count("placed_until=2020-01-01T00:00:00Z") == 0
    assert count("placed_until=2020-01-01T00:00:00-19:37") == 0
    for unreadable in ("yesterday", "9999-12-31T23:59:59-19:37"):
        refused = call(f"orders?placed_since={unreadable}")
        assert refused.json()["code"] == "invalid_placed_since"
    assert call("orders?payment_state=odd").json()["code"] == "invalid_payment_state"
    assert call("orders?email=%00").status_code == 422
