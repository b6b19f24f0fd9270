"""The fee for sending refused units back is paid on a provider's page, once (R-35)."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from commerce.models import Customer, Order, OrderLine, ShippingLine, Tender
from notifications.models import Message
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from returns.enums import ReturnState
from returns.enums.receiving import RefusedChoice, RefusedState
from returns.errors import NoPaymentProvider, NothingDue
from returns.models import (
    CreditNote,
    FeePayment,
    GiftCode,
    PolicyVersion,
    Refund,
    RefusedUnits,
    Return,
    Settlement,
)
from returns.services.payments_told import note_page_closed
from returns.services.refused import answer_by_default, answer_refused, send_back
from returns.services.refused_fees import (
    close_fee_page,
    fee_paid,
    open_fee_page,
    remind_of_fee,
    waive_fee,
)
from tests.kept import keeps
from tests.returns.conftest import STAFF, fresh
from tests.returns.payment_takers import Taker, taking_payments
from tests.returns.test_gifts import code_for
from tests.returns.test_refused import one_of_two, pay, settings
from tests.shops import drain_all

Publish = Callable[..., PolicyVersion]
DAY = timedelta(days=1)
HOME = "https://shop.example/r/"


@pytest.fixture
def taker() -> Iterator[Taker]:
    """Somebody who takes payments, and pays them back."""
    with taking_payments() as one:
        yield one


@pytest.fixture
def wanted_back(bought: Order, at: datetime, publish: Publish) -> RefusedUnits:
    """One of two mugs came worn, and its shopper wants it back for ¥990."""
    publish(postage={"JPY": 990})
    OrderLine.objects.update(taxes=[{"title": "消費税", "rate": 100_000, "amount": 0}])
    pay(one_of_two(bought, at, offer=1200), at)
    return choose(RefusedChoice.SEND_BACK, at)


@keeps
def choose(choice: RefusedChoice, at: datetime) -> RefusedUnits:
    return answer_refused(refused_id=now().public_id, choice=choice, at=at, actor="shopper")


def now() -> RefusedUnits:
    return RefusedUnits.objects.get()


@keeps
def page(at: datetime) -> str:
    return open_fee_page(refused_id=now().public_id, home=HOME, at=at)


def count(type: str) -> int:
    return EventRecord.objects.filter(type=type).count()


def test_r35_the_fee_is_paid_on_a_page_and_sold_by_itself(
    wanted_back: RefusedUnits, bought: Order, taker: Taker, at: datetime
) -> None:
    before = bought.captured
    due = EventRecord.objects.get(type="return.refused_fee_due").payload
    assert (due["amount"], due["currency"]) == (990, "JPY")
    # As long as they could have answered at all, which is more than three days here.
    assert wanted_back.pay_by == wanted_back.answer_by
    assert page(at) == page(at + DAY)
    [asked] = taker.pages.values()
    assert (asked.due.amount, asked.due.currency) == (990, "JPY")
    assert (asked.return_url, asked.cancel_url) == (f"{HOME}?paid=1", HOME)
    assert asked.email == bought.email
    taker.pay_on_page(at)
    refused = now()
    assert (refused.state, refused.fee_reference) == (
        RefusedState.TO_SEND,
        FeePayment.objects.get().reference,
    )
    payment = FeePayment.objects.get()
    assert payment.state == "paid"
    sold = payment.order
    assert (sold.source, sold.number, sold.total, sold.captured) == (
        "postage",
        "#1001-P1",
        990,
        990,
    )
    [shipping] = ShippingLine.objects.filter(order=sold)
    assert (shipping.paid, shipping.tax_paid) == (990, 90)
    [tender] = Tender.objects.filter(order=sold)
    assert (tender.gateway, tender.external_id) == ("taker", payment.reference)
    # What the return itself is worth is not touched by it.
    bought.refresh_from_db()
    assert bought.captured == before
    with pytest.raises(NothingDue):
        page(at)
    send_back(refused_id=refused.public_id, tracking_number="1", at=at, actor=STAFF)
    assert fresh(refused.case).state == ReturnState.COMPLETED


def test_r35_told_twice_it_is_paid_once(
    wanted_back: RefusedUnits, taker: Taker, at: datetime
) -> None:
    page(at)
    reference = taker.pay_on_page(at)
    taker.tell_paid(reference, 990, at)
    assert Tender.objects.filter(external_id=reference.replace("cs_", "pi_")).count() == 1
    assert count("return.refused_fee_paid") == 1


def test_a_fee_that_staff_have_taken_is_in_the_books_too(
    wanted_back: RefusedUnits, taker: Taker, at: datetime, drain: Callable[[], None]
) -> None:
    page(at)
    fee_paid(refused_id=now().public_id, reference="cash 7", at=at, actor=STAFF)
    drain()
    by_page, by_hand = FeePayment.objects.order_by("id")
    assert (by_page.state, by_hand.state, by_hand.provider) == ("closed", "paid", "manual")
    assert taker.closed == {by_page.reference}
    [tender] = Tender.objects.filter(order=by_hand.order)
    assert (tender.kind, tender.gateway, tender.captured) == ("manual", "", 990)


@pytest.mark.parametrize("instead", [RefusedChoice.DONATE, RefusedChoice.PART_REFUND, None])
def test_what_is_paid_for_units_that_are_not_sent_back_goes_back(
    wanted_back: RefusedUnits,
    taker: Taker,
    at: datetime,
    drain: Callable[[], None],
    instead: RefusedChoice | None,
) -> None:
    page(at)
    if instead is None:
        waive_fee(refused_id=now().public_id, at=at, actor=STAFF)
    else:
        choose(instead, at)
    before, state = CreditNote.objects.count(), now().state
    reference = taker.pay_on_page(at)
    drain()
    payment = FeePayment.objects.get()
    assert payment.state == "returned"
    assert taker.back[Refund.objects.get(order=payment.order).public_id] == (
        reference.replace("cs_", "pi_"),
        990,
    )
    payment.order.refresh_from_db()
    assert payment.order.given_back == 990
    back = Settlement.objects.get(order=payment.order)
    assert (back.kind, back.total, back.shipping) == ("shipping", 990, 990)
    note = CreditNote.objects.latest("id")
    assert (CreditNote.objects.count(), note.total, note.tax) == (before + 1, 990, 90)
    assert now().state == state


def test_a_page_nobody_wants_any_more_is_closed(
    wanted_back: RefusedUnits, taker: Taker, at: datetime, drain: Callable[[], None]
) -> None:
    page(at)
    choose(RefusedChoice.DONATE, at)
    drain()
    payment = FeePayment.objects.get()
    assert (payment.state, taker.closed) == ("closed", {payment.reference})
    close_fee_page(payment.public_id, at=at)
    assert FeePayment.objects.get().finished_at == payment.finished_at


def test_after_a_page_has_closed_another_one_opens(
    wanted_back: RefusedUnits, taker: Taker, at: datetime
) -> None:
    first = page(at)
    note_page_closed(FeePayment.objects.get().reference, at)
    second = page(at)
    assert first != second
    FeePayment.objects.filter(state="open").update(expires_at=at + DAY)
    assert page(at + DAY / 2) == second
    assert page(at + DAY) not in (first, second)
    assert [one.state for one in FeePayment.objects.order_by("id")] == ["closed", "closed", "open"]


def test_without_a_provider_staff_take_it(wanted_back: RefusedUnits, at: datetime) -> None:
    with pytest.raises(NoPaymentProvider):
        page(at)


@pytest.mark.parametrize("is_gift", [False, True])
@pytest.mark.parametrize("online", [False, True])
@pytest.mark.parametrize(
    ("language", "press", "instead"),
    [
        ("en", r"Pay \S*990", "We will write to you how to pay."),
        ("ja", r"990 を支払う", "別途ご案内いたします"),
    ],
)
def test_a_letter_offers_to_pay_only_where_a_page_takes_it(
    request: pytest.FixtureRequest,
    wanted_back: RefusedUnits,
    at: datetime,
    language: str,
    press: str,
    instead: str,
    *,
    online: bool,
    is_gift: bool,
) -> None:
    if online:
        request.getfixturevalue("taker")
    case = wanted_back.case
    case.locale = language
    if is_gift:
        case.gift, case.recipient = code_for(case.order, 1), case.order.customer
    case.save()
    Order.objects.update(locale=language)
    Customer.objects.update(locale=language)
    with time_machine.travel(at, tick=False):
        drain_all()
    kind = "gift.fee_due" if is_gift else "return.refused_fee_due"
    letter = Message.objects.get(kind=kind)
    assert (bool(re.search(press, letter.html)), instead in letter.html) == (online, not online)


def test_who_returns_a_gift_is_not_told_of_its_buyer(
    wanted_back: RefusedUnits, bought: Order, taker: Taker, at: datetime
) -> None:
    gift = GiftCode.objects.create(order=bought, code="x", hash="x", made_at=at, made_by=STAFF)
    Return.objects.update(gift=gift)
    page(at)
    assert [one.email for one in taker.pages.values()] == [""]


def test_who_has_not_paid_is_reminded_once_a_day_before(
    wanted_back: RefusedUnits, at: datetime
) -> None:
    by = wanted_back.pay_by
    assert by is not None
    for moment in (at, by - DAY - timedelta(minutes=1), by - DAY, by - DAY / 2, by):
        remind_of_fee(wanted_back.public_id, at=moment)
    assert now().reminded_at == by - DAY
    assert count("return.refused_fee_reminded") == 1


@pytest.mark.parametrize(
    ("usual", "becomes"),
    [
        (RefusedChoice.DONATE, RefusedState.DONATED),
        (RefusedChoice.PART_REFUND, RefusedState.PART_REFUNDED),
        (RefusedChoice.SEND_BACK, RefusedState.TO_SEND),
    ],
)
def test_r35_unpaid_in_time_the_default_of_the_shop_applies(
    wanted_back: RefusedUnits,
    taker: Taker,
    at: datetime,
    drain: Callable[[], None],
    usual: RefusedChoice,
    becomes: RefusedState,
) -> None:
    settings(without_answer=usual)
    page(at)
    by = wanted_back.pay_by
    assert by is not None
    assert answer_by_default(refused_id=now().public_id, at=by).state == RefusedState.FEE_DUE
    with pytest.raises(NothingDue):
        page(by)
    after = by + timedelta(seconds=1)
    for _run in range(2):
        answer_by_default(refused_id=now().public_id, at=after)
    assert now().state == becomes
    with clock.played(after):
        drain()
    assert FeePayment.objects.get().state == "closed"
    # Whoever pays at the last moment all the same gets it back.
    taker.pay_on_page(after)
    assert FeePayment.objects.get().state == "returned"


def test_who_chooses_late_has_three_days_to_pay(
    bought: Order, at: datetime, publish: Publish
) -> None:
    publish(postage={"JPY": 990})
    one_of_two(bought, at)
    late = now().answer_by - timedelta(hours=1)
    assert choose(RefusedChoice.SEND_BACK, late).pay_by == late + 3 * DAY
