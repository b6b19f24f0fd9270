"""Staff's labels, numbers and ways of sending, on pages and over REST."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import ReturnMethod
from returns.models import LabelFile, Return, ReturnAddress, SendingSettings
from returns.selectors.parcels import list_parcels_of
from tests.returns.conftest import STAFF, ask, fresh
from tests.returns.labels import FakeLabels, offer
from tests.returns.test_api import wish
from tests.shops import drain_all, log_in

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(client: Client, owner: User, scope: Merchant) -> Client:
    log_in(client, owner)
    return client


@pytest.fixture
def call(scope: Merchant, owner: User) -> Call:
    secret = create_key(merchant=scope, name="ERP", scopes=list(Scope), by=owner, at=NOW).secret

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return Client().generic(
            method,
            f"/api/v1/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}", **headers},
        )

    return send


def approved(order: Order, **more: Any) -> Return:
    case = ask(order, NOW, (0, 1, "too_small"), **more)
    services.approve_return(return_id=case.public_id, at=NOW - timedelta(minutes=5), actor=STAFF)
    drain_all()
    return fresh(case)


def upload(name: str, body: bytes, **more: str) -> dict[str, Any]:
    return {"kind": "label", "file": SimpleUploadedFile(name, body), **more}


def test_staff_hand_over_a_label_that_is_looked_into(
    staff: Client, scope: Merchant, bought: Order
) -> None:
    offer(ReturnMethod.LABEL)
    case = approved(bought)
    url = f"/d/{scope.slug}/returns/{case.public_id}/label/upload/"
    assert staff.get(url).status_code == 200
    for bad in (b"GIF89a", b"%PDF-1.4 /JavaScript %%EOF", b"%PDF-1.4 cut off"):
        answer = staff.post(url, upload("label.pdf", bad))
        assert answer.status_code == 422
    drawn = BytesIO()
    Image.new("RGB", (60, 60), "white").save(drawn, "JPEG", comment=b"where I live")
    assert staff.post(url, upload("label.jpg", drawn.getvalue())).status_code == 302
    [parcel] = list_parcels_of(case)
    file = LabelFile.objects.get(parcel=parcel)
    assert (parcel.state, file.content_type) == ("ready", "image/png")
    assert b"where I live" not in bytes(file.body)
    page = staff.get(f"/d/{scope.slug}/returns/{case.public_id}/").content.decode()
    assert "Void the label" in page
    paper = staff.get(f"/d/{scope.slug}/returns/parcels/{parcel.public_id}/label/")
    assert paper["Content-Type"] == "image/png"


def test_staff_make_void_and_follow(staff: Client, scope: Merchant, bought: Order) -> None:
    offer(ReturnMethod.LABEL)
    with FakeLabels() as seller:
        seller.refuses = "Unknown postcode."
        case = approved(bought)
        home = f"/d/{scope.slug}/returns/{case.public_id}/"
        page = staff.get(home).content.decode()
        assert "Unknown postcode." in page
        assert "Make the label" in page
        seller.refuses = ""
        assert staff.post(f"{home}label/").status_code == 302
        drain_all()
        assert "¥520" in staff.get(home).content.decode()
        [parcel] = list_parcels_of(case)
        void = f"/d/{scope.slug}/returns/parcels/{parcel.public_id}/void/"
        assert staff.post(void).status_code == 302
        assert staff.post(void).status_code == 409
        drain_all()
        assert seller.voided == 1
    assert staff.get(f"{home}number/").status_code == 200
    assert staff.post(f"{home}number/", {"tracking_number": "123456789012"}).status_code == 302
    assert len(list_parcels_of(case)) == 2


def test_the_ways_and_places_are_set(staff: Client, scope: Merchant) -> None:
    url = f"/d/{scope.slug}/settings/sending-back/"
    page = staff.get(url).content.decode()
    first, second = (page.index(f"words_own_{one}") for one in ("ja", "en"))
    assert scope.default_locale == "ja"
    assert first < second, "the shop's own language comes first"
    data = {
        "methods": ["in_store", "own"],
        "weight": "800",
        "length": "0",
        "width": "0",
        "height": "0",
        "words_in_store_en": "Ginza, 2F",
        "words_in_store_ja": "銀座店2階",
    }
    assert staff.post(url, data).status_code == 302
    kept = SendingSettings.objects.get()
    assert (kept.methods, kept.weight) == (["own", "in_store"], 800)
    assert kept.words == {"in_store": {"en": "Ginza, 2F", "ja": "銀座店2階"}}
    assert staff.post(url, {**data, "weight": "0"}).status_code == 422

    place = {
        "name": "Ginza",
        "company": "Komorebi",
        "address1": "1-1",
        "city": "Tokyo",
        "postcode": "104-0061",
        "country": "JP",
    }
    assert staff.post(f"{url}addresses/new/", place).status_code == 302
    assert staff.post(f"{url}addresses/new/", place).status_code == 422
    first = ReturnAddress.objects.get()
    assert first.is_usual
    staff.post(f"{url}addresses/new/", {**place, "name": "Osaka"})
    second = ReturnAddress.objects.get(name="Osaka")
    assert not second.is_usual
    staff.post(f"{url}addresses/{first.public_id}/drop/")
    assert ReturnAddress.objects.count() == 2
    staff.post(f"{url}addresses/{second.public_id}/drop/")
    assert ReturnAddress.objects.count() == 1
    assert "Ginza" in staff.get(f"{url}addresses/{first.public_id}/").content.decode()


def test_labels_and_numbers_over_rest(call: Call, scope: Merchant, bought: Order) -> None:
    offer(ReturnMethod.LABEL)
    with FakeLabels() as seller:
        case = approved(bought, method="label")
        path = f"returns/{case.public_id}"
        assert call("GET", path).json()["method"] == "label"
        [label] = call("GET", f"{path}/labels").json()["data"]
        assert (label["state"], label["cost"]) == ("ready", {"amount": "520", "currency": "JPY"})
        assert label["files"] == ["label"]
        again = call("POST", f"{path}/labels", {})
        assert (again.status_code, len(again.json()["data"])) == (201, 1)
        for _turn in range(2):
            more = call("POST", f"{path}/labels", {"another": True}, **{"Idempotency-Key": "k1"})
        assert len(more.json()["data"]) == 2
        drain_all()
        assert seller.bought == 2
        void = call("POST", f"return-labels/{label['id']}/void", {})
        assert (void.status_code, void.json()["state"]) == (200, "voiding")
        twice = call("POST", f"return-labels/{label['id']}/void", {})
        assert (twice.status_code, twice.json()["code"]) == (409, "invalid_transition")
    number = call("POST", f"{path}/tracking-numbers", {"tracking_number": "123456789012"})
    assert (number.status_code, number.json()["source"]) == (201, "typed")
    waiting = ask(bought, NOW, (1, 1, "too_small"))
    refused = call("POST", f"returns/{waiting.public_id}/labels", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_label_here")


def test_a_method_is_chosen_over_rest(call: Call, scope: Merchant, bought: Order) -> None:
    offer(ReturnMethod.OWN, ReturnMethod.IN_STORE)

    made = call("POST", "returns", wish(bought, method="in_store"))
    assert (made.status_code, made.json()["method"]) == (201, "in_store")
    wrong = call("POST", "returns", wish(bought, method="qr"))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "method_not_offered")


def test_other_shops_see_nothing(staff: Client, scope: Merchant, bought: Order) -> None:
    with merchant_scope(scope.pk):
        offer(ReturnMethod.OWN)
    url = f"/d/{scope.slug}/settings/sending-back/addresses/rad_unknown/"
    assert staff.get(url).status_code == 404
