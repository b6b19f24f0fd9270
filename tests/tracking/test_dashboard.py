"""The merchant's pages of parcels, and what tracking shows on pages of other rooms."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant, Order, User
from commerce.selectors import get_merchant
from commerce.services.orders import take_in_order
from notifications.models import Message
from postexp.kernel import clock, inbox, slots
from postexp.kernel.models import InboxMessage
from tests.facts import order_facts
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tests.tracking.test_site import text_of
from tracking import services
from tracking.models import Shipment
from tracking.panels import found_parcels, on_time, order_parcels, parcels_in_trouble
from tracking.rules import Estimate, NormalisedShipment
from tracking.serializers import tell_parcels

pytestmark = pytest.mark.django_db

LIST = "/d/komorebi/parcels/"


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def tell(shipment: Shipment, *events: Any, **facts: Any) -> None:
    told = NormalisedShipment(source="test", tracking_number="", events=events, **facts)
    services.ingest_tracking(shipment, told, at=START + timedelta(hours=3))


@pytest.fixture
def others(order: Order, scope: Merchant, shipment: Shipment) -> list[Shipment]:
    """Three more parcels: delivered, in trouble, and late."""
    made = []
    for number in ("11", "12", "13"):
        other = take_in_order(
            order_facts(external_id=number, number=f"#{number}"), merchant=scope, at=START
        ).order
        made += services.take_in_shipment(
            fulfilment_facts(
                other,
                START,
                external_id=f"f{number}",
                tracking_numbers=(number,),
                carrier_name="UPS",
            ),
            at=START,
        )
    tell(made[0], scan(2, "delivered"), estimate=Estimate(day=date(2026, 11, 20)))
    tell(made[1], scan(2, "exception", "address_incorrect"))
    tell(made[2], scan(2, "in_transit", "weather_delay"))
    return made


def numbers(response: Any) -> set[str]:
    return {row["shipment"].tracking_number for row in response.context["rows"]}


class TestList:
    def test_views_search_and_filters_live_in_the_address(
        self, staff: Client, others: list[Shipment]
    ) -> None:
        mine = "4000-1234-5675"
        for query, expected in {
            "": {mine, "11", "12", "13"},
            "?view=on_the_way": {mine, "13"},
            "?view=needs_attention": {"12", "13"},
            "?view=delivered": {"11"},
            "?late=1": {"13"},
            "?carrier=ups&view=delivered": {"11"},
            "?q=4000 1234": {mine},
            "?q=%2312": {"12"},
            "?q=---": set(),
        }.items():
            assert numbers(staff.get(LIST + query)) == expected, query

    def test_a_parcel_that_came_late_needs_no_attention_any_more(
        self, staff: Client, others: list[Shipment]
    ) -> None:
        Shipment.objects.filter(tracking_number="11").update(is_delayed=True)
        page = staff.get(f"{LIST}?view=needs_attention")
        assert numbers(page) == {"12", "13"}
        assert [tab["count"] for tab in page.context["views"]] == [4, 2, 2, 1]

    def test_tabs_are_counted_and_chips_name_carriers(
        self, staff: Client, others: list[Shipment]
    ) -> None:
        page = staff.get(LIST)
        assert [tab["count"] for tab in page.context["views"]] == [4, 2, 2, 1]
        text = text_of(page)
        for words in ("Yamato Transport", "UPS", "Late", "The address needs correcting"):
            assert words in text

    def test_chips_name_only_carriers_that_carried_something(
        self, staff: Client, others: list[Shipment]
    ) -> None:
        others[0].carrier = "acme_parcel"
        others[0].save()
        chips = [chip["label"] for chip in staff.get(LIST).context["chips"]]
        assert "Acme Parcel" in chips
        chips = [chip["label"] for chip in staff.get(f"{LIST}?carrier=owl_post").context["chips"]]
        assert "Owl Post" not in chips

    def test_a_chosen_carrier_has_its_chip_however_few_its_parcels(
        self, staff: Client, others: list[Shipment], shipment: Shipment
    ) -> None:
        busy = Shipment.objects.exclude(pk=others[0].pk).first()
        assert busy is not None
        for number in range(16):
            busy.pk, busy.public_id = None, f"shp_{number}"
            busy.tracking_number = busy.number_key = busy.fulfilment_ref = f"n{number}"
            busy.carrier = f"busy {number // 2}"
            busy.save()
        Shipment.objects.filter(pk=others[0].pk).update(carrier="rare")
        labels = [chip["label"] for chip in staff.get(LIST).context["chips"]]
        assert "Rare" not in labels
        labels = [chip["label"] for chip in staff.get(f"{LIST}?carrier=rare").context["chips"]]
        assert labels[-1] == "Rare"

    def test_it_is_flat_in_queries(
        self, staff: Client, others: list[Shipment], django_assert_max_num_queries: Any
    ) -> None:
        staff.get(LIST)
        with django_assert_max_num_queries(12) as many:
            staff.get(LIST)
        Shipment.objects.exclude(tracking_number="11").delete()
        with django_assert_max_num_queries(12) as one:
            staff.get(LIST)
        assert len(many) == len(one)

    def test_the_server_sends_the_part_htmx_asks_for(
        self, staff: Client, others: list[Shipment]
    ) -> None:
        part = staff.get(LIST, headers={"HX-Request": "true"}).content
        assert part.lstrip().startswith(b'<div class="stack" id="rows"')

    def test_empty_states_teach(self, staff: Client, merchant: Merchant) -> None:
        assert "No parcels yet" in text_of(staff.get(LIST))
        assert "No parcel fits" in text_of(staff.get(f"{LIST}?q=1"))

    def test_it_speaks_japanese(self, staff: Client, others: list[Shipment]) -> None:
        text = text_of(staff.get(LIST, headers={"Accept-Language": "ja"}))
        assert "ヤマト運輸" in text


class TestDetail:
    def test_the_story_of_a_parcel(self, staff: Client, shipment: Shipment) -> None:
        tell(shipment, scan(2, "in_transit", "picked_up", raw_description="集荷しました"))
        text = text_of(staff.get(f"{LIST}{shipment.public_id}/"))
        for words in (
            "4000-1234-5675",
            "#1001",
            "マグカップ",
            "集荷しました",
            "Collected by the carrier",
        ):
            assert words in text

    def test_a_parcel_without_an_order_says_why(
        self, staff: Client, scope: Merchant, at: datetime
    ) -> None:
        orphan = services.take_in_report(
            NormalisedShipment(source="easypost", tracking_number="9"), at=at
        )
        text = text_of(staff.get(f"{LIST}{orphan.public_id}/"))
        assert "No order is known for this parcel" in text
        assert "No scan yet." in text

    def test_one_whose_number_another_parcel_has_leads_to_it(
        self, staff: Client, shipment: Shipment, at: datetime
    ) -> None:
        tell(shipment, scan(0.5, "delivered"))
        told = NormalisedShipment(
            source="test", tracking_number=shipment.tracking_number, external_id="2"
        )
        Shipment.objects.update(by_source={"test": {"id": "1"}})
        again = services.take_in_report(told, at=at)
        assert again.pk != shipment.pk
        page = staff.get(f"{LIST}{again.public_id}/").content.decode()
        assert f'<a href="{LIST}{shipment.public_id}/">#1001</a>: Delivered' in page
        there = staff.get(f"{LIST}{shipment.public_id}/").content.decode()
        assert again.public_id not in there

    def test_another_shops_parcel_is_not_found(
        self, client: Client, shipment: Shipment, other_merchant: Merchant
    ) -> None:
        client.force_login(User.objects.get(email="rival@example.com"))
        assert client.get(f"/d/harbor/parcels/{shipment.public_id}/").status_code == 404
        assert client.get(f"{LIST}{shipment.public_id}/").status_code == 404


class TestPanels:
    def test_the_order_page_shows_its_parcels(self, shipment: Shipment, order: Order) -> None:
        context = {"order_id": order.public_id, "merchant": Merchant.objects.get()}
        assert "4000-1234-5675" in order_parcels(None, context)
        Shipment.objects.all().delete()
        assert order_parcels(None, context) == ""

    def test_home_shows_trouble_and_punctuality(
        self, others: list[Shipment], scope: Merchant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context = {"merchant": scope}
        monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=4))
        shown = parcels_in_trouble(None, context)
        assert "3 parcels need attention" in shown
        assert "#12" in shown
        assert on_time(None, context) == ""
        # As the delivery report has it, once it has counted.
        services.count_parcels(at=clock.now())
        shown = on_time(None, context)
        assert "100%" in shown
        assert "of 1 parcel this month and last" in shown
        monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=50))
        assert on_time(None, context) == ""
        monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=4))
        Shipment.objects.all().delete()
        services.forget_removed()
        assert parcels_in_trouble(None, context) == on_time(None, context) == ""

    def test_the_search_finds_numbers(self, others: list[Shipment], scope: Merchant) -> None:
        context = {"merchant": scope, "q": "12"}
        assert others[1].public_id in found_parcels(None, context)
        assert found_parcels(None, {**context, "q": "nothing"}) == ""

    def test_they_are_registered(self) -> None:
        for slot in ("order_page", "dashboard_home", "dashboard_stats", "search"):
            assert any(panel.name.startswith("tracking.") for panel in slots.panels(slot))


def test_a_carriers_words_without_a_code_are_shown_once(shipment: Shipment) -> None:
    words = "Left at door"
    tell(shipment, scan(1, "delivered", raw_code=words, raw_description=words, location="Ueno"))
    (parcel,) = tell_parcels([shipment], merchant=get_merchant(), locale="en", at=START)
    assert [row["text"] for row in parcel.raw] == ["Left at door · Ueno"]


def test_a_parcel_shows_what_was_told_of_it_and_leads_to_its_raw_messages(
    staff: Client, scope: Merchant, shipment: Shipment, drain: Callable[[], None]
) -> None:
    drain()
    here = f"/d/komorebi/parcels/{shipment.public_id}/"
    context = staff.get(here).context
    told = {row.message.kind for row in context["messages_told"]}
    assert told == {"order.thanks", "shipment.shipped"}
    Message.objects.filter(kind="shipment.shipped").update(object_id="shp_another")
    kinds = [row.message.kind for row in staff.get(here).context["messages_told"]]
    assert "shipment.shipped" not in kinds
    inbox.store(
        source="test",
        topic="",
        provider_key="1",
        merchant_id=scope.pk,
        headers={},
        body=b"{}",
        at=START,
    )
    raw = f"/d/komorebi/events/requests/?about={shipment.public_id}"
    assert raw in staff.get(here).content.decode()
    assert staff.get(raw).context["rows"] == []
    InboxMessage.objects.update(effect_object_id=shipment.public_id, state="processed")
    (row,) = staff.get(raw).context["rows"]
    assert row["message"].effect_object_id == shipment.public_id
