"""Codes no connector reads: kept, counted, given a meaning by staff for past scans and new ones."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commerce.models import Merchant, Order, User
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.parallel import overlap
from tests.tracking.scans import START, scan
from tracking import services
from tracking.errors import UnknownMeaning
from tracking.models import CarrierCode, CarrierCodeScan, Shipment, ShipmentEvent
from tracking.rules import NormalisedEvent, NormalisedShipment
from tracking.selectors.codes import list_waiting_codes
from tracking.services.ingest import lock_shipments
from tracking.tasks import go_on_remapping

pytestmark = pytest.mark.django_db

NOW = START + timedelta(hours=1)
PAGE = "/d/komorebi/parcels/codes/"


def unknown(hours: float = 0, code: str = "ZZ9", **facts: str) -> NormalisedEvent:
    return scan(hours, None, raw_code=code, raw_description="Zonked", **facts)


def tell(shipment: Shipment, *events: NormalisedEvent, source: str = "test") -> Shipment:
    told = NormalisedShipment(source=source, tracking_number="", events=events)
    services.ingest_tracking(shipment, told, at=NOW)
    shipment.refresh_from_db()
    return shipment


def the_code() -> CarrierCode:
    return CarrierCode.objects.get()


def test_a_code_is_kept_once_with_its_scans(shipment: Shipment) -> None:
    events = (unknown(), unknown(0.5, location="江東"))
    for _ in range(3):
        tell(shipment, *events)
    code = the_code()
    assert (code.source, code.code, code.words) == ("test", "ZZ9", "Zonked")
    assert (code.mapped_at, code.first_seen_at, code.last_seen_at) == (None, NOW, NOW)
    assert CarrierCodeScan.objects.count() == 2
    assert ShipmentEvent.objects.filter(raw_code="ZZ9").count() == 2


@pytest.mark.parametrize(
    "event",
    [
        scan(0, "in_transit", "picked_up", raw_code="PU"),
        scan(0, None, "information_only", raw_code="20"),
        scan(0, None, raw_code=""),
    ],
)
def test_what_was_read_or_says_nothing_is_no_code(
    shipment: Shipment, event: NormalisedEvent
) -> None:
    tell(shipment, event)
    assert not CarrierCode.objects.exists()


def test_words_stand_for_a_code_where_there_is_none(shipment: Shipment) -> None:
    tell(shipment, scan(0, None, raw_code="", raw_description="Your parcel took a nap"))
    assert the_code().code == "Your parcel took a nap"


def test_a_whole_line_with_its_time_is_no_code(shipment: Shipment) -> None:
    for hours, line in (
        (0, "↑ 07月12日 11:27 謎の状態です。"),
        (1, "↑ 07月13日 9:01 謎の状態です。"),
    ):
        tell(shipment, scan(hours, None, raw_code=line, raw_description="謎の状態です。"))
    assert the_code().code == "謎の状態です。"


def test_past_scans_and_new_ones_mean_what_staff_say(shipment: Shipment, owner: User) -> None:
    tell(shipment, scan(-0.5, "in_transit", "picked_up"), unknown())
    assert shipment.status == "in_transit"
    code = services.map_code(the_code(), meaning="delivered/locker", by=owner, at=NOW)
    assert services.remap_scans(code.public_id, at=NOW) is False
    shipment.refresh_from_db()
    assert (shipment.status, shipment.substatus) == ("delivered", "locker")
    assert EventRecord.objects.filter(type="shipment.delivered").count() == 1
    event = EventRecord.objects.get(type="carrier_code.mapped")
    assert (event.actor, event.payload["code"]) == (owner.actor, "ZZ9")
    # What comes now is read at once, and the same scan told again stays one.
    tell(shipment, unknown(), unknown(0.7))
    statuses = ShipmentEvent.objects.filter(raw_code="ZZ9").values_list("status", "substatus")
    assert list(statuses) == [("delivered", "locker")] * 2
    assert list_waiting_codes() == []


def test_a_meaning_can_be_changed_and_taken_for_information(
    shipment: Shipment, owner: User
) -> None:
    tell(shipment, scan(-0.5, "in_transit", "picked_up"), unknown())
    for meaning, status in (
        ("out_for_delivery/on_vehicle", "out_for_delivery"),
        ("information_only", "in_transit"),
    ):
        code = services.map_code(the_code(), meaning=meaning, by=owner, at=NOW)
        services.remap_scans(code.public_id, at=NOW)
        shipment.refresh_from_db()
        assert shipment.status == status
    assert ShipmentEvent.objects.get(raw_code="ZZ9").substatus == "information_only"
    assert the_code().meaning == 2


@pytest.mark.parametrize("meaning", ["", "lost", "delivered/picked_up", "delivered/", "a/b/c"])
def test_a_meaning_is_a_status_with_its_own_substatus(
    shipment: Shipment, owner: User, meaning: str
) -> None:
    tell(shipment, unknown())
    with pytest.raises(UnknownMeaning):
        services.map_code(the_code(), meaning=meaning, by=owner, at=NOW)
    assert the_code().mapped_at is None


def test_many_past_scans_follow_in_steps(
    shipment: Shipment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracking.services.remapping.CHUNK", 2)
    tell(shipment, *(unknown(number / 10) for number in range(5)))
    code = services.map_code(the_code(), meaning="in_transit/departed_facility", by=owner, at=NOW)
    assert list_waiting_codes() == [(shipment.merchant_id, code.public_id)]
    steps = [services.remap_scans(code.public_id, at=NOW) for _ in range(3)]
    assert steps == [True, True, False]
    assert list_waiting_codes() == []
    assert ShipmentEvent.objects.filter(substatus="departed_facility").count() == 5


def test_the_schedule_goes_on_where_no_worker_was_told(
    shipment: Shipment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(shipment, *(unknown(number / 10) for number in range(5)))
    services.map_code(the_code(), meaning="in_transit/picked_up", by=owner, at=NOW)
    monkeypatch.setattr("tracking.services.remapping.CHUNK", 2)
    assert go_on_remapping() == 1
    assert ShipmentEvent.objects.filter(substatus="picked_up").count() == 5
    assert go_on_remapping() == 0


@pytest.mark.django_db(transaction=True)
def test_reading_anew_and_taking_in_never_wait_for_each_other_in_a_ring(
    merchant: Merchant, shipment: Shipment, owner: User
) -> None:
    tell(shipment, unknown())
    code = services.map_code(the_code(), meaning="in_transit/picked_up", by=owner, at=NOW)

    def take_in() -> None:
        lock_shipments([shipment.pk])

    def take_in_more() -> None:
        # It holds the shipment, and now needs the code that the other side reads anew.
        tell(shipment, unknown(0.5))

    overlap(
        merchant,
        take_in,
        lambda: services.remap_scans(code.public_id, at=NOW),
        then=take_in_more,
    )
    assert ShipmentEvent.objects.filter(substatus="picked_up").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_being_read_anew_is_left_to_who_does_it(
    merchant: Merchant, shipment: Shipment, owner: User
) -> None:
    tell(shipment, unknown())
    code = services.map_code(the_code(), meaning="in_transit/picked_up", by=owner, at=NOW)
    answers: list[bool] = []
    overlap(
        merchant,
        lambda: answers.append(services.remap_scans(code.public_id, at=NOW)),
        lambda: answers.append(services.remap_scans(code.public_id, at=NOW)),
        then=lambda: answers.append(len(answers) == 2),
    )
    # The second was done while the first had not ended yet, and hands nothing on.
    assert answers == [False, False, True]


def test_one_source_fills_the_list_only_so_far(
    shipment: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracking.services.codes.MOST_CODES", 3)
    for number in range(6):
        tell(shipment, unknown(number / 10, code=f"Z{number}"))
    assert CarrierCode.objects.count() == 3
    assert ShipmentEvent.objects.filter(raw_code__startswith="Z").count() == 6


class TestPage:
    def test_it_lists_codes_and_maps_one(
        self, client: Client, owner: User, order: Order, shipment: Shipment
    ) -> None:
        tell(shipment, unknown())
        client.force_login(owner)
        page = client.get(PAGE).content.decode()
        assert "ZZ9" in page
        assert shipment.public_id in page
        answer = client.post(f"{PAGE}{the_code().public_id}/", {"meaning": "delivered/signed"})
        assert answer["Location"] == PAGE
        assert the_code().status == "delivered"
        assert "“ZZ9” is read from now on" in client.get(PAGE).content.decode()
        assert "ZZ9" not in client.get(PAGE).content.decode()
        assert "ZZ9" in client.get(f"{PAGE}?view=mapped").content.decode()

    def test_a_meaning_is_saved_by_a_button_that_says_what_it_concerns(
        self, client: Client, owner: User, shipment: Shipment
    ) -> None:
        tell(shipment, unknown(), unknown(1))
        client.force_login(owner)
        page = client.get(PAGE).content.decode()
        form = page[page.index('name="meaning"') : page.index("</form>", page.index("meaning"))]
        assert "data-submit" not in form
        assert "<noscript>" not in form
        assert "Save</button>" in form
        assert "This concerns 2 scans." in form

    @pytest.mark.parametrize(
        ("source", "name"), [("api", "API"), ("import", "Imported file"), ("ups", "UPS")]
    )
    def test_its_source_has_a_name(
        self, client: Client, owner: User, shipment: Shipment, source: str, name: str
    ) -> None:
        tell(shipment, unknown(source=source), source=source)
        client.force_login(owner)
        assert f"<td>{name}</td>" in client.get(PAGE).content.decode()

    def test_ways_lead_to_it_from_where_a_code_is_met(
        self, client: Client, owner: User, shipment: Shipment
    ) -> None:
        link, parcels = f'href="{PAGE}"', "/d/komorebi/parcels/"
        parcel = f"{parcels}{shipment.public_id}/"

        def shown(path: str) -> str:
            _head, _main, page = client.get(path).content.decode().partition("<main")
            return page.partition("</main>")[0]

        client.force_login(owner)
        assert link in shown("/d/komorebi/settings/parcels/")
        assert "data-command" in client.get(parcels).content.decode().partition(link)[2][:20]
        assert link not in shown(parcels)
        assert link not in shown(parcel)
        tell(shipment, unknown())
        assert link in shown(parcels)
        assert "Carrier codes to read: 1" in shown(parcels)
        assert link in shown(parcel)
        services.map_code(the_code(), meaning="delivered/signed", by=owner, at=NOW)
        assert link not in shown(parcels)
        assert link not in shown(parcel)

    def test_a_meaning_nobody_knows_is_refused_in_words(
        self, client: Client, owner: User, shipment: Shipment
    ) -> None:
        tell(shipment, unknown())
        client.force_login(owner)
        answer = client.post(f"{PAGE}{the_code().public_id}/", {"meaning": "x"}, follow=True)
        assert "There is no such status." in answer.content.decode()

    def test_another_shops_code_is_not_found(
        self, client: Client, owner: User, shipment: Shipment, other_merchant: Merchant
    ) -> None:
        with merchant_scope(other_merchant.pk):
            code = CarrierCode.objects.create(
                source="test", code="Q", first_seen_at=timezone.now(), last_seen_at=timezone.now()
            )
        client.force_login(owner)
        assert client.post(f"{PAGE}{code.public_id}/", {"meaning": "x"}).status_code == 404
        assert ">Q<" not in client.get(PAGE).content.decode()

    def test_an_empty_list_says_so(self, client: Client, owner: User, merchant: Merchant) -> None:
        client.force_login(owner)
        assert "Every scan so far was read." in client.get(PAGE).content.decode()
