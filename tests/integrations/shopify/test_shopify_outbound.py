"""What we ask Shopify to do happens once, and its reasons for a no reach staff."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from commerce.models import Merchant, Order, StoreCreditAccount, StoreCreditEntry
from integrations.models import Connection, OutboundCall
from integrations.shopify import calls, outbound
from integrations.shopify.errors import Refused, Unanswered
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.shop import Rest
from integrations.shopify.fake.webhooks import signed_headers
from integrations.shopify.inbound import read_order
from integrations.shopify.outbound import ShopifyCredits, ShopifyRefunds
from postexp.kernel import clock
from postexp.kernel.models import Delivery, DeliveryState, EventRecord, InboxMessage
from postexp.kernel.outbox import MAX_ATTEMPTS, replay
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import Outcome, RefundState, ReturnState
from returns.models import LedgerEntry, Refund, Return, Settlement
from returns.ports import Credit, Payment, PaymentRefused, PaymentUnclear
from tests.returns.conftest import STAFF, arrive, ask, grade

ORDER = 6_000_000_030


def later() -> None:
    """Let so much time pass that nothing without an answer is still under way at Shopify."""
    ago = clock.now() - calls.UNDER_WAY - timedelta(seconds=1)
    unanswered = OutboundCall.objects.filter(reference="")
    unanswered.update(first_sent_at=ago - timedelta(hours=1))
    unanswered.exclude(asked_again_at=None).update(asked_again_at=ago)


def payment(fake: FakeShopify, **changes: Any) -> Payment:
    """A payment back for the newest order of the stand-in."""
    values: dict[str, Any] = {
        "key": "rfd_1",
        "amount": 500,
        "currency": "JPY",
        "source": "shopify",
        "order_external_id": str(ORDER),
        "tender": "card",
        "gateway": "shopify_payments",
        "tender_external_id": "",
    }
    return Payment(**{**values, **changes})


def refunds(fake: FakeShopify) -> list[Rest]:
    """Return the refunds of that order at the stand-in."""
    made: list[Rest] = fake.shop.orders[ORDER]["refunds"]
    return made


def test_a_refund_goes_back_to_its_payment(connected: Connection, fake: FakeShopify) -> None:
    reference = outbound.refund(connected, payment(fake))
    (made,) = refunds(fake)
    assert str(made["id"]) == reference
    assert [(one["amount"], one["kind"]) for one in made["transactions"]] == [("500", "refund")]
    # The same key again gives the first refund; Shopify is not even asked.
    asked = len(fake.shop.requests)
    assert outbound.refund(connected, payment(fake)) == reference
    assert len(fake.shop.requests) == asked
    assert outbound.refund(connected, payment(fake, key="rfd_2")) != reference
    assert len(refunds(fake)) == 2


@pytest.mark.parametrize("fault", ["time_out_after", "time_out_before", "http_500"])
def test_a_refund_without_an_answer_is_asked_for_again_to_the_letter(
    connected: Connection, fake: FakeShopify, fault: str
) -> None:
    fake.shop.inject(fault, operation="RefundCreate", times=4)
    with pytest.raises(PaymentUnclear):
        ShopifyRefunds().pay(payment(fake))
    assert OutboundCall.objects.get().reference == ""
    reference = ShopifyRefunds().pay(payment(fake))
    assert [str(made["id"]) for made in refunds(fake)] == [reference]


def test_after_no_answer_only_a_refusal_of_the_refund_itself_counts(
    connected: Connection, fake: FakeShopify
) -> None:
    fake.shop.inject("time_out_after", operation="RefundCreate", times=4)
    with pytest.raises(PaymentUnclear):
        ShopifyRefunds().pay(payment(fake))
    secret, fake.shop.client_secret = fake.shop.client_secret, "rotated"
    fake.shop.tokens.clear()
    with pytest.raises(PaymentUnclear):
        ShopifyRefunds().pay(payment(fake))
    fake.shop.client_secret = secret
    assert ShopifyRefunds().pay(payment(fake))
    assert len(refunds(fake)) == 1


def test_a_key_shopify_has_forgotten_is_not_used_again(
    connected: Connection, fake: FakeShopify
) -> None:
    fake.shop.inject("time_out_after", operation="RefundCreate", times=4)
    with pytest.raises(PaymentUnclear):
        ShopifyRefunds().pay(payment(fake))
    OutboundCall.objects.update(first_sent_at=clock.now() - timedelta(days=2))
    fake.shop.answers.clear()
    with pytest.raises(PaymentUnclear):
        ShopifyRefunds().pay(payment(fake))
    assert len(refunds(fake)) == 1


def test_more_than_was_paid_is_refused_in_words(connected: Connection, fake: FakeShopify) -> None:
    total = int(fake.shop.orders[ORDER]["total_price"])
    with pytest.raises(PaymentRefused) as refused:
        ShopifyRefunds().pay(payment(fake, amount=total + 1))
    assert str(refused.value) == (
        "At Shopify only a part of this can still be paid back: 1 JPY are missing."
    )
    assert not OutboundCall.objects.exists()
    assert ShopifyRefunds().pay(payment(fake, amount=total))


def test_shopify_pays_what_went_through_it(connected: Connection, fake: FakeShopify) -> None:
    provider = ShopifyRefunds()
    assert provider.takes(payment(fake))
    assert not provider.takes(payment(fake, source="api"))
    assert not provider.takes(payment(fake, tender="cash_on_delivery"))
    connected.client_id = ""
    connected.save()
    assert not provider.takes(payment(fake))
    with pytest.raises(PaymentRefused):
        provider.pay(payment(fake))


def tell(browser: Client, fake: FakeShopify, topic: str, body: Rest) -> None:
    """Bring a signed webhook of the stand-in to our door."""
    data = json.dumps(body).encode()
    headers = signed_headers(fake.shop, topic, data, f"event-{fake.shop.new_id()}")
    kind = headers.pop("Content-Type")
    answer = browser.post("/webhooks/shopify/", data, content_type=kind, headers=headers)
    assert answer.status_code == 200


@pytest.fixture
def case(connected: Connection, fake: FakeShopify, scope: Merchant, at: datetime) -> Return:
    """A return of the newest order, arrived and accepted."""
    order = fake.shop.orders[ORDER]
    at = clock.now()
    read_order(json.dumps(order).encode(), at)
    bought = Order.objects.get(external_id=str(ORDER))
    case = ask(bought, at, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    arrive(case, at)
    grade(case, at)
    return case


@pytest.mark.parametrize("echo", ["before the answer", "after the answer", "in the order only"])
def test_settling_a_return_pays_through_shopify_once(
    case: Return,
    fake: FakeShopify,
    client: Client,
    drain: Callable[[], None],
    echo: str,
) -> None:
    if echo == "before the answer":
        # On a slow machine it is asked again before this drain has ended.
        fake.shop.inject("time_out_after", operation="RefundCreate", times=100)
    services.settle_return(return_id=case.public_id, key="k", at=clock.now(), actor=STAFF)
    drain()
    fake.shop.faults.clear()
    refund = Refund.objects.get()
    assert refund.provider == "shopify"
    if echo == "before the answer":
        assert refund.state == RefundState.PROCESSING
    else:
        assert refund.state == RefundState.SUCCEEDED
    (made,) = refunds(fake)
    if echo != "in the order only":
        tell(client, fake, "refunds/create", made)
    tell(client, fake, "orders/updated", fake.shop.orders[ORDER])
    drain()
    Delivery.every_merchant.filter(state=DeliveryState.PENDING).update(next_at=clock.now())
    drain()
    refund.refresh_from_db()
    assert (refund.state, refund.reference) == (RefundState.SUCCEEDED, str(made["id"]))
    assert refund.platform_refund is not None
    assert Settlement.objects.count() == 1
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == refund.amount
    assert len(refunds(fake)) == 1
    case.refresh_from_db()
    assert case.state == ReturnState.COMPLETED
    assert set(InboxMessage.objects.values_list("state", flat=True)) == {"processed"}


def test_a_refund_shopify_refuses_waits_for_staff(
    case: Return, fake: FakeShopify, drain: Callable[[], None]
) -> None:
    fake.shop.refund(
        ORDER,
        [
            {"gateway": one["gateway"], "amount": one["amount"], "parent_id": one["id"]}
            for one in fake.shop.transactions[ORDER]
        ],
        "",
        [],
    )
    services.settle_return(return_id=case.public_id, key="k", at=clock.now(), actor=STAFF)
    drain()
    refund = Refund.objects.get()
    assert refund.state == RefundState.FAILED
    assert "can still be paid back" in refund.failure


def test_a_refund_staff_make_at_shopify_is_still_counted(
    case: Return, fake: FakeShopify, client: Client, drain: Callable[[], None]
) -> None:
    sale = fake.shop.transactions[ORDER][0]
    theirs = {"gateway": sale["gateway"], "amount": "100", "parent_id": sale["id"]}
    made = fake.shop.refund(ORDER, [theirs], "(Postexp rfd_forged)", [])
    tell(client, fake, "refunds/create", made)
    drain()
    assert Settlement.objects.get().total == 100


def test_store_credit_is_given_once(connected: Connection, fake: FakeShopify) -> None:
    customer = next(iter(fake.shop.customers))

    def give(key: str) -> str:
        return outbound.give_store_credit(
            connected,
            key=key,
            customer_external_id=str(customer),
            amount=700,
            currency="JPY",
        )

    first = give("a")
    fake.shop.inject("time_out_after", operation="StoreCredit")
    with pytest.raises(Unanswered):
        give("b")
    # It may reach the books at Shopify a little later: until then there is no use in looking.
    asked = len(fake.shop.requests)
    with pytest.raises(Unanswered):
        give("b")
    assert len(fake.shop.requests) == asked
    later()
    second = give("b")
    fake.shop.inject("time_out_before", operation="StoreCredit")
    with pytest.raises(Unanswered):
        give("c")
    later()
    third = give("c")
    assert len({first, second, third}) == 3
    assert give("a") == first
    assert [one["amount"] for one in fake.shop.credits[customer]] == ["700", "700", "700"]
    with pytest.raises(Refused) as refused:
        outbound.give_store_credit(
            connected, key="d", customer_external_id=str(customer), amount=5, currency="USD"
        )
    assert refused.value.has("UNSUPPORTED_CURRENCY")


def credit_seven(connection: Connection, customer: int) -> str:
    return outbound.give_store_credit(
        connection, key="k", customer_external_id=str(customer), amount=700, currency="JPY"
    )


def test_a_credit_asked_for_again_is_under_way_again(
    connected: Connection, fake: FakeShopify
) -> None:
    customer = next(iter(fake.shop.customers))
    for fault in ("time_out_before", "time_out_after"):
        fake.shop.inject(fault, operation="StoreCredit")
        with pytest.raises(Unanswered):
            credit_seven(connected, customer)
        if fault == "time_out_before":
            later()
    # It was sent an hour ago, and again just now: there is no use in looking yet.
    asked = len(fake.shop.requests)
    with pytest.raises(Unanswered):
        credit_seven(connected, customer)
    assert len(fake.shop.requests) == asked
    later()
    assert credit_seven(connected, customer).endswith(str(fake.shop.credits[customer][0]["id"]))
    assert len(fake.shop.credits[customer]) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_find_no_credit_one_gives_it(
    connected: Connection, fake: FakeShopify, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = next(iter(fake.shop.customers))
    fake.shop.inject("time_out_before", operation="StoreCredit")
    with pytest.raises(Unanswered):
        credit_seven(connected, customer)
    later()
    answer_of, both = fake.engine.answer, threading.Barrier(2, timeout=60)

    def answer_together(asked: dict[str, Any], **more: Any) -> dict[str, Any]:
        told = answer_of(asked, **more)
        if asked["query"].startswith("query StoreCreditGiven"):
            both.wait()
        return told

    monkeypatch.setattr(fake.engine, "answer", answer_together)

    def give() -> str:
        try:
            with merchant_scope(merchant.pk):
                return credit_seven(Connection.objects.get(), customer)
        except Unanswered:
            return "unanswered"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ends = [one.result(90) for one in (pool.submit(give), pool.submit(give))]
    assert len(fake.shop.credits[customer]) == 1
    assert ends.count("unanswered") == 1


def test_a_credit_is_found_behind_many_others(connected: Connection, fake: FakeShopify) -> None:
    customer = next(iter(fake.shop.customers))
    old = {"currency": "JPY", "created_at": "2026-01-01T00:00:00+00:00", "amount": "1"}
    fake.shop.credits[customer] = [{**old, "id": number} for number in range(1, 121)]

    def give() -> str:
        return outbound.give_store_credit(
            connected, key="a", customer_external_id=str(customer), amount=700, currency="JPY"
        )

    fake.shop.inject("time_out_after", operation="StoreCredit")
    with pytest.raises(Unanswered):
        give()
    later()
    assert give().endswith(str(fake.shop.credits[customer][-1]["id"]))
    assert len(fake.shop.credits[customer]) == 121


@pytest.fixture
def by_credit(case: Return, fake: FakeShopify) -> int:
    """The case is settled as store credit; the customer's id at Shopify."""
    services.settle_return(
        return_id=case.public_id,
        key="k",
        outcome=Outcome.STORE_CREDIT,
        at=clock.now(),
        actor=STAFF,
    )
    return int(fake.shop.orders[ORDER]["customer"]["id"])


def again(drain: Callable[[], None]) -> None:
    """Let the time pass until everything is tried again."""
    later()
    Delivery.every_merchant.filter(state=DeliveryState.PENDING).update(next_at=clock.now())
    drain()


@pytest.mark.parametrize("fault", ["", "time_out_after", "time_out_before"])
def test_a_return_settled_as_credit_is_given_at_shopify_once(
    by_credit: int, case: Return, fake: FakeShopify, drain: Callable[[], None], fault: str
) -> None:
    settlement = Settlement.objects.get()
    account = StoreCreditAccount.objects.get()
    assert account.balance == settlement.payout > 0
    if fault:
        fake.shop.inject(fault, operation="StoreCredit")
    drain()
    again(drain)
    again(drain)
    (given,) = fake.shop.credits[by_credit]
    assert int(given["amount"]) == settlement.payout
    (told,) = EventRecord.objects.filter(type="store_credit.given")
    assert told.subject == f"return:{case.public_id}"
    assert told.payload["reference"].endswith(str(given["id"]))
    assert not refunds(fake)
    # It is spent at Shopify, and so no more here.
    account.refresh_from_db()
    assert account.balance == 0
    moved = StoreCreditEntry.objects.get(reference=f"{settlement.public_id}:moved")
    assert moved.amount == -settlement.payout
    services.credit_given(
        settlement.public_id, provider="shopify", reference=given["id"], at=clock.now()
    )
    account.refresh_from_db()
    assert account.balance == 0


def test_a_refused_credit_waits_for_staff_with_the_reason(
    by_credit: int, fake: FakeShopify, drain: Callable[[], None], staff: Client
) -> None:
    fake.shop.currency = "USD"
    for _ in range(MAX_ATTEMPTS):
        again(drain)
    dead = Delivery.objects.get(handler="returns.give_store_credit")
    assert dead.state == DeliveryState.DEAD
    page = staff.get("/d/komorebi/events/failures/").content.decode()
    assert "Shopify says: The currency provided is not currently supported" in page
    assert not fake.shop.credits
    # Staff mend the cause and replay it.
    fake.shop.currency = "JPY"
    replay(dead, at=clock.now())
    again(drain)
    assert len(fake.shop.credits[by_credit]) == 1


def test_credit_of_others_orders_stays_with_us(connected: Connection) -> None:
    credit = Credit(
        key="stl_1", amount=5, currency="JPY", source="shopify", customer_external_id="1"
    )
    provider = ShopifyCredits()
    assert provider.takes(credit)
    assert not provider.takes(replace(credit, source="api"))
    assert not provider.takes(replace(credit, customer_external_id=""))
    connected.client_id = ""
    connected.save()
    assert not provider.takes(credit)
    with pytest.raises(PaymentRefused):
        provider.give(credit)


def test_an_order_is_cancelled_once(connected: Connection, fake: FakeShopify) -> None:
    order = fake.shop.orders[ORDER]

    def cancel(key: str) -> str:
        return outbound.cancel_order(
            connected, key=key, order_external_id=str(ORDER), refund=True, restock=True
        )

    with pytest.raises(Refused) as refused:
        cancel("a")
    assert "fulfilled items" in str(refused.value)
    order["fulfillments"] = []
    fake.shop.inject("time_out_after", operation="OrderCancel")
    with pytest.raises(Unanswered):
        cancel("b")
    later()
    assert cancel("b")
    assert len(refunds(fake)) == 1
    assert order["cancel_reason"] == "customer"
    with pytest.raises(Refused) as already:
        cancel("c")
    assert already.value.has("ORDER_IS_CANCELED")
