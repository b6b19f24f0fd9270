"""What a simulation goes on from."""

import pytest

from commerce.models import Merchant
from commerce.ports import LineFacts
from commerce.services.orders import take_in_order
from integrations.connections import connect
from integrations.demo.cast import find_shops
from integrations.models import Service
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts
from tracking.rules import carrier_of
from tracking.rules.detection import detect_carriers

pytestmark = pytest.mark.django_db


def test_what_is_still_to_be_sent_goes_under_a_number_of_its_carrier(
    other_merchant: Merchant,
) -> None:
    other_merchant.is_demo = True
    other_merchant.save()
    with merchant_scope(other_merchant.pk):
        account = "harbor-demo.myshopify.com"
        connect(service=Service.SHOPIFY, account=account, secret="s", at=clock.now())
        for number in range(1098, 1101):
            lines = (LineFacts(external_id=str(number), title="Mug", quantity=1, unit_price=7500),)
            facts = order_facts(external_id=f"910000000000{number}", lines=lines, shipping=())
            take_in_order(facts, merchant=other_merchant, at=clock.now())
    [played] = find_shops("harbor", at=clock.now())
    waiting = [one.parcel for one in played.under_way if not one.is_sent]
    assert {parcel.carrier for parcel in waiting} == set(played.shop.carriers)
    for parcel in waiting:
        found = detect_carriers(parcel.number, country=played.shop.country)
        assert carrier_of(parcel.carrier) in [one.carrier for one in found]
    [again] = find_shops("harbor", at=clock.now())
    assert {one.parcel.number for one in again.under_way} == {one.number for one in waiting}
