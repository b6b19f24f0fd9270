"""Exchanges from the request to the end: R-21, R-23 and R-24 by name, and what M10 promises."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from commerce.enums import DisputeState
from commerce.models import Merchant, Order, Tender, Variant
from commerce.ports import DisputeFacts
from commerce.selectors import list_lines
from commerce.services.disputes import take_in_dispute
from postexp.kernel import clock
from returns import services
from returns.enums import ExchangePriceBasis, Outcome, ReplacementState, ReturnState
from returns.enums.exchanges import ConvertedFor, ExchangeState, Instead
from returns.errors import (
    InvalidTransition,
    NoPaymentProvider,
    NothingDue,
    OpenDispute,
    OutOfStock,
)
from returns.models import (
    Exchange,
    ExchangePayment,
    ExchangeTerms,
    PolicyVersion,
    Refund,
    Replacement,
    Return,
    ReturnParcel,
    Settlement,
    ShownDeadline,
)
from returns.rules.commands import ExchangeWish
from returns.serializers.exchanges import exchange_for_staff
from returns.services import exchange_cases, exchange_endings, exchange_holds, exchanges
from returns.services.exchange_sweeps import sweep_exchanges
from tests.kept import keeps
from tests.returns.conftest import STAFF, arrive, fresh, grade, line_ids
from tests.returns.payment_takers import Taker, taking_payments
from tests.returns.test_labels import scan, the_parcel
from tests.shops import drain_all
from tracking.enums import Status

DAY = timedelta(days=1)


@pytest.fixture
@keeps
def blue(bought: Order) -> Variant:
    """The blue mug, which costs ¥3,100 by now."""
    variant: Variant = Variant.objects.get(external_id="v2")
    variant.price = 3100
    variant.save()
    return variant


@pytest.fixture
def taker() -> Iterator[Taker]:
    """Somebody who takes payments."""
    with taking_payments() as one:
        yield one


@pytest.fixture
def current(publish: Callable[..., PolicyVersion]) -> None:
    """Another variant costs its current price, and nobody reviews."""
    publish(exchange_price_basis=ExchangePriceBasis.CURRENT)


@keeps
def swap(
    order: Order, variant: Variant, at: datetime, *, quantity: int = 1, **wish: Any
) -> Exchange:
    """Ask for an exchange, have it approved, and let everything happen."""
    case = services.request_return(
        order_id=order.public_id,
        wishes=[
            services.Wish(
                line=line_ids(order)[0],
                quantity=quantity,
                reason="too_small",
                variant=variant.public_id,
            )
        ],
        outcome=Outcome.EXCHANGE,
        at=at,
        actor="shopper",
        exchange=ExchangeWish(**wish),
    )
    if case.state == ReturnState.IN_REVIEW:
        services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    pass_on(at)
    return again(Exchange.objects.get(case=case))


@keeps
def pass_on(at: datetime) -> None:
    """Let everything happen that is due at a moment: the clock's work, then all reactions."""
    with clock.played(at):
        drain_all()
        services_sweep(at)
        drain_all()


def services_sweep(at: datetime) -> None:
    from returns.tasks import end_overdue_returns

    end_overdue_returns()
    sweep_exchanges(at=at)


def again(exchange: Exchange) -> Exchange:
    found: Exchange = Exchange.objects.select_related("case__order", "order").get(pk=exchange.pk)
    return found


@keeps
def page_of(exchange: Exchange, at: datetime) -> str:
    return exchanges.open_payment_page(
        exchange_id=exchange.public_id, home="https://shop.example/", at=at
    )


@keeps
def ship(at: datetime) -> Replacement:
    replacement = Replacement.objects.get(state=ReplacementState.READY)
    services.ship_replacement(
        replacement_id=replacement.public_id,
        carrier_name="Yamato",
        tracking_number="398412345670",
        at=at,
        actor=STAFF,
    )
    return replacement


@keeps
def come_back(case: Return, at: datetime) -> None:
    arrive(case, at)
    grade(case, at)
    services.settle_return(return_id=case.public_id, key=f"k{case.pk}", at=at, actor=STAFF)
    pass_on(at)


@keeps
def scanned(exchange: Exchange, moment: datetime) -> None:
    """The shopper sends the original, and its carrier scans it."""
    case = exchange.case
    with clock.played(moment):
        services.mark_sent(
            return_id=case.public_id, tracking_number="123456789012", at=moment, actor="shopper"
        )
        drain_all()
        scan(the_parcel(case), Status.IN_TRANSIT, "picked_up", moment)


def test_r21_a_difference_is_paid_on_a_page_before_anything_is_sent(
    bought: Order, blue: Variant, current: None, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instead=Instead.REFUND)
    assert (exchange.state, exchange.due) == (ExchangeState.PAYMENT_DUE, 600)
    assert exchange.pay_by == at + timedelta(hours=72)
    assert page_of(exchange, at) == page_of(exchange, at + timedelta(hours=71))
    [wanted] = taker.pages.values()
    assert (wanted.due.amount, wanted.due.currency) == (600, "JPY")
    page = taker.pay_on_page(at)
    taker.tell_paid(page, 600, at)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.APPROVED
    assert exchange.order is not None
    assert (exchange.order.captured, exchange.order.total) == (600, 3100)
    with pytest.raises(NothingDue):
        page_of(exchange, at)
    come_back(exchange.case, at)
    assert again(exchange).state == ExchangeState.READY_TO_SHIP
    ship(at)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.COMPLETED
    assert exchange.order is not None
    assert (exchange.order.captured, exchange.order.given_back) == (3100, 0)


def test_r21_not_paid_within_72_hours_the_fallback_is_carried_out(
    bought: Order, blue: Variant, current: None, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instead=Instead.STORE_CREDIT)
    page_of(exchange, at)
    pass_on(at + timedelta(hours=71, minutes=59))
    assert again(exchange).state == ExchangeState.PAYMENT_DUE
    late = at + timedelta(hours=72)
    pass_on(late)
    exchange = again(exchange)
    assert (exchange.state, exchange.trouble) == (ExchangeState.CONVERTED, ConvertedFor.NOT_PAID)
    assert (exchange.case.outcome, exchange.case.quote["payout"]) == (Outcome.STORE_CREDIT, 2625)
    assert Replacement.objects.get().state == ReplacementState.RELEASED
    assert ExchangePayment.objects.get().state == "closed"
    # Paid in the very last moment, and told after it: the money goes back.
    taker.pay_on_page(late)
    pass_on(late)
    assert list(taker.back.values()) == [(ExchangePayment.objects.get().reference, 600)]
    come_back(exchange.case, late)
    assert Settlement.objects.get(case=exchange.case).outcome == Outcome.STORE_CREDIT


def test_r21_the_same_item_again_needs_no_payment(
    bought: Order, blue: Variant, current: None, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instead=Instead.SAME)
    pass_on(at + 3 * DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.due) == (ExchangeState.APPROVED, 0)
    held = Replacement.objects.get(state=ReplacementState.RESERVED)
    assert held.variant.external_id == "v1"
    come_back(exchange.case, at + 4 * DAY)
    assert Settlement.objects.get(case=exchange.case).quote["due"] == 0
    assert again(exchange).state == ExchangeState.READY_TO_SHIP


def test_without_a_provider_staff_take_the_difference(
    bought: Order, blue: Variant, current: None, at: datetime
) -> None:
    exchange = swap(bought, blue, at)
    with pytest.raises(NoPaymentProvider):
        page_of(exchange, at)
    exchanges.confirm_payment(
        exchange_id=exchange.public_id, reference="bank 123", at=at, actor=STAFF
    )
    assert again(exchange).state == ExchangeState.APPROVED
    assert (Tender.objects.get(order=again(exchange).order).captured) == 600
    with pytest.raises(InvalidTransition):
        exchanges.confirm_payment(
            exchange_id=exchange.public_id, reference="bank 123", at=at, actor=STAFF
        )


def test_r24_sold_out_overnight_the_choice_made_beforehand_is_carried_out(
    bought: Order, blue: Variant, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish(postage={"JPY": 990}, restocking=1000)
    exchange = swap(bought, blue, at, instead=Instead.REFUND)
    Variant.objects.filter(pk=blue.pk).update(stock=0)
    pass_on(at + DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.trouble) == (ExchangeState.CONVERTED, ConvertedFor.SOLD_OUT)
    # No fee: it was not the shopper who changed their mind again.
    assert exchange.case.quote["payout"] == 2500
    come_back(exchange.case, at + 2 * DAY)
    assert Refund.objects.get().amount == 2500
    bought.refresh_from_db()
    assert bought.given_back == 2500


def test_r24_without_a_choice_the_shopper_is_asked_and_nothing_is_converted(
    bought: Order, blue: Variant, at: datetime
) -> None:
    exchange = swap(bought, blue, at)
    Variant.objects.filter(pk=blue.pk).update(stock=0)
    for hours in (1, 2, 30):
        pass_on(at + timedelta(hours=hours))
    exchange = again(exchange)
    assert (exchange.state, exchange.asked_at) == (
        ExchangeState.APPROVED,
        at + timedelta(hours=1),
    )
    assert exchange.case.outcome == Outcome.EXCHANGE
    exchange_endings.choose_instead(
        exchange_id=exchange.public_id, instead=Instead.STORE_CREDIT, at=at + DAY, actor="shopper"
    )
    exchange = again(exchange)
    assert (exchange.state, exchange.case.outcome) == (
        ExchangeState.CONVERTED,
        Outcome.STORE_CREDIT,
    )
    with pytest.raises(InvalidTransition):
        exchange_endings.choose_instead(
            exchange_id=exchange.public_id, instead=Instead.REFUND, at=at + DAY, actor="shopper"
        )


def test_r24_sold_out_after_the_credit_was_booked_pays_the_credit_out(
    bought: Order, blue: Variant, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instead=Instead.REFUND)
    come_back(exchange.case, at)
    assert again(exchange).state == ExchangeState.READY_TO_SHIP
    exchange_endings.not_possible(
        exchange_id=exchange.public_id, why=ConvertedFor.SOLD_OUT, at=at, actor=STAFF
    )
    assert [one.amount for one in Refund.objects.all()] == [2500]
    bought.refresh_from_db()
    assert bought.given_back == 2500
    with pytest.raises(InvalidTransition):
        exchange_endings.not_possible(
            exchange_id=exchange.public_id, why=ConvertedFor.SOLD_OUT, at=at, actor=STAFF
        )


def test_the_same_item_may_be_sold_out_too(bought: Order, blue: Variant, at: datetime) -> None:
    exchange = swap(bought, blue, at, instead=Instead.SAME)
    Variant.objects.all().update(stock=0)
    pass_on(at + DAY)
    assert again(exchange).asked_at == at + DAY
    with pytest.raises(OutOfStock):
        exchange_endings.choose_instead(
            exchange_id=exchange.public_id, instead=Instead.SAME, at=at + DAY, actor="shopper"
        )


def test_what_was_paid_goes_back_when_the_same_item_is_sent(
    bought: Order, blue: Variant, current: None, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instead=Instead.SAME)
    page_of(exchange, at)
    taker.pay_on_page(at)
    Variant.objects.filter(pk=blue.pk).update(stock=0)
    pass_on(at + DAY)
    assert again(exchange).state == ExchangeState.APPROVED
    assert [amount for _reference, amount in taker.back.values()] == [600]
    come_back(again(exchange).case, at + DAY)
    ship(at + DAY)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.COMPLETED
    assert exchange.order is not None
    assert (exchange.order.captured, exchange.order.total) == (2500, 2500)


def test_what_was_paid_goes_back_when_the_same_item_is_sold_out_too(
    bought: Order, blue: Variant, current: None, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instead=Instead.SAME)
    page_of(exchange, at)
    taker.pay_on_page(at)
    Variant.objects.all().update(stock=0)
    pass_on(at + DAY)
    assert again(exchange).asked_at == at + DAY
    exchange_endings.choose_instead(
        exchange_id=exchange.public_id, instead=Instead.REFUND, at=at + DAY, actor="shopper"
    )
    pass_on(at + DAY)
    assert again(exchange).state == ExchangeState.CONVERTED
    assert [amount for _reference, amount in taker.back.values()] == [600]


def test_an_exchange_of_which_one_unit_was_sent_is_not_undone_when_stock_ends(
    bought: Order, blue: Variant, at: datetime
) -> None:
    Variant.objects.filter(pk=blue.pk).update(stock=2)
    exchange = swap(bought, blue, at, quantity=2, instead=Instead.REFUND)
    arrive(exchange.case, at, 1)
    grade(exchange.case, at)
    services.settle_return(return_id=exchange.case.public_id, key="half", at=at, actor=STAFF)
    ship(at)
    Variant.objects.filter(pk=blue.pk).update(stock=0)
    pass_on(at + DAY)
    assert again(exchange).state == ExchangeState.READY_TO_SHIP
    assert not Refund.objects.exists()
    told = exchange_for_staff(again(exchange), at=at + DAY)
    assert told is not None
    assert not told["may_convert"]
    with pytest.raises(InvalidTransition):
        exchange_endings.not_possible(
            exchange_id=exchange.public_id, why=ConvertedFor.SOLD_OUT, at=at + DAY, actor=STAFF
        )
    with pytest.raises(InvalidTransition):
        exchange_endings.choose_instead(
            exchange_id=exchange.public_id, instead=Instead.REFUND, at=at + DAY, actor="shopper"
        )


def test_who_pays_after_the_time_is_not_asked_what_they_want_instead(
    bought: Order, blue: Variant, current: None, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at)
    page_of(exchange, at)
    pass_on(at + 3 * DAY)
    assert again(exchange).asked_at == at + 3 * DAY
    taker.pay_on_page(at + 3 * DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.trouble, exchange.asked_at) == (
        ExchangeState.APPROVED,
        "",
        None,
    )


def test_a_page_is_closed_once_staff_took_the_money(
    bought: Order, blue: Variant, current: None, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at)
    page_of(exchange, at)
    exchanges.confirm_payment(exchange_id=exchange.public_id, reference="till", at=at, actor=STAFF)
    pass_on(at)
    assert ExchangePayment.objects.get(provider=taker.name).state == "closed"


@pytest.fixture
@keeps
def instant(scope: Merchant) -> None:
    """The shop sends replacements at once, against a hold."""
    ExchangeTerms.objects.create(instant=True, return_days=14)


@keeps
def at_once(bought: Order, blue: Variant, taker: Taker, at: datetime) -> Exchange:
    exchange = swap(bought, blue, at, instant=True)
    assert exchange.state == ExchangeState.REQUESTED
    page_of(exchange, at)
    taker.hold_on_page(at)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.READY_TO_SHIP
    return exchange


def test_r23_a_hold_is_taken_renewed_on_day_6_and_let_go_with_the_first_scan(
    bought: Order, blue: Variant, instant: None, taker: Taker, at: datetime
) -> None:
    exchange = at_once(bought, blue, taker, at)
    ship(at)
    assert list(taker.held.values()) == [2500]
    pass_on(at + 5 * DAY + timedelta(hours=23))
    assert not taker.done
    pass_on(at + 6 * DAY)
    assert list(taker.done.values()) == ["renewed"]
    assert ExchangePayment.objects.get().expires_at == at + 13 * DAY
    scanned(exchange, at + 10 * DAY)
    pass_on(at + 10 * DAY + timedelta(minutes=1))
    assert taker.held == {}
    assert ExchangePayment.objects.get().state == "released"
    come_back(fresh(exchange.case), at + 12 * DAY)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.COMPLETED
    assert taker.taken == {}
    assert exchange.order is not None
    assert exchange.order.captured == 2500


def test_r23_not_sent_it_is_reminded_of_charged_once_and_refunded_when_it_comes(
    bought: Order, blue: Variant, instant: None, taker: Taker, at: datetime
) -> None:
    exchange = at_once(bought, blue, taker, at)
    ship(at)
    reminded: dict[int | None, int] = {}
    for day in range(1, 18):
        pass_on(at + day * DAY)
        days = again(exchange).reminded
        reminded.setdefault(days, day)
    assert reminded == {None: 1, 7: 7, 3: 11, 1: 13}
    assert list(taker.taken.values()) == [2500]
    exchange = again(exchange)
    assert exchange.state == ExchangeState.CHARGED
    assert exchange.order is not None
    assert exchange.order.captured == 2500
    [charge] = ExchangePayment.objects.filter(state="charged")
    come_back(fresh(exchange.case), at + 20 * DAY)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.COMPLETED
    assert list(taker.back.values()) == [(charge.reference, 2500)]
    assert exchange.order is not None
    assert (exchange.order.captured, exchange.order.given_back) == (5000, 2500)
    bought.refresh_from_db()
    assert bought.given_back == 2500


def test_a_hold_that_was_let_go_while_it_was_renewed_is_let_go_anew(
    bought: Order, blue: Variant, instant: None, taker: Taker, at: datetime
) -> None:
    exchange = at_once(bought, blue, taker, at)
    held = ExchangePayment.objects.get()
    renewed = taker.renew(held.reference, "renewed")
    services.mark_sent(
        return_id=exchange.case.public_id, tracking_number="1", at=at + 6 * DAY, actor="shopper"
    )
    ReturnParcel.objects.update(scanned_at=at + 6 * DAY)
    with clock.played(at + 6 * DAY):
        exchange_cases.follow_return(exchange.case.public_id, at=at + 6 * DAY, actor=STAFF)
        exchange_holds.hold_renewed(held.public_id, renewed.reference, renewed.expires_at)
        drain_all()
    assert taker.held == {}


def test_r23_a_renewal_declined_before_shipping_waits_for_the_scan(
    bought: Order, blue: Variant, instant: None, taker: Taker, at: datetime
) -> None:
    exchange = at_once(bought, blue, taker, at)
    taker.refuses = {"renew"}
    pass_on(at + 6 * DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.timing) == (ExchangeState.APPROVED, "on_scan")
    assert Replacement.objects.get().state == ReplacementState.RESERVED
    assert taker.held == {}
    services.mark_sent(
        return_id=exchange.case.public_id, tracking_number="1", at=at + 7 * DAY, actor="shopper"
    )
    pass_on(at + 7 * DAY)
    assert again(exchange).state == ExchangeState.READY_TO_SHIP


def test_a_renewal_declined_after_shipping_is_charged_while_it_holds(
    bought: Order, blue: Variant, instant: None, taker: Taker, at: datetime
) -> None:
    exchange = at_once(bought, blue, taker, at)
    ship(at)
    taker.refuses = {"renew", "capture"}
    pass_on(at + 6 * DAY)
    assert ExchangePayment.objects.get().state == "lapsing"
    pass_on(at + 16 * DAY)
    assert again(exchange).state == ExchangeState.UNRETURNED
    assert ExchangePayment.objects.get().state == "refused"
    exchange_endings.forgive(exchange_id=exchange.public_id, at=at + 17 * DAY, actor=STAFF)
    assert again(exchange).state == ExchangeState.COMPLETED


def test_a_return_whose_replacement_was_sent_cannot_be_cancelled(
    bought: Order, blue: Variant, instant: None, taker: Taker, at: datetime
) -> None:
    exchange = at_once(bought, blue, taker, at)
    ship(at)
    with pytest.raises(InvalidTransition):
        services.cancel_return(return_id=exchange.case.public_id, at=at, actor="shopper")


def test_nobody_lets_the_price_be_held_so_it_waits_for_the_scan(
    bought: Order, blue: Variant, instant: None, taker: Taker, at: datetime
) -> None:
    exchange = swap(bought, blue, at, instant=True)
    pass_on(at + 3 * DAY)
    assert (again(exchange).state, again(exchange).timing) == (ExchangeState.APPROVED, "on_scan")


def test_the_replacement_came_back_instead_and_nothing_is_charged(
    bought: Order, blue: Variant, instant: None, taker: Taker, at: datetime
) -> None:
    exchange = at_once(bought, blue, taker, at)
    ship(at)
    exchange_endings.came_back_instead(exchange_id=exchange.public_id, at=at + 3 * DAY, actor=STAFF)
    pass_on(at + 3 * DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.case.state) == (
        ExchangeState.CANCELLED,
        ReturnState.CANCELLED,
    )
    assert (taker.held, taker.taken) == ({}, {})
    bought.refresh_from_db()
    assert bought.given_back == 0
    assert exchange.order is not None
    assert (exchange.order.captured, exchange.order.given_back) == (0, 0)
    # The original may still be returned, the replacement no more.
    from returns.selectors import judge

    assert judge(bought, at=at + 3 * DAY).lines[0].decision.returnable == 2
    assert judge(exchange.order, at=at + 3 * DAY).lines[0].decision.returnable == 0


def test_a_replacement_comes_back_at_the_value_paid(
    bought: Order, blue: Variant, current: None, taker: Taker, at: datetime
) -> None:
    ShownDeadline.objects.create(
        order_line=list_lines(bought)[0], outcome=Outcome.REFUND, until=at + 40 * DAY
    )
    exchange = swap(bought, blue, at)
    page_of(exchange, at)
    taker.pay_on_page(at)
    come_back(exchange.case, at)
    ship(at)
    order = again(exchange).order
    assert order is not None
    promised = ShownDeadline.objects.get(order_line__order=order, outcome=Outcome.REFUND)
    assert promised.until == at + 40 * DAY
    case = services.request_return(
        order_id=order.public_id,
        wishes=[services.Wish(line=line_ids(order)[0], quantity=1, reason="changed_mind")],
        outcome=Outcome.REFUND,
        at=at + 30 * DAY,
        actor="shopper",
    )
    assert case.quote["payout"] == 3100
    if case.state == ReturnState.IN_REVIEW:
        services.approve_return(return_id=case.public_id, at=at + 30 * DAY, actor=STAFF)
    come_back(fresh(case), at + 31 * DAY)
    assert sum(one.amount for one in Refund.objects.filter(order=order)) == 3100
    order.refresh_from_db()
    assert order.given_back == order.captured


def test_a_chargeback_about_the_original_stands_against_paying_for_its_replacement(
    bought: Order, blue: Variant, at: datetime
) -> None:
    exchange = swap(bought, blue, at)
    come_back(exchange.case, at)
    ship(at)
    order = again(exchange).order
    assert order is not None
    dispute = DisputeFacts(external_id="d1", state=DisputeState.OPEN, opened_at=at)
    take_in_dispute(dispute, order_id=bought.public_id, at=at)
    with pytest.raises(OpenDispute):
        services.give_goodwill(order_id=order.public_id, amount=100, key="g", at=at, actor=STAFF)
    assert not Refund.objects.filter(order=order).exists()


def test_a_refusal_ends_an_exchange_and_its_undo_takes_it_up_again(
    bought: Order, blue: Variant, at: datetime
) -> None:
    exchange = swap(bought, blue, at)
    services.cancel_return(return_id=exchange.case.public_id, at=at, actor="shopper")
    pass_on(at)
    assert again(exchange).state == ExchangeState.CANCELLED
    with pytest.raises(InvalidTransition):
        exchange_endings.forgive(exchange_id=exchange.public_id, at=at, actor=STAFF)


def test_a_partial_arrival_gives_the_rest_of_the_difference_back(
    bought: Order, scope: Merchant, current: None, taker: Taker, at: datetime
) -> None:
    white = Variant.objects.get(external_id="v1")
    white.price = 2900
    white.save()
    exchange = swap(bought, white, at, quantity=2)
    assert exchange.due == 800
    page_of(exchange, at)
    taker.pay_on_page(at)
    arrive(exchange.case, at, 1)
    grade(exchange.case, at)
    services.settle_return(return_id=exchange.case.public_id, key="half", at=at, actor=STAFF)
    pass_on(at)
    ship(at)
    pass_on(at + 40 * DAY)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.COMPLETED
    assert [amount for _reference, amount in taker.back.values()] == [400]


def test_what_is_shipped_is_told_of_once(bought: Order, blue: Variant, at: datetime) -> None:
    exchange = swap(bought, blue, at)
    come_back(exchange.case, at)
    ship(at)
    moves = list(exchange.transitions.order_by("id").values_list("event", flat=True))
    assert moves == ["accept", "confirm", "return_accepted", "ship", "original_received"]
    exchange_cases.follow_return(exchange.case.public_id, at=at, actor=STAFF)
    assert exchange.transitions.count() == 5
