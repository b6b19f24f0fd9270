"""Carriers' codes over REST: listed with their scans, and given a meaning."""

from typing import Any

import pytest

from commerce.models import Merchant
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.tracking.scans import scan
from tests.tracking.test_codes import tell
from tests.tracking.test_corrections_faces import Call, call
from tracking.models import CarrierCode, Shipment
from tracking.tasks import go_on_remapping

__all__ = ("call",)

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(shipment: Shipment) -> CarrierCode:
    """A code that two scans came under."""
    for hour in (0.1, 0.2):
        tell(shipment, scan(hour, None, raw_code="ZZ9", raw_description="宅配ボックス"))
    found: CarrierCode = CarrierCode.objects.get()
    return found


def test_a_code_is_listed_and_mapped(call: Call, code: CarrierCode, shipment: Shipment) -> None:
    (told,) = call("GET", "/carrier-codes").json()["data"]
    assert (told["id"], told["code"], told["scans"]) == (code.public_id, "ZZ9", 2)
    assert (told["words"], told["status"], told["mapped_at"]) == ("宅配ボックス", None, None)
    path = f"/carrier-codes/{code.public_id}"
    answer = call("POST", path, {"status": "delivered", "substatus": "locker"})
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["scans"]) == ("delivered", 2)
    assert go_on_remapping() == 1
    shipment.refresh_from_db()
    assert (shipment.status, shipment.substatus) == ("delivered", "locker")
    assert call("GET", "/carrier-codes").json()["data"] == []
    (mapped,) = call("GET", "/carrier-codes?state=mapped").json()["data"]
    assert mapped["substatus"] == "locker"
    event = EventRecord.objects.get(type="carrier_code.mapped")
    assert event.actor.startswith("api:")


def test_a_code_may_be_information_only(call: Call, code: CarrierCode) -> None:
    answer = call("POST", f"/carrier-codes/{code.public_id}", {"status": None, "substatus": ""})
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["substatus"]) == (None, "information_only")


@pytest.mark.parametrize(
    "meaning",
    [
        {"status": "delivered", "substatus": "on_vehicle"},
        {"status": "delivered", "substatus": ""},
        {"status": None, "substatus": "locker"},
    ],
)
def test_what_is_no_status_is_refused_with_those_there_are(
    call: Call, code: CarrierCode, meaning: dict[str, Any]
) -> None:
    answer = call("POST", f"/carrier-codes/{code.public_id}", meaning)
    assert answer.status_code == 422
    assert answer.json()["code"] == "unknown_meaning"
    assert "There are:" in answer.json()["detail"]
    code.refresh_from_db()
    assert code.mapped_at is None


def test_the_same_key_maps_once(call: Call, code: CarrierCode) -> None:
    path, body = f"/carrier-codes/{code.public_id}", {"status": "delivered", "substatus": "locker"}
    first = call("POST", path, body, **{"Idempotency-Key": "1"})
    assert call("POST", path, body, **{"Idempotency-Key": "1"}).json() == first.json()
    assert EventRecord.objects.filter(type="carrier_code.mapped").count() == 1


def test_another_state_and_another_shops_code_are_refused(
    call: Call, code: CarrierCode, other_merchant: Merchant
) -> None:
    assert call("GET", "/carrier-codes?state=old").status_code == 422
    with merchant_scope(other_merchant.pk):
        CarrierCode.objects.create(
            source="ups", code="1", first_seen_at=code.first_seen_at, last_seen_at=code.last_seen_at
        )
        theirs = CarrierCode.objects.get().public_id
    body = {"status": "delivered", "substatus": "locker"}
    assert call("POST", f"/carrier-codes/{theirs}", body).status_code == 404
