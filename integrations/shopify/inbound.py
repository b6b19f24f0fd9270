"""What each of Shopify's topics leads to: one named effect per request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from commerce import selectors
from commerce.serializers import money
from commerce.services.customers import record_privacy_request, take_in_customer
from commerce.services.disputes import take_in_dispute
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import TakenOrder, take_in_order
from commerce.services.products import take_in_product
from commerce.services.refunds import take_in_refund
from integrations.connections import DISCONNECTED, disconnect, find_api, was_disconnected
from integrations.events import PaymentsToRead, ReturnToRead
from integrations.models import Service
from integrations.reports import dated
from integrations.shopify import parse
from integrations.shopify.outbound import confirm_own_refund, confirm_own_scan
from integrations.shopify.scans import Scan
from integrations.shopify.stops import confirm_own_stop
from postexp.kernel.events import append
from postexp.kernel.inbox import Effect, Unreadable
from postexp.kernel.models import InboxMessage
from tracking.services import take_in_report

if TYPE_CHECKING:
    from commerce.models import Customer, Merchant, Order, Product

ACTOR = "shopify"

OUR_OWN = Effect(kind="ignored", detail={"reason": "It is what we told Shopify ourselves."})

Reader = Callable[[InboxMessage, datetime], Effect]


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect. Topics nobody reads end as `ignored`, said aloud.

    What comes after the shop disconnected is kept and has no effect, but for what the law asks.
    """
    domain = message.headers.get("Shop-Domain", "").lower()
    if message.topic not in LASTING and was_disconnected(
        service=Service.SHOPIFY, account=domain, at=message.received_at
    ):
        return DISCONNECTED
    reader = READERS.get(message.topic)
    if reader is None:
        return Effect(kind="ignored", detail={"reason": f"No use for the topic {message.topic!r}."})
    return reader(message, at)


def read_order(body: bytes, at: datetime) -> TakenOrder:
    """Take an order in, however it was told: by a webhook or by a back-fill.

    A refund in it that we asked for ourselves is that payment, and no second one.
    """
    for own in parse.parse_own_refunds_of_order(body):
        confirm_own_refund(own, at=at)
    for own in parse.parse_own_stops_of_order(body):
        confirm_own_stop(own)
    facts, merchant = parse.parse_order(body), selectors.get_merchant()
    taken = take_in_order(facts, merchant=merchant, at=at, actor=ACTOR)
    for external_id in parse.parse_returns_of_order(body):
        _ask_for_return(external_id, at=at)
    if facts.tenders and facts.gateways and not taken.stale:
        _ask_for_payments(taken.order, merchant, at=at)
    return taken


def _ask_for_payments(order: Order, merchant: Merchant, *, at: datetime) -> None:
    """Have it found out how much each gateway took, unless that is known: no webhook tells."""
    if find_api(Service.SHOPIFY) is not None and not selectors.knows_tenders(order):
        append(
            PaymentsToRead(merchant_public_id=merchant.public_id, order_id=order.public_id),
            at=at,
            actor=ACTOR,
        )


def read_customer(body: bytes, at: datetime) -> Customer:
    """Take a customer in."""
    return take_in_customer(parse.parse_customer(body), merchant=selectors.get_merchant(), at=at)


def read_product(body: bytes, at: datetime) -> Product:
    """Take a product in."""
    currency = selectors.get_merchant().currency
    return take_in_product(parse.parse_product(body, currency), at=at)


def _ask_for_return(external_id: str, *, at: datetime) -> bool:
    """Have it found out how a return stands: its webhooks tell of a part, in any order."""
    if find_api(Service.SHOPIFY) is None:
        return False
    merchant = selectors.get_merchant()
    append(
        ReturnToRead(merchant_public_id=merchant.public_id, return_external_id=external_id),
        at=at,
        actor=ACTOR,
    )
    return True


def _order(message: InboxMessage, at: datetime) -> Effect:
    taken = read_order(bytes(message.body), at)
    return Effect(
        kind="order",
        object_id=taken.order.public_id,
        detail={
            "number": taken.order.number,
            "total": money(taken.order.total, taken.order.currency),
            "payment_state": taken.order.payment_state,
            "created": taken.created,
            "stale": taken.stale,
        },
    )


def _fulfilment(message: InboxMessage, at: datetime) -> Effect:
    fulfilment = take_in_fulfilment(parse.parse_fulfilment(bytes(message.body)), at=at, actor=ACTOR)
    return Effect(
        kind="fulfilment",
        object_id=fulfilment.public_id,
        detail={
            "carrier": fulfilment.carrier_name,
            "tracking_numbers": fulfilment.tracking_numbers,
        },
    )


def _scan(message: InboxMessage, at: datetime) -> Effect:
    report = parse.parse_fulfilment_event(bytes(message.body))
    if _is_our_own(report):
        return OUR_OWN
    shipment = take_in_report(
        dated(report.shipment, message),
        fulfilment_external_id=report.fulfilment_external_id,
        order_external_id=report.order_external_id,
        at=at,
        actor=ACTOR,
    )
    return Effect(kind="shipment", object_id=shipment.public_id, detail={"status": shipment.status})


def _is_our_own(report: parse.ParcelReport) -> bool:
    (told,) = report.shipment.events
    return told.occurred_at is not None and confirm_own_scan(
        Scan(
            fulfilment_external_id=report.fulfilment_external_id,
            status=told.raw_code.upper(),
            happened_at=told.occurred_at,
        ),
        external_id=told.external_id,
    )


def _refund(message: InboxMessage, at: datetime) -> Effect:
    body = bytes(message.body)
    for own in parse.parse_own_refund(body):
        confirm_own_refund(own, at=at)
    for own in parse.parse_own_stop(body):
        confirm_own_stop(own)
        return OUR_OWN
    refund = take_in_refund(parse.parse_refund(body), at=at, actor=ACTOR)
    if of_return := parse.parse_return_of_refund(body):
        _ask_for_return(of_return, at=at)
    return Effect(
        kind="platform_refund", object_id=refund.public_id, detail={"lines": len(refund.lines)}
    )


def _return(message: InboxMessage, at: datetime) -> Effect:
    external_id = parse.parse_return_id(bytes(message.body))
    if not external_id:
        return Effect(kind="ignored", detail={"reason": "It does not say which return it is."})
    if not _ask_for_return(external_id, at=at):
        return Effect(
            kind="ignored", detail={"reason": "Without API access a return cannot be read."}
        )
    return Effect(kind="platform_return", object_id=external_id)


def _dispute(message: InboxMessage, at: datetime) -> Effect:
    told = parse.parse_dispute(bytes(message.body))
    if told.facts is None:
        return Effect(kind="ignored", detail={"reason": "An inquiry takes no money yet."})
    order = selectors.get_order_by_external_id(told.order_external_id)
    if order is None:
        raise Unreadable(
            "It is about an order that is not here.", "Replay it once the order was imported."
        )
    dispute = take_in_dispute(told.facts, order_id=order.public_id, at=at, actor=ACTOR)
    return Effect(kind="order", object_id=order.public_id, detail={"chargeback": dispute.state})


def _customer(message: InboxMessage, at: datetime) -> Effect:
    customer = read_customer(bytes(message.body), at)
    return Effect(kind="customer", object_id=customer.public_id)


def _product(message: InboxMessage, at: datetime) -> Effect:
    product = read_product(bytes(message.body), at)
    return Effect(kind="product", object_id=product.public_id)


def _uninstalled(message: InboxMessage, at: datetime) -> Effect:
    domain = parse.parse_uninstalled(bytes(message.body))
    ended = disconnect(service=Service.SHOPIFY, account=domain, at=at)
    return Effect(kind="disconnected", object_id=domain, detail={"was_connected": ended})


def _privacy(read: Callable[[bytes], parse.PrivacyFacts]) -> Reader:
    def reader(message: InboxMessage, at: datetime) -> Effect:
        facts = read(bytes(message.body))
        request = record_privacy_request(
            merchant=selectors.get_merchant(),
            kind=facts.kind,
            external_id=facts.request_id,
            customer_external_id=facts.customer_external_id,
            order_external_ids=facts.order_external_ids,
            source_key=message.public_id,
            at=at,
            actor=ACTOR,
        )
        return Effect(
            kind="privacy_request",
            object_id=request.public_id,
            detail={
                "asks": request.kind,
                "customer_id": request.customer_external_id,
                "orders": len(request.order_external_ids),
            },
        )

    return reader


READERS: dict[str, Reader] = {
    "orders/create": _order,
    "orders/updated": _order,
    "orders/paid": _order,
    "orders/cancelled": _order,
    "orders/fulfilled": _order,
    "orders/partially_fulfilled": _order,
    "fulfillments/create": _fulfilment,
    "fulfillments/update": _fulfilment,
    "fulfillment_events/create": _scan,
    "refunds/create": _refund,
    "returns/request": _return,
    "returns/approve": _return,
    "returns/decline": _return,
    "returns/update": _return,
    "returns/process": _return,
    "returns/cancel": _return,
    "returns/close": _return,
    "returns/reopen": _return,
    "disputes/create": _dispute,
    "disputes/update": _dispute,
    "customers/create": _customer,
    "customers/update": _customer,
    "products/create": _product,
    "products/update": _product,
    "app/uninstalled": _uninstalled,
    "customers/data_request": _privacy(parse.parse_data_request),
    "customers/redact": _privacy(parse.parse_customer_redact),
    "shop/redact": _privacy(parse.parse_shop_redact),
}
LASTING = frozenset(
    {"app/uninstalled", "customers/data_request", "customers/redact", "shop/redact"}
)
"""What is read of a shop that has disconnected, too."""
