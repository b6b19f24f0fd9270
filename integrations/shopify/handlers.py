"""What follows at Shopify: payments and returns to be read there, scans of a parcel to be told."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.selectors import get_merchant, get_order
from commerce.services.orders import take_in_tenders
from integrations.connections import find_api
from integrations.events import PaymentsToRead, ReturnToRead, ScanToTell
from integrations.models import Service
from integrations.shopify.inbound import ACTOR
from integrations.shopify.outbound import read_payments, read_return, tell_scan
from integrations.shopify.scans import find_news, wants_scans
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, append_all, follow, subscribe_outside
from postexp.kernel.models import EventRecord
from returns.services.platform_returns import take_in_platform_return
from tracking.events import ShipmentChanged


@follow
def note_scans(records: Sequence[EventRecord]) -> None:
    """Parcels changed, which may be news to Shopify.

    A parcel changes often and few shops want this, so the outside reaction is asked for here, and
    not of every change of every shop.
    """
    changed = [record for record in records if record.type == ShipmentChanged.type]
    if not changed or not wants_scans():
        return
    merchant_id = get_merchant().public_id
    append_all(
        [
            ScanToTell(merchant_public_id=merchant_id, shipment_id=record.payload["shipment_id"])
            for record in changed
        ],
        at=changed[0].occurred_at,
        actor=changed[0].actor,
    )


@subscribe_outside(ScanToTell, name="shopify.tell_scan", provider_honours_keys=True)
def tell_latest_scan(event: ScanToTell, delivery: DeliveryContext) -> None:
    """Show in Shopify how a parcel stands now, once per scan. What Shopify refuses becomes a dead
    letter with Shopify's reason.
    """
    connection = find_api(Service.SHOPIFY)
    if connection is None or not connection.tells_scans:
        return
    news = find_news(event.shipment_id)
    if news is not None:
        tell_scan(connection, news)


@subscribe_outside(PaymentsToRead, name="shopify.read_payments", provider_honours_keys=True)
def note_payments(event: PaymentsToRead, delivery: DeliveryContext) -> None:
    """Find out how much of an order each gateway took, so that money goes back where it came from.

    Reading may be done again.
    """
    connection = find_api(Service.SHOPIFY)
    if connection is None:
        return
    take_in_tenders(
        read_payments(connection, get_order(event.order_id)),
        order_id=event.order_id,
        at=clock.now(),
        actor=ACTOR,
    )


@subscribe_outside(ReturnToRead, name="shopify.read_return", provider_honours_keys=True)
def note_return(event: ReturnToRead, delivery: DeliveryContext) -> None:
    """Find out how a return at Shopify stands, so that its units are not returned here as well.

    Reading may be done again.
    """
    connection = find_api(Service.SHOPIFY)
    told = read_return(connection, event.return_external_id) if connection else None
    if told is not None:
        take_in_platform_return(told, at=clock.now(), actor=ACTOR)
