"""A shop with one of everything, built through intake and services."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files import File
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image

from commerce import links, selectors
from commerce.enums import ListName, PrivacyKind, PromoPurpose, Scope
from commerce.models import (
    ApiKey,
    ApiRequest,
    Customer,
    DataExport,
    Invitation,
    LookVersion,
    Membership,
    Merchant,
    Order,
    OrderLine,
    PrivacyRequest,
    Product,
    PromoCode,
    SavedView,
    User,
)
from commerce.ports import (
    AddressFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    LineFacts,
    ProductFacts,
    RefundFacts,
    RefundLineFacts,
    VariantFacts,
)
from commerce.rules.promos import PromoOffer
from commerce.services.api_log import log_request
from commerce.services.appearance import change_look
from commerce.services.customers import record_privacy_request
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.keys import create_key
from commerce.services.orders import take_in_order
from commerce.services.products import take_in_product
from commerce.services.promos import make_promo_code
from commerce.services.refunds import take_in_refund
from commerce.services.staff import invite_person
from commerce.services.views import save_view
from integrations.connections import connect, make_secret
from integrations.line.linking import account_token
from integrations.models import Connection
from integrations.outgoing.models import Delivery as Webhook
from integrations.outgoing.models import Endpoint
from integrations.outgoing.services import add_endpoint, send_test
from integrations.polling.models import CarrierAccount
from integrations.spreadsheets.enums import Kind
from integrations.spreadsheets.models import Import
from integrations.spreadsheets.services import upload
from notifications.enums import Medium
from notifications.links import reader_token
from notifications.models import MailboxMail, Message, OptIn, StaffAlert
from notifications.ports import list_kinds
from notifications.rules.blocks import Block, Body
from notifications.services import save_wording, take_in_reply, withdraw_reply
from postexp.design.theme import Theme
from postexp.kernel import inbox
from postexp.kernel.models import Delivery, EventRecord, InboxMessage
from postexp.kernel.tenancy import merchant_scope
from returns import services as returns
from returns.enums import Grade, LabelSource, LabelState, Outcome, ReturnMethod
from returns.enums.losses import Bearer, LossEnd, LossGround, SendingProof
from returns.enums.payments import PaymentPageState
from returns.enums.receiving import RefusedState
from returns.models import (
    Cancellation,
    CreditNote,
    DropOffPoint,
    EvidenceFile,
    Exchange,
    FeePayment,
    GiftCode,
    Inspection,
    LabelFile,
    Macro,
    PickUp,
    PolicySimulation,
    ReceivingPhoto,
    Refund,
    RefundMismatch,
    RefusedUnits,
    Replacement,
    Restock,
    Return,
    ReturnAddress,
    ReturnLoss,
    ReturnParcel,
    ReturnParcelCase,
    UnannouncedGoods,
    Withdrawal,
)
from returns.ports import MANUAL
from returns.rules.cancellations import CancelWish
from returns.rules.drop_off import PointFacts
from returns.rules.policy.slots import read_rule
from returns.selectors import list_replacements
from returns.selectors.drafts import editing
from returns.selectors.gifts import gift_token
from returns.serializers.credit_notes import note_token
from returns.serializers.withdrawals import receipt_token
from returns.services.cancellations import request_cancellation
from returns.services.drafts import change_rules
from returns.services.drop_off import note_drop_off, put_point
from returns.services.evidence import keep_evidence
from returns.services.gifts import make_gift_code, request_gift_return
from returns.services.parcels import save_address
from returns.services.photos import keep_photo
from returns.services.simulations import start_simulation, work_on
from returns.services.unannounced import note_surplus, receive_unannounced
from returns.services.withdrawals import Statement, match_withdrawal, receive_withdrawal
from tests.facts import order_facts
from tests.returns.photos import picture
from tests.shops import drain_all
from tracking.enums import TimePrecision
from tracking.models import CarrierCode, Shipment
from tracking.rules import NormalisedEvent, NormalisedShipment
from tracking.services import take_in_report


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
        _give_code(merchant, order, at)
        upload(
            kind=Kind.CUSTOMERS,
            file=File(io.BytesIO(b"Email,First name\na@example.jp,Ai\n"), name="people.csv"),
            by=owner,
            locale="en",
            at=at,
        )
        connect(service="shopify", account="full.myshopify.com", secret="s", at=at)
        for service in ("shippo", "generic"):
            connect(service=service, account=merchant.public_id, secret=make_secret(service), at=at)
        connect(service="line", account="U1", secret="s", client_id="@full", at=at)
        fedex = connect(
            service="fedex", account=merchant.public_id, secret="s", client_id="c", at=at
        )
        CarrierAccount.objects.create(
            connection=fedex, carrier="fedex", per_second=20, per_day=1000, joined_at=at
        )
        connect(service="whatsapp", account="106540352242922", secret="s", client_id="1", at=at)
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
        change_look(merchant=merchant, theme=Theme(), by=owner, at=at)
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
        _carriers_riddle(datetime.now(UTC))
        _returns(order, owner, datetime.now(UTC))
        _refunded_twice(order, datetime.now(UTC))
        _draft(owner, datetime.now(UTC))
        save_wording(
            next(kind for kind in list_kinds() if kind.name == "order.thanks"),
            merchant=merchant,
            locale="ja",
            body=Body(
                subject="{{ order.number }} のご注文をいただきました",
                blocks=(
                    Block(kind="heading", text="ありがとうございます"),
                    Block(kind="text", text="大切にお包みしてお届けいたします。"),
                    Block(kind="items", of="order.lines", label="ご注文の商品"),
                ),
            ),
            at=datetime.now(UTC),
            actor=owner.actor,
        )
        Macro.objects.create(
            name="Size",
            words={"en": {"subject": "Size", "text": "Which one?"}},
            waits=True,
        )
        withdrawal = receive_withdrawal(
            Statement(
                name="Anna Weber",
                contract="the towel of last week",
                contact="anna@example.de",
                goods="",
                words="I hereby withdraw.",
                locale="en",
            ),
            key="withdrawal_1",
            at=datetime.now(UTC),
        )
        match_withdrawal(
            withdrawal_id=withdrawal.public_id,
            order_id=order.public_id,
            at=datetime.now(UTC),
            actor=owner.actor,
        )
    drain_all()
    with merchant_scope(merchant.pk):
        _written_back(datetime.now(UTC))
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
        LineFacts(external_id="l3", title="カード", quantity=1, unit_price=0),
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
                for line in facts.lines[:2]
            ),
        ),
        at=at,
    )
    return order


def _written_back(at: datetime) -> None:
    """The shopper wrote twice, and took one of them back."""
    for text in ("When does it come?", "Never mind."):
        take_in_reply(
            channel=Medium.EMAIL,
            address="hana@example.jp",
            provider_id=text,
            subject="Re: Your order",
            text=text,
            at=at,
        )
    withdraw_reply(channel=Medium.EMAIL, provider_id="Never mind.", at=at)


def _refunded_twice(order: Order, at: datetime) -> None:
    """Somebody puts the towel back on the shelf of the platform, which a return has settled."""
    towel = RefundLineFacts(line_external_id="l2", quantity=1, goods=0, tax=0)
    facts = RefundFacts(
        external_id="r9",
        order_external_id=order.external_id,
        processed_at=at,
        amount=0,
        currency="JPY",
        lines=(towel,),
    )
    take_in_refund(facts, at=at)


def _carriers_riddle(at: datetime) -> None:
    """The carrier tells of a parcel in a code that nobody reads."""
    event = NormalisedEvent(
        source="yamato",
        occurred_at=at,
        local_time=at.isoformat(),
        time_precision=TimePrecision.SECOND,
        raw_code="謎",
    )
    told = NormalisedShipment(source="yamato", tracking_number="123412341233", events=(event,))
    take_in_report(told, at=at)


def _returns(order: Order, owner: User, at: datetime) -> None:
    """A card is cancelled. One return waits, one refund to be paid, one replacement to ship."""
    *lines, card = selectors.list_lines(order)
    request_cancellation(
        order_id=order.public_id,
        wishes=[CancelWish(line=card.public_id, quantity=1)],
        at=at,
        actor=owner.actor,
        by_staff=True,
    )
    gift = make_gift_code(
        order_id=order.public_id, units={lines[0].public_id: 1}, at=at, actor=owner.actor
    )
    keep_evidence(
        order_id=order.public_id,
        line_id=lines[0].public_id,
        upload=picture(),
        at=at,
        actor="shopper",
    )
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
    _label(cases[0], at)
    mug = lines[0]
    given_back = request_gift_return(
        gift_id=gift.public_id,
        wishes=[returns.Wish(line=mug.public_id, quantity=1, reason="too_small")],
        outcome=Outcome.STORE_CREDIT,
        name="Hana",
        email="hana@example.com",
        address=AddressFacts(
            address1="北町4-5-6",
            city="練馬区",
            province="東京都",
            postcode="179-0081",
            country="JP",
        ),
        key="gift_of_the_full_shop",
        at=at,
    )
    OptIn.objects.create(
        customer_id=order.customer.public_id,
        channel="email",
        purpose="marketing",
        address="hana@example.com",
        source="preferences page",
        asked_at=at,
    )
    _refused(given_back, owner, at)
    PickUp.objects.create(
        case=given_back, on=at.date(), carrier="ヤマト運輸", at=at, by=owner.actor
    )
    _loss(given_back, owner, at)
    with transaction.atomic():
        note_surplus(given_back, title="A cup", quantity=1, at=at, actor=owner.actor)
    returns.cancel_return(return_id=given_back.public_id, at=at, actor="shopper")
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
    _receiving(cases[1], owner, at)


def _refused(
    case: Return, owner: User, at: datetime, *, photo: ReceivingPhoto | None = None
) -> RefusedUnits:
    """A worn unit of a return, which was sent back to its shopper."""
    line = case.lines.get()
    worn = Inspection.objects.create(
        line=line,
        grade=Grade.WORN,
        quantity=1,
        accepted=False,
        photo=photo,
        at=at,
        actor=owner.actor,
    )
    refused: RefusedUnits = RefusedUnits.objects.create(
        case=case,
        line=line,
        inspection=worn,
        quantity=1,
        state=RefusedState.SENT_BACK,
        fee=0,
        asked_at=at,
        answer_by=at,
        pay_by=at,
        closed_at=at,
    )
    return refused


def _receiving(case: Return, owner: User, at: datetime) -> None:
    """A parcel of nobody's is kept; a worn towel was sent back to its shopper, with a photo."""
    photo = keep_photo(_picture(), at=at, actor=owner.actor)
    receive_unannounced(
        tracking_number="TBA1", note="A blue mug", photo=photo, at=at, actor=owner.actor
    )
    with transaction.atomic():
        note_surplus(case, title="A blue mug", quantity=1, at=at, actor=owner.actor)
    refused = _refused(case, owner, at, photo=photo)
    FeePayment.objects.create(
        refused=refused,
        provider=MANUAL,
        amount=990,
        reference="R-1",
        state=PaymentPageState.RETURNED,
        created_at=at,
        finished_at=at,
    )
    PickUp.objects.create(case=case, on=at.date(), carrier="ヤマト運輸", at=at, by=owner.actor)
    _loss(case, owner, at)


def _loss(case: Return, owner: User, at: datetime) -> None:
    """A parcel that was called lost, and turned up."""
    ReturnLoss.objects.create(
        case=case,
        bearer=Bearer.SHOP,
        ground=LossGround.KNOWN_OTHERWISE,
        proof=SendingProof.RECEIPT,
        units=1,
        text="We have asked the carrier.",
        at=at,
        actor=owner.actor,
        end=LossEnd.TURNED_UP,
        ended_at=at,
    )


def _picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "#884422").save(written, "PNG")
    return written.getvalue()


def _label(case: Return, at: datetime) -> None:
    """A label that was made for a return, to a place of its own."""
    parcel = ReturnParcel.objects.create(
        order=case.order,
        method=ReturnMethod.LABEL,
        source=LabelSource.UPLOAD,
        state=LabelState.READY,
        tracking_number="1Z12345E0291980793",
        cost=520,
        currency="JPY",
        asked_at=at,
        asked_by="system",
        ready_at=at,
    )
    ReturnParcelCase.objects.create(parcel=parcel, case=case)
    LabelFile.objects.create(
        parcel=parcel, kind="label", content_type="application/pdf", body=b"%PDF-1.4 %%EOF"
    )
    save_address(
        ReturnAddress(
            name="Kyoto",
            company="Komorebi",
            address1="Shijo 1",
            city="Kyoto",
            postcode="600-8001",
            country="JP",
        ),
        at=at,
        actor="system",
    )
    point, _is_new = put_point(
        PointFacts(
            source_id="S-1",
            name="Corner",
            operator="Green",
            carriers=("yamato",),
            address1="Jingumae 0-0-1",
            city="Shibuya",
            postcode="150-0001",
            latitude=35.669,
            longitude=139.708,
            opening_hours="Mo-Fr 09:00-21:00; Sa,Su,PH 10:00-18:00",
        ),
        at=at,
        actor="system",
    )
    with transaction.atomic():
        note_drop_off(case, point, at=at, actor="shopper")


def _give_code(merchant: Merchant, order: Order, at: datetime) -> None:
    """The customer of an order has a promo code, which waits for staff to enter it."""
    customer = order.customer
    assert customer is not None
    make_promo_code(
        merchant=merchant,
        customer=customer,
        purpose=PromoPurpose.THANKS,
        offer=PromoOffer(percent=1000, currency=merchant.currency, minimum=5000, days=30),
        thanks_for=order,
        needed_by=at,
        at=at,
    )


def _draft(owner: User, at: datetime) -> None:
    """A rule is being written, one with every kind of row."""
    rule = {
        "id": "photos",
        "when": {
            "all": [
                {"fact": "order_value", "operator": "at_least", "value": {"JPY": 5000}},
                {"not": {"fact": "country", "operator": "in", "value": ["CA", "US"]}},
            ]
        },
        "effects": {"evidence": 2},
        "if_unknown": "skip",
        "say": {"en": "We look at it first.", "ja": ""},
        "note": "Photos",
        "active": True,
    }
    change_rules(
        rules=[read_rule(rule, "rule")],
        revision=editing().revision,
        at=at,
        actor=owner.actor,
    )
    tried = start_simulation(days=90, at=at, actor=owner.actor)
    work_on(tried.public_id, until=at, now=lambda: at)


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
    of_privacy = route.name.startswith("dashboard:privacy")
    with merchant_scope(merchant.pk):
        objects: dict[str, Any] = {
            "slug": merchant.slug,
            "request_id": _first(PrivacyRequest if of_privacy else InboxMessage),
            "order_id": _first(Order),
            "external_id": _first(Order, "external_id"),
            "customer_id": _first(Customer),
            "event_id": _first(EventRecord),
            "message_id": _first(Message),
            "mail_id": _first(MailboxMail),
            "shipment_id": _first(Shipment),
            "return_id": _first(Return, gift__isnull=True),
            "evidence_id": _first(EvidenceFile),
            "gift_id": _first(GiftCode),
            "parcel_id": _first(ReturnParcel),
            "address_id": _first(ReturnAddress),
            "point_id": _first(DropOffPoint),
            "paper": "label",
            "rule_id": "photos",
            "macro_id": _first(Macro),
            "simulation_id": _first(PolicySimulation),
            "cancellation_id": _first(Cancellation),
            "refund_id": _first(Refund),
            "replacement_id": _first(Replacement),
            "exchange_id": _first(Exchange),
            "line_id": _first(OrderLine),
            "withdrawal_id": _first(Withdrawal),
            "photo_id": _first(ReceivingPhoto),
            "refused_id": _first(RefusedUnits),
            "restock_id": _first(Restock),
            "unannounced_id": _first(UnannouncedGoods),
            "note_id": _first(CreditNote),
            "mismatch_id": _first(RefundMismatch),
            "dispute_id": "dp_1",
            "key_id": _first(ApiKey),
            "api_request_id": _first(ApiRequest),
            "product_id": _first(Product),
            "connection_id": _first(Connection),
            "account_id": _first(Connection, service="fedex"),
            "endpoint_id": _first(Endpoint),
            "webhook_id": _first(Webhook),
            "delivery_id": _first(Delivery, "id", state="dead"),
            "list_name": "orders",
            "view_id": _first(SavedView),
            "alert_id": _first(StaffAlert),
            "opt_in_id": _first(OptIn),
            "channel": "email",
            "invitation_id": _first(Invitation),
            "code_id": _first(CarrierCode),
            "promo_id": _first(PromoCode),
            "look_id": _first(LookVersion),
            "membership_id": _first(Membership, "id", merchant=merchant),
            "service": "shopify",
            "sample": "orders",
            "import_id": _first(Import),
            "export_id": _first(DataExport),
            "kind": "order.thanks",
            "locale": "ja",
            "token": partial(_token, route),
            "name": "0" * 16,
            "path": "nothing.png",
            "number": 1,
        }
        # Only what this address names is looked up.
        found = {
            part: value() if callable(value := objects.get(part)) else value for part in route.parts
        }
    missing = [part for part, value in found.items() if value in (None, "")]
    assert not missing, f"{route.name} names {missing}: plant one in full_shop and map it here."
    return found


def _token(route: Route) -> str:
    """Return the token that opens what an address is about: an order, unless it is its own."""
    if route.name == "site:withdrawal_receipt":
        return receipt_token(Withdrawal.objects.earliest("id"))
    if route.name.startswith("site:gift"):
        return gift_token(GiftCode.objects.earliest("id"))
    if "line/<str:token>/" in route.path:
        return account_token("U1")
    if route.name in ("site:preferences", "site:unlink", "site:unsubscribe"):
        return reader_token(str(_first(Customer, orders__isnull=False)()))
    if route.name == "site:credit_note":
        return note_token(CreditNote.objects.earliest("id"))
    return links.order_token(str(_first(Order)()))


def _first(model: Any, field: str = "public_id", **of: Any) -> Callable[[], Any]:
    """Return what looks up the field of the oldest such object of the shop."""
    return lambda: model.objects.filter(**of).order_by("id").values_list(field, flat=True).first()
