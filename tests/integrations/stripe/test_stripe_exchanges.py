"""Exchanges whose difference is paid at Stripe, and whose worth is held there: R-21 and R-23."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from commerce.models import Order, Variant
from integrations.stripe.fake.account import GOOD, FakeAccount, Thing
from integrations.stripe.fake.payments import create_refund
from postexp.kernel import clock
from returns import services
from returns.enums import ExchangePriceBasis
from returns.enums.exchanges import ExchangeState, Instead
from returns.models import Exchange, ExchangePayment, ExchangeTerms, PolicyVersion, Refund
from returns.services import exchanges
from tests.integrations.stripe.conftest import retry_now
from tests.returns.conftest import fresh, publish
from tests.returns.test_exchange_cases import again, come_back, pass_on, scanned, ship, swap

__all__ = ("publish",)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Told = Callable[..., None]


@pytest.fixture
def now() -> datetime:
    """The moment of the made-up Stripe, whose clock is the machine's at first."""
    return clock.now()


@pytest.fixture
def blue(bought: Order) -> Variant:
    """The blue mug, which costs ¥3,100 by now."""
    variant: Variant = Variant.objects.get(external_id="v2")
    variant.price = 3100
    variant.save()
    return variant


@pytest.fixture
def dearer(
    bought: Order, blue: Variant, publish: Callable[..., PolicyVersion], now: datetime
) -> Exchange:
    """An exchange for which ¥600 are due."""
    publish(exchange_price_basis=ExchangePriceBasis.CURRENT)
    return swap(bought, blue, now, instead=Instead.REFUND)


@pytest.fixture
def sent_ahead(
    bought: Order, blue: Variant, account: FakeAccount, told: Told, now: datetime
) -> Exchange:
    """An exchange that was sent at once, its ¥2,500 held on a card."""
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, blue, now, instant=True)
    pay(exchange, now)
    told()
    pass_on(clock.now())
    assert ExchangePayment.objects.get().state == "held"
    ship(now)
    return again(exchange)


def pay(exchange: Exchange, at: datetime, number: str = GOOD) -> int:
    """Follow the link of an exchange, and pay or let the money be held on its page."""
    with clock.played(at):
        url = exchanges.open_payment_page(
            exchange_id=exchange.public_id, home="https://shop.example/", at=at
        )
    return httpx.post(url, data={"number": number}).status_code


def live_on(account: FakeAccount, told: Told, at: datetime) -> None:
    """Let it become a moment here and at Stripe, and everything happen that is due by then."""
    account.pass_time(at - account.now())
    told()
    pass_on(at)
    told()
    pass_on(at)


def intents(account: FakeAccount, paid: Thing) -> list[tuple[str, int]]:
    """What became of the payments at Stripe but the one that paid the order."""
    return [
        (one["status"], one["amount_received"])
        for one in account.all("payment_intent")
        if one["id"] != paid["id"]
    ]


def test_r21_the_difference_is_paid_at_stripe_and_goes_back_there(
    dearer: Exchange, account: FakeAccount, paid: Thing, told: Told, now: datetime
) -> None:
    assert pay(dearer, now) == 303
    told()
    told(again=True)
    pass_on(clock.now())
    exchange = again(dearer)
    assert exchange.state == ExchangeState.APPROVED
    payment = ExchangePayment.objects.get()
    assert (payment.provider, payment.state, payment.amount) == ("stripe", "paid", 600)
    assert intents(account, paid) == [("succeeded", 600)]
    services.cancel_return(return_id=exchange.case.public_id, at=now, actor="shopper")
    pass_on(clock.now())
    (back,) = account.all("refund")
    assert (back["amount"], back["payment_intent"]) == (600, payment.reference)
    told()
    pass_on(clock.now())
    assert [one.state for one in Refund.objects.all()] == ["succeeded"]


def test_r21_nobody_pays_within_three_days(
    dearer: Exchange, account: FakeAccount, paid: Thing, told: Told, now: datetime
) -> None:
    for day in range(3):
        assert pay(dearer, now + day * DAY, "4000000000000002") == 402
        live_on(account, told, now + (day + 1) * DAY)
    assert again(dearer).state == ExchangeState.CONVERTED
    assert {one["status"] for one in account.all("checkout.session")} == {"expired"}
    assert ("succeeded", 600) not in intents(account, paid)


def test_r23_a_hold_is_renewed_and_let_go_with_the_first_scan(
    sent_ahead: Exchange, account: FakeAccount, paid: Thing, told: Told, now: datetime
) -> None:
    live_on(account, told, now + 6 * DAY + HOUR)
    assert intents(account, paid) == [("canceled", 0), ("requires_capture", 0)]
    scanned(sent_ahead, now + 10 * DAY)
    live_on(account, told, now + 10 * DAY)
    assert {state for state, _ in intents(account, paid)} == {"canceled"}
    assert ExchangePayment.objects.get().state == "released"
    come_back(fresh(sent_ahead.case), now + 12 * DAY)
    assert again(sent_ahead).state == ExchangeState.COMPLETED
    assert account.all("refund") == []


def test_r23_not_sent_it_is_charged_once_and_refunded_when_it_comes(
    sent_ahead: Exchange, account: FakeAccount, paid: Thing, told: Told, now: datetime
) -> None:
    for day in range(1, 18):
        live_on(account, told, now + day * DAY)
    taken = [amount for _, amount in intents(account, paid) if amount]
    assert taken == [2500]
    assert again(sent_ahead).state == ExchangeState.CHARGED
    come_back(fresh(sent_ahead.case), now + 20 * DAY)
    live_on(account, told, now + 20 * DAY)
    (back,) = account.all("refund")
    assert back["amount"] == 2500
    assert [one.state for one in Refund.objects.all()] == ["succeeded"]
    assert again(sent_ahead).state == ExchangeState.COMPLETED


def test_r23_a_renewal_that_is_declined_before_shipping(
    bought: Order, blue: Variant, account: FakeAccount, told: Told, now: datetime
) -> None:
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, blue, now, instant=True)
    pay(exchange, now)
    told()
    pass_on(clock.now())
    account.declining |= {one["id"] for one in account.all("payment_method")}
    live_on(account, told, now + 6 * DAY + HOUR)
    exchange = again(exchange)
    assert (exchange.state, exchange.timing) == (ExchangeState.APPROVED, "on_scan")
    assert not any(one["status"] == "requires_capture" for one in account.all("payment_intent"))


@pytest.fixture
def dearer_ahead(
    dearer_shop: None, bought: Order, blue: Variant, account: FakeAccount, told: Told, now: datetime
) -> Exchange:
    """An exchange that was sent at once and costs ¥600 more, its ¥3,100 held on a card."""
    exchange = swap(bought, blue, now, instant=True)
    pay(exchange, now)
    told()
    pass_on(clock.now())
    assert ExchangePayment.objects.get().amount == 3100
    ship(now)
    return again(exchange)


@pytest.fixture
def dearer_shop(publish: Callable[..., PolicyVersion], bought: Order) -> None:
    """A shop that sends at once what costs its current price."""
    publish(exchange_price_basis=ExchangePriceBasis.CURRENT)
    ExchangeTerms.objects.create(instant=True)


def test_only_the_difference_is_taken_of_what_is_held_and_the_rest_let_go(
    dearer_ahead: Exchange, account: FakeAccount, paid: Thing, told: Told, now: datetime
) -> None:
    live_on(account, told, now + 6 * DAY + HOUR)
    assert intents(account, paid) == [("canceled", 0), ("requires_capture", 0)]
    come_back(fresh(dearer_ahead.case), now + 7 * DAY)
    live_on(account, told, now + 7 * DAY)
    told(again=True)
    pass_on(now + 7 * DAY)
    exchange = again(dearer_ahead)
    assert exchange.state == ExchangeState.COMPLETED
    assert intents(account, paid) == [("canceled", 0), ("succeeded", 600)]
    (rest,) = account.all("refund")
    assert rest["amount"] == 2500
    assert exchange.order is not None
    # What Stripe lets go of by a refund never was in the books.
    assert (exchange.order.captured, exchange.order.given_back) == (3100, 0)
    assert not Refund.objects.filter(order=exchange.order).exists()


def test_a_lost_answer_takes_the_difference_once(
    dearer_ahead: Exchange, account: FakeAccount, paid: Thing, told: Told, now: datetime
) -> None:
    account.inject("time_out_after", path="payment_intents/", times=100)
    come_back(fresh(dearer_ahead.case), now + DAY)
    account.faults.clear()
    retry_now()
    live_on(account, told, now + DAY)
    assert intents(account, paid) == [("succeeded", 600)]
    payment = ExchangePayment.objects.get()
    assert (payment.state, payment.to_take) == ("charged", 600)
    assert again(dearer_ahead).state == ExchangeState.COMPLETED


def test_a_refund_made_at_stripe_of_what_was_taken_is_taken_in(
    dearer_ahead: Exchange, account: FakeAccount, paid: Thing, told: Told, now: datetime
) -> None:
    come_back(fresh(dearer_ahead.case), now + DAY)
    live_on(account, told, now + DAY)
    payment = ExchangePayment.objects.get()
    account.pass_time(DAY)
    create_refund(account, {"payment_intent": payment.reference, "amount": "100"})
    told()
    pass_on(clock.now())
    exchange = again(dearer_ahead)
    assert exchange.order is not None
    assert exchange.order.given_back == 100
