"""A person's data is handed out whole, and forgotten in every table; the books stay."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from commerce import selectors
from commerce.enums import PrivacyKind
from commerce.models import (
    Customer,
    CustomerErasure,
    DataExport,
    Merchant,
    Order,
    PrivacyRequest,
    User,
)
from commerce.ports import (
    AddressFacts,
    CustomerFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    OrderFacts,
)
from commerce.selectors.people import person_of
from commerce.services.customers import record_privacy_request
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import take_in_order
from commerce.services.privacy import (
    answer_by_itself,
    export_customer,
    order_customer_erasure,
)
from commerce.services.privacy.personal import forget_requests_naming
from notifications.enums import SuppressionCause
from notifications.models import Message, Suppression
from notifications.selectors import find_suppression
from notifications.services import suppress_address
from postexp.kernel import clock, inbox
from postexp.kernel.erasing import Stretch, first_stretch, merchant_tables
from postexp.kernel.files import private_files
from postexp.kernel.models import EventRecord, InboxMessage
from postexp.kernel.tenancy import merchant_scope
from returns import services as returns
from returns.enums import Outcome
from returns.models import LedgerEntry
from tests.facts import order_facts

CANARIES = (
    "zzcanary@example.jp",
    "+819098761234",
    "090-9876-1234",
    "Zzcanaryname",
    "金糸雀町7-7-7",
    "金糸雀ハイツ",
    "Zzcanarynote",
)


def facts(**changes: object) -> OrderFacts:
    return order_facts(
        **{
            "external_id": "9876543210123",
            "number": "#7001",
            "email": "ZZcanary@example.jp",
            "phone": "090-9876-1234",
            "customer": CustomerFacts(
                external_id="5551234567",
                email="zzcanary@example.jp",
                phone="090-9876-1234",
                family_name="Zzcanaryname",
                given_name="Tori",
                accepts_email_marketing=True,
            ),
            "address": AddressFacts(
                name="Zzcanaryname Tori",
                postcode="150-0001",
                country="JP",
                address1="金糸雀町7-7-7",
                address2="金糸雀ハイツ",
                phone="090-9876-1234",
            ),
            **changes,
        }
    )


def holding(merchant: Merchant, word: str) -> list[str]:
    """Return the tables and columns of a merchant's rows that hold a word in any form."""
    found = []
    wanted = [word, json.dumps(word)[1:-1]]
    with connection.cursor() as cursor:
        for table in merchant_tables():
            for column, kind in table.columns.items():
                cursor.execute(
                    f'SELECT "{column}" FROM "{table.name}" WHERE merchant_id = %s', [merchant.pk]
                )
                for (value,) in cursor.fetchall():
                    text = (
                        bytes(value).decode("utf-8", "replace")
                        if isinstance(value, (bytes, memoryview))
                        else str(value)
                    )
                    if any(one.lower() in text.lower() for one in wanted):
                        found.append(f"{table.name}.{column} ({kind})")
    return found


@pytest.fixture
def canary(scope: Merchant, owner: User, drain: Callable[[], None]) -> Customer:
    """A customer with an order, a parcel, messages, a return that was paid, and raw requests."""
    at = clock.now()
    order = take_in_order(facts(placed_at=at, updated_at=at), merchant=scope, at=at).order
    take_in_fulfilment(
        FulfilmentFacts(
            external_id="f7",
            order_external_id=order.external_id,
            created_at=at,
            carrier_name="ヤマト運輸",
            tracking_numbers=("123412341233",),
            lines=(FulfilmentLineFacts(line_external_id="l1", quantity=2),),
        ),
        at=at,
    )
    body = json.dumps({"id": 9876543210123, "email": "zzcanary@example.jp", "n": "金糸雀町7-7-7"})
    inbox.store(
        source="shopify",
        topic="unknown/topic",
        provider_key="raw",
        merchant_id=scope.pk,
        headers={"From": "zzcanary@example.jp"},
        body=body.encode(),
        at=at,
    )
    suppress_address("zzcanary@example.jp", cause=SuppressionCause.BLOCKED, at=at)
    drain()
    with merchant_scope(scope.pk):
        line = selectors.list_lines(order)[0]
        returns.request_return(
            order_id=order.public_id,
            wishes=[returns.Wish(line=line.public_id, quantity=1, reason="too_small")],
            outcome=Outcome.REFUND,
            note="Zzcanarynote: please hurry",
            at=at,
            actor="shopper",
        )
    drain()
    return Customer.objects.get(external_id="5551234567")


def erase_customer(customer: Customer, by: User) -> None:
    """Order an erasure and carry it out step by step, each as short as can be."""
    with merchant_scope(customer.merchant_id):
        merchant, steps = selectors.get_merchant(), 0
        request = order_customer_erasure(
            merchant=merchant, customer=customer, by=by, at=clock.now()
        )
        while not answer_by_itself(
            merchant=merchant, request_id=request.public_id, until=clock.now(), now=clock.now
        ):
            steps += 1
            assert steps < 1000
    assert steps > 5


def test_an_export_holds_what_every_room_keeps(canary: Customer, owner: User) -> None:
    made = export_customer(customer=canary, by=owner, at=clock.now())
    with private_files().open(made.path) as file:
        data = json.loads(file.read())
    rooms = {
        *("commerce", "messages", "replies", "parcels", "imports"),
        *("returns", "cancellations", "withdrawals", "receiving", "return_extensions"),
    }
    assert set(data) - {"test shop"} == rooms
    assert data["commerce"]["customer"]["email"] == "zzcanary@example.jp"
    assert [order["number"] for order in data["commerce"]["orders"]] == ["#7001"]
    assert data["commerce"]["consents"][0]["granted"] is True
    assert data["returns"][0]["note"] == "Zzcanarynote: please hurry"
    assert any("7001" in message["subject"] for message in data["messages"])


def test_after_an_erasure_no_table_holds_a_word_of_theirs(
    canary: Customer, merchant: Merchant, owner: User
) -> None:
    export_customer(customer=canary, by=owner, at=clock.now())
    planted = {word: holding(merchant, word) for word in CANARIES}
    assert all(planted.values()), planted
    erase_customer(canary, owner)
    assert {word: holding(merchant, word) for word in CANARIES} == {word: [] for word in CANARIES}


def test_the_books_and_the_suppression_stay(
    canary: Customer, merchant: Merchant, owner: User
) -> None:
    before = list(Order.objects.values("number", "total", "captured", "given_back", "country"))
    entries = LedgerEntry.objects.count()
    erase_customer(canary, owner)
    assert list(Order.objects.values("number", "total", "captured", "given_back", "country")) == (
        before
    )
    assert LedgerEntry.objects.count() == entries
    assert find_suppression("zzcanary@example.jp") is not None
    assert Suppression.objects.count() == 1


def test_other_customers_keep_everything_even_what_they_share(
    canary: Customer, merchant: Merchant, owner: User, drain: Callable[[], None]
) -> None:
    at = clock.now()
    spouse = facts(
        external_id="1231231231",
        number="#7002",
        email="spouse@example.jp",
        phone="080-1111-2222",
        customer=CustomerFacts(external_id="555999", email="spouse@example.jp"),
        placed_at=at,
        updated_at=at,
    )
    take_in_order(spouse, merchant=merchant, at=at)
    drain()
    erase_customer(canary, owner)
    with merchant_scope(merchant.pk):
        kept = Order.objects.get(number="#7002")
    assert kept.email == "spouse@example.jp"
    assert kept.address["address1"] == "金糸雀町7-7-7"
    assert Message.objects.filter(address="spouse@example.jp").exists()
    assert not Message.objects.filter(address="zzcanary@example.jp").exists()


def test_what_the_platform_tells_again_brings_nothing_back(
    canary: Customer, merchant: Merchant, owner: User
) -> None:
    erase_customer(canary, owner)
    later = clock.now() + timedelta(minutes=1)
    take_in_order(facts(updated_at=later, placed_at=later), merchant=merchant, at=later)
    order = Order.objects.get(number="#7001")
    assert (order.email, order.phone, order.address, order.postcode_key) == ("", "", {}, "")
    canary.refresh_from_db()
    assert (canary.email, canary.family_name) == ("", "")


def ask(merchant: Merchant, kind: PrivacyKind, customer: str, at: datetime) -> PrivacyRequest:
    return record_privacy_request(
        merchant=merchant,
        kind=kind,
        external_id="1",
        customer_external_id=customer,
        order_external_ids=(),
        at=at,
        actor="shopify",
    )


def test_a_request_for_data_is_made_ready_and_waits_for_staff(
    canary: Customer, merchant: Merchant, drain: Callable[[], None], at: datetime
) -> None:
    request = ask(merchant, PrivacyKind.EXPORT, "5551234567", at)
    drain()
    request.refresh_from_db()
    made = DataExport.objects.get(request=request)
    assert private_files().exists(made.path)
    assert request.done_at is None


def test_a_request_to_erase_is_carried_out_and_answered(
    canary: Customer, merchant: Merchant, drain: Callable[[], None], at: datetime
) -> None:
    request = ask(merchant, PrivacyKind.ERASE_CUSTOMER, "5551234567", at)
    drain()
    request.refresh_from_db()
    assert request.done_at is not None
    assert holding(merchant, "zzcanary@example.jp") == []


def test_the_erasure_of_a_shop_waits_for_its_owner(
    canary: Customer, merchant: Merchant, drain: Callable[[], None], at: datetime
) -> None:
    request = ask(merchant, PrivacyKind.ERASE_SHOP, "", at)
    drain()
    request.refresh_from_db()
    assert request.done_at is None
    assert holding(merchant, "zzcanary@example.jp")


def test_words_that_name_somebody_else_as_well_are_not_searched_for(
    canary: Customer, merchant: Merchant
) -> None:
    at = clock.now()
    assert "金糸雀町7-7-7" in person_of(canary).words
    other = facts(external_id="42", number="#42", email="", phone="", customer=None)
    take_in_order(other, merchant=merchant, at=at)
    assert "金糸雀町7-7-7" not in person_of(canary).words
    assert "zzcanary@example.jp" in person_of(canary).words


def test_a_raw_request_that_names_the_order_is_emptied(
    canary: Customer, merchant: Merchant, owner: User
) -> None:
    erase_customer(canary, owner)
    raw = InboxMessage.objects.get(provider_key="raw")
    assert (bytes(raw.body), raw.headers) == (b"", {})


def test_an_erasure_ordered_twice_is_done_once(
    canary: Customer, merchant: Merchant, owner: User, drain: Callable[[], None], at: datetime
) -> None:
    for _ in range(2):
        with merchant_scope(merchant.pk):
            order_customer_erasure(merchant=merchant, customer=canary, by=owner, at=at)
    assert Customer.objects.get(pk=canary.pk).email == "zzcanary@example.jp"
    drain()
    assert holding(merchant, "zzcanary@example.jp") == []
    [erased] = EventRecord.objects.filter(type="customer.erased")
    assert (erased.actor, erased.payload["orders"]) == (owner.actor, 1)
    [request] = PrivacyRequest.objects.all()
    assert request.done_at is not None
    assert not CustomerErasure.objects.exists()


def test_an_interrupted_erasure_goes_on_where_it_was(
    canary: Customer, merchant: Merchant, owner: User, drain: Callable[[], None], at: datetime
) -> None:
    request = order_customer_erasure(merchant=merchant, customer=canary, by=owner, at=at)
    for _ in range(3):
        assert not answer_by_itself(
            merchant=merchant, request_id=request.public_id, until=at, now=clock.now
        )
    half = CustomerErasure.objects.get()
    assert (half.table > "", "zzcanary" in half.words) == (True, True)
    assert not any("erasure" in place for place in holding(merchant, "zzcanary@example.jp"))
    PrivacyRequest.objects.update(done_at=at)
    drain()
    assert holding(merchant, "zzcanary@example.jp") == []


def test_a_request_about_nobody_is_answered(
    merchant: Merchant, scope: Merchant, drain: Callable[[], None], at: datetime
) -> None:
    request = ask(merchant, PrivacyKind.ERASE_CUSTOMER, "nobody", at)
    drain()
    request.refresh_from_db()
    assert request.done_at is not None
    assert not EventRecord.objects.filter(type="customer.erased").exists()


@pytest.mark.parametrize("external_id", ["9876543210123", "注文番号一二三四五", "back\\slash-77"])
def test_raw_bytes_that_name_an_order_are_found(
    scope: Merchant, at: datetime, external_id: str
) -> None:
    for key, body in (("named", f"注文 {external_id}."), ("other", "注文 9876543210124")):
        inbox.store(
            source="shopify",
            topic="unknown/topic",
            provider_key=key,
            merchant_id=scope.pk,
            headers={},
            body=body.encode(),
            at=at,
        )
    [table] = [one for one in merchant_tables() if one.name == "kernel_inbox"]
    forget_requests_naming([external_id, "1" * 9], Stretch(table, 0, 2**40))
    kept = dict(InboxMessage.objects.values_list("provider_key", "body"))
    assert (bytes(kept["named"]), bytes(kept["other"])) == (b"", "注文 9876543210124".encode())


def test_one_step_reads_few_rows(canary: Customer, merchant: Merchant) -> None:
    tables = merchant_tables()
    assert not all(table.has_id for table in tables)
    seen, name, start = set(), "", 0
    while stretch := first_stretch(tables, name, start):
        assert stretch.end - stretch.start <= 2000
        seen.add(stretch.table.name)
        name, start = stretch.table.name, stretch.end
    assert {"commerce_order", "kernel_event", "kernel_inbox"} <= seen
