"""R-23 and R-24 with their own sums, days and messages."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from commerce.models import Merchant, Order, Variant
from commerce.ports import CustomerFacts, LineFacts, ProductFacts, TenderFacts, VariantFacts
from commerce.services.products import take_in_product
from notifications.models import Message
from postexp.kernel.tenancy import merchant_scope
from returns.enums import ReturnState
from returns.enums.exchanges import ConvertedFor, ExchangeState, Instead
from returns.models import Exchange, ExchangePayment, ExchangeTerms, Refund
from returns.services import exchange_endings
from tests.facts import order_facts
from tests.kept import keeps
from tests.returns.conftest import SENT, fresh, sent_order
from tests.returns.payment_takers import Taker, taking_payments
from tests.returns.test_exchange_cases import (
    again,
    come_back,
    page_of,
    pass_on,
    scanned,
    ship,
    swap,
)

DAY = timedelta(days=1)
Buy = Callable[[int], tuple[Order, Variant]]


@pytest.fixture
def taker() -> Iterator[Taker]:
    """Somebody who takes payments; what they authorise lapses after 7 days."""
    with taking_payments() as one:
        yield one


@keeps
def hold_the_price() -> None:
    ExchangeTerms.objects.create(instant=True, return_days=14)


@pytest.fixture
def harbor(other_merchant: Merchant) -> Iterator[Merchant]:
    """The scope of the shop in dollars, which sends replacements at once against a hold."""
    with merchant_scope(other_merchant.pk):
        hold_the_price()
        yield other_merchant


@pytest.fixture
def buy(harbor: Merchant) -> Buy:
    """Buys a coat in size M for so many cents; size L is in stock, too."""

    def run(price: int) -> tuple[Order, Variant]:
        take_in_product(
            ProductFacts(
                external_id="p1",
                title="Coat",
                updated_at=SENT,
                variants=tuple(
                    VariantFacts(external_id=key, title=size, price=price, stock=5)
                    for key, size in (("v1", "M"), ("v2", "L"))
                ),
            ),
            at=SENT,
        )
        line = LineFacts(
            external_id="l1",
            title="Coat",
            quantity=1,
            unit_price=price,
            product_external_id="p1",
            variant_external_id="v1",
        )
        facts = order_facts(
            currency="USD",
            total=price,
            locale="en",
            customer=CustomerFacts(external_id="c1", email="hana@example.jp"),
            lines=(line,),
            shipping=(),
            tenders=(TenderFacts(kind="card", gateway="card", captured=price),),
        )
        return sent_order(harbor, facts), Variant.objects.get(external_id="v2")

    return run


def letters(kind: str) -> list[str]:
    """The letters of a kind to the shopper, as they read."""
    return [one.text for one in Message.objects.filter(kind=kind).order_by("id")]


@pytest.fixture
def held(buy: Buy, taker: Taker, at: datetime) -> Exchange:
    """An instant exchange worth $100.00, whose sum is held on the shopper's card."""
    order, large = buy(10_000)
    exchange = swap(order, large, at, instant=True)
    page_of(exchange, at)
    taker.hold_on_page(at)
    pass_on(at)
    assert list(taker.held.values()) == [10_000]
    return again(exchange)


def test_r23_held_renewed_on_day_6_and_released_with_the_scan_of_day_10(
    held: Exchange, taker: Taker, at: datetime
) -> None:
    ship(at)
    renewed: list[int] = []
    for day in range(1, 11):
        before = len(taker.done)
        pass_on(at + day * DAY)
        renewed += [day] * (len(taker.done) - before)
        assert list(taker.held.values()) == [10_000]
    assert renewed == [6]
    moment = at + 10 * DAY + timedelta(minutes=1)
    scanned(held, moment)
    pass_on(moment + timedelta(minutes=59))
    assert (taker.held, taker.taken) == ({}, {})
    assert ExchangePayment.objects.get().state == "released"


def test_r23_nothing_sent_is_charged_once_after_day_14_and_given_back_on_day_20(
    held: Exchange, taker: Taker, at: datetime
) -> None:
    ship(at)
    charged: list[int] = []
    reminded: list[int] = []
    for day in range(1, 20):
        money, told = len(taker.taken), len(letters("exchange.return_reminded"))
        pass_on(at + day * DAY)
        charged += [day] * (len(taker.taken) - money)
        reminded += [day] * (len(letters("exchange.return_reminded")) - told)
    # 7, 3 and 1 day before the fourteenth, on which there is still time.
    assert (reminded, charged) == ([7, 11, 13], [15])
    assert list(taker.taken.values()) == [10_000]
    come_back(fresh(held.case), at + 20 * DAY)
    assert [amount for _reference, amount in taker.back.values()] == [10_000]
    assert again(held).state == ExchangeState.COMPLETED


def test_r23_a_declined_renewal_is_told_once(held: Exchange, taker: Taker, at: datetime) -> None:
    taker.refuses = {"renew"}
    for day in (5, 6, 7):
        pass_on(at + day * DAY)
    exchange = again(held)
    assert (exchange.state, exchange.timing) == (ExchangeState.APPROVED, "on_scan")
    assert (taker.held, taker.taken) == ({}, {})
    (letter,) = letters("exchange.downgraded")
    assert "nothing is held and nothing is charged" in letter


def test_r24_sold_out_overnight_is_refunded_to_the_cent_and_told_once(
    buy: Buy, at: datetime
) -> None:
    order, large = buy(5760)
    exchange = swap(order, large, at, instead=Instead.REFUND)
    Variant.objects.filter(pk=large.pk).update(stock=0)
    pass_on(at + DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.trouble) == (ExchangeState.CONVERTED, ConvertedFor.SOLD_OUT)
    assert exchange.case.quote["payout"] == 5760
    assert not Refund.objects.exists()
    come_back(exchange.case, at + 2 * DAY)
    assert [one.amount for one in Refund.objects.all()] == [5760]
    order.refresh_from_db()
    assert order.given_back == order.captured == 5760
    (letter,) = letters("exchange.converted")
    assert "is sold out" in letter


def test_r24_without_a_choice_the_shopper_is_asked_once(buy: Buy, at: datetime) -> None:
    order, large = buy(5760)
    exchange = swap(order, large, at)
    Variant.objects.filter(pk=large.pk).update(stock=0)
    for days in (1, 2, 3):
        pass_on(at + days * DAY)
    assert again(exchange).state == ExchangeState.APPROVED
    assert fresh(exchange.case).state == ReturnState.APPROVED
    assert len(letters("exchange.choice_needed")) == 1
    assert letters("exchange.converted") == []
    exchange_endings.choose_instead(
        exchange_id=exchange.public_id, instead=Instead.REFUND, at=at + 3 * DAY, actor="shopper"
    )
    pass_on(at + 3 * DAY)
    assert again(exchange).case.quote["payout"] == 5760
    assert len(letters("exchange.converted")) == 1
