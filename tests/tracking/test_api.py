"""Shipments and tracking events over REST."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from postexp.kernel.tenancy import merchant_scope
from tests.tracking.scans import scan
from tracking import services
from tracking.models import Shipment, ShipmentEvent
from tracking.rules import NormalisedShipment

pytestmark = pytest.mark.django_db

Call = Callable[..., Any]

BODY: dict[str, Any] = {
    "external_id": "S-1",
    "order_external_id": "9007199254740993",
    "carrier": "Sagawa Express",
    "tracking_number": "6000-7842-0325",
    "sent_at": "2026-11-20T01:00:00Z",
    "items": [{"line_external_id": "l1", "quantity": 1}],
}
EVENT: dict[str, Any] = {
    "tracking_number": "600078420325",
    "occurred_at": "2026-11-20T12:30:00+09:00",
    "status": "out_for_delivery",
    "substatus": "on_vehicle",
    "location": "久喜店",
}


@pytest.fixture
def call(merchant: Merchant, owner: User, at: datetime, client: Client) -> Call:
    with merchant_scope(merchant.pk):
        key = create_key(merchant=merchant, name="WMS", scopes=list(Scope), by=owner, at=at)

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key.secret}", **headers},
        )

    return send


class TestShipments:
    def test_one_is_sent_read_and_listed(self, call: Call, order: Order) -> None:
        made = call("POST", "/shipments", BODY)
        assert made.status_code == 201, made.content
        told = made.json()
        assert told["order_id"] == order.public_id
        assert (told["carrier"], told["carrier_name"]) == ("sagawa", "Sagawa Express")
        assert told["tracking_url"].endswith("okurijoNo=600078420325")
        assert told["status"] == "info_received"
        assert told["estimate"] is None
        assert [(item["title"], item["quantity"]) for item in told["items"]] == [("マグカップ", 1)]
        assert call("GET", f"/shipments/{told['id']}").json() == told
        assert call("GET", "/shipments?tracking_number=600078420325").json()["data"] == [told]
        assert call("GET", "/shipments?tracking_number=1").json()["data"] == []

    def test_the_same_again_updates(self, call: Call, order: Order) -> None:
        first = call("POST", "/shipments", BODY).json()
        newer = {**BODY, "updated_at": "2030-01-01T00:00:00Z", "items": []}
        again = call("POST", "/shipments", newer)
        assert again.status_code == 200
        assert (again.json()["id"], again.json()["items"]) == (first["id"], [])

    def test_one_is_called_back(self, call: Call, order: Order) -> None:
        call("POST", "/shipments", BODY)
        back = {**BODY, "cancelled": True, "updated_at": "2030-01-01T00:00:00Z"}
        assert call("POST", "/shipments", back).json()["status"] == "cancelled"
        nothing = call("POST", "/shipments", {**back, "external_id": "S-2"})
        assert (nothing.status_code, nothing.json()["code"]) == (422, "nothing_to_cancel")

    @pytest.mark.parametrize(
        "change",
        [
            {"order_external_id": "nowhere"},
            {"external_id": ""},
            {"tracking_url": "javascript:alert(1)"},
            {"items": [{"line_external_id": "l1", "quantity": 0}]},
            {"items": [BODY["items"][0], BODY["items"][0]]},
            {"cancelled": "yes"},
            {"colour": "red"},
        ],
    )
    def test_what_is_wrong_is_refused(
        self, call: Call, order: Order, change: dict[str, Any]
    ) -> None:
        assert call("POST", "/shipments", {**BODY, **change}).status_code == 422
        assert Shipment.objects.count() == 0

    def test_no_more_can_be_sent_than_was_ordered(self, call: Call, order: Order) -> None:
        [item] = BODY["items"]
        whole = {**item, "quantity": 2}
        assert call("POST", "/shipments", {**BODY, "items": [whole]}).status_code == 201
        more = {**BODY, "external_id": "another", "tracking_number": "77", "items": [item]}
        refused = call("POST", "/shipments", more)
        assert (refused.status_code, refused.json()["code"]) == (422, "too_many_units")
        assert Shipment.objects.count() == 1
        # The same shipment again is no second one.
        assert call("POST", "/shipments", {**BODY, "items": [whole]}).status_code == 200

    def test_a_repeat_under_a_key_gives_the_first_answer(self, call: Call, order: Order) -> None:
        first = call("POST", "/shipments", BODY, **{"Idempotency-Key": "k"})
        again = call("POST", "/shipments", BODY, **{"Idempotency-Key": "k"})
        assert (again.status_code, again.content) == (201, first.content)

    def test_strange_addresses_are_not_found(self, call: Call, order: Order) -> None:
        assert call("GET", "/shipments/shp_nobody").status_code == 404
        assert call("GET", "/shipments/%00").status_code == 404
        assert call("GET", "/shipments?tracking_number=%00").status_code == 422

    def test_estimate_and_delay(self, call: Call, shipment: Shipment) -> None:
        events = [
            {
                **EVENT,
                "tracking_number": shipment.tracking_number,
                "occurred_at": f"2026-11-20T0{hour}:00:00Z",
                "estimated_delivery_date": day,
                "delay_reason": reason,
            }
            for hour, day, reason in ((1, "2026-11-22", None), (2, "2026-11-24", "weather"))
        ]
        assert call("POST", "/tracking-events", {"events": events}).json()["stored"] == 2
        told = call("GET", f"/shipments/{shipment.public_id}").json()
        assert told["estimate"] == {"date": "2026-11-24", "until": None, "from": None, "to": None}
        assert told["delay"]["first_estimate"] == "2026-11-22"
        assert (told["delay"]["is_delayed"], told["delay"]["reason"]) == (True, "weather")


class TestEvents:
    def test_a_batch_in_any_order_with_repeats(self, call: Call, order: Order) -> None:
        shipment = call("POST", "/shipments", BODY).json()
        later = {**EVENT, "status": "delivered", "substatus": "", "occurred_at": "2026-11-21"}
        answer = call("POST", "/tracking-events", {"events": [later, EVENT, EVENT]})
        assert answer.json() == {"stored": 2, "repeated": 0, "refused": []}
        again = call("POST", "/tracking-events", {"events": [EVENT]})
        assert again.json() == {"stored": 0, "repeated": 1, "refused": []}
        scans = call("GET", f"/shipments/{shipment['id']}/events").json()["data"]
        assert [(one["status"], one["occurred_at"], one["local_time"]) for one in scans[:2]] == [
            ("delivered", None, "2026-11-21"),
            ("out_for_delivery", "2026-11-20T03:30:00Z", "2026-11-20T12:30:00+09:00"),
        ]
        assert scans[1]["code"] == "out_for_delivery/on_vehicle"
        assert call("GET", f"/shipments/{shipment['id']}").json()["delivered_on"] == "2026-11-21"

    def test_one_bad_event_never_stops_its_neighbours(self, call: Call, shipment: Shipment) -> None:
        good = {
            "shipment_id": shipment.public_id,
            "occurred_at": "2026-11-20T12:30",
            "time_zone": "Asia/Tokyo",
            "status": None,
            "description": "Left the depot",
        }
        bad: list[tuple[Any, str]] = [
            (5, "invalid"),
            ({**good, "colour": 1}, "unknown_field"),
            ({"occurred_at": "2026-11-20"}, "no_shipment"),
            ({**good, "occurred_at": "soon"}, "invalid_time"),
            ({**good, "occurred_at": None}, "invalid_time"),
            ({**good, "occurred_at": 5}, "invalid"),
            ({**good, "occurred_at": "2999-01-01T00:00:00Z"}, "in_the_future"),
            ({**good, "occurred_at": "2999-01-01"}, "in_the_future"),
            (
                {**good, "occurred_at": "2999-01-01T00:00:00", "time_zone": None},
                "in_the_future",
            ),
            ({**good, "occurred_at": "1970-01-01T00:00:00Z"}, "too_long_ago"),
            ({**good, "occurred_at": "2022-11-20"}, "too_long_ago"),
            ({**good, "time_zone": "Mars/Olympus"}, "invalid_time_zone"),
            ({**good, "time_zone": "../../etc"}, "invalid_time_zone"),
            ({**good, "status": "lost"}, "invalid_status"),
            ({**good, "status": "delivered", "substatus": "on_vehicle"}, "invalid_substatus"),
            ({**good, "delay_reason": "aliens"}, "invalid_delay_reason"),
            ({**good, "estimated_delivery_date": "soon"}, "invalid_estimate"),
            ({**good, "estimated_delivery_date": "9999-12-31"}, "invalid_estimate"),
            ({**good, "estimated_delivery_date": "0001-01-01"}, "invalid_estimate"),
            ({**good, "estimated_delivery_from": "2026-11-20T12:00:00Z"}, "invalid_estimate"),
            (
                {
                    **good,
                    "estimated_delivery_date": "2026-11-20",
                    "estimated_delivery_until": "14:00",
                },
                "invalid_estimate",
            ),
            (
                {
                    **good,
                    "estimated_delivery_date": "2026-11-20",
                    "estimated_delivery_until": "2026-11-20",
                },
                "invalid_estimate",
            ),
            ({**good, "location": "x" * 501}, "invalid"),
            ({**good, "location": "a\u202eb"}, "invalid"),
            ({**good, "shipment_id": "shp_nobody"}, "unknown_shipment"),
            ({"tracking_number": "nobody", "occurred_at": "2026-11-20"}, "unknown_shipment"),
        ]
        events = [event for event, _code in bad]
        answer = call("POST", "/tracking-events", {"events": [*events, good]})
        assert answer.status_code == 200
        told = answer.json()
        assert told["stored"] == 1
        assert [(row["index"], row["code"]) for row in told["refused"]] == [
            (place, code) for place, (_event, code) in enumerate(bad)
        ]
        assert all(row["detail"] for row in told["refused"])
        details = {row["code"]: row["detail"] for row in told["refused"]}
        for code, known in (
            ("unknown_field", "occurred_at"),
            ("invalid_status", "delivered"),
            ("invalid_substatus", "locker"),
            ("invalid_delay_reason", "weather"),
        ):
            assert known in details[code].partition(" There are: ")[2]
        row = ShipmentEvent.objects.get(source="api")
        assert row.local_time == "2026-11-20T12:30:00+09:00"
        refused = call("POST", "/tracking-events", {"events": events})
        assert (refused.status_code, refused.json()["code"]) == (422, "all_refused")

    def test_an_estimate_may_have_a_window(self, call: Call, shipment: Shipment) -> None:
        event = {
            "shipment_id": shipment.public_id,
            "occurred_at": "2026-11-20T03:00:00Z",
            "estimated_delivery_date": "2026-11-21",
            "estimated_delivery_from": "2026-11-21T14:00:00+09:00",
            "estimated_delivery_until": "2026-11-21T16:00:00+09:00",
        }
        assert call("POST", "/tracking-events", {"events": [event]}).status_code == 200
        told = call("GET", f"/shipments/{shipment.public_id}").json()["estimate"]
        assert (told["from"], told["to"]) == ("14:00", "16:00")

    @pytest.mark.parametrize(
        "body", [None, [], {}, {"events": []}, {"events": {}}, {"events": [EVENT], "x": 1}]
    )
    def test_what_is_no_batch_is_refused(self, call: Call, order: Order, body: Any) -> None:
        answer = call("POST", "/tracking-events", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_batch")

    def test_a_thousand_at_once_and_no_more(self, call: Call, shipment: Shipment) -> None:
        events = [
            {
                "shipment_id": shipment.public_id,
                "occurred_at": f"2026-11-20T{n // 60:02}:{n % 60:02}:00Z",
                "status": "in_transit",
            }
            for n in range(1_001)
        ]
        assert call("POST", "/tracking-events", {"events": events}).status_code == 422
        answer = call("POST", "/tracking-events", {"events": events[:1_000]})
        assert answer.json() == {"stored": 1_000, "repeated": 0, "refused": []}
        again = call("POST", "/tracking-events", {"events": events[:1_000]})
        assert again.json()["repeated"] == 1_000


def test_another_shops_parcels_do_not_exist(
    call: Call, order: Order, other_merchant: Merchant, at: datetime
) -> None:
    with merchant_scope(other_merchant.pk):
        theirs = services.take_in_report(
            NormalisedShipment(
                source="easypost", tracking_number="77", events=(scan(0, "in_transit"),)
            ),
            at=at,
        )
    assert call("GET", f"/shipments/{theirs.public_id}").status_code == 404
    assert call("GET", f"/shipments/{theirs.public_id}/events").status_code == 404
    for name in ({"shipment_id": theirs.public_id}, {"tracking_number": "77"}):
        event = {**name, "occurred_at": "2026-11-20", "status": "delivered"}
        assert call("POST", "/tracking-events", {"events": [event]}).status_code == 422
    assert call("GET", "/shipments").json() == {"data": [], "next": None}
