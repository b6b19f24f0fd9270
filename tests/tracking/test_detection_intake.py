"""A parcel whose carrier nobody names, or names a stranger, and what its number says."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from commerce.models import Merchant, Order
from postexp.kernel.tenancy import merchant_scope
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tests.tracking.test_detection import FEDEX_BY_CHANCE
from tracking import selectors, services
from tracking.models import Shipment
from tracking.rules import NormalisedShipment

pytestmark = pytest.mark.django_db

UPS = "1Z5R89390357567127"
LETTERS = "YT2229521272164446"
OURS = ("6000-7842-0325", "6000-7979-9966", "6000-8075-8362")


def take_in(order: Order, number: str, carrier: str, **facts: object) -> Shipment:
    told = fulfilment_facts(
        order, START, tracking_numbers=(number,), carrier_name=carrier, lines=(), **facts
    )
    return services.take_in_shipment(told, at=START)[0]


def known(shipment: Shipment) -> tuple[str, str, str]:
    return shipment.carrier, shipment.carrier_basis, shipment.told_carrier


@pytest.mark.parametrize("vague", ["", "Other", " other ", "その他"])
def test_a_sure_number_names_its_carrier(order: Order, vague: str) -> None:
    assert known(take_in(order, UPS, vague)) == ("ups", "detected", " ".join(vague.split()))


def test_a_carrier_we_know_counts_as_told(order: Order) -> None:
    assert known(take_in(order, UPS, "Yamato (JA)")) == ("yamato", "told", "")


def test_a_name_we_do_not_know_gives_way_to_a_check_digit(order: Order) -> None:
    shipment = take_in(order, UPS, "Our Van")
    assert known(shipment) == ("ups", "detected", "Our Van")


def test_a_name_we_do_not_know_outweighs_a_shape_alone(order: Order) -> None:
    assert known(take_in(order, LETTERS, "Our Van")) == ("Our Van", "told", "")
    assert known(take_in(order, LETTERS, "", external_id="f2"))[0] == "yunexpress"


def test_a_number_of_four_carriers_names_none(order: Order) -> None:
    assert known(take_in(order, "2497 0143 1674", "Other")) == ("", "told", "")


def test_a_wrong_check_digit_names_none(order: Order) -> None:
    assert known(take_in(order, UPS[:-1] + "8", "")) == ("", "told", "")


def send_often(order: Order) -> None:
    for place in range(12):
        take_in(order, OURS[place % 3], "佐川急便", external_id=f"own{place}")


def test_the_shop_s_own_parcels_decide(order: Order) -> None:
    send_often(order)
    assert known(take_in(order, "6000-8104-7215", "")) == ("sagawa", "detected", "")
    habits = selectors.get_habits(apart_from=Shipment())
    assert habits.by_kind["999999999999", "sagawa"] == 12
    first = Shipment.objects.order_by("id")[0]
    assert selectors.get_habits(apart_from=first).by_kind["999999999999", "sagawa"] == 11


def test_a_slip_at_home_is_of_the_carrier_the_shop_sends_with(order: Order) -> None:
    assert known(take_in(order, FEDEX_BY_CHANCE, "")) == ("", "told", "")
    for place in range(12):
        take_in(order, FEDEX_BY_CHANCE, "FedEx", external_id=f"own{place}")
    assert known(take_in(order, FEDEX_BY_CHANCE, "", external_id="f2")) == ("fedex", "detected", "")


def test_what_was_detected_teaches_nothing(order: Order) -> None:
    take_in(order, UPS, "")
    assert selectors.get_habits(apart_from=Shipment()).carriers == frozenset()


def test_another_shop_s_parcels_teach_nothing(order: Order, other_merchant: Merchant) -> None:
    send_often(order)
    with merchant_scope(other_merchant.pk):
        assert selectors.get_habits(apart_from=Shipment()).carriers == frozenset()


def test_a_source_that_knows_better_is_believed(order: Order, at: datetime) -> None:
    shipment = take_in(order, UPS, "")
    told = NormalisedShipment(
        source="easypost",
        tracking_number=UPS,
        carrier="fedex",
        events=(scan(1, "in_transit"),),
    )
    services.ingest_tracking(shipment, told, at=at)
    shipment.refresh_from_db()
    assert known(shipment) == ("fedex", "told", "")


def test_an_empty_name_takes_nothing_away(order: Order) -> None:
    shipment = take_in(order, UPS, "FedEx")
    again = take_in(order, UPS, "", updated_at=START + timedelta(hours=1))
    assert (again.pk, known(again)) == (shipment.pk, ("fedex", "told", ""))


def test_another_number_is_read_anew(order: Order) -> None:
    facts = fulfilment_facts(order, START, tracking_numbers=(UPS,), carrier_name="", lines=())
    (first,) = services.take_in_shipment(facts, at=START)
    later = replace(facts, carrier_name="Our Van", updated_at=START + timedelta(hours=1))
    (named,) = services.take_in_shipment(later, at=START)
    assert (first.carrier, named.carrier, named.told_carrier) == ("ups", "ups", "Our Van")
    assert named.pk == first.pk


def test_a_report_without_a_carrier_is_read_too(scope: Merchant, at: datetime) -> None:
    told = NormalisedShipment(source="easypost", tracking_number=UPS)
    assert known(services.take_in_report(told, at=at)) == ("ups", "detected", "")
