"""Staff correct a parcel on its page, and programs over the API."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from commerce.enums import Role, Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from commerce.services.merchants import add_member
from postexp.kernel.history import words_of
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tests.tracking.test_site import text_of
from tracking import services
from tracking.models import Correction, Shipment
from tracking.rules import NormalisedShipment
from tracking.serializers import tell_order

pytestmark = pytest.mark.django_db

Call = Callable[..., Any]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def parcel(order: Order) -> Shipment:
    """A parcel whose number fits four Japanese carriers, told to be Yamato's."""
    facts = fulfilment_facts(order, START, tracking_numbers=("6000-7842-0325",))
    return services.take_in_shipment(facts, at=START)[0]


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


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


def page(parcel: Shipment, part: str = "") -> str:
    return f"/d/komorebi/parcels/{parcel.public_id}/{part}"


class TestPage:
    def test_it_lists_the_carriers_the_number_fits(self, staff: Client, parcel: Shipment) -> None:
        text = text_of(staff.get(page(parcel)))
        assert "Carriers this number fits" in text
        for words in ("Sagawa Express · ", "Its numbers were seen to begin with 600."):
            assert words in text
        assert "Corrections" not in text

    def test_a_carrier_is_corrected_and_withdrawn(self, staff: Client, parcel: Shipment) -> None:
        form = text_of(staff.get(page(parcel, "carrier/")))
        assert "Which carrier is it?" in form
        answer = staff.post(page(parcel, "carrier/"), {"carrier": "sagawa"}, follow=True)
        text = text_of(answer)
        assert "The parcel is with Sagawa Express now." in text
        assert "Sagawa Express corrected" in text
        assert "Carrier as told Yamato Transport" in text
        assert "Carrier Yamato Transport → Sagawa Express" in text
        withdrawn = staff.post(page(parcel, "withdraw/"), {"subject": "carrier"}, follow=True)
        assert "The correction is withdrawn." in text_of(withdrawn)
        parcel.refresh_from_db()
        assert (parcel.carrier, Correction.objects.filter(ended_at=None).count()) == ("yamato", 0)

    def test_another_carrier_has_a_name(self, staff: Client, parcel: Shipment) -> None:
        refused = staff.post(page(parcel, "carrier/"), {"carrier": "other"})
        assert refused.status_code == 422
        assert "Write the carrier’s name." in text_of(refused)
        staff.post(page(parcel, "carrier/"), {"carrier": "other", "other": "Our Van"})
        parcel.refresh_from_db()
        assert parcel.carrier == "Our Van"

    def test_known_carriers_are_offered_and_a_name_is_recognised(
        self, staff: Client, order: Order
    ) -> None:
        facts = fulfilment_facts(order, START, tracking_numbers=("ABC",), carrier_name="")
        (parcel,) = services.take_in_shipment(facts, at=START)
        form = staff.get(page(parcel, "carrier/")).content.decode()
        assert '<option value="Yamato Transport">' in form
        assert 'list="known-carriers"' in form
        assert 'type="radio"' not in form
        assert "field-optional" not in form
        sent = {"carrier": "other", "other": "くろねこヤマト"}
        text = text_of(staff.post(page(parcel, "carrier/"), sent, follow=True))
        assert "The parcel is with Yamato Transport now." in text
        parcel.refresh_from_db()
        assert parcel.carrier == "yamato"

    def test_a_status_is_corrected_and_both_are_told(self, staff: Client, parcel: Shipment) -> None:
        staff.post(page(parcel, "status/"), {"word": "exception/lost"})
        told = NormalisedShipment(
            source="test", tracking_number="", events=(scan(2, "in_transit", "picked_up"),)
        )
        services.ingest_tracking(parcel, told, at=START)
        text = text_of(staff.get(page(parcel)))
        assert "The carrier says In transit" in text
        for words in ("Set by the shop", "Collected by the carrier"):
            assert words in text
        withdrawn = staff.post(page(parcel, "withdraw/"), {"subject": "status"}, follow=True)
        assert "The carrier says" not in text_of(withdrawn)

    def test_the_shopper_reads_the_word_of_the_shop(
        self, staff: Client, parcel: Shipment, order: Order
    ) -> None:
        staff.post(page(parcel, "status/"), {"word": "delivered/delivered"})
        story = tell_order(order, locale="en", at=START)
        [shown] = story.parcels
        assert shown.headline.code == "delivered_on"
        assert "Set by the shop" in [entry["text"] for entry in shown.timeline]
        assert all(row["text"] for row in shown.raw)

    @pytest.mark.parametrize("data", [{}, {"word": "lost"}, {"word": "delivered/lost"}])
    def test_a_word_outside_the_list_is_refused(
        self, staff: Client, parcel: Shipment, data: dict[str, str]
    ) -> None:
        assert staff.post(page(parcel, "status/"), data).status_code == 422

    @pytest.mark.parametrize("subject", ["", "colour", "status", "carrier"])
    def test_nothing_to_withdraw_is_said(
        self, staff: Client, parcel: Shipment, subject: str
    ) -> None:
        answer = staff.post(page(parcel, "withdraw/"), {"subject": subject}, follow=True)
        assert "There is no correction that could be withdrawn." in text_of(answer)

    def test_htmx_gets_the_dialog_and_is_led_back(self, staff: Client, parcel: Shipment) -> None:
        dialog = staff.get(page(parcel, "status/"), headers=HTMX)
        assert "<html" not in dialog.content.decode()
        answer = staff.post(page(parcel, "status/"), {"word": "exception/lost"}, headers=HTMX)
        assert (answer.status_code, answer["HX-Redirect"]) == (204, page(parcel))

    def test_a_detected_carrier_is_marked(self, staff: Client, order: Order) -> None:
        facts = fulfilment_facts(
            order, START, carrier_name="Other", tracking_numbers=("1Z5R89390357567127",)
        )
        (parcel,) = services.take_in_shipment(facts, at=START)
        text = text_of(staff.get(page(parcel)))
        assert "UPS from the number" in text
        assert "UPS United States Ground" in text

    def test_who_may_only_read_corrects_nothing(
        self, client: Client, parcel: Shipment, merchant: Merchant, owner: User, at: datetime
    ) -> None:
        analyst = User.objects.create_user("analyst@komorebi.example", None)
        add_member(merchant=merchant, user=analyst, role=Role.ANALYST, by=owner, at=at)
        client.force_login(analyst)
        assert "Correct the carrier" not in text_of(client.get(page(parcel)))
        assert client.post(page(parcel, "carrier/"), {"carrier": "ups"}).status_code == 403

    def test_another_shop_s_parcel_is_not_found(
        self, client: Client, parcel: Shipment, other_merchant: Merchant
    ) -> None:
        client.force_login(User.objects.get(email="rival@example.com"))
        for part in ("carrier/", "status/", "withdraw/"):
            assert client.post(f"/d/harbor/parcels/{parcel.public_id}/{part}").status_code == 404

    def test_the_log_says_from_what_to_what(self, staff: Client, parcel: Shipment) -> None:
        staff.post(page(parcel, "carrier/"), {"carrier": "sagawa"})
        staff.post(page(parcel, "status/"), {"word": "exception/lost"})
        for subject in ("carrier", "status"):
            staff.post(page(parcel, "withdraw/"), {"subject": subject})
        said = []
        for record in EventRecord.objects.order_by("id"):
            words = words_of(record.type)
            if "correct" in record.type and words and words.detail:
                said.append(words.detail(record.payload))
        assert said == [
            "Yamato Transport → Sagawa Express",
            "Label created → Lost on the way",
            "Sagawa Express → Yamato Transport",
            "Needs attention → Label created",
        ]
        with translation.override("ja"):
            words = words_of("shipment.carrier_corrected")
            assert words is not None
            assert words.detail is not None
            assert "佐川急便" in words.detail({"before": "", "after": "sagawa"})


class TestApi:
    def test_a_carrier_is_corrected(self, call: Call, parcel: Shipment) -> None:
        path = f"/shipments/{parcel.public_id}/carrier"
        candidates = call("GET", path).json()["data"]
        assert candidates[0]["carrier"] == "sagawa"
        assert "begin with 600" in candidates[0]["reason"]
        told = call("POST", path, {"carrier": "Sagawa Express"}).json()
        assert (told["carrier"], told["carrier_basis"], told["told_carrier"]) == (
            "sagawa",
            "corrected",
            "yamato",
        )
        assert call("GET", f"/shipments/{parcel.public_id}").json() == told
        back = call("DELETE", path).json()
        assert (back["carrier"], back["carrier_basis"], back["told_carrier"]) == (
            "yamato",
            "told",
            None,
        )
        again = call("DELETE", path)
        assert (again.status_code, again.json()["code"]) == (422, "nothing_to_withdraw")

    def test_a_status_is_corrected(self, call: Call, parcel: Shipment) -> None:
        path = f"/shipments/{parcel.public_id}/status"
        told = call("POST", path, {"status": "exception", "substatus": "lost"}).json()
        assert (told["status"], told["substatus"]) == ("exception", "lost")
        assert told["reported"] == {"status": "info_received", "substatus": "label_created"}
        back = call("DELETE", path).json()
        assert (back["status"], back["reported"]) == ("info_received", None)

    def test_the_actor_is_the_key(self, call: Call, parcel: Shipment) -> None:
        call("POST", f"/shipments/{parcel.public_id}/status", {"status": "delivered"})
        assert Correction.objects.get().made_by.startswith("api:")

    def test_a_key_serves_one_parcel(self, call: Call, parcel: Shipment, order: Order) -> None:
        other = services.take_in_shipment(
            fulfilment_facts(order, START, external_id="f2", lines=()), at=START
        )[0]
        statuses = []
        for one in (parcel, parcel, other):
            path = f"/shipments/{one.public_id}/carrier"
            answer = call("POST", path, {"carrier": "ups"}, **{"Idempotency-Key": "k"})
            statuses.append(answer.status_code)
        assert statuses == [200, 200, 422]
        assert [one.shipment_id for one in Correction.objects.all()] == [parcel.pk]

    @pytest.mark.parametrize(
        ("part", "body", "code"),
        [
            ("status", {"status": "delivered", "substatus": "lost"}, "unknown_substatus"),
            ("status", {"status": "gone"}, ""),
            ("status", {}, ""),
            ("carrier", {"carrier": ""}, ""),
            ("carrier", {"carrier": "ups", "colour": "red"}, ""),
        ],
    )
    def test_what_is_wrong_is_refused(
        self, call: Call, parcel: Shipment, part: str, body: dict[str, str], code: str
    ) -> None:
        answer = call("POST", f"/shipments/{parcel.public_id}/{part}", body)
        assert answer.status_code == 422
        assert not code or answer.json()["code"] == code
        assert Correction.objects.count() == 0

    def test_strange_addresses_are_not_found(self, call: Call, parcel: Shipment) -> None:
        for method in ("POST", "DELETE"):
            assert call(method, "/shipments/shp_nobody/carrier", {}).status_code == 404
            assert call(method, "/shipments/%00/status", {}).status_code == 404
