"""One of two was sent and the other is not there: what staff are told, and what they can do."""

import re
from datetime import datetime

import pytest
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, StoreCreditEntry, User, Variant
from commerce.selectors import list_lines
from commerce.services.keys import create_key
from notifications.models import Message, StaffAlert
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Outcome, ReplacementState, ReturnState
from returns.enums.exchanges import ConvertedFor, ExchangeState, Instead
from returns.errors import InvalidTransition, NotCancellable, NotReturnable, OutOfStock
from returns.models import (
    Exchange,
    ExchangeTerms,
    Refund,
    Replacement,
    Settlement,
)
from returns.selectors.exchanges import balance_of
from returns.services.exchange_endings import not_possible
from returns.services.exchange_rest import give_up_rest, send_another
from tests.kept import keeps
from tests.returns.conftest import STAFF, arrive, fresh, grade
from tests.returns.payment_takers import Taker
from tests.returns.test_cancellations import cancel
from tests.returns.test_desk import words
from tests.returns.test_exchange_cases import (
    DAY,
    again,
    blue,
    current,
    page_of,
    pass_on,
    swap,
    taker,
)

__all__ = ("blue", "current", "taker")


@pytest.fixture
def stocked(blue: Variant) -> Variant:
    """Five of the blue mug."""
    blue.stock = 5
    blue.save()
    return blue


@pytest.fixture
def black(bought: Order) -> Variant:
    """The black mug, of which there is one."""
    found: Variant = Variant.objects.get(title="黒")
    found.stock = 1
    found.save()
    return found


@keeps
def send_one(exchange: Exchange, at: datetime) -> None:
    """Send one of the two units, and let the stock of the other be gone."""
    ready = Replacement.objects.get(state=ReplacementState.READY)
    if ready.quantity == 2:
        Replacement.objects.create(
            line=ready.line, variant=ready.variant, quantity=1, state=ReplacementState.READY
        )
        ready.quantity = 1
        ready.save()
    services.ship_replacement(
        replacement_id=ready.public_id, carrier_name="", tracking_number="", at=at, actor=STAFF
    )
    Variant.objects.filter(pk=ready.variant_id).update(stock=0)
    pass_on(at)


@keeps
def settle(exchange: Exchange, at: datetime, *counts: int, key: str = "k") -> None:
    case = fresh(exchange.case)
    arrive(case, at, *counts)
    grade(case, at)
    services.settle_return(return_id=case.public_id, key=key, at=at, actor=STAFF)
    pass_on(at)


@pytest.fixture
@keeps
def short(bought: Order, stocked: Variant, current: None, at: datetime, taker: Taker) -> Exchange:
    """Both came back and ¥600 for each were paid; one of two was sent, the other is not there."""
    exchange = swap(bought, stocked, at, quantity=2)
    page_of(exchange, at)
    taker.pay_on_page(at)
    settle(exchange, at)
    send_one(exchange, at)
    return again(exchange)


def money_back(taker: Taker) -> int:
    return sum(one.amount for one in Refund.objects.all())


def test_staff_are_told_once_of_stock_that_is_missing_and_of_its_return(
    short: Exchange, stocked: Variant, at: datetime
) -> None:
    assert (short.state, short.short_since) == (ExchangeState.READY_TO_SHIP, at)
    told = StaffAlert.objects.filter(kind="exchange.stock_short")
    assert {one.detail for one in told} == {short.case.number}
    pass_on(at + DAY)
    assert again(short).short_since == at
    Variant.objects.filter(pk=stocked.pk).update(stock=3)
    pass_on(at + DAY)
    assert again(short).short_since is None
    kinds = EventRecord.objects.filter(type__startswith="exchange.stock_")
    assert list(kinds.order_by("id").values_list("type", flat=True)) == [
        "exchange.stock_short",
        "exchange.stock_back",
    ]


def test_what_the_return_brought_for_the_rest_goes_back_with_its_difference(
    short: Exchange, bought: Order, taker: Taker, at: datetime
) -> None:
    give_up_rest(exchange_id=short.public_id, to=Outcome.REFUND, at=at, actor=STAFF)
    pass_on(at)
    exchange = again(short)
    assert (exchange.state, exchange.short_since) == (ExchangeState.COMPLETED, None)
    # ¥2,500 of value and the ¥600 paid on top of it.
    assert money_back(taker) == 3100
    assert exchange.order is not None
    assert (exchange.order.captured, exchange.order.given_back) == (6200, 3100)
    assert balance_of(exchange) == 0
    (letter,) = Message.objects.filter(kind="exchange.rest_given_up")
    assert letter.order_id == bought.public_id
    with pytest.raises(InvalidTransition):
        give_up_rest(exchange_id=short.public_id, to=Outcome.REFUND, at=at, actor=STAFF)
    # The unit that was sent is worth its price, and the one that was not nothing.
    line = list_lines(exchange.order)[0].public_id
    case = services.request_return(
        order_id=exchange.order.public_id,
        wishes=[services.Wish(line=line, quantity=1, reason="changed_mind")],
        outcome=Outcome.REFUND,
        at=at + DAY,
        actor=STAFF,
    )
    assert case.quote["payout"] == 3100


def test_the_rest_may_be_store_credit(short: Exchange, bought: Order, at: datetime) -> None:
    give_up_rest(exchange_id=short.public_id, to=Outcome.STORE_CREDIT, at=at, actor=STAFF)
    assert not Refund.objects.exists()
    assert [one.amount for one in StoreCreditEntry.objects.all()] == [3100]


def test_what_comes_after_the_rest_was_given_up_is_settled_without_a_replacement(
    bought: Order, stocked: Variant, current: None, taker: Taker, at: datetime
) -> None:
    """Sent on the scan, one of two, before anything was settled."""
    ExchangeTerms.objects.create(ship_on="on_scan")
    exchange = swap(bought, stocked, at, quantity=2)
    page_of(exchange, at)
    taker.pay_on_page(at)
    services.mark_sent(
        return_id=exchange.case.public_id, tracking_number="1", at=at, actor="shopper"
    )
    pass_on(at)
    send_one(exchange, at)
    give_up_rest(exchange_id=exchange.public_id, to=Outcome.REFUND, at=at, actor=STAFF)
    assert money_back(taker) == 0
    exchange = again(exchange)
    assert (exchange.state, exchange.cost, exchange.due) == (ExchangeState.SHIPPED, 3100, 0)
    settle(exchange, at + DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.case.state) == (ExchangeState.COMPLETED, ReturnState.RESOLVING)
    settled = Settlement.objects.get(case=exchange.case)
    # Two for ¥5,000 against one for ¥3,100: ¥1,900 are left, and the ¥1,200 paid on top go back.
    assert (settled.quote["rest"], settled.quote["due"]) == (1900, 0)
    assert money_back(taker) == 1900 + 1200
    assert balance_of(exchange) == 0


def test_what_was_sent_in_part_cannot_be_cancelled(
    staff: Client, bought: Order, stocked: Variant, current: None, taker: Taker, at: datetime
) -> None:
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, stocked, at, quantity=2, instant=True)
    page_of(exchange, at)
    taker.hold_on_page(at)
    send_one(exchange, at)
    with pytest.raises(InvalidTransition):
        services.cancel_return(return_id=exchange.case.public_id, at=at, actor="shopper")
    page = staff.get(f"/d/komorebi/returns/{exchange.case.public_id}/")
    assert "Cancel the return" not in words(page)


@pytest.mark.parametrize("first", [0, 1])
def test_whenever_it_is_given_up_the_shopper_pays_for_what_was_sent(
    bought: Order, stocked: Variant, current: None, taker: Taker, at: datetime, first: int
) -> None:
    """Held at once: one of two is sent, and the units come back before or after the decision."""
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, stocked, at, quantity=2, instant=True)
    page_of(exchange, at)
    taker.hold_on_page(at)
    send_one(exchange, at)
    if first:
        settle(exchange, at + DAY, first, key="first")
    give_up_rest(exchange_id=exchange.public_id, to=Outcome.REFUND, at=at + DAY, actor=STAFF)
    settle(exchange, at + 2 * DAY, key="rest")
    for one in Refund.objects.filter(state="pending"):
        services.refund_succeeded(one.public_id, reference="bank", at=at + 2 * DAY, actor=STAFF)
    pass_on(at + 3 * DAY)
    exchange = again(exchange)
    assert (exchange.state, exchange.case.state) == (
        ExchangeState.COMPLETED,
        ReturnState.COMPLETED,
    )
    assert taker.held == {}
    # Two mugs for ¥5,000 given back, one for ¥3,100 kept.
    paid = sum(taker.taken.values())
    assert money_back(taker) - paid == 1900
    assert balance_of(exchange) == 0


def test_the_money_of_a_gift_stays_its_buyers(short: Exchange, at: datetime) -> None:
    from tests.returns.test_gifts import code_for

    case = short.case
    case.gift = code_for(case.order, 1)
    case.save()
    with pytest.raises(NotReturnable):
        give_up_rest(exchange_id=short.public_id, to=Outcome.REFUND, at=at, actor=STAFF)


def test_who_was_given_something_is_told_that_the_rest_is_not_sent(
    short: Exchange, at: datetime
) -> None:
    from tests.returns.test_gifts import code_for

    case = short.case
    case.gift, case.recipient = code_for(case.order, 1), case.order.customer
    case.save()
    give_up_rest(exchange_id=short.public_id, to=Outcome.STORE_CREDIT, at=at, actor=STAFF)
    pass_on(at)
    told = Message.objects.get(kind="gift.rest_given_up")
    assert "cannot be sent" in told.text or "お送りすることができません" in told.text
    assert not re.search(r"[¥￥]|JPY", told.text)
    assert not Message.objects.filter(kind="exchange.rest_given_up").exists()


def test_another_variant_is_sent_for_what_is_missing(
    short: Exchange, black: Variant, at: datetime
) -> None:
    waiting = Replacement.objects.get(state=ReplacementState.READY)
    Variant.objects.filter(pk=black.pk).update(stock=0)
    with pytest.raises(OutOfStock):
        send_another(
            replacement_id=waiting.public_id, variant_id=black.public_id, at=at, actor=STAFF
        )
    Variant.objects.filter(pk=black.pk).update(stock=1)
    changed = send_another(
        replacement_id=waiting.public_id, variant_id=black.public_id, at=at, actor=STAFF
    )
    exchange = again(short)
    assert (exchange.state, exchange.short_since) == (ExchangeState.READY_TO_SHIP, None)
    assert exchange.order is not None
    sold = [(one.variant_title, one.quantity, one.goods_paid) for one in list_lines(exchange.order)]
    assert sold == [("青", 1, 3100), ("黒", 1, 3100)]
    services.ship_replacement(
        replacement_id=changed.public_id, carrier_name="", tracking_number="", at=at, actor=STAFF
    )
    pass_on(at)
    exchange = again(short)
    assert (exchange.state, balance_of(exchange)) == (ExchangeState.COMPLETED, 0)
    assert exchange.order is not None
    sent = exchange.order.fulfilments.order_by("id").values_list(
        "lines__order_line__variant_title", flat=True
    )
    assert list(sent) == ["青", "黒"]
    with pytest.raises(InvalidTransition):
        send_another(
            replacement_id=changed.public_id, variant_id=black.public_id, at=at, actor=STAFF
        )


def test_who_was_asked_gets_another_variant_and_need_not_choose(
    bought: Order, stocked: Variant, black: Variant, at: datetime
) -> None:
    exchange = swap(bought, stocked, at)
    not_possible(exchange_id=exchange.public_id, why=ConvertedFor.SOLD_OUT, at=at, actor=STAFF)
    send_another(
        replacement_id=Replacement.objects.get().public_id,
        variant_id=black.public_id,
        at=at,
        actor=STAFF,
    )
    exchange = again(exchange)
    assert (exchange.asked_at, exchange.trouble) == (None, "")
    settle(exchange, at)
    ready = Replacement.objects.get(state=ReplacementState.READY)
    assert ready.variant == black


@pytest.fixture
def staff(owner: User) -> Client:
    """The owner's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


def test_staff_find_it_on_the_home_page_and_send_no_more(
    staff: Client, short: Exchange, at: datetime
) -> None:
    home = words(staff.get("/d/komorebi/"))
    assert f"{short.case.number} Stock is missing for the rest of it" in home
    page = f"/d/komorebi/returns/{short.case.public_id}/"
    shown = words(staff.get(page))
    assert "Stock is missing for the rest of it" in shown
    assert "Another variant" in shown
    rest = f"/d/komorebi/exchanges/{short.public_id}/rest/"
    asked = words(staff.get(rest))
    assert "1 item is not sent." in asked
    assert "Store credit" in asked
    assert staff.post(rest, {"to": "exchange"}).status_code == 422
    assert staff.post(rest, {"to": "refund"}).status_code == 302
    assert again(short).state == ExchangeState.COMPLETED
    assert staff.post(rest, {"to": "refund"}).status_code == 409
    assert "Stock is missing" not in words(staff.get("/d/komorebi/"))


def test_staff_choose_another_variant(staff: Client, short: Exchange, black: Variant) -> None:
    waiting = Replacement.objects.get(state=ReplacementState.READY)
    change = f"/d/komorebi/replacements/{waiting.public_id}/change/"
    assert "黒" in words(staff.get(change))
    assert staff.post(change, {"variant": "var_none"}).status_code == 422
    assert staff.post(change, {"variant": black.public_id}).status_code == 302
    assert staff.post(change, {"variant": black.public_id}).status_code == 422
    Variant.objects.all().update(stock=0)
    again_at = Replacement.objects.get(state=ReplacementState.READY)
    none = staff.get(f"/d/komorebi/replacements/{again_at.public_id}/change/")
    assert "No other variant of it is in stock." in words(none)


def test_staff_choose_for_a_shopper_who_told_them(
    staff: Client, bought: Order, stocked: Variant, at: datetime
) -> None:
    exchange = swap(bought, stocked, at)
    not_possible(exchange_id=exchange.public_id, why=ConvertedFor.SOLD_OUT, at=at, actor=STAFF)
    page = f"/d/komorebi/returns/{exchange.case.public_id}/"
    assert "The shopper told you what they want?" in words(staff.get(page))
    base = f"/d/komorebi/exchanges/{exchange.public_id}/instead/"
    assert staff.post(base, {"instead": "nothing"}).status_code == 302
    assert again(exchange).state == ExchangeState.APPROVED
    staff.post(base, {"instead": Instead.STORE_CREDIT.value})
    assert again(exchange).state == ExchangeState.CONVERTED


def test_programs_do_the_same(
    merchant: Merchant, owner: User, short: Exchange, black: Variant, at: datetime
) -> None:
    key = create_key(merchant=merchant, name="ERP", scopes=list(Scope), by=owner, at=at).secret
    api = Client(headers={"authorization": f"Bearer {key}"})
    told = api.get(f"/api/v1/exchanges/{short.public_id}").json()
    assert told["short_since"] is not None
    waiting = Replacement.objects.get(state=ReplacementState.READY)

    def post(path: str, body: dict[str, str], key: str) -> tuple[int, str]:
        answer = api.post(
            f"/api/v1/{path}", body, "application/json", headers={"Idempotency-Key": key}
        )
        return answer.status_code, answer.json().get("code", "")

    change = f"replacements/{waiting.public_id}/change"
    assert post(change, {"variant_id": "var_none"}, "k1") == (409, "out_of_stock")
    for _again in range(2):
        assert post(change, {"variant_id": black.public_id}, "k2") == (200, "")
    rest = f"exchanges/{short.public_id}/rest"
    assert post(rest, {"to": "exchange"}, "k3")[0] == 422
    assert post(rest, {"to": "store_credit"}, "k4") == (200, "")
    assert post(rest, {"to": "store_credit"}, "k5") == (409, "invalid_transition")
    assert post(f"exchanges/{short.public_id}/ask", {}, "k6") == (409, "nothing_due")
    assert again(short).state == ExchangeState.COMPLETED


def test_goods_that_never_come_back_and_are_not_held_are_brought_to_staff(
    staff: Client, bought: Order, stocked: Variant, taker: Taker, at: datetime
) -> None:
    """Sent with the scan, without a hold, and nothing good arrived."""
    ExchangeTerms.objects.create(ship_on="on_scan")
    exchange = swap(bought, stocked, at)
    services.mark_sent(
        return_id=exchange.case.public_id, tracking_number="1", at=at, actor="shopper"
    )
    pass_on(at)
    ready = Replacement.objects.get(state=ReplacementState.READY)
    services.ship_replacement(
        replacement_id=ready.public_id, carrier_name="", tracking_number="", at=at, actor=STAFF
    )
    arrive(fresh(exchange.case), at)
    grade(fresh(exchange.case), at, refused=1)
    from returns.enums.receiving import RefusedChoice
    from returns.models import RefusedUnits
    from returns.services.refused import answer_refused

    answer_refused(
        refused_id=RefusedUnits.objects.get().public_id,
        choice=RefusedChoice.DONATE,
        at=at,
        actor=STAFF,
    )
    pass_on(at)
    exchange = again(exchange)
    assert exchange.state == ExchangeState.UNRETURNED
    told = StaffAlert.objects.filter(kind="exchange.unreturned")
    assert {one.detail for one in told} == {exchange.case.number}
    assert "The original did not come back" in words(staff.get("/d/komorebi/"))
    page = f"/d/komorebi/returns/{exchange.case.public_id}/"
    shown = words(staff.get(page))
    assert "¥2,500 is owed for what was sent, and nothing is held" in shown
    base = f"/d/komorebi/exchanges/{exchange.public_id}/"
    assert staff.post(f"{base}ask/").status_code == 302
    assert "The shopper is asked to pay it by" in words(staff.get(page))
    assert "¥2,500 is owed" in words(staff.get(f"{base}paid/"))
    staff.post(f"{base}paid/", {"reference": "bank 9"})
    assert again(exchange).state == ExchangeState.CHARGED
    assert staff.post(f"{base}ask/").status_code == 409
    assert "The original did not come back" not in words(staff.get("/d/komorebi/"))


def test_what_is_charged_of_a_hold_alarms_nobody(
    bought: Order, stocked: Variant, taker: Taker, at: datetime
) -> None:
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, stocked, at, instant=True)
    page_of(exchange, at)
    taker.hold_on_page(at)
    ready = Replacement.objects.get(state=ReplacementState.READY)
    services.ship_replacement(
        replacement_id=ready.public_id, carrier_name="", tracking_number="", at=at, actor=STAFF
    )
    for day in range(1, 17):
        pass_on(at + day * DAY)
    assert again(exchange).state == ExchangeState.CHARGED
    assert not StaffAlert.objects.filter(kind="exchange.unreturned").exists()


def test_what_is_sent_in_exchange_is_cancelled_on_its_return_alone(
    short: Exchange, staff: Client, taker: Taker, at: datetime
) -> None:
    """A cancellation of its order would pay for it, and the exchange would once more."""
    order = short.order
    assert order is not None
    for by_staff in (True, False):
        with pytest.raises(NotCancellable):
            cancel(order, at, 1, by_staff=by_staff)
    page = staff.get(f"/d/komorebi/orders/{order.public_id}/").content.decode()
    assert f"/orders/{order.public_id}/cancel/" not in page
    give_up_rest(exchange_id=short.public_id, to=Outcome.REFUND, at=at, actor=STAFF)
    pass_on(at)
    assert money_back(taker) == 3100
