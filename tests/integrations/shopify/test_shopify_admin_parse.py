"""What the API and a webhook tell of one object is read to the same facts."""

import json

import pytest

from integrations.shopify import parse
from integrations.shopify.backfill import KINDS, split_objects
from integrations.shopify.client import read_operation
from integrations.shopify.fake.engine import Engine
from integrations.shopify.fake.shop import FakeShop, Rest, seed
from integrations.shopify.parse import admin
from tests.samples import recordings


def bodies(topic: str) -> list[Rest]:
    """Return the recorded bodies of a topic that can be read."""
    found = []
    for path in recordings("shopify"):
        recording = json.loads(path.read_text("utf-8"))
        if recording.get("topic", "").startswith(topic) and not path.name.startswith("neg."):
            found.append(json.loads(recording["request"]["body"]))
    return found


ORDERS = bodies("orders/")


def ask(shop: FakeShop, name: str) -> list[Rest]:
    """Return what the API says, by the page."""
    asked = {"query": read_operation(name), "variables": {"first": 5, "after": None}}
    answer = Engine(shop).answer(asked)
    assert "errors" not in answer, answer["errors"]
    nodes: list[Rest] = answer["data"]["page"]["nodes"]
    return nodes


def test_there_are_recorded_orders() -> None:
    assert ORDERS


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(order["id"]))
def test_a_recorded_order_reads_the_same(order: Rest) -> None:
    shop = FakeShop(currency=order["currency"])
    shop.add_order(order)
    (node,) = ask(shop, "orders")
    by_webhook = parse.parse_order(json.dumps(order).encode())
    by_api = parse.parse_order(admin.order_body(node))
    for name in by_webhook.__dataclass_fields__:
        if name not in ("customer", "phone", "email"):
            assert getattr(by_api, name) == getattr(by_webhook, name), name
    assert by_api.email == order["email"]


def test_products_and_customers_read_the_same() -> None:
    shop = seed(FakeShop(), orders=3)
    for node in ask(shop, "products"):
        told = json.dumps(shop.products[int(node["legacyResourceId"])]).encode()
        assert parse.parse_product(admin.product_body(node), "JPY") == parse.parse_product(
            told, "JPY"
        )
    for node in ask(shop, "customers"):
        told = json.dumps(shop.customers[int(node["legacyResourceId"])]).encode()
        assert parse.parse_customer(admin.customer_body(node)) == parse.parse_customer(told)


def test_a_bulk_result_is_cut_at_whole_objects() -> None:
    lines = [
        {"id": "gid://shopify/Product/1"},
        {"id": "gid://shopify/ProductVariant/10", "__parentId": "gid://shopify/Product/1"},
        {"id": "gid://shopify/Product/2"},
        {"id": "gid://shopify/ProductVariant/20", "__parentId": "gid://shopify/Product/2"},
    ]
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    parts = KINDS["products"].parts
    objects, size = split_objects(data, is_last=False, parts=parts)
    assert [node["variants"]["nodes"][0]["id"] for node, _ in objects] == [lines[1]["id"]]
    assert data[size:].startswith(b'{"id": "gid://shopify/Product/2"}')
    # A line that is cut off belongs to the next chunk.
    assert split_objects(data[:-5], is_last=False, parts=parts)[1] == size
    objects, size = split_objects(data, is_last=True, parts=parts)
    assert (len(objects), size) == (2, len(data))
