"""A shop with one of everything, built through intake and services."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files import File
from django.urls import URLPattern, URLResolver, get_resolver

from commerce import links, selectors
from commerce.enums import ListName, PrivacyKind, Scope
from commerce.models import (
    ApiKey,
    ApiRequest,
    Customer,
    DataExport,
    Invitation,
    Membership,
    Merchant,
    Order,
    PrivacyRequest,
    Product,
    SavedView,
    User,
)
from commerce.ports import (
    FulfilmentFacts,
    FulfilmentLineFacts,
    LineFacts,
    ProductFacts,
    VariantFacts,
)
from commerce.services.api_log import log_request
from commerce.services.customers import record_privacy_request
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.keys import create_key
from commerce.services.orders import take_in_order
from commerce.services.products import take_in_product
from commerce.services.staff import invite_person
from commerce.services.views import save_view
from integrations.connections import connect
from integrations.models import Connection
from integrations.outgoing.models import Delivery as Webhook
from integrations.outgoing.models import Endpoint
from integrations.outgoing.services import add_endpoint, send_test
from integrations.spreadsheets.enums import Kind
from integrations.spreadsheets.models import Import
from integrations.spreadsheets.services import upload
from notifications.models import MailboxMail, Message, StaffAlert
from postexp.kernel import inbox
from postexp.kernel.models import Delivery, EventRecord, InboxMessage
from postexp.kernel.tenancy import merchant_scope
from returns import services as returns
from returns.enums import Outcome
from returns.models import Refund, Replacement, Return
from returns.selectors import list_replacements
from tests.facts import order_facts
from tests.shops import drain_all
from tracking.models import Shipment


@dataclass(frozen=True)
class Route:
    """One address of the product: its pattern, its full name, and the names of its parts."""

    path: str
    name: str
    parts: tuple[str, ...]


def routes(namespace: str) -> list[Route]:
    """Return every address of a namespace."""
    return [
        route for route in _walk(get_resolver(), "", "", ()) if route.name.startswith(namespace)
    ]


def _walk(
    resolver: URLResolver, path: str, namespace: str, outer: tuple[str, ...]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        parts = (*outer, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = namespace + (f"{entry.namespace}:" if entry.namespace else "")
            yield from _walk(entry, here, inner, parts)
        elif isinstance(entry, URLPattern):
            yield Route(path=here, name=f"{namespace}{entry.name}", parts=parts)


@pytest.fixture
def full_shop(merchant: Merchant, owner: User) -> Merchant:
    """The Japanese shop with an order, a parcel, returns, messages, keys, failures."""
    return fill(merchant, owner)


def fill(merchant: Merchant, owner: User) -> Merchant:
    """Give a shop one of everything, and return it."""
    at = datetime.now(UTC) - timedelta(days=4)
    with merchant_scope(merchant.pk):
        take_in_product(
            ProductFacts(
                external_id="p1",
                title="マグカップ",
                updated_at=at,
                variants=tuple(
                    VariantFacts(external_id=f"v{n}", title=f"{n}", price=2500, stock=9)
                    for n in (1, 2)
                ),
            ),
            at=at,
        )
        order = _order(merchant, at, "1")
        upload(
            kind=Kind.CUSTOMERS,
            file=File(io.BytesIO(b"Email,First name\na@example.jp,Ai\n"), name="people.csv"),
            by=owner,
            locale="en",
            at=at,
        )
        connect(service="shopify", account="full.myshopify.com", secret="s", at=at)
        endpoint = add_endpoint(url="https://erp.example/", events=[], at=at, actor=owner.actor)
        send_test(endpoint=endpoint, at=at, actor=owner.actor)
        save_view(
            user=owner,
            list_name=ListName.ORDERS,
            name="Open",
            query="view=open",
            shared=True,
            at=at,
        )
        invite_person(
            merchant=merchant,
            email="new@example.jp",
            name="Ren",
            role="agent",
            locale="ja",
            by=Membership.objects.get(merchant=merchant, user=owner),
            at=at,
        )
        key = create_key(merchant=merchant, name="ERP", scopes=list(Scope), by=owner, at=at).key
        log_request(
            key=key,
            method="GET",
            path="/api/v1/orders",
            query="",
            version=key.version,
            idempotency_key="",
            body=b"",
            status=200,
            answer=b"{}",
            milliseconds=9,
            at=at,
        )
        record_privacy_request(
            merchant=merchant,
            kind=PrivacyKind.EXPORT,
            external_id="1",
            customer_external_id="c1",
            order_external_ids=(),
            at=at,
            actor="shopify",
        )
        inbox.store(
            source="shopify",
            topic="orders/create",
            provider_key="broken",
            merchant_id=merchant.pk,
            headers={},
            body=b"{}",
            at=at,
        )
    drain_all()
    with merchant_scope(merchant.pk):
        _returns(order, owner, datetime.now(UTC))
    drain_all()
    with merchant_scope(merchant.pk):
        event = EventRecord.objects.order_by("id").first()
        Delivery.objects.create(
            event=event,
            handler="test.gone",
            subject=event.subject if event else "",
            outside=False,
            state="dead",
            next_at=at,
            last_error="ValueError: planted",
        )
    return merchant


def _order(merchant: Merchant, at: datetime, external_id: str) -> Order:
    lines = (
        LineFacts(
            external_id="l1",
            title="マグカップ",
            quantity=2,
            unit_price=2500,
            product_external_id="p1",
            variant_external_id="v1",
        ),
        LineFacts(external_id="l2", title="タオル", quantity=1, unit_price=2000),
    )
    facts = order_facts(external_id=external_id, placed_at=at, updated_at=at, lines=lines)
    order = take_in_order(facts, merchant=merchant, at=at).order
    take_in_fulfilment(
        FulfilmentFacts(
            external_id=f"f{external_id}",
            order_external_id=external_id,
            created_at=at,
            carrier_name="ヤマト運輸",
            tracking_numbers=("123412341233",),
            lines=tuple(
                FulfilmentLineFacts(line_external_id=line.external_id, quantity=line.quantity)
                for line in facts.lines
            ),
        ),
        at=at,
    )
    return order


def _returns(order: Order, owner: User, at: datetime) -> None:
    """One return waits, one refund waits to be paid, and one replacement to be shipped."""
    lines = selectors.list_lines(order)
    cases = [
        returns.request_return(
            order_id=order.public_id,
            wishes=[returns.Wish(line=line.public_id, quantity=1, reason="too_small")],
            outcome=Outcome.REFUND,
            at=at,
            actor="shopper",
        )
        for line in lines
    ]
    mug = lines[0]
    other, _stock = list_replacements(mug)[-1]
    exchanged = returns.request_return(
        order_id=order.public_id,
        wishes=[
            returns.Wish(
                line=mug.public_id, quantity=1, reason="too_small", variant=other.public_id
            )
        ],
        outcome=Outcome.EXCHANGE,
        at=at,
        actor="shopper",
    )
    _work_off(cases[1], owner, at)
    _work_off(exchanged, owner, at)


def _work_off(settled: Return, owner: User, at: datetime) -> None:
    """Approve a return, receive it, and settle it."""
    returns.approve_return(return_id=settled.public_id, at=at, actor=owner.actor)
    [line] = settled.lines.all()
    returns.receive_return(
        return_id=settled.public_id, counts={line.public_id: 1}, at=at, actor=owner.actor
    )
    returns.inspect_return(
        return_id=settled.public_id,
        findings=[returns.Finding(line=line.public_id, grade="a", quantity=1, accepted=True)],
        at=at,
        actor=owner.actor,
    )
    returns.settle_return(
        return_id=settled.public_id, key=settled.public_id, at=at, actor=owner.actor
    )


def parts_of(route: Route, merchant: Merchant) -> dict[str, Any]:
    """Return what fills the parts of an address with this shop's objects.

    A new route whose parts have no object here fails its test, which is how it gets a policy.
    """
    with merchant_scope(merchant.pk):
        if route.name.startswith("dashboard:privacy"):
            request_id = PrivacyRequest.objects.values_list("public_id", flat=True).first()
        else:
            request_id = InboxMessage.objects.values_list("public_id", flat=True).first()
        objects = {
            "slug": merchant.slug,
            "request_id": request_id,
            "order_id": _first(Order),
            "external_id": Order.objects.values_list("external_id", flat=True).first(),
            "customer_id": _first(Customer),
            "event_id": _first(EventRecord),
            "message_id": _first(Message),
            "mail_id": MailboxMail.objects.values_list("public_id", flat=True).first(),
            "shipment_id": _first(Shipment),
            "return_id": _first(Return),
            "refund_id": _first(Refund),
            "replacement_id": _first(Replacement),
            "key_id": _first(ApiKey),
            "api_request_id": _first(ApiRequest),
            "product_id": _first(Product),
            "connection_id": _first(Connection),
            "endpoint_id": _first(Endpoint),
            "webhook_id": _first(Webhook),
            "delivery_id": Delivery.objects.filter(state="dead")
            .values_list("id", flat=True)
            .first(),
            "list_name": "orders",
            "view_id": _first(SavedView),
            "alert_id": _first(StaffAlert),
            "invitation_id": _first(Invitation),
            "membership_id": Membership.objects.filter(merchant=merchant)
            .values_list("id", flat=True)
            .first(),
            "service": "shopify",
            "sample": "orders",
            "import_id": _first(Import),
            "export_id": _first(DataExport),
            "kind": "order.thanks",
            "token": links.order_token(str(_first(Order))),
            "name": "0" * 16,
            "path": "nothing.png",
            "number": 1,
        }
    missing = [part for part in route.parts if objects.get(part) in (None, "")]
    assert not missing, f"{route.name} names {missing}: plant one in full_shop and map it here."
    return {part: objects[part] for part in route.parts}


def _first(model: Any) -> str | None:
    found: str | None = model.objects.order_by("id").values_list("public_id", flat=True).first()
    return found
