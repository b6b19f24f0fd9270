"""Refunds through Stripe happen once, and end as Stripe says."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from celery import current_app
from django.db import connection

from commerce.models import Merchant, Order
from commerce.ports import RefundFacts
from commerce.services.refunds import take_back_refund, take_in_refund
from integrations import tasks
from integrations.models import Connection, OutboundCall
from integrations.stripe.errors import KeyRefused
from integrations.stripe.fake.account import (
    REFUNDS_COME_BACK,
    REFUNDS_LATE,
    FakeAccount,
    Thing,
)
from integrations.stripe.fake.payments import banks_answer, create_refund, pay
from integrations.stripe.fake.server import FakeStripe
from integrations.stripe.outbound import StripeRefunds
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import MismatchCode, RefundState, ReturnState, SettlementKind
from returns.models import LedgerEntry, Refund, RefundMismatch, Return, Settlement
from returns.ports import (
    Payment,
    PaymentRefused,
    PaymentUnclear,
    PaymentUnderWay,
    register_provider,
    unregister_provider,
)
from returns.selectors import paid_order
from tests.integrations.stripe.conftest import buy, retry_now, settle
from tests.returns.conftest import STAFF, ask, fresh, resolve

TRIALS = 50


def payment(paid: Thing, **changes: Any) -> Payment:
    """¥500 of a payment back."""
    values: dict[str, Any] = {
        "key": "rfd_1",
        "amount": 500,
        "currency": "JPY",
        "source": "api",
        "order_external_id": "1",
        "tender": "card",
        "gateway": "Stripe",
        "tender_external_id": paid["id"],
    }
    return Payment(**{**values, **changes})


def test_a_payment_or_a_charge_is_paid_back(
    connected: Connection, account: FakeAccount, paid: Thing
) -> None:
    provider = StripeRefunds()
    first = provider.pay(payment(paid))
    assert provider.pay(payment(paid)) == first
    other = payment(paid, key="rfd_2", tender_external_id=paid["latest_charge"])
    assert provider.takes(other)
    assert provider.pay(other) != first
    made = account.all("refund")
    assert [(one["amount"], one["charge"]) for one in made] == [(500, paid["latest_charge"])] * 2
    assert made[0]["metadata"] == {"postexp_refund": "rfd_1"}


def test_stripe_pays_back_what_it_took(connected: Connection, paid: Thing) -> None:
    provider = StripeRefunds()
    assert provider.takes(payment(paid))
    assert not provider.takes(payment(paid, gateway="paypal"))
    assert not provider.takes(payment(paid, tender_external_id=""))
    connected.ended_at = clock.now()
    connected.save()
    assert not provider.takes(payment(paid))
    with pytest.raises(PaymentRefused):
        provider.pay(payment(paid))


@pytest.mark.parametrize("days", [0, 2])
def test_an_attempt_without_an_answer_is_found_again(
    connected: Connection, fake: FakeStripe, paid: Thing, days: int
) -> None:
    account = fake.account
    account.inject("http_500", path="refunds")
    with pytest.raises(PaymentUnclear):
        StripeRefunds().pay(payment(paid))
    # Stripe made it after all, and by now has forgotten the key, or not.
    form = {"payment_intent": paid["id"], "amount": "500"}
    made = create_refund(account, {**form, "metadata": {"postexp_refund": "rfd_1"}})
    account.pass_time(timedelta(days=days))
    assert StripeRefunds().pay(payment(paid)) == made["id"]
    assert len(account.all("refund")) == 1


def test_what_was_unclear_stays_so_when_the_key_is_refused(
    connected: Connection, account: FakeAccount, paid: Thing
) -> None:
    account.inject("http_500", path="refunds")
    with pytest.raises(PaymentUnclear):
        StripeRefunds().pay(payment(paid))
    account.key = "rk_test_another"
    with pytest.raises(PaymentUnclear):
        StripeRefunds().pay(payment(paid))


def test_a_refusal_is_told_and_tried_again_as_a_new_attempt(
    connected: Connection, account: FakeAccount, paid: Thing
) -> None:
    charge = account.find("charge", paid["latest_charge"])
    charge["disputed"] = True
    with pytest.raises(PaymentRefused, match="has been charged back"):
        StripeRefunds().pay(payment(paid))
    assert not OutboundCall.objects.exists()
    charge["disputed"] = False
    assert StripeRefunds().pay(payment(paid))


def test_what_the_bank_does_not_answer_at_once_is_under_way(
    connected: Connection, account: FakeAccount
) -> None:
    late = pay(account, 900, "jpy", number=REFUNDS_LATE)
    for _ in range(2):
        with pytest.raises(PaymentUnderWay) as taken:
            StripeRefunds().pay(payment(late))
    assert [one["id"] for one in account.all("refund")] == [taken.value.reference]
    banks_answer(account)
    assert StripeRefunds().pay(payment(late)) == taken.value.reference


@pytest.mark.parametrize("echo", ["before the answer", "after the answer", "twice"])
def test_settling_a_return_pays_once(
    case: Return,
    account: FakeAccount,
    told: Callable[..., None],
    drain: Callable[[], None],
    echo: str,
) -> None:
    if echo == "before the answer":
        account.inject("http_500", path="refunds")
    settle(case)
    drain()
    refund = Refund.objects.get()
    if echo == "before the answer":
        assert refund.state == RefundState.PROCESSING
        form = {"payment_intent": refund.tender.external_id, "amount": "2500"}
        create_refund(account, {**form, "metadata": {"postexp_refund": refund.public_id}})
    told()
    told(again=echo == "twice")
    drain()
    retry_now()
    drain()
    refund.refresh_from_db()
    (made,) = account.all("refund")
    assert (refund.provider, refund.state) == ("stripe", RefundState.SUCCEEDED)
    assert (refund.reference, made["amount"]) == (made["id"], 2500)
    assert Settlement.objects.count() == 1
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 2500
    assert fresh(case).state == ReturnState.COMPLETED


@pytest.fixture
def at_once() -> Iterator[None]:
    """Let handed-over work happen at once, as with an idle worker."""
    before, current_app.conf.task_always_eager = current_app.conf.task_always_eager, True
    yield
    current_app.conf.task_always_eager = before


@pytest.fixture
def slow_case(
    connected: Connection, account: FakeAccount, mugs: None, scope: Merchant, at: datetime
) -> Return:
    """A return whose money goes back to a card that answers in days."""
    order = buy(scope, pay(account, 7500, "jpy", number=REFUNDS_LATE))
    return resolve(ask(order, at, (0, 1, "too_small")), at)


def test_a_refund_under_way_ends_when_stripe_tells(
    slow_case: Return, account: FakeAccount, told: Callable[..., None], drain: Callable[[], None]
) -> None:
    settle(slow_case)
    drain()
    refund = Refund.objects.get()
    assert (refund.state, refund.reference[:3]) == (RefundState.PROCESSING, "re_")
    assert fresh(slow_case).state == ReturnState.RESOLVING
    told()
    drain()
    assert Refund.objects.get().state == RefundState.PROCESSING
    banks_answer(account)
    told()
    drain()
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert fresh(slow_case).state == ReturnState.COMPLETED
    assert len(account.all("refund")) == 1


def test_a_refund_under_way_is_asked_about_where_no_webhook_came(
    slow_case: Return,
    account: FakeAccount,
    drain: Callable[[], None],
    merchant: Merchant,
    at_once: None,
) -> None:
    settle(slow_case)
    drain()
    tasks.follow_refunds(merchant.pk)
    assert Refund.objects.get().state == RefundState.PROCESSING
    banks_answer(account)
    assert tasks.look_after_refunds() == 1
    asked = len(account.requests)
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    tasks.follow_refunds(merchant.pk)
    assert len(account.requests) == asked


def test_one_that_cannot_be_read_stops_no_other(
    slow_case: Return,
    account: FakeAccount,
    drain: Callable[[], None],
    merchant: Merchant,
    at: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settle(slow_case)
    other = resolve(ask(slow_case.order, at, (1, 1, "too_small")), at)
    settle(other, "another")
    drain()
    first, second = Refund.objects.order_by("id")
    made = account.find("refund", first.reference)
    banks_answer(account)
    amount, made["amount"] = made["amount"], "Hanako"
    tasks.follow_refunds(merchant.pk)
    assert [one.state for one in Refund.objects.order_by("id")] == [
        RefundState.PROCESSING,
        RefundState.SUCCEEDED,
    ]
    assert f"refund {first.public_id} waits: Unreadable" in caplog.text
    assert "Hanako" not in caplog.text
    made["amount"] = amount
    tasks.follow_refunds(merchant.pk)
    assert {one.state for one in Refund.objects.all()} == {RefundState.SUCCEEDED}
    assert second.reference != first.reference


def test_a_key_that_is_refused_is_refused_for_all(
    slow_case: Return, account: FakeAccount, drain: Callable[[], None], merchant: Merchant
) -> None:
    settle(slow_case)
    drain()
    account.key = "rk_test_another"
    with pytest.raises(KeyRefused):
        tasks.follow_refunds(merchant.pk)
    assert Refund.objects.get().state == RefundState.PROCESSING


def test_money_that_comes_back_days_later_waits_for_staff(
    connected: Connection,
    account: FakeAccount,
    mugs: None,
    scope: Merchant,
    at: datetime,
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    order = buy(scope, pay(account, 7500, "jpy", number=REFUNDS_COME_BACK))
    case = resolve(ask(order, at, (0, 1, "too_small")), at)
    settle(case)
    drain()
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    banks_answer(account)
    told("refund.failed")
    drain()
    refund = Refund.objects.get()
    assert refund.state == RefundState.FAILED
    assert refund.failure == "Stripe could not pay it back: expired or canceled card."
    assert fresh(case).state == ReturnState.COMPLETED
    # What Stripe said of the first attempt before changes nothing, however late it comes.
    told("refund.created")
    drain()
    assert Refund.objects.get().state == RefundState.FAILED
    services.retry_refund(refund.public_id, at=at, actor=STAFF)
    drain()
    assert len(account.all("refund")) == 2
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    banks_answer(account)
    told()
    drain()
    services.refund_succeeded(refund.public_id, reference="transfer 7", at=at, actor=STAFF)
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert Settlement.objects.count() == 1
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 2500


def test_a_refund_made_in_stripes_dashboard_enters_the_same_ledger(
    bought: Order,
    account: FakeAccount,
    paid: Thing,
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    create_refund(account, {"payment_intent": paid["id"], "amount": "7400"})
    # One that only carries a key of ours is none of ours.
    forged = {"postexp_refund": "rfd_none"}
    create_refund(account, {"charge": paid["latest_charge"], "amount": "50", "metadata": forged})
    told()
    told(again=True)
    drain()
    bought.refresh_from_db()
    assert bought.given_back == 7450
    assert Settlement.objects.count() == 2
    assert {refund.provider for refund in Refund.objects.all()} == {"platform"}


def at_once_from_fifty(merchant: Merchant, act: Callable[[], object]) -> set[object]:
    """Do something from fifty connections at the same moment, and return the answers."""
    ready = Barrier(TRIALS)

    def run(number: int) -> object:
        try:
            with merchant_scope(merchant.pk):
                ready.wait(30)
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(TRIALS) as pool:
        return set(pool.map(run, range(TRIALS)))


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_and_an_answer_that_is_lost_make_one_refund(
    case: Return, fake: FakeStripe, merchant: Merchant, drain: Callable[[], None], at: datetime
) -> None:
    submits = at_once_from_fifty(merchant, lambda: settle(case, "click"))
    assert submits == {None}
    fake.account.inject("time_out_after", path="refunds", times=7)
    fake.account.inject("http_429", path="refunds", times=5)
    refund = services.begin_refund(Refund.objects.get().public_id, at=at)
    assert refund is not None
    asked = services.payment_of(refund)

    def attempt() -> str:
        try:
            return StripeRefunds().pay(asked)
        except PaymentUnclear:
            return ""

    answers = at_once_from_fifty(merchant, attempt)
    drain()
    (made,) = fake.account.all("refund")
    assert answers - {""} == {made["id"]}
    assert made["amount"] == 2500
    assert Settlement.objects.count() == 1
    assert Refund.objects.get().reference == made["id"]
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 2500


def refund_there(account: FakeAccount, payment: Thing, amount: int) -> Thing:
    """Let somebody pay back in Stripe's dashboard."""
    return create_refund(account, {"payment_intent": payment["id"], "amount": str(amount)})


@pytest.mark.parametrize("topic", ["refund.failed", "refund.updated", "charge.refund.updated"])
def test_a_refund_of_the_dashboard_that_fails_later_is_undone(
    topic: str,
    account: FakeAccount,
    connected: Connection,
    mugs: None,
    scope: Merchant,
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    payment = pay(account, 7500, "jpy", number=REFUNDS_COME_BACK)
    order = buy(scope, payment)
    refund_there(account, payment, 1200)
    told("refund.created", "refund.updated")
    drain()
    order.refresh_from_db()
    assert order.given_back == 1200
    banks_answer(account)
    told(topic)
    told(topic, again=True)
    drain()
    order.refresh_from_db()
    assert order.given_back == 0
    money = paid_order(order)
    assert [tender.refunded for tender in money.tenders] == [0]
    assert money.left == 7500
    first, undone = Settlement.objects.order_by("id")
    assert (first.kind, first.total) == (SettlementKind.EXTERNAL, 1200)
    assert (undone.kind, undone.total) == (SettlementKind.UNDONE, -1200)
    assert undone.credit_note.total == -first.credit_note.total
    assert undone.credit_note.tax == -first.credit_note.tax
    assert Refund.objects.get().state == RefundState.REVERSED
    mismatch = RefundMismatch.objects.get()
    assert (mismatch.code, mismatch.cleared_at) == (MismatchCode.BACK, None)
    # All of it can be paid back again, and no more.
    refund_there(account, payment, 7500)
    told("refund.created")
    drain()
    order.refresh_from_db()
    assert order.given_back == 7500


def test_a_failure_that_is_told_before_the_refund_itself_gives_nothing_back(
    account: FakeAccount,
    connected: Connection,
    mugs: None,
    scope: Merchant,
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    payment = pay(account, 7500, "jpy", number=REFUNDS_COME_BACK)
    order = buy(scope, payment)
    refund_there(account, payment, 1200)
    banks_answer(account)
    told("refund.failed")
    drain()
    told("refund.created", "refund.updated")
    drain()
    order.refresh_from_db()
    assert order.given_back == 0
    assert not Settlement.objects.exists()
    assert not RefundMismatch.objects.exists()


def test_the_failure_of_shipping_paid_back_makes_it_refundable_again(
    account: FakeAccount, bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    paid_for = paid_order(bought).shipping.price
    assert paid_for
    facts = RefundFacts(
        external_id="re_1",
        order_external_id=bought.external_id,
        processed_at=at,
        amount=paid_for,
        currency="JPY",
    )
    take_in_refund(facts, at=at)
    drain()
    assert paid_order(bought).shipping.price_refunded == paid_for
    take_back_refund(facts, at=at)
    drain()
    assert paid_order(bought).shipping.price_refunded == 0
    assert paid_order(bought).goodwill == 0


def test_a_payment_by_hand_that_was_made_in_the_dashboard_and_fails_is_due_again(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    unregister_provider("stripe")
    try:
        settle(case)
    finally:
        register_provider(StripeRefunds())
    refund = Refund.objects.get()
    assert refund.provider == "manual"
    facts = RefundFacts(
        external_id="re_2",
        order_external_id=bought.external_id,
        processed_at=refund.created_at,
        amount=refund.amount,
        currency="JPY",
    )
    take_in_refund(facts, at=at)
    drain()
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    take_back_refund(facts, at=at)
    drain()
    failed = Refund.objects.get()
    assert failed.state == RefundState.FAILED
    assert "turned it down" in failed.failure
    # What was settled stays settled: it is still owed.
    assert [one.kind for one in Settlement.objects.all()] == [SettlementKind.RETURN]
    bought.refresh_from_db()
    assert bought.given_back == refund.amount
