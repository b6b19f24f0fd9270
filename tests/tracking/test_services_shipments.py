"""Parcels come into being from fulfilments, or from carriers that tell first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from commerce.models import Merchant, Order
from commerce.ports import FulfilmentLineFacts
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import take_in_order
from tests.facts import order_facts
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import selectors, services
from tracking.errors import UnknownOrder
from tracking.models import Shipment
from tracking.rules import NormalisedShipment

pytestmark = pytest.mark.django_db

NUMBER = "4000-1234-5675"


def test_a_fulfilment_becomes_a_parcel_with_its_items(
    order: Order, at: datetime, drain: Callable[[], None], published: Callable[[], list[str]]
) -> None:
    take_in_fulfilment(fulfilment_facts(order, at), at=at)
    drain()
    (shipment,) = selectors.list_shipments_of_order(order)
    assert (shipment.carrier, shipment.tracking_number) == ("yamato", NUMBER)
    assert (shipment.status, shipment.substatus) == ("info_received", "label_created")
    assert [(item.order_line.title, item.quantity) for item in shipment.items.all()] == [
        ("マグカップ", 2)
    ]
    assert published() == ["shipment.changed", "shipment.dispatched"]


def test_the_same_again_changes_nothing(
    order: Order, at: datetime, published: Callable[[], list[str]]
) -> None:
    facts = fulfilment_facts(order, at)
    services.take_in_shipment(facts, at=at)
    said = published()
    services.take_in_shipment(facts, at=at)
    assert published() == said
    assert Shipment.objects.count() == 1


def test_one_parcel_for_each_number_and_the_items_with_the_first(
    order: Order, at: datetime
) -> None:
    parcels = services.take_in_shipment(
        fulfilment_facts(
            order, at, tracking_numbers=("1", "2"), tracking_urls=("javascript:alert(1)",)
        ),
        at=at,
    )
    assert [(one.tracking_number, one.items.count()) for one in parcels] == [("1", 1), ("2", 0)]
    assert {one.carrier_url for one in parcels} == {""}


def test_a_number_that_comes_later_is_taken_over_and_told(
    order: Order, at: datetime, published: Callable[[], list[str]]
) -> None:
    facts = fulfilment_facts(order, at, tracking_numbers=())
    (first,) = services.take_in_shipment(facts, at=at)
    later = replace(facts, tracking_numbers=(NUMBER,), updated_at=at + timedelta(hours=1))
    (second,) = services.take_in_shipment(later, at=at + timedelta(hours=1))
    assert (first.pk, first.tracking_number) == (second.pk, "")
    assert second.tracking_number == NUMBER
    assert second.version == first.version + 1
    assert published() == ["shipment.changed", "shipment.dispatched", "shipment.changed"]


def test_a_link_or_units_that_come_later_are_told(
    order: Order, at: datetime, published: Callable[[], list[str]]
) -> None:
    facts = fulfilment_facts(order, at)
    (first,) = services.take_in_shipment(facts, at=at)
    later = at + timedelta(hours=1)
    for changes in (
        {"tracking_urls": ("https://carrier.example/1",)},
        {"lines": (FulfilmentLineFacts(line_external_id="l1", quantity=1),)},
    ):
        facts, later = replace(facts, updated_at=later, **changes), later + timedelta(hours=1)
        services.take_in_shipment(facts, at=later)
    first.refresh_from_db()
    assert (first.version, published().count("shipment.changed")) == (3, 3)


def test_a_number_taken_back_closes_its_parcel(order: Order, at: datetime) -> None:
    facts = fulfilment_facts(order, at, tracking_numbers=("1",))
    (wrong,) = services.take_in_shipment(facts, at=at)
    later = at + timedelta(hours=1)
    (right,) = services.take_in_shipment(
        replace(facts, tracking_numbers=("2",), updated_at=later), at=later
    )
    wrong.refresh_from_db()
    assert (wrong.status, right.status) == ("cancelled", "info_received")


def test_a_cancelled_fulfilment_cancels_its_parcels(order: Order, at: datetime) -> None:
    facts = fulfilment_facts(order, at)
    services.take_in_shipment(facts, at=at)
    later = at + timedelta(hours=1)
    (cancelled,) = services.take_in_shipment(
        replace(facts, status="cancelled", updated_at=later), at=later
    )
    assert cancelled.status == "cancelled"
    assert selectors.list_deliveries(order) == []


def test_a_failed_fulfilment_makes_no_parcel(order: Order, at: datetime) -> None:
    assert services.take_in_shipment(fulfilment_facts(order, at, status="failure"), at=at) == []


def test_items_follow_the_fulfilment(order: Order, at: datetime) -> None:
    facts = fulfilment_facts(order, at)
    services.take_in_shipment(facts, at=at)
    line = FulfilmentLineFacts(line_external_id="l2", quantity=1)
    later = at + timedelta(hours=1)
    (shipment,) = services.take_in_shipment(
        replace(facts, lines=(line,), updated_at=later), at=later
    )
    assert [item.order_line.title for item in shipment.items.all()] == ["タオル"]


def test_an_unknown_order_is_refused(scope: Merchant, at: datetime) -> None:
    with pytest.raises(UnknownOrder):
        services.take_in_shipment(
            replace(fulfilment_facts(Order(external_id="x"), at), order_external_id="nowhere"),
            at=at,
        )


def told(number: str = NUMBER, **facts: object) -> NormalisedShipment:
    values: dict[str, object] = {
        "source": "easypost",
        "tracking_number": number,
        "external_id": "trk_1",
        "carrier": "yamato",
        "events": (scan(0.1, "in_transit", "picked_up"),),
        **facts,
    }
    return NormalisedShipment(**values)  # type: ignore[arg-type]


def test_a_carrier_that_tells_first_is_adopted(
    order: Order, at: datetime, published: Callable[[], list[str]]
) -> None:
    orphan = services.take_in_report(told("400012345675"), at=at)
    assert (orphan.order, orphan.status) == (None, "in_transit")
    assert "shipment.dispatched" not in published()
    (adopted,) = services.take_in_shipment(fulfilment_facts(order, at), at=at)
    assert adopted.pk == orphan.pk
    assert (adopted.order, adopted.status) == (order, "in_transit")
    assert published().count("shipment.dispatched") == 1


def test_a_scan_before_its_fulfilment_waits_for_it(order: Order, at: datetime) -> None:
    early = services.take_in_report(
        NormalisedShipment(
            source="shopify",
            tracking_number="",
            events=(scan(0.1, "in_transit", external_id="9"),),
        ),
        fulfilment_external_id="f1",
        order_external_id=order.external_id,
        at=at,
    )
    assert early.order == order
    (shipment,) = services.take_in_shipment(fulfilment_facts(order, at), at=at)
    assert (shipment.pk, shipment.tracking_number) == (early.pk, NUMBER)


def test_a_scan_of_a_fulfilment_adopts_what_the_carrier_told(order: Order, at: datetime) -> None:
    orphan = services.take_in_report(told(), at=at)
    scanned = services.take_in_report(
        NormalisedShipment(source="shopify", tracking_number=NUMBER),
        fulfilment_external_id="f1",
        order_external_id=order.external_id,
        at=at,
    )
    assert (scanned.pk, scanned.order) == (orphan.pk, order)


def test_a_parcel_without_an_order_keeps_no_scans_from_one_that_has_it(
    order: Order, at: datetime
) -> None:
    services.take_in_report(
        NormalisedShipment(source="shopify", tracking_number=""),
        fulfilment_external_id="f1",
        order_external_id=order.external_id,
        at=at,
    )
    services.take_in_report(told(), at=at)
    (parcel,) = services.take_in_shipment(fulfilment_facts(order, at), at=at)
    services.take_in_report(told(), at=at)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.tracker_ref) == ("in_transit", "trk_1")


def test_reports_find_their_parcel(shipment: Shipment, at: datetime) -> None:
    by_number = services.take_in_report(told(" ４０００ 1234 5675"), at=at)
    by_fulfilment = services.take_in_report(
        NormalisedShipment(source="shopify", tracking_number=""),
        fulfilment_external_id="f1",
        at=at,
    )
    assert by_number.pk == by_fulfilment.pk == shipment.pk
    assert by_number.tracker_ref == "trk_1"


def test_a_number_used_again_is_another_parcel(shipment: Shipment, at: datetime) -> None:
    done = services.take_in_report(told(events=(scan(0.1, "delivered"),)), at=at)
    again = services.take_in_report(told(external_id="trk_2"), at=at)
    assert (done.pk, again.order) == (shipment.pk, None)
    assert again.pk != done.pk
    # The tracker of the first still speaks of the first.
    assert services.take_in_report(told(), at=at).pk == shipment.pk


def test_a_second_source_tells_of_the_same_parcel(
    shipment: Shipment, at: datetime, published: Callable[[], list[str]]
) -> None:
    easypost = told(events=(scan(0.1, "delivered"),))
    aftership = told(source="aftership", external_id="a_1", events=(scan(0.1, "delivered"),))
    for message in (easypost, aftership, told(source="carrier", external_id="")):
        assert services.take_in_report(message, at=at).pk == shipment.pk
    assert Shipment.objects.count() == 1
    said = published()
    for message in (easypost, aftership) * 2:
        services.take_in_report(message, at=at + timedelta(hours=1))
    assert published() == said
    # Each source's own id still tells its parcels apart.
    again = services.take_in_report(replace(aftership, external_id="a_2"), at=at)
    assert again.pk != shipment.pk


def test_a_living_parcel_keeps_the_ids_of_both_sources(shipment: Shipment, at: datetime) -> None:
    for source, name in (("easypost", "trk_1"), ("aftership", "a_1")):
        services.take_in_report(told(source=source, external_id=name), at=at)
    shipment.refresh_from_db()
    version = shipment.version
    for source, name in (("easypost", "trk_1"), ("aftership", "a_1")):
        services.take_in_report(told(source=source, external_id=name), at=at + timedelta(hours=1))
    shipment.refresh_from_db()
    assert (shipment.version, shipment.tracker_ref) == (version, "trk_1")


def test_two_orders_in_one_box_hear_the_same(
    shipment: Shipment, scope: Merchant, at: datetime
) -> None:
    second = take_in_order(
        order_facts(external_id="2", number="#1002", customer=None), merchant=scope, at=at
    ).order
    services.take_in_shipment(fulfilment_facts(second, at, external_id="f2"), at=at)
    services.take_in_report(told(), at=at)
    assert {one.status for one in Shipment.objects.all()} == {"in_transit"}


def test_deliveries_tell_line_by_line(shipment: Shipment, order: Order, at: datetime) -> None:
    (waiting,) = selectors.list_deliveries(order)
    assert (waiting.at, waiting.on, waiting.quantity) == (None, None, 2)
    assert waiting.sent_at == START - timedelta(hours=2)
    services.take_in_report(told(events=(scan(1, "delivered"),)), at=at)
    (arrived,) = selectors.list_deliveries(order)
    assert arrived.at == START + timedelta(hours=1)
    assert arrived.on == arrived.at.date()


def test_a_parcel_of_another_shop_is_not_found(
    shipment: Shipment, other_merchant: Merchant, at: datetime
) -> None:
    from postexp.kernel.tenancy import merchant_scope

    with merchant_scope(other_merchant.pk):
        assert services.take_in_report(told(), at=at).pk != shipment.pk
    shipment.refresh_from_db()
    assert shipment.status == "info_received"
