"""Fifty webhooks, pages and charges at one moment have one effect."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from commerce.models import Merchant, Order, Tender, Variant
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from returns.enums import ExchangePriceBasis
from returns.enums.exchanges import ExchangeState, Instead, MoneyStep
from returns.models import (
    Exchange,
    ExchangePayment,
    ExchangeTerms,
    PolicyVersion,
    Refund,
    TransitionLog,
)
from returns.services import exchanges, settle_return
from returns.services.exchange_endings import time_is_over
from returns.services.exchange_holds import carry_out_step, hold_not_renewed
from tests.returns.conftest import STAFF, arrive, grade
from tests.returns.payment_takers import Taker, taking_payments
from tests.returns.test_exchange_cases import DAY, again, page_of, pass_on, ship, swap

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50
AT_ONCE = 10


@pytest.fixture
def taker() -> Iterator[Taker]:
    """Somebody who takes payments."""
    with taking_payments() as one:
        yield one


@pytest.fixture
def blue(bought: Order, publish: Callable[..., PolicyVersion]) -> Variant:
    """The blue mug, at its current price of ¥3,100."""
    publish(exchange_price_basis=ExchangePriceBasis.CURRENT)
    variant = Variant.objects.get(external_id="v2")
    variant.price = 3100
    variant.save()
    return variant


def at_once(merchant: Merchant, run: Callable[[int], object]) -> list[object]:
    """Run a command fifty times, ten at a moment, each on a connection of its own."""

    def one(number: int) -> object:
        try:
            with merchant_scope(merchant.pk):
                return run(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(MANY)))


def test_fifty_payments_told_at_once_are_one(
    scope: Merchant, bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instead=Instead.REFUND)
    urls = at_once(scope, lambda _n: page_of(exchange, at))
    assert len(set(urls)) == 1
    reference = ExchangePayment.objects.get().reference
    at_once(scope, lambda _n: taker.tell_paid(reference, 600, at))
    exchange = again(exchange)
    assert exchange.state == ExchangeState.APPROVED
    assert [one.captured for one in Tender.objects.filter(order=exchange.order)] == [600]
    assert EventRecord.objects.filter(type="exchange.paid").count() == 1
    moves = TransitionLog.objects.filter(exchange=exchange, event="pay")
    assert moves.count() == 1


def test_the_end_of_the_time_and_the_payment_end_in_one_of_both(
    scope: Merchant, bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instead=Instead.REFUND)
    page_of(exchange, at)
    reference, late = ExchangePayment.objects.get().reference, at + 3 * DAY

    def either(number: int) -> None:
        if number % 2:
            taker.tell_paid(reference, 600, late)
        else:
            time_is_over(exchange.public_id, at=late)

    at_once(scope, either)
    pass_on(late)
    exchange = again(exchange)
    back = sum(one.amount for one in Refund.objects.filter(order=exchange.order))
    if exchange.state == ExchangeState.CONVERTED:
        assert back == 600
    else:
        assert (exchange.state, back) == (ExchangeState.APPROVED, 0)


def test_fifty_charges_take_what_is_held_once(
    scope: Merchant,
    bought: Order,
    publish: Callable[..., PolicyVersion],
    taker: Taker,
    at: datetime,
) -> None:
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, Variant.objects.get(external_id="v2"), at, instant=True)
    page_of(exchange, at)
    taker.hold_on_page(at)
    ship(at)
    payment = ExchangePayment.objects.get()
    Exchange.objects.filter(pk=exchange.pk).update(state=ExchangeState.UNRETURNED)
    with clock.played(at + 2 * DAY):
        at_once(
            scope,
            lambda _n: carry_out_step(payment.public_id, MoneyStep.CHARGE, at=at + 2 * DAY),
        )
    assert list(taker.taken.values()) == [2500]
    exchange = again(exchange)
    assert exchange.state == ExchangeState.CHARGED
    assert [one.captured for one in Tender.objects.filter(order=exchange.order)] == [2500]
    assert not exchanges.list_payments_of(exchange)[0].failure


def test_fifty_settlings_and_charges_take_a_difference_once(
    scope: Merchant, bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    """The return ends and the hold lapses at one moment: ¥600 are taken of ¥3,100, once."""
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, blue, at, instant=True)
    page_of(exchange, at)
    taker.hold_on_page(at)
    ship(at)
    payment = ExchangePayment.objects.get()
    arrive(exchange.case, at)
    grade(exchange.case, at)

    def either(number: int) -> None:
        if number % 2:
            settle_return(return_id=exchange.case.public_id, key="k", at=at, actor=STAFF)
        else:
            hold_not_renewed(payment.public_id, why="declined", at=at)

    at_once(scope, either)
    pass_on(at)
    with clock.played(at):
        at_once(scope, lambda _n: carry_out_step(payment.public_id, MoneyStep.CHARGE, at=at))
    pass_on(at)
    assert (list(taker.taken.values()), taker.held, taker.back) == ([600], {}, {})
    exchange = again(exchange)
    assert exchange.state == ExchangeState.COMPLETED
    assert exchange.order is not None
    assert (exchange.order.captured, exchange.order.given_back) == (3100, 0)
