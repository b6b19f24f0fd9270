"""Orders to take in."""

from datetime import UTC, datetime
from typing import Any

from commerce.ports import (
    AddressFacts,
    CustomerFacts,
    LineFacts,
    OrderFacts,
    ShippingFacts,
    TenderFacts,
)


def order_facts(**changes: Any) -> OrderFacts:
    """An order of two mugs and a towel, ¥7,500 with delivery, tax inside."""
    facts: dict[str, Any] = {
        "external_id": "9007199254740993",
        "number": "#1001",
        "placed_at": datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
        "currency": "JPY",
        "tax_included": True,
        "total": 7500,
        "locale": "ja",
        "email": "hana@example.jp",
        "phone": "090-1234-5678",
        "customer": CustomerFacts(
            external_id="c1", email="hana@example.jp", family_name="佐藤", given_name="花"
        ),
        "address": AddressFacts(
            name="佐藤 花",
            postcode="150-0001",
            country="JP",
            province="東京都",
            city="渋谷区",
            address1="神宮前1-2-3",
        ),
        "lines": (
            LineFacts(external_id="l1", title="マグカップ", quantity=2, unit_price=2500),
            LineFacts(external_id="l2", title="タオル", quantity=1, unit_price=2000),
        ),
        "shipping": (ShippingFacts(title="宅配便", price=500),),
        "tenders": (TenderFacts(kind="card", gateway="card", captured=7500),),
    }
    return OrderFacts(**{**facts, **changes})
