"""Examples for the API's description, made from its schema: one order, told the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEPTH = 8

# What fields hold whose schema alone says little, by their names.
VALUES: dict[str, Any] = {
    "accepted": True,
    "address1": "神宮前1-2-3",
    "amount": "2500",
    "carrier": "yamato",
    "carrier_name": "Yamato Transport",
    "city": "渋谷区",
    "code": "too_small",
    "country": "JP",
    "currency": "JPY",
    "customer_id": "cus_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "description": "配達中",
    "email": "hana@example.jp",
    "event_id": "evt_2GmT9aGm2Qw7Zr8Bc5Nd6Ef",
    "events": ["order.placed", "shipment.delivered"],
    "external_id": "web-20481",
    "family_kana": "サトウ",
    "family_name": "佐藤",
    "fulfilment_id": "ful_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "given_kana": "ハナ",
    "given_name": "花",
    "id": "ord_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "image_url": "",
    "kind": "shipment.shipped",
    "line_external_id": "1",
    "line_id": "oln_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "locale": "ja",
    "location": "渋谷区",
    "message_id": "msg_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "next": None,
    "note": "",
    "number": "W-20481",
    "order_external_id": "web-20481",
    "order_id": "ord_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "order_number": "W-20481",
    "phone": "+819012345678",
    "postcode": "150-0001",
    "product_external_id": "p-1",
    "province": "東京都",
    "quantity": 2,
    "rate": "0.10",
    "reason": "too_small",
    "refund_id": "rfd_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "return_id": "ret_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "settlement_id": "stl_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "shipment_id": "shp_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "sku": "MUG-M",
    "source": "api",
    "tags": [],
    "timezone": "Asia/Tokyo",
    "title": "マグカップ",
    "tracking_number": "123412341233",
    "url": "https://example.com/webhooks/postexp",
    "variant_external_id": "v-1",
    "variant_title": "M",
}
# Whole bodies whose sums have to agree, by the name of their schema.
WHOLE: dict[str, Any] = {
    "OrderInRequest": {
        "number": "W-20481",
        "placed_at": "2026-11-20T01:00:00Z",
        "currency": "JPY",
        "tax_included": True,
        "total": {"amount": "5500", "currency": "JPY"},
        "locale": "ja",
        "email": "hana@example.jp",
        "customer": {"family_name": "佐藤", "given_name": "花"},
        "lines": [
            {
                "external_id": "1",
                "title": "マグカップ",
                "quantity": 2,
                "unit_price": {"amount": "2500", "currency": "JPY"},
            }
        ],
        "shipping": [{"title": "宅配便", "price": {"amount": "500", "currency": "JPY"}}],
        "tenders": [{"kind": "card", "captured": {"amount": "5500", "currency": "JPY"}}],
    },
}
BY_FORMAT = {
    "date-time": "2026-11-20T01:00:00Z",
    "date": "2026-11-24",
    "uri": "https://example.com/",
    "email": "hana@example.jp",
}
NOTHING: dict[str, Any] = {"boolean": False, "integer": 1, "number": 1, "null": None, "string": ""}


def example_of(
    schema: Mapping[str, Any], components: Mapping[str, Any], *, name: str = "", depth: int = DEPTH
) -> Any:
    """Return a value that fits a schema, such as `hana@example.jp` for a field named `email`.

    `components` are the schemas that references lead to; `name` is the field's.
    """
    if "$ref" in schema:
        component = schema["$ref"].rpartition("/")[2]
        if component in WHOLE:
            return WHOLE[component]
        schema = components[component]
    for given in ("example", "const", "default"):
        if given in schema:
            return schema[given]
    if schema.get("enum"):
        return schema["enum"][0]
    for several in ("allOf", "oneOf", "anyOf"):
        if schema.get(several):
            return example_of(schema[several][0], components, name=name, depth=depth)
    return _plain(schema, components, name, depth)


def _plain(schema: Mapping[str, Any], components: Mapping[str, Any], name: str, depth: int) -> Any:
    kinds = schema.get("type", "object")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        fields = schema.get("properties", {}) if depth else {}
        return {
            field: example_of(inner, components, name=field, depth=depth - 1)
            for field, inner in fields.items()
        }
    if name in VALUES and _is(VALUES[name], kinds):
        return VALUES[name]
    if kind == "array":
        item = schema.get("items", {})
        return [example_of(item, components, name=name, depth=depth - 1)] if item else []
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    return max(schema.get("minimum", 0), 1) if kind == "integer" else NOTHING[kind]


def _is(value: Any, kinds: Any) -> bool:
    """Whether a value is of one of the schema's types."""
    names = {bool: "boolean", int: "integer", str: "string", list: "array", type(None): "null"}
    return names[type(value)] in (kinds if isinstance(kinds, list) else [kinds])
