"""What shows that a parcel was handed over: kept, and shown to those who may see the order."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant, Order, User
from commerce.ports import Person
from postexp.kernel import clock
from postexp.kernel.models import InboxMessage, InboxState
from tests.tracking.scans import scan
from tests.tracking.test_site import NOW, text_of, url
from tracking import services
from tracking.models import Shipment
from tracking.rules import NormalisedShipment, PickupPlace, Proof
from tracking.rules.proof import safe_link
from tracking.selectors.told import proof_told
from tracking.serializers.scans_in import RefusedScan, read_scan
from tracking.services.personal import KEEPER

__all__ = ("url",)

HANDED_OVER = Proof(
    received_by="佐藤",
    left_at="Front door",
    photo_url="https://carrier.example/photo/1",
    has_signature=True,
)
DELIVERED = scan(0.9, "delivered", "delivered")


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def hear(shipment: Shipment, source: str = "test", hour: float = 1, **facts: Any) -> Shipment:
    at = NOW + timedelta(hours=hour)
    told = NormalisedShipment(source=source, tracking_number="", reported_at=at, **facts)
    services.ingest_tracking(shipment, told, at=at)
    shipment.refresh_from_db()
    return shipment


def a_request_about(shipment: Shipment) -> InboxMessage:
    """A raw request that led to a parcel."""
    return InboxMessage.objects.create(
        public_id="inb_1",
        source="easypost",
        topic="tracker.updated",
        provider_key="1",
        headers={"X-Name": "1"},
        body='{"signed_by": "佐藤"}'.encode(),
        state=InboxState.PROCESSED,
        next_at=NOW,
        received_at=NOW,
        effect_kind="shipment",
        effect_object_id=shipment.public_id,
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://carrier.example/1",
        "javascript:alert(1)",
        "//carrier.example/1",
        "https://user:secret@carrier.example/1",
        "https:///1",
        "https://carrier.example/a b",
        "https://carrier.example/\n1",
        "https://[broken",
        f"https://carrier.example/{'x' * 500}",
    ],
)
def test_only_plain_https_addresses_are_links(address: str) -> None:
    assert safe_link(address) == ""
    assert not Proof(photo_url=address, document_url=address)


@pytest.mark.django_db
class TestIntake:
    def test_it_stays_when_a_newer_message_is_silent(self, shipment: Shipment) -> None:
        hear(shipment, proof=HANDED_OVER, events=(DELIVERED,))
        before = hear(shipment, hour=2, events=(DELIVERED,)).proof
        assert before["received_by"] == "佐藤"
        assert shipment.proof == before

    def test_what_one_source_leaves_out_another_fills_and_the_carriers_word_goes_first(
        self, shipment: Shipment
    ) -> None:
        hear(shipment, "easypost", 3, proof=Proof(received_by="J. Doe", left_at="Porch"))
        hear(shipment, "yamato", 1, proof=Proof(received_by="Jane Doe"))
        assert shipment.proof == {"received_by": "Jane Doe", "left_at": "Porch"}

    def test_messages_in_any_order_leave_one_proof(self, shipment: Shipment) -> None:
        words = [
            ("easypost", 1, "A"),
            ("easypost", 2, "B"),
            ("aftership", 3, "C"),
            ("aftership", 3, "D"),
        ]
        seen = set()
        for seed in range(6):
            random.Random(seed).shuffle(words)
            Shipment.objects.update(by_source={}, proof={})
            shipment.refresh_from_db()
            for source, hour, name in words:
                hear(shipment, source, hour, proof=Proof(received_by=name))
            seen.add(shipment.proof["received_by"])
        assert seen == {"D"}

    def test_words_in_parts_add_up_in_any_order(self, shipment: Shipment) -> None:
        words = [
            (1, Proof(received_by="Jane", left_at="Porch")),
            (2, Proof(photo_url="https://carrier.example/photo/1")),
            (3, Proof(left_at="Garage")),
        ]
        for seed in range(4):
            random.Random(seed).shuffle(words)
            Shipment.objects.update(by_source={}, proof={})
            shipment.refresh_from_db()
            for hour, proof in words:
                hear(shipment, hour=hour, proof=proof)
            assert shipment.proof == {
                "received_by": "Jane",
                "left_at": "Garage",
                "photo_url": "https://carrier.example/photo/1",
                "has_photo": True,
            }

    def test_words_kept_before_each_had_its_instant_count_by_their_own(
        self, shipment: Shipment
    ) -> None:
        kept = [(NOW + timedelta(hours=2)).isoformat(), {"received_by": "Jane", "left_at": "Porch"}]
        Shipment.objects.update(by_source={"test": {"proof": kept}}, proof=kept[1])
        shipment.refresh_from_db()
        hear(shipment, hour=1, proof=Proof(received_by="Older"))
        hear(shipment, hour=3, proof=Proof(left_at="Garage"))
        assert shipment.proof == {"received_by": "Jane", "left_at": "Garage"}

    def test_the_same_again_is_no_news(self, shipment: Shipment) -> None:
        version = hear(shipment, proof=HANDED_OVER, events=(DELIVERED,)).version
        assert hear(shipment, hour=2, proof=HANDED_OVER, events=(DELIVERED,)).version == version

    def test_events_of_the_api_may_name_it(self) -> None:
        event = {
            "tracking_number": "1",
            "occurred_at": "2026-11-20T12:00:00+09:00",
            "status": "delivered",
        }
        told = read_scan(
            {**event, "received_by": "佐藤", "photo_url": "https://x.example/1"}, at=NOW
        ).told
        assert told.proof == Proof(received_by="佐藤", photo_url="https://x.example/1")
        place = read_scan({**event, "pickup_place": "渋谷", "pickup_hours": "9-19"}, at=NOW).told
        assert place.pickup == PickupPlace(name="渋谷", hours="9-19")
        with pytest.raises(RefusedScan, match="https"):
            read_scan({**event, "photo_url": "http://x.example/1"}, at=NOW)

    def test_it_is_forgotten_with_the_person(self, shipment: Shipment, order: Order) -> None:
        place = PickupPlace(name="佐藤商店")
        hear(shipment, proof=HANDED_OVER, pickup=place, events=(DELIVERED,))
        person = Person(customer_id="", order_ids=(order.public_id,), emails=(), words=())
        request = a_request_about(shipment)
        (told,) = KEEPER.export(person)
        assert told["proof_of_delivery"]["received_by"] == "佐藤"
        KEEPER.erase(person, NOW)
        shipment.refresh_from_db()
        assert shipment.proof == shipment.pickup == {}
        assert "佐藤" not in str(shipment.by_source)
        request.refresh_from_db()
        assert (bytes(request.body), request.headers) == (b"", {})
        # The carrier goes on naming them.
        Order.objects.filter(pk=order.pk).update(erased_at=NOW)
        hear(shipment, hour=2, proof=HANDED_OVER, pickup=place, events=(DELIVERED,))
        assert shipment.proof == shipment.pickup == {}
        assert "佐藤" not in str(shipment.by_source)


@pytest.mark.django_db
class TestPages:
    def test_the_page_of_the_order_shows_it(
        self, client: Client, url: str, shipment: Shipment
    ) -> None:
        hear(shipment, proof=HANDED_OVER, events=(DELIVERED,))
        page = client.get(f"{url}?lang=en")
        text = text_of(page)
        for words in ("Received by 佐藤", "Left at Front door", "The carrier keeps a signature."):
            assert words in text
        link = '<a href="https://carrier.example/photo/1" rel="noreferrer noopener">'
        assert link in page.content.decode()
        assert "<img" not in page.content.decode()

    def test_a_signature_before_the_delivery_is_not_shown(
        self, client: Client, url: str, shipment: Shipment
    ) -> None:
        hear(shipment, proof=HANDED_OVER, events=(scan(0.9, "in_transit", "picked_up"),))
        assert "佐藤" not in text_of(client.get(url))

    def test_a_number_alone_never_opens_it(self, client: Client, shipment: Shipment) -> None:
        hear(shipment, proof=HANDED_OVER, events=(DELIVERED,))
        answer = client.post("/s/komorebi/", {"number": shipment.tracking_number, "contact": ""})
        page = client.get(answer["Location"]).content.decode()
        assert not any(secret in page for secret in ("佐藤", "Front door", "photo/1"))

    def test_nor_does_the_shops_own_data_of_the_page(
        self, client: Client, url: str, shipment: Shipment
    ) -> None:
        hear(shipment, proof=HANDED_OVER, events=(DELIVERED,))
        assert "佐藤" not in client.get(f"{url}data.json").content.decode()

    def test_staff_see_it_with_the_parcel(
        self, client: Client, owner: User, merchant: Merchant, shipment: Shipment
    ) -> None:
        hear(shipment, proof=HANDED_OVER, events=(DELIVERED,))
        client.force_login(owner)
        page = client.get(f"/d/{merchant.slug}/parcels/{shipment.public_id}/")
        assert "佐藤" in text_of(page)

    @pytest.mark.parametrize(
        ("source", "hour"),
        [
            ("easypost", 1),  # the carrier's word goes before
            ("yamato", -30),  # the carrier's word is of an earlier turn
        ],
    )
    def test_a_place_of_collection_is_one_sources_of_this_turn(
        self, client: Client, url: str, shipment: Shipment, source: str, hour: float
    ) -> None:
        hear(shipment, source, hour, pickup=PickupPlace(name="旧営業所", hours="8-20"))
        waits = scan(0.9, "available_for_pickup", "at_post_office", location="渋谷")
        other = "yamato" if source == "easypost" else "easypost"
        hear(shipment, other, 1, pickup=PickupPlace(name="渋谷郵便局"), events=(waits,))
        text = text_of(client.get(f"{url}?lang=en"))
        assert "Where 渋谷郵便局" in text
        assert not any(words in text for words in ("旧営業所", "8-20"))

    def test_what_a_newer_version_kept_besides_is_left_aside(
        self, client: Client, url: str, shipment: Shipment
    ) -> None:
        waits = scan(0.9, "available_for_pickup", "at_post_office", location="渋谷")
        hear(shipment, pickup=PickupPlace(name="渋谷郵便局"), events=(waits,))
        said = shipment.by_source
        said["test"]["pickup"][1]["floor"] = "2"
        Shipment.objects.update(by_source=said, pickup={**shipment.pickup, "floor": "2"})
        assert "Where 渋谷郵便局" in text_of(client.get(f"{url}?lang=en"))
        shipment.status, shipment.proof = "delivered", {"received_by": "佐藤", "floor": "2"}
        assert proof_told(shipment) == Proof(received_by="佐藤")

    def test_a_place_of_collection_names_its_hours(
        self, client: Client, url: str, shipment: Shipment
    ) -> None:
        place = PickupPlace(name="渋谷郵便局", hours="9:00–19:00")
        waits = scan(0.9, "available_for_pickup", "at_post_office", location="渋谷")
        hear(shipment, pickup=place, events=(waits,))
        text = text_of(client.get(f"{url}?lang=en"))
        assert "Where 渋谷郵便局" in text
        assert "Open 9:00–19:00" in text
