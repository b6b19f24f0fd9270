"""Parcels to work with, inside the Japanese shop."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from commerce.models import Merchant, Order
from commerce.ports import FulfilmentFacts, FulfilmentLineFacts
from postexp.kernel.models import EventRecord
from tests.kept import kept
from tests.tracking.scans import START
from tracking import services
from tracking.models import Shipment


def fulfilment_facts(order: Order, at: datetime, **changes: object) -> FulfilmentFacts:
    """The two mugs of the order, sent with Yamato."""
    facts: dict[str, object] = {
        "external_id": "f1",
        "order_external_id": order.external_id,
        "created_at": at,
        "carrier_name": "Yamato (JA)",
        "tracking_numbers": ("4000-1234-5675",),
        "tracking_urls": (),
        "lines": (FulfilmentLineFacts(line_external_id="l1", quantity=2),),
    }
    return FulfilmentFacts(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def shipment(order: Order) -> Shipment:
    """A parcel of the order: its label was made two hours before START."""
    sent_at = START - timedelta(hours=2)
    return kept(
        ("shipment", order.pk),
        lambda: services.take_in_shipment(fulfilment_facts(order, sent_at), at=sent_at)[0],
    )


@pytest.fixture
def published(scope: Merchant) -> Callable[[], list[str]]:
    """The types of the shop's parcel events so far, in order."""

    def types() -> list[str]:
        return [
            record.type
            for record in EventRecord.objects.filter(type__startswith="shipment.").order_by("id")
        ]

    return types
