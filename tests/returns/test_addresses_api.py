"""The places returns are sent to, over REST: one is the usual one, and nobody overwrites another's
change.
"""

from typing import Any

import pytest
import time_machine

from commerce.models import Merchant
from returns.models import ReturnAddress
from tests.returns.test_api import NOW, Call, call, refused
from tests.returns.test_desk import staff

__all__ = ("call", "staff")  # fixtures

KYOTO = {
    "name": "Kyoto",
    "company": "Komorebi",
    "address1": "Shijo 1",
    "city": "Kyoto",
    "postcode": "600-8001",
    "country": "JP",
}


@pytest.fixture(autouse=True)
def today(scope: Merchant) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_the_first_place_is_the_usual_one_until_another_is(call: Call) -> None:
    kyoto = call("POST", "return-addresses", KYOTO)
    assert (kyoto.status_code, kyoto.json()["is_usual"]) == (201, True)
    osaka = call("POST", "return-addresses", {**KYOTO, "name": "Osaka", "is_usual": True}).json()
    told = call("GET", "return-addresses").json()["data"]
    assert [(one["name"], one["is_usual"]) for one in told] == [("Osaka", True), ("Kyoto", False)]
    assert call("GET", f"return-addresses/{osaka['id']}").json() == osaka
    gone = call("DELETE", f"return-addresses/{osaka['id']}")
    assert refused(gone) == (409, "address_in_use")
    kept = told[1]
    usual = {**KYOTO, "is_usual": True, "revision": kept["revision"]}
    assert call("PUT", f"return-addresses/{kept['id']}", usual).json()["is_usual"] is True
    gone = call("DELETE", f"return-addresses/{osaka['id']}")
    assert (gone.status_code, gone.json()["name"]) == (200, "Osaka")
    assert [one.name for one in ReturnAddress.objects.all()] == ["Kyoto"]


def test_a_change_names_what_it_was_made_on(call: Call) -> None:
    first = call("POST", "return-addresses", KYOTO).json()
    path = f"return-addresses/{first['id']}"
    moved = {**KYOTO, "address1": "Shijo 2", "revision": first["revision"]}
    second = call("PUT", path, moved).json()
    assert (second["address1"], second["is_usual"]) == ("Shijo 2", True)
    assert second["revision"] != first["revision"]
    assert refused(call("PUT", path, moved)) == (409, "address_moved_on")
    assert refused(call("PUT", path, KYOTO))[0] == 422
    again = call("PUT", path, {**moved, "revision": second["revision"]})
    assert again.json()["revision"] == second["revision"]


def test_no_two_places_have_one_name(call: Call) -> None:
    call("POST", "return-addresses", KYOTO)
    taken = call("POST", "return-addresses", {**KYOTO, "name": "KYOTO"})
    assert refused(taken) == (409, "address_name_taken")
    osaka = call("POST", "return-addresses", {**KYOTO, "name": "Osaka"}).json()
    body = {**KYOTO, "revision": osaka["revision"]}
    renamed = call("PUT", f"return-addresses/{osaka['id']}", body)
    assert refused(renamed) == (409, "address_name_taken")


def test_what_no_carrier_could_read_is_refused(call: Call) -> None:
    assert refused(call("POST", "return-addresses", {**KYOTO, "country": "Japan"}))[0] == 422
    assert refused(call("POST", "return-addresses", {**KYOTO, "city": ""}))[0] == 422


def test_the_dashboard_refuses_a_name_twice_at_its_field(call: Call, staff: Any) -> None:
    call("POST", "return-addresses", KYOTO)
    form = {**KYOTO, "address2": "", "province": "", "phone": ""}
    answered = staff.post("/d/komorebi/settings/sending-back/addresses/new/", form)
    assert answered.status_code == 422
    assert "Another place has this name." in answered.content.decode()
    assert ReturnAddress.objects.count() == 1


def test_an_address_of_another_shop_is_not_there(call: Call, other_merchant: Merchant) -> None:
    kept = call("POST", "return-addresses", KYOTO).json()
    ReturnAddress.every_merchant.update(merchant_id=other_merchant.pk)
    assert call("GET", f"return-addresses/{kept['id']}").status_code == 404
    body = {**KYOTO, "revision": kept["revision"]}
    assert call("PUT", f"return-addresses/{kept['id']}", body).status_code == 404
    assert call("DELETE", f"return-addresses/{kept['id']}").status_code == 404
