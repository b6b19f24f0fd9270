"""Exchanges that are sent at once and cost more: one hold, of which the difference is taken."""

from datetime import datetime

import pytest

from commerce.models import Order, Variant
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import ReplacementState, ReturnState
from returns.enums.exchanges import ExchangeState
from returns.enums.losses import LossGround
from returns.enums.receiving import RefusedChoice
from returns.errors import InvalidTransition, NothingDue
from returns.models import (
    Exchange,
    ExchangePayment,
    ExchangeTerms,
    RefusedUnits,
    Replacement,
    ReturnParcel,
    Settlement,
)
from returns.reports.home import todo
from returns.rules.states import UNDO_TIME
from returns.selectors import count_by_view, list_returns
from returns.selectors.exchanges import balance_of, cost_of_sent, list_needing_staff, owed_now
from returns.services import exchange_endings, exchanges
from returns.services.exchange_cases import follow_return
from returns.services.losses import decline_loss
from returns.services.refused import answer_refused
from tests.kept import keeps
from tests.returns.conftest import STAFF, arrive, fresh, grade
from tests.returns.payment_takers import Taker
from tests.returns.test_exchange_cases import (
    DAY,
    again,
    blue,
    come_back,
    current,
    page_of,
    pass_on,
    scanned,
    ship,
    swap,
    taker,
)

__all__ = ("blue", "current", "taker")


@pytest.fixture(autouse=True)
@keeps
def at_once(current: None, blue: Variant) -> None:
    """The shop sends replacements at once, against a hold, at their current price."""
    ExchangeTerms.objects.create(instant=True, return_days=14)
    blue.stock = 5
    blue.save()


@keeps
def held(order: Order, variant: Variant, taker: Taker, at: datetime, quantity: int = 1) -> Exchange:
    """An exchange whose whole price is held."""
    exchange = swap(order, variant, at, quantity=quantity, instant=True)
    assert (exchange.state, exchange.timing) == (ExchangeState.REQUESTED, "instant")
    page_of(exchange, at)
    taker.hold_on_page(at)
    return again(exchange)


@keeps
def sent(order: Order, variant: Variant, taker: Taker, at: datetime, quantity: int = 1) -> Exchange:
    """An exchange that was sent at once."""
    exchange = held(order, variant, taker, at, quantity)
    assert exchange.state == ExchangeState.READY_TO_SHIP
    ship(at)
    return again(exchange)


@keeps
def scan(exchange: Exchange, at: datetime) -> None:
    services.mark_sent(
        return_id=exchange.case.public_id, tracking_number="1", at=at, actor="shopper"
    )
    pass_on(at)


def books(exchange: Exchange) -> tuple[int, int]:
    order = again(exchange).order
    assert order is not None
    return (order.captured, order.given_back)


def test_the_whole_price_is_held_and_only_the_difference_taken(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, blue, taker, at)
    [wanted] = taker.pages.values()
    assert wanted.due.amount == 3100
    assert list(taker.held.values()) == [3100]
    assert (exchange.state, exchange.due, books(exchange)) == (ExchangeState.SHIPPED, 600, (0, 0))
    with pytest.raises(NothingDue):
        page_of(exchange, at)
    scan(exchange, at + DAY)
    assert list(taker.held.values()) == [3100]
    come_back(fresh(exchange.case), at + 2 * DAY)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.COMPLETED
    assert (taker.held, list(taker.taken.values()), taker.back) == ({}, [600], {})
    assert books(exchange) == (3100, 0)
    bought.refresh_from_db()
    assert bought.given_back == 2500
    payment = ExchangePayment.objects.get()
    assert (payment.state, payment.amount, payment.to_take) == ("charged", 3100, 600)


def test_what_does_not_come_is_charged_whole_and_all_but_the_difference_goes_back(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, blue, taker, at)
    for day in range(1, 17):
        pass_on(at + day * DAY)
    assert again(exchange).state == ExchangeState.CHARGED
    assert list(taker.taken.values()) == [3100]
    come_back(fresh(exchange.case), at + 20 * DAY)
    assert again(exchange).state == ExchangeState.COMPLETED
    assert [amount for _reference, amount in taker.back.values()] == [2500]
    assert books(exchange) == (5600, 2500)


@pytest.mark.parametrize("lapses", [False, True])
@pytest.mark.parametrize(("accepted", "refused"), [(2, 0), (1, 1), (1, 0), (0, 2), (0, 1), (0, 0)])
def test_what_is_kept_is_paid_for_and_what_came_back_is_not(
    bought: Order,
    blue: Variant,
    taker: Taker,
    at: datetime,
    accepted: int,
    refused: int,
    lapses: bool,
) -> None:
    """Whatever arrives and however it is graded: two for ¥6,200, less ¥2,500 for each accepted."""
    exchange = sent(bought, blue, taker, at, quantity=2)
    if lapses:
        taker.refuses = {"renew"}
    for day in range(1, 8):
        pass_on(at + day * DAY)
    case = fresh(exchange.case)
    if accepted + refused:
        arrive(case, at + 8 * DAY, accepted + refused)
        grade(case, at + 8 * DAY, refused=refused)
        if accepted:
            services.settle_return(return_id=case.public_id, key="k", at=at + 8 * DAY, actor=STAFF)
        for one in RefusedUnits.objects.all():
            answer_refused(
                refused_id=one.public_id,
                choice=RefusedChoice.DONATE,
                at=at + 9 * DAY,
                actor=STAFF,
            )
    for day in range(10, 40):
        pass_on(at + day * DAY)
    exchange = again(exchange)
    assert exchange.case.state in (ReturnState.COMPLETED, ReturnState.EXPIRED)
    owed = 6200 - 2500 * accepted
    taken = sum(taker.taken.values()) - sum(amount for _at, amount in taker.back.values())
    assert taker.held == {}
    assert sum(taker.taken.values()) <= 6200
    if not lapses:
        assert taken == owed
        assert balance_of(exchange) == 0
        ended = ExchangeState.COMPLETED if accepted else ExchangeState.CHARGED
        assert exchange.state == ended
    elif accepted == 2:
        assert (taken, exchange.state) == (1200, ExchangeState.COMPLETED)
    else:
        # The bank held no longer: the difference is safe, the rest is asked for.
        assert taken == 1200
        assert balance_of(exchange) == owed - 1200
    assert cost_of_sent(exchange) == 6200


def test_a_renewal_declined_before_shipping_lets_the_difference_be_paid(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = held(bought, blue, taker, at)
    taker.refuses = {"renew"}
    pass_on(at + 6 * DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.timing) == (ExchangeState.PAYMENT_DUE, "on_scan")
    assert taker.held == {}
    page_of(exchange, at + 6 * DAY)
    assert next(reversed(taker.pages.values())).due.amount == 600
    taker.pay_on_page(at + 6 * DAY)
    assert again(exchange).state == ExchangeState.APPROVED
    scan(exchange, at + 7 * DAY)
    assert again(exchange).state == ExchangeState.READY_TO_SHIP


def test_a_renewal_declined_after_shipping_takes_the_difference_while_it_is_held(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, blue, taker, at)
    taker.refuses = {"renew"}
    pass_on(at + 6 * DAY)
    assert list(taker.taken.values()) == [600]
    assert EventRecord.objects.filter(type="exchange.hold_failed").count() == 1
    come_back(fresh(exchange.case), at + 8 * DAY)
    assert again(exchange).state == ExchangeState.COMPLETED
    assert (list(taker.taken.values()), taker.back) == ([600], {})
    assert books(exchange) == (3100, 0)


def test_the_difference_that_was_taken_goes_back_with_the_replacement(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, blue, taker, at)
    taker.refuses = {"renew"}
    pass_on(at + 6 * DAY)
    exchange_endings.came_back_instead(exchange_id=exchange.public_id, at=at + 7 * DAY, actor=STAFF)
    pass_on(at + 7 * DAY)
    assert again(exchange).state == ExchangeState.CANCELLED
    assert [amount for _reference, amount in taker.back.values()] == [600]


def test_nobody_lets_the_price_be_held_so_the_difference_is_paid_first(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instant=True)
    pass_on(at + 3 * DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.timing) == (ExchangeState.PAYMENT_DUE, "on_scan")
    assert exchange.pay_by == at + 6 * DAY


@pytest.mark.parametrize("ends", ["page", "by_hand", "forgiven"])
def test_a_difference_that_cannot_be_taken_is_asked_for(
    bought: Order, blue: Variant, taker: Taker, at: datetime, ends: str
) -> None:
    exchange = sent(bought, blue, taker, at)
    with pytest.raises(InvalidTransition):
        exchange_endings.forgive(exchange_id=exchange.public_id, at=at, actor=STAFF)
    taker.refuses = {"capture"}
    come_back(fresh(exchange.case), at + DAY)
    exchange = again(exchange)
    # Everything came, and the money is still missing: it is not over.
    assert (exchange.state, exchange.case.state) == (ExchangeState.SHIPPED, ReturnState.COMPLETED)
    late = at + 5 * DAY
    exchanges.ask_to_pay(exchange_id=exchange.public_id, at=late, actor=STAFF)
    asked = EventRecord.objects.filter(type="exchange.payment_due").latest("id")
    assert (asked.payload["kind"], asked.payload["amount"]) == ("difference", 600)
    page_of(exchange, late)
    if ends == "page":
        taker.pay_on_page(late)
    elif ends == "by_hand":
        exchanges.confirm_payment(
            exchange_id=exchange.public_id, reference="till", at=late, actor=STAFF
        )
        taker.pay_on_page(late)
    else:
        exchange_endings.forgive(exchange_id=exchange.public_id, at=late, actor=STAFF)
        taker.pay_on_page(late)
    pass_on(late)
    assert again(exchange).state == ExchangeState.COMPLETED
    captured, back = books(exchange)
    assert captured - back == (2500 if ends == "forgiven" else 3100)
    with pytest.raises(NothingDue):
        exchanges.ask_to_pay(exchange_id=exchange.public_id, at=late, actor=STAFF)


def test_what_never_comes_and_is_not_held_is_asked_for(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, blue, taker, at)
    taker.refuses = {"renew"}
    for day in (6, 16):
        pass_on(at + day * DAY)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.UNRETURNED
    late = at + 17 * DAY
    with pytest.raises(NothingDue):
        page_of(exchange, late)
    exchanges.ask_to_pay(exchange_id=exchange.public_id, at=late, actor=STAFF)
    page_of(exchange, late)
    assert next(reversed(taker.pages.values())).due.amount == 2500
    taker.pay_on_page(late)
    pass_on(late)
    assert again(exchange).state == ExchangeState.CHARGED
    assert books(exchange) == (3100, 0)
    come_back(fresh(exchange.case), late + DAY)
    assert again(exchange).state == ExchangeState.COMPLETED
    assert books(exchange) == (5600, 2500)


def test_a_replacement_that_comes_back_after_its_time_is_not_charged(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, blue, taker, at)
    taker.refuses = {"renew", "capture"}
    for day in (6, 16):
        pass_on(at + day * DAY)
    assert again(exchange).state == ExchangeState.UNRETURNED
    exchange_endings.came_back_instead(
        exchange_id=exchange.public_id, at=at + 17 * DAY, actor=STAFF
    )
    exchange = again(exchange)
    assert (exchange.state, exchange.case.state) == (ExchangeState.CANCELLED, ReturnState.EXPIRED)
    assert (taker.taken, books(exchange)) == ({}, (0, 0))


def test_nothing_more_is_sent_once_the_original_did_not_come(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    """One of two was sent: what of it was not is let go, and only what was sent is charged."""
    exchange = held(bought, blue, taker, at, quantity=2)
    ready = Replacement.objects.get(state=ReplacementState.READY)
    Replacement.objects.create(
        line=ready.line, variant=ready.variant, quantity=1, state=ReplacementState.READY
    )
    ready.quantity = 1
    ready.save()
    services.ship_replacement(
        replacement_id=ready.public_id, carrier_name="", tracking_number="", at=at, actor=STAFF
    )
    assert again(exchange).state == ExchangeState.READY_TO_SHIP
    for day in range(1, 17):
        pass_on(at + day * DAY)
    assert again(exchange).state == ExchangeState.CHARGED
    assert list(taker.taken.values()) == [3100]
    assert not Replacement.objects.filter(state=ReplacementState.READY).exists()


def test_how_staff_took_a_difference_is_in_the_books(
    bought: Order, blue: Variant, taker: Taker, at: datetime
) -> None:
    """Said while the return is settled, it ends the waiting for the payment."""
    exchange = swap(bought, blue, at)
    assert exchange.state == ExchangeState.PAYMENT_DUE
    arrive(exchange.case, at)
    grade(exchange.case, at)
    services.settle_return(
        return_id=exchange.case.public_id, key="k", difference="till 7", at=at, actor=STAFF
    )
    pass_on(at)
    assert again(exchange).state == ExchangeState.READY_TO_SHIP
    ship(at)
    assert again(exchange).state == ExchangeState.COMPLETED
    assert books(exchange) == (3100, 0)
    assert Settlement.objects.get(case=exchange.case).note == "till 7"


def even(bought: Order) -> Variant:
    """A variant that costs what was paid."""
    variant = Variant.objects.get(external_id="v2")
    variant.price = 2500
    variant.save()
    return variant


def take_one(exchange: Exchange, at: datetime) -> None:
    """One more unit of the original comes, and is accepted and settled."""
    case = fresh(exchange.case)
    arrive(case, at, 1)
    grade(case, at)
    services.settle_return(return_id=case.public_id, key=at.isoformat(), at=at, actor=STAFF)
    pass_on(at)


@pytest.mark.parametrize("way", ["held", "released", "lapsed"])
def test_one_of_two_originals_pays_for_one_replacement(
    bought: Order, taker: Taker, at: datetime, way: str
) -> None:
    exchange = sent(bought, even(bought), taker, at, quantity=2)
    if way == "lapsed":
        taker.refuses = {"renew", "capture"}
        pass_on(at + 6 * DAY)
    if way == "released":
        scanned(exchange, at + DAY)
        assert taker.held == {}
    take_one(exchange, at + 7 * DAY)
    # Nothing is decided while the other one may still come.
    assert again(exchange).state == ExchangeState.SHIPPED
    # The parcel that was scanned is here; its other unit is given up with the last day.
    ReturnParcel.objects.update(arrived_at=at + 7 * DAY)
    pass_on(at + 97 * DAY)
    exchange = again(exchange)
    assert exchange.case.state == ReturnState.COMPLETED
    if way == "held":
        assert (exchange.state, list(taker.taken.values())) == (ExchangeState.COMPLETED, [2500])
        return
    assert (exchange.state, owed_now(exchange)) == (ExchangeState.UNRETURNED, 2500)
    assert list(list_needing_staff()) == [exchange]
    late = at + 98 * DAY
    exchanges.ask_to_pay(exchange_id=exchange.public_id, at=late, actor=STAFF)
    page_of(exchange, late)
    taker.pay_on_page(late)
    pass_on(late)
    assert (again(exchange).state, balance_of(exchange)) == (ExchangeState.COMPLETED, 0)


def test_the_word_of_a_shopper_alone_lets_nothing_go(
    bought: Order, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, even(bought), taker, at)
    services.mark_sent(
        return_id=exchange.case.public_id, tracking_number="", at=at + DAY, actor="shopper"
    )
    pass_on(at + DAY)
    assert list(taker.held.values()) == [2500]
    with clock.played(at + 14 * DAY):
        assert (list(list_returns(view="lost")), count_by_view()["lost"]) == ([], 0)
    pass_on(at + 17 * DAY)
    with clock.played(at + 17 * DAY):
        assert list(list_returns(view="lost")) == [exchange.case]
        assert (count_by_view()["lost"], todo().lost) == (1, 1)
    arrive(fresh(exchange.case), at + 18 * DAY, 1)
    pass_on(at + 18 * DAY)
    assert taker.held == {}


def test_a_loss_is_charged_once_nobody_can_take_it_back(
    bought: Order, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, even(bought), taker, at)
    services.mark_sent(
        return_id=exchange.case.public_id, tracking_number="", at=at + DAY, actor="shopper"
    )
    pass_on(at + DAY)
    moment = at + 3 * DAY
    with clock.played(moment):
        decline_loss(
            return_id=exchange.case.public_id, ground=LossGround.NO_SCAN, at=moment, actor=STAFF
        )
    # Something else lets it go on meanwhile.
    follow_return(exchange.case.public_id, at=moment + UNDO_TIME / 2, actor=STAFF)
    pass_on(moment + UNDO_TIME / 2)
    assert (again(exchange).state, taker.taken) == (ExchangeState.SHIPPED, {})
    pass_on(moment + UNDO_TIME)
    assert again(exchange).state == ExchangeState.CHARGED
    assert list(taker.taken.values()) == [2500]


def test_units_that_come_after_the_others_bring_their_credit_too(
    bought: Order, taker: Taker, at: datetime
) -> None:
    exchange = sent(bought, even(bought), taker, at, quantity=2)
    for day in (1, 2):
        take_one(exchange, at + day * DAY)
    assert again(exchange).state == ExchangeState.COMPLETED
    assert books(exchange) == (5000, 0)
