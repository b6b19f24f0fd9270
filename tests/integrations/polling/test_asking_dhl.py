"""DHL is asked about the parcels of all its companies, whichever its answers name."""

from collections.abc import Callable
from datetime import timedelta

from integrations.fake_carriers.dhl import FakeDhl
from integrations.fake_carriers.parcels import Step
from integrations.polling.models import AskedNumber
from integrations.polling.planning import join_page
from tests.integrations.polling.conftest import Desk
from tracking.models import Shipment

PAKET = "00340434161094042557"


def shipment(number: str = PAKET) -> Shipment:
    return Shipment.objects.get(number_key=number)


def turn_to_paket(dhl: Desk) -> None:
    assert isinstance(dhl.fake, FakeDhl)
    dhl.fake.division = "parcel-de"


def test_a_parcel_whose_answer_names_another_company_goes_on(
    dhl: Desk, drain: Callable[[], None]
) -> None:
    turn_to_paket(dhl)
    dhl.send(PAKET, carrier_name="")
    assert shipment().carrier == "dhl"
    for step, status in (
        (Step.ARRIVED, "in_transit"),
        (Step.OUT, "out_for_delivery"),
        (Step.DELIVERED, "delivered"),
    ):
        dhl.clock.at += timedelta(hours=6)
        dhl.tell(PAKET, step)
        dhl.all_due()
        assert dhl.ask() == 1
        drain()
        assert (shipment().carrier, shipment().status) == ("dhl_parcel_de", status)
    assert not AskedNumber.objects.exists()


def test_parcels_of_the_other_company_are_planned_and_join(dhl: Desk) -> None:
    turn_to_paket(dhl)
    dhl.send(PAKET, carrier_name="dhl_parcel_de")
    assert dhl.row(PAKET)
    AskedNumber.objects.all().delete()
    dhl.connect()
    while join_page(dhl.account.pk, at=dhl.clock()):
        pass
    assert dhl.row(PAKET)
