"""One parcel told by two sources at one moment, on parallel connections."""

from collections.abc import Callable
from datetime import datetime
from itertools import permutations

import pytest

from commerce.models import Merchant, Order
from tests.parallel import overlap
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import scan
from tracking import services
from tracking.models import Shipment
from tracking.rules import NormalisedShipment

pytestmark = pytest.mark.django_db(transaction=True)


def by_number(at: datetime, *scans: float) -> Shipment:
    """The carrier's tracker tells of the number alone."""
    told = NormalisedShipment(
        source="easypost",
        tracking_number="400012345675",
        external_id="trk_1",
        carrier="yamato",
        events=tuple(scan(hours, "in_transit", external_id=str(hours)) for hours in scans),
    )
    return services.take_in_report(told, at=at)


def by_fulfilment(order: Order, at: datetime) -> Shipment:
    """The platform tells a scan of the fulfilment, with the number."""
    told = NormalisedShipment(
        source="shopify",
        tracking_number="4000-1234-5675",
        events=(scan(0.2, "in_transit", external_id="9"),),
    )
    return services.take_in_report(
        told, fulfilment_external_id="f1", order_external_id=order.external_id, at=at
    )


@pytest.mark.parametrize("pair", list(permutations(("shop", "carrier", "platform"), 2)))
def test_two_tellers_at_once_make_one_parcel(
    pair: tuple[str, str], scope: Merchant, order: Order, at: datetime
) -> None:
    tellers: dict[str, Callable[[], object]] = {
        "shop": lambda: services.take_in_shipment(fulfilment_facts(order, at), at=at),
        "carrier": lambda: by_number(at, 0.1),
        "platform": lambda: by_fulfilment(order, at),
    }
    overlap(scope, tellers[pair[0]], tellers[pair[1]])
    parcel = Shipment.objects.get()
    assert parcel.fulfilment_ref == "f1"
    assert parcel.order == order
    assert by_number(at, 0.1, 3).pk == parcel.pk
