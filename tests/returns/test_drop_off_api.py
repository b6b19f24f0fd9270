"""Drop-off points over REST."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from returns.enums import ReturnMethod
from returns.models import DropOffPoint
from tests.returns.conftest import ask
from tests.returns.labels import offer
from tests.returns.points import put, put_some

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
POINT = {"source_id": "S-1", "name": "Corner", "latitude": 35.669, "longitude": 139.708}


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def api(scope: Merchant, owner: User) -> Client:
    secret = create_key(merchant=scope, name="t", scopes=list(Scope), by=owner, at=NOW).secret
    return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def send(api: Client, path: str, body: dict[str, Any]) -> Any:
    return api.post(f"/api/v1/{path}", body, content_type="application/json")


def test_points_are_put_listed_and_withdrawn(scope: Merchant, api: Client) -> None:
    made = send(api, "drop-off-points", {**POINT, "carriers": ["Yamato"]})
    assert made.status_code == 201
    told = made.json()
    assert (told["time_zone"], told["country"], told["carriers"]) == (
        *("Asia/Tokyo", "JP"),
        ["yamato"],
    )
    again = send(api, "drop-off-points", {**POINT, "opening_hours": "24/7"})
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    assert again.json()["carriers"] == []
    assert api.get(f"/api/v1/drop-off-points/{told['id']}").json() == again.json()
    listed = api.get("/api/v1/drop-off-points").json()
    assert [one["id"] for one in listed["data"]] == [told["id"]]
    gone = send(api, f"drop-off-points/{told['id']}/withdraw", {})
    assert gone.json()["withdrawn_at"] == "2026-11-24T03:00:00Z"
    assert api.get("/api/v1/drop-off-points").json()["data"] == []
    assert len(api.get("/api/v1/drop-off-points?withdrawn=true").json()["data"]) == 1
    assert api.get("/api/v1/drop-off-points?withdrawn=x").status_code == 422


def test_what_cannot_be_a_point_is_refused(scope: Merchant, api: Client) -> None:
    wrong = send(api, "drop-off-points", {**POINT, "opening_hours": "9-18"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "drop_off_unreadable")
    assert "“9-18”" in wrong.json()["detail"]
    assert send(api, "drop-off-points", {**POINT, "latitude": "nan"}).status_code == 422
    assert not DropOffPoint.objects.exists()


def test_points_near_a_place(scope: Merchant, api: Client) -> None:
    put_some()

    def near(**query: Any) -> Any:
        return api.get("/api/v1/drop-off-points/near", query)

    found = near(latitude=35.669, longitude=139.708).json()["data"]
    assert [(one["source_id"], one["distance"], one["standing"]) for one in found] == [
        ("day", 0, "open"),
        ("always", 334, "open"),
        ("unknown", 778, "unknown"),
    ]
    assert found[0]["changes_at"] == "2026-11-24T09:00:00Z"
    late = near(near="150-0001", when="late").json()["data"]
    assert [one["source_id"] for one in late] == ["always"]
    assert near(near="150-0001", country="us").json()["data"] == []
    put("codes", takes_label=False, carriers=("Sagawa",))
    label = near(near="150-0001", method="label", carrier="佐川急便").json()["data"]
    assert "codes" not in [one["source_id"] for one in label]
    for query in (
        {"latitude": "nan", "longitude": "1"},
        {"latitude": "1"},
        {"latitude": "91", "longitude": "1"},
        {"when": "soon"},
        {"method": "own"},
    ):
        assert near(**query).status_code == 422, query


def test_a_return_is_handed_in_at_a_point(scope: Merchant, bought: Order, api: Client) -> None:
    offer(ReturnMethod.DROP_OFF)
    point = put("S-1")
    case = ask(bought, NOW, (0, 1, "too_small"))
    chosen = send(api, f"returns/{case.public_id}/drop-off-point", {"point_id": point.public_id})
    assert chosen.json()["drop_off_point"]["id"] == point.public_id
    none = send(api, f"returns/{case.public_id}/drop-off-point", {"point_id": ""})
    assert none.json()["drop_off_point"] is None
    wrong = send(api, f"returns/{case.public_id}/drop-off-point", {"point_id": "dop_x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "drop_off_not_taken")
