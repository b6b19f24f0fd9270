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
    "cancellation_id": "can_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "carrier": "yamato",
    "carrier_name": "Yamato Transport",
    "city": "渋谷区",
    "code": "too_small",
    "country": "JP",
    "currency": "JPY",
    "customer_id": "cus_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "description": "配達中",
    "earliest": "09:00",
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
    "latest": "12:00",
    "latitude": 35.6691,
    "line_external_id": "1",
    "line_id": "oln_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "locale": "ja",
    "location": "渋谷区",
    "longitude": 139.7081,
    "message_id": "msg_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "next": None,
    "opening_hours": "Mo-Fr 09:00-21:00; Sa,Su,PH 10:00-18:00",
    "note": "",
    "number": "W-20481",
    "order_external_id": "web-20481",
    "order_id": "ord_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "order_number": "W-20481",
    "pay_url": "https://pay.example.com/p/4XkT9aGm2Qw7",
    "phone": "+819012345678",
    "point_id": "dop_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "postcode": "150-0001",
    "product_external_id": "p-1",
    "province": "東京都",
    "quantity": 2,
    "rate": "0.10",
    "reason": "too_small",
    "refund_id": "rfd_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "revision": "7f3ac2d10b5e48c69a0c4e6d",
    "return_id": "ret_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "settlement_id": "stl_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "incident_id": "inc_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "shipment_id": "shp_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    "sku": "MUG-M",
    "source": "api",
    "tags": [],
    "time_zone": "Asia/Tokyo",
    "timezone": "Asia/Tokyo",
    "title": "マグカップ",
    "tracking_number": "123412341233",
    "tracking_url": "https://toi.kuronekoyamato.co.jp/cgi-bin/tneko",
    "url": "https://example.com/webhooks/postexp",
    "variant_external_id": "v-1",
    "variant_title": "M",
}
_RETURN_ADDRESS = {
    "name": "返品センター",
    "company": "株式会社サンプル",
    "address1": "神宮前1-2-3",
    "city": "渋谷区",
    "province": "東京都",
    "postcode": "150-0001",
    "country": "JP",
    "phone": "0312345678",
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
    "ExtensionInRequest": {
        "lines": ["oln_4XkT9aGm2Qw7Zr8Bc5Nd6Ef"],
        "until": "2026-12-24",
        "reason": "長期の入院",
    },
    "ExtensionOut": {
        "lines": ["oln_4XkT9aGm2Qw7Zr8Bc5Nd6Ef"],
        "until": "2026-12-24T14:59:59Z",
    },
    "EndpointInRequest": {
        "url": "https://example.com/webhooks/postexp",
        "description": "Warehouse",
        "events": ["order.placed", "shipment.delivered"],
    },
    "CarrierCodeOut": {
        "id": "cco_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
        "source": "easypost",
        "code": "DL07",
        "words": "宅配ボックスへお届けしました",
        "scans": 12,
        "status": "delivered",
        "substatus": "locker",
        "mapped_at": "2026-11-20T01:00:00Z",
        "first_seen_at": "2026-11-18T01:00:00Z",
        "last_seen_at": "2026-11-20T01:00:00Z",
    },
    "ReceiptInRequest": {"kind": "delivered", "at": "2026-11-20T01:00:00Z", "detail": ""},
    "MeaningInRequest": {"status": "delivered", "substatus": "locker"},
    # A line is named once: by our id, or by the platform's.
    "WishInRequest": {"line_external_id": "1", "quantity": 1, "reason": "too_small"},
    "CancelLineInRequest": {"line_external_id": "1", "quantity": 1},
    "PickInRequest": {"line_external_id": "1", "quantity": 1},
    "CancelDeclineInRequest": {"text": "お客様に合わせてお作りする商品です。"},
    # Of a file its name is told: the bytes of a form have no place in JSON.
    "PhotoInRequest": {
        "file": "photo.jpg",
        "line_id": "oln_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
        "note": "縁が欠けています。",
    },
    "GiftReturnInRequest": {
        "code": "7Q2M4XKT9AGR",
        "lines": [
            {
                "line_id": "oln_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
                "quantity": 1,
                "reason": "too_small",
            }
        ],
        "outcome": "store_credit",
        "name": "鈴木 海",
        "email": "kai@example.jp",
        "address": {
            "address1": "北町4-5-6",
            "city": "練馬区",
            "province": "東京都",
            "postcode": "179-0081",
            "country": "JP",
        },
        "locale": "ja",
    },
    "ReceivingPhotoInRequest": {"file": "photo.jpg"},
    "LabelFileInRequest": {
        "file": "label.pdf",
        "kind": "label",
        "tracking_number": "123412341233",
        "carrier": "ヤマト運輸",
    },
    "DeskTimesWireRequest": {
        "decide_hours": 4,
        "inspect_days": 2,
        "refund_days": 1,
        "opens": 9,
        "closes": 18,
    },
    "IssuerWireRequest": {
        "name": "株式会社サンプル",
        "address": "150-0001 東京都渋谷区神宮前1-2-3",
        "registration_number": "T7000012050002",
        "prefix": "R-",
    },
    "WriteInRequest": {"macro_id": "mac_4XkT9aGm2Qw7Zr8Bc5Nd6Ef"},
    "LossInRequest": {"bearer": "shop", "ground": "no_scan"},
    "ReturnAddressInRequest": _RETURN_ADDRESS,
    "ReturnAddressChangeInRequest": {
        **_RETURN_ADDRESS,
        "is_usual": True,
        "revision": "7f3ac2d10b5e48c69a0c4e6d",
    },
    "MacroInRequest": {
        "name": "サイズを伺う",
        "words": {
            "ja": {
                "subject": "{return_number} について",
                "text": "{items} のサイズをお知らせください。",
            },
            "en": {"subject": "About {return_number}", "text": "Which size of {items}?"},
        },
        "waits": True,
    },
    "UnannouncedInRequest": {
        "tracking_number": "123412341233",
        "quantity": 2,
        "note": "差出人の名前も返品票もありません。",
    },
    "DropOffPointInRequest": {
        "source_id": "osm-node-2480017",
        "name": "神宮前サービスカウンター",
        "operator": "",
        "carriers": ["yamato"],
        "address1": "神宮前1-2-3",
        "city": "渋谷区",
        "province": "東京都",
        "postcode": "150-0001",
        "country": "JP",
        "latitude": 35.6691,
        "longitude": 139.7081,
        "opening_hours": "Mo-Fr 09:00-21:00; Sa,Su,PH 10:00-18:00",
    },
    # An owner is named once: by the platform's order, or by our return.
    "OwnerInRequest": {"order_external_id": "web-20481"},
    "EndInRequest": {"answer": "差出人が分からないため、三か月保管して処分しました。"},
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

    `components` are the schemas that references lead to; `name` is the field's; `depth` is how
    many objects it may go into.
    """
    if "$ref" in schema:
        component = schema["$ref"].rpartition("/")[2]
        if component in WHOLE:
            return WHOLE[component]
        schema = components[component]
    for given in ("example", "const"):
        if given in schema:
            return schema[given]
    if schema.get("enum"):
        return schema["enum"][0]
    if name in VALUES and _fits(VALUES[name], schema, components):
        return VALUES[name]
    if "default" in schema:
        return schema["default"]
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
    if kind == "array":
        item = schema.get("items", {})
        return [example_of(item, components, name=name, depth=depth)] if item else []
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    return max(schema.get("minimum", 0), 1) if kind == "integer" else NOTHING[kind]


def _fits(value: Any, schema: Mapping[str, Any], components: Mapping[str, Any]) -> bool:
    """Whether a value is of one of the schema's types, and so is all that a list holds."""
    names = {
        **{bool: "boolean", int: "integer", float: "number", str: "string", list: "array"},
        type(None): "null",
    }
    kinds = schema.get("type", "object")
    if names[type(value)] not in (kinds if isinstance(kinds, list) else [kinds]):
        return False
    item = schema.get("items", {})
    item = components[item["$ref"].rpartition("/")[2]] if "$ref" in item else item
    return not isinstance(value, list) or all(_fits(one, item, components) for one in value)
