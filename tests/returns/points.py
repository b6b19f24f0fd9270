"""Drop-off points to try: three in Shibuya, one in Osaka."""

from datetime import UTC, datetime
from typing import Any

from returns.models import DropOffPoint
from returns.rules.drop_off import PointFacts
from returns.services.drop_off import put_point

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SHIBUYA = {"province": "東京都", "city": "渋谷区", "postcode": "150-0001"}


def facts(source_id: str, **changes: Any) -> PointFacts:
    """A point in Shibuya that is open by day."""
    told: dict[str, Any] = {
        "source_id": source_id,
        "name": f"Counter {source_id}",
        "latitude": 35.6690,
        "longitude": 139.7080,
        "address1": "神宮前0-0-1",
        "opening_hours": "Mo-Fr 09:00-18:00; PH off",
        **SHIBUYA,
        **changes,
    }
    return PointFacts(**told)


def put(source_id: str, **changes: Any) -> DropOffPoint:
    """Keep a point in the shop of the scope."""
    point, _is_changed = put_point(facts(source_id, **changes), at=LONG_AGO, actor="staff:0")
    return point


def put_some() -> list[DropOffPoint]:
    """Keep a counter by day, one that never closes, one whose hours nobody knows, one far away."""
    return [
        put("day"),
        put("always", latitude=35.6720, opening_hours="24/7", name="Night & Day"),
        put("unknown", latitude=35.6760, opening_hours="", name="Mystery"),
        put(
            "osaka",
            latitude=34.7005,
            longitude=135.4965,
            province="大阪府",
            city="大阪市北区",
            postcode="530-0001",
            address1="梅田0-0-2",
            opening_hours="24/7",
            name="Umeda",
        ),
    ]
