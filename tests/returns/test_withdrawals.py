"""Withdrawal from a contract: two steps without a log-in, acknowledged whatever it names (P6)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from commerce import links
from commerce.models import Merchant, Order, User
from commerce.ports import AddressFacts, FulfilmentFacts, FulfilmentLineFacts, Person
from commerce.selectors import fulfilled_quantities, lock_order
from commerce.services.orders import take_in_order
from commerce.services.picks import confirm_picks
from notifications.models import Message, StaffAlert
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import (
    CancellationState,
    RefundShipping,
    ReturnState,
    WithdrawalEnd,
    WithdrawalState,
)
from returns.errors import WithdrawalIsClosed, WithdrawalIsMatched
from returns.models import Cancellation, PolicyVersion, Refund, Withdrawal
from returns.rules.cancellations import CancelWish
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import read_policy
from returns.selectors.withdrawals import (
    MOST_TO_STRANGERS,
    cancellation_of,
    is_offered,
    period_of,
)
from returns.serializers.withdrawals import receipt_token
from returns.services.cancellations import request_cancellation, withdraw_cancellation
from returns.services.cancelling import carry_out_cancellation, count_from_arrival
from returns.services.personal import WITHDRAWALS
from returns.services.withdrawal_returns import return_withdrawn
from returns.services.withdrawals import (
    Statement,
    close_withdrawal,
    follow_cancellation,
    match_withdrawal,
    offer_withdrawal,
    receive_withdrawal,
)
from tests.facts import order_facts
from tests.parallel import overlap
from tests.returns.conftest import (
    SENT,
    STAFF,
    arrive,
    ask,
    fresh,
    grade,
    line_ids,
    resolve,
    sent_order,
)
from tests.returns.rules.policy_samples import only_refund
from tests.returns.test_api import Call, call
from tests.returns.test_site import hidden, words
from tracking.enums import Status
from tracking.models import LookupAttempt, Shipment, ShipmentItem

__all__ = ("call",)

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TYPED = {
    "name": "Anna Weber",
    "contract": "Order #1001",
    "contact": "hana@example.jp",
    "goods": "The two mugs",
}
Drain = Callable[[], None]
Publish = Callable[..., PolicyVersion]


@pytest.fixture(autouse=True)
def today() -> Any:
    """The day after the order was sent."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shopper() -> Client:
    """A browser that speaks English, and has no cookies."""
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


@pytest.fixture
def berlin(scope: Merchant) -> Order:
    """An order that was sent to Germany."""
    return sent_to_berlin(scope)


def sent_to_berlin(merchant: Merchant) -> Order:
    """Take in an order that was sent to Germany."""
    address = AddressFacts(name="Anna Weber", postcode="10115", country="DE", city="Berlin")
    return sent_order(merchant, order_facts(address=address))


def stated(**changes: str) -> Statement:
    """A statement as the page makes it."""
    told = {**TYPED, **changes}
    return Statement(**told, words=f"I withdraw: {told['contract']}", locale="en")


def state(shopper: Client, merchant: Merchant, **changes: str) -> Any:
    """Go both steps, and return the acknowledgement."""
    path = reverse("site:withdraw", args=[merchant.slug])
    review = shopper.post(path, {**TYPED, **changes, "step": "review"})
    key = hidden(review, "key")
    done = shopper.post(path, {**TYPED, **changes, "step": "confirm", "key": key})
    assert done.status_code == 302
    return shopper.get(done["Location"])


def test_p6_two_steps_without_a_login_and_it_is_acknowledged(
    shopper: Client, berlin: Order, scope: Merchant, drain: Drain
) -> None:
    path = reverse("site:withdraw", args=[scope.slug])
    first = shopper.get(path)
    assert first.status_code == 200
    asked = re.findall(r'<(?:input|textarea) [^>]*name="(\w+)"', first.content.decode())
    assert asked == ["name", "contract", "contact", "goods", "key"]
    assert not first.cookies
    review = shopper.post(path, {**TYPED, "step": "review"})
    assert "I hereby withdraw from my contract with Komorebi Goods." in words(review)
    assert "Confirm withdrawal" in words(review)
    assert not Withdrawal.objects.exists()
    page = state(shopper, scope)
    assert "It reached us on Sat 21 Nov 2026, 12:00 (JST)." in words(page)
    assert "Contract: Order #1001 Goods: The two mugs Name: Anna Weber" in words(page)
    drain()
    mail = Message.objects.get(kind="withdrawal.received")
    assert (mail.state, mail.address, mail.locale) == ("sent", "hana@example.jp", "en")
    assert "Sat 21 Nov 2026, 12:00 (JST)" in mail.text
    assert "Contract: Order #1001" in mail.text
    assert "by Sat 5 Dec 2026" in mail.text


def test_number_and_address_find_the_order(berlin: Order) -> None:
    withdrawal = receive_withdrawal(stated(), key="key_12345", at=NOW)
    assert withdrawal.order == berlin
    assert (withdrawal.state, withdrawal.matched_by) == (WithdrawalState.MATCHED, "system")
    assert withdrawal.refund_due == date(2026, 12, 5)


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": "stranger@example.com"},
        {"contract": "#1999"},
        {"contract": "two mugs, bought in November"},
    ],
)
def test_what_matches_no_order_is_kept_acknowledged_and_queued(
    shopper: Client, berlin: Order, scope: Merchant, drain: Drain, changes: dict[str, str]
) -> None:
    page = state(shopper, scope, **changes)
    matched = state(shopper, scope)
    # Nobody learns from the page which orders there are.
    told = {**TYPED, **changes}
    blank = [(told["contact"], TYPED["contact"]), (told["contract"], TYPED["contract"])]
    text = words(page).replace("W-1", "W-2")
    for ours, theirs in blank:
        text = text.replace(ours, theirs)
    assert text == words(matched)
    kept = Withdrawal.objects.earliest("id")
    assert (kept.state, kept.order, kept.contract) == ("waiting", None, told["contract"])
    drain()
    assert Message.objects.get(kind="withdrawal.received", object_id=kept.public_id)


def test_tries_are_counted_with_those_of_the_lookup(berlin: Order) -> None:
    for turn in range(5):
        receive_withdrawal(stated(contact="x@example.com"), key=f"key_12345{turn}", at=NOW)
    assert LookupAttempt.objects.count() == 5
    # After too many even the right address finds nothing by itself: staff look.
    last = receive_withdrawal(stated(), key="key_123456", at=NOW)
    assert (last.state, last.order) == (WithdrawalState.WAITING, None)


def test_bad_input_loses_nothing(shopper: Client, scope: Merchant) -> None:
    path = reverse("site:withdraw", args=[scope.slug])
    for step in ("review", "confirm"):
        answer = shopper.post(path, {**TYPED, "contact": "hana@", "step": step})
        assert answer.status_code == 422
        page = answer.content.decode()
        for kept in ("Anna Weber", "Order #1001", "hana@", "The two mugs"):
            assert kept in page
    back = shopper.post(path, {**TYPED, "step": "change"})
    assert back.status_code == 200
    assert "The two mugs" in back.content.decode()
    assert not Withdrawal.objects.exists()


def test_pressing_twice_states_it_once(shopper: Client, scope: Merchant) -> None:
    path = reverse("site:withdraw", args=[scope.slug])
    posted = {**TYPED, "step": "confirm", "key": "req_press_twice"}
    assert shopper.post(path, posted)["Location"] == shopper.post(path, posted)["Location"]
    assert Withdrawal.objects.count() == 1


def test_nobody_is_flooded_with_mail(scope: Merchant, shopper: Client, drain: Drain) -> None:
    pages = []
    for turn in range(7):
        kept = receive_withdrawal(
            stated(contract="a mug"), key=f"key_1234{turn}", at=NOW + timedelta(minutes=turn)
        )
        pages.append(reverse("site:withdrawal_receipt", args=[scope.slug, receipt_token(kept)]))
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        drain()
    assert Message.objects.filter(kind="withdrawal.received").count() == 5
    assert Withdrawal.objects.count() == 7
    said = [words(shopper.get(page)) for page in pages]
    assert ["is on its way" in one for one in said] == [True] * 5 + [False] * 2
    assert ["Print or save this page" in one for one in said] == [False] * 5 + [True] * 2


def test_the_period_ends_after_the_last_parcel_and_is_open_before(
    scope: Merchant, berlin: Order
) -> None:
    period = period_of(berlin)
    assert (period.covered, period.until, period.nothing_sent) == (True, None, False)
    assert period.is_open(NOW + timedelta(days=400))
    unsent = take_in_order(
        order_facts(external_id="2", number="#1002"), merchant=scope, at=NOW
    ).order
    period = period_of(unsent)
    assert (period.covered, period.until, period.nothing_sent) == (False, None, True)


def test_downloads_and_final_sales_are_named_to_staff(scope: Merchant) -> None:
    facts = order_facts()
    mug, towel = facts.lines
    lines = (replace(mug, requires_shipping=False), replace(towel, final_sale=True))
    order = take_in_order(replace(facts, lines=lines), merchant=scope, at=NOW).order
    assert period_of(order).exempt == ("マグカップ", "タオル")


def test_staff_match_and_close_with_one_audit_trail(
    berlin: Order, scope: Merchant, owner: User, client: Client, drain: Drain
) -> None:
    kept = receive_withdrawal(stated(contract="the mugs"), key="key_12345", at=NOW)
    client.force_login(owner)
    listed = client.get(reverse("dashboard:withdrawal_list", args=[scope.slug]))
    assert "W-1 Anna Weber" in words(listed)
    assert "in 14 days" in words(listed)
    parts = [scope.slug, kept.public_id]
    detail = client.get(reverse("dashboard:withdrawal_detail", args=parts))
    assert "I withdraw: the mugs" in words(detail)
    assert "#1001" in words(detail)
    assert "Same e-mail" in words(detail)
    match = reverse("dashboard:withdrawal_match", args=parts)
    wrong = client.post(match, {"number": "#9"})
    assert wrong.status_code == 422
    assert "There is no order with this number." in words(wrong)
    assert client.post(match, {"number": "1001"}).status_code == 302
    detail = client.get(reverse("dashboard:withdrawal_detail", args=parts))
    assert "The 14 days have not begun" in words(detail)
    close = reverse("dashboard:withdrawal_close", args=parts)
    assert client.post(close, {"end": "other", "text": ""}).status_code == 422
    assert client.post(close, {"end": "hygiene", "text": "We are sorry."}).status_code == 302
    again = client.post(close, {"end": "hygiene", "text": ""})
    assert again.status_code == 409
    assert "This withdrawal is closed already." in words(again)
    story = EventRecord.objects.filter(subject=f"withdrawal:{kept.public_id}").order_by("id")
    assert list(story.values_list("type", "actor")) == [
        ("withdrawal.received", "shopper"),
        ("withdrawal.matched", owner.actor),
        ("withdrawal.closed", owner.actor),
    ]
    drain()
    told = Message.objects.get(kind="withdrawal.closed")
    assert "Sealed goods that were opened" in told.text
    assert "We are sorry." in told.text


def test_an_exemption_is_told_in_the_shoppers_language(scope: Merchant, drain: Drain) -> None:
    kept = receive_withdrawal(
        replace(stated(contract="タオル"), locale="ja"), key="key_12345", at=NOW
    )
    close_withdrawal(
        withdrawal_id=kept.public_id, end=WithdrawalEnd.NOT_FOUND, text="", at=NOW, actor=STAFF
    )
    drain()
    told = Message.objects.get(kind="withdrawal.closed")
    assert told.locale == "ja"
    assert "Anna Weber 様" in told.text
    with pytest.raises(WithdrawalIsClosed):
        close_withdrawal(
            withdrawal_id=kept.public_id, end=WithdrawalEnd.OTHER, text="", at=NOW, actor=STAFF
        )


def test_the_way_there_is_on_every_shopper_page_unless_hidden(
    shopper: Client, scope: Merchant, owner: User
) -> None:
    lookup = reverse("site:lookup", args=[scope.slug])
    link = reverse("site:withdraw", args=[scope.slug])
    assert link in shopper.get(lookup).content.decode()
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(owner)
    settings = reverse("dashboard:withdrawal_settings", args=[scope.slug])
    assert browser.post(settings, {}).status_code == 302
    assert not is_offered()
    assert link not in shopper.get(lookup).content.decode()
    # The page itself stays: who has its address may always withdraw.
    assert shopper.get(link).status_code == 200
    offer_withdrawal(offered=True, at=NOW, actor=STAFF)
    assert is_offered()


def test_the_tracking_page_leads_there_within_the_period(
    shopper: Client, berlin: Order, scope: Merchant
) -> None:
    page = shopper.get(
        reverse("site:tracking_page", args=[scope.slug, links.order_token(berlin.public_id)]),
        {"lang": "en"},
    )
    assert "until 14 days after everything has come" in words(page)
    start = reverse("site:return_start", args=[scope.slug, links.order_token(berlin.public_id)])
    assert "withdraw/?lang=en&amp;order=%231001" in shopper.get(start).content.decode()
    prefilled = shopper.get(reverse("site:withdraw", args=[scope.slug]), {"order": "#1001"})
    assert 'value="#1001"' in prefilled.content.decode()


@pytest.mark.parametrize(
    ("zone", "until", "told"),
    [
        ("Asia/Tokyo", [12, 4, 22, 59, 59], "until Fri 4 Dec 2026, 23:59 (CET)"),
        ("Europe/Berlin", [12, 4, 22, 59, 59], "until Fri 4 Dec 2026, 23:59, without"),
        ("Pacific/Honolulu", [12, 5, 9, 59, 59], "until Fri 4 Dec 2026, 23:59, without"),
    ],
)
def test_the_period_is_over_when_the_day_is_where_the_order_went(
    shopper: Client, scope: Merchant, publish: Publish, zone: str, until: list[int], told: str
) -> None:
    scope.time_zone = zone
    scope.save()
    publish(outcomes=only_refund(14))
    order = sent_to_berlin(scope)
    deliver(order, SENT + timedelta(hours=5))
    assert period_of(order).until == datetime(2026, *until, tzinfo=UTC)  # type: ignore[misc]
    page = shopper.get(
        reverse("site:tracking_page", args=[scope.slug, links.order_token(order.public_id)]),
        {"lang": "en"},
    )
    assert told in words(page)
    start = reverse("site:return_start", args=[scope.slug, links.order_token(order.public_id)])
    assert f"Money back {told.removesuffix(', without')}" in words(shopper.get(start))


def test_a_japanese_order_is_not_led_there(shopper: Client, bought: Order, scope: Merchant) -> None:
    page = shopper.get(
        reverse("site:tracking_page", args=[scope.slug, links.order_token(bought.public_id)]),
        {"lang": "en"},
    )
    assert "after everything has come" not in words(page)
    start = reverse("site:return_start", args=[scope.slug, links.order_token(bought.public_id)])
    assert "order=%231001" not in shopper.get(start).content.decode()


def test_programs_list_match_and_close(call: Call, berlin: Order) -> None:
    kept = receive_withdrawal(stated(contract="the mugs"), key="key_12345", at=NOW)
    [listed] = call("GET", "withdrawals?state=waiting").json()["data"]
    assert listed["statement"] == "I withdraw: the mugs"
    assert listed["refund_due"] == "2026-12-05"
    path = f"withdrawals/{kept.public_id}"
    unknown = call("POST", f"{path}/match", {"order_external_id": "none"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_order")
    matched = call("POST", f"{path}/match", {"order_external_id": berlin.external_id})
    assert matched.json()["order_number"] == "#1001"
    closed = call("POST", f"{path}/close", {"end": "too_late"})
    assert closed.json()["answer"] == "The time to withdraw from this contract was over."
    again = call("POST", f"{path}/close", {"end": "too_late"})
    assert (again.status_code, again.json()["code"]) == (409, "withdrawal_closed")
    assert call("GET", path).json() == closed.json()


def test_an_answer_stands_on_the_page_of_the_statement(shopper: Client, scope: Merchant) -> None:
    kept = receive_withdrawal(stated(contract="the mugs"), key="key_12345", at=NOW)
    close_withdrawal(
        withdrawal_id=kept.public_id, end=WithdrawalEnd.DIGITAL, text="", at=NOW, actor=STAFF
    )
    page = shopper.get(reverse("site:withdrawal_receipt", args=[scope.slug, receipt_token(kept)]))
    assert "A download that was begun at your wish" in words(page)


def test_a_person_is_handed_their_statements_and_forgotten(scope: Merchant) -> None:
    person = Person(customer_id="", order_ids=(), emails=("hana@example.jp",), words=())
    receive_withdrawal(stated(contract="a mug", contact="Hana@Example.jp"), key="key_1", at=NOW)
    receive_withdrawal(stated(contact="other@example.jp"), key="key_2", at=NOW)
    [told] = WITHDRAWALS.export(person)
    assert (told["number"], told["statement"]) == ("W-1", "I withdraw: a mug")
    WITHDRAWALS.erase(person, NOW)
    kept = Withdrawal.objects.order_by("id").values_list("name", "contact", "statement")
    assert list(kept) == [
        ("", "", ""),
        ("Anna Weber", "other@example.jp", "I withdraw: Order #1001"),
    ]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queue_is_flat_in_queries(
    scope: Merchant, owner: User, client: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    for turn in range(rows):
        receive_withdrawal(stated(contract="a mug"), key=f"key_{turn}", at=NOW)
    client.force_login(owner)
    path = reverse("dashboard:withdrawal_list", args=[scope.slug])
    client.get(path)
    with django_assert_max_num_queries(12):
        assert f"W-{rows}" in words(client.get(path))


def test_a_whole_order_comes_back_under_the_laws_terms(
    scope: Merchant, publish: Callable[..., Any], drain: Drain
) -> None:
    publish(restocking=1000, refund_shipping=RefundShipping.NEVER, review=True)
    sent_to_berlin(scope)
    kept = receive_withdrawal(stated(goods=""), key="key_12345", at=NOW)
    assert kept.case is not None
    assert kept.case.state == ReturnState.APPROVED
    # All that was paid, standard delivery included, without the restocking fee.
    assert kept.case.quote["payout"] == 7500
    assert kept.case.send_by == date(2026, 12, 19)
    arrive(kept.case, NOW)
    grade(kept.case, NOW)
    services.settle_return(return_id=kept.case.public_id, key="k", at=NOW, actor=STAFF)
    refund = Refund.objects.get()
    assert refund.amount == 7500
    services.refund_succeeded(refund.public_id, reference="", at=NOW, actor=STAFF)
    drain()
    done = Withdrawal.objects.get()
    assert (done.state, done.end) == (WithdrawalState.CLOSED, WithdrawalEnd.REFUNDED)
    told = set(Message.objects.values_list("kind", flat=True))
    assert {"withdrawal.received", "return.approved", "return.refunded"} <= told
    assert "withdrawal.closed" not in told


@pytest.mark.parametrize("why", ["goods named", "another country", "final sale"])
def test_what_does_not_speak_for_itself_waits_for_staff(scope: Merchant, why: str) -> None:
    country = "JP" if why == "another country" else "DE"
    facts = order_facts(address=AddressFacts(name="Anna", country=country))
    if why == "final sale":
        facts = replace(facts, lines=tuple(replace(one, final_sale=True) for one in facts.lines))
    sent_order(scope, facts)
    goods = "a mug" if why == "goods named" else ""
    kept = receive_withdrawal(stated(goods=goods), key="key_12345", at=NOW)
    assert (kept.state, kept.case) == (WithdrawalState.MATCHED, None)


def test_staff_choose_what_comes_back(
    berlin: Order, scope: Merchant, owner: User, client: Client
) -> None:
    kept = receive_withdrawal(stated(), key="key_12345", at=NOW)
    mug, towel = line_ids(berlin)
    client.force_login(owner)
    parts = [scope.slug, kept.public_id]
    detail = client.get(reverse("dashboard:withdrawal_detail", args=parts))
    assert "If all of it comes back, ¥7,500 is due" in words(detail)
    path = reverse("dashboard:withdrawal_return", args=parts)
    assert client.post(path, {f"q_{mug}": "3", f"q_{towel}": "0"}).status_code == 422
    assert client.post(path, {f"q_{mug}": "0", f"q_{towel}": "0"}).status_code == 409
    assert client.post(path, {f"q_{mug}": "1", f"q_{towel}": "0"}).status_code == 302
    case = Withdrawal.objects.get().case
    assert case is not None
    assert case.quote["payout"] == 2500
    detail = client.get(reverse("dashboard:withdrawal_detail", args=parts))
    assert case.number in words(detail)
    page = client.get(reverse("dashboard:return_detail", args=[scope.slug, case.public_id]))
    assert "Withdrawal from the contract" in words(page)
    # Another order can only be chosen after the return is off.
    with pytest.raises(WithdrawalIsMatched):
        match_withdrawal(
            withdrawal_id=kept.public_id, order_id=berlin.public_id, at=NOW, actor=STAFF
        )


def test_programs_make_the_return(call: Call, berlin: Order) -> None:
    kept = receive_withdrawal(stated(), key="key_12345", at=NOW)
    path = f"withdrawals/{kept.public_id}/return"
    mug, _towel = line_ids(berlin)
    too_many = call("POST", path, {"lines": [{"line_id": mug, "quantity": 9}]})
    assert too_many.json()["code"] == "quantity_exceeds_returnable"
    made = call("POST", path, {})
    assert made.json()["return_id"].startswith("ret_")
    again = call("POST", path, {})
    assert (again.status_code, again.json()["code"]) == (409, "withdrawal_matched")


def test_before_anything_was_sent_the_order_is_cancelled(scope: Merchant, drain: Drain) -> None:
    address = AddressFacts(name="Anna", country="DE")
    order = take_in_order(order_facts(address=address), merchant=scope, at=NOW).order
    kept = receive_withdrawal(stated(goods=""), key="key_12345", at=NOW)
    assert (kept.state, kept.case) == (WithdrawalState.MATCHED, None)
    cancellation = cancellation_of(kept)
    assert cancellation is not None
    assert (cancellation.order, cancellation.quote["payout"]) == (order, 7500)
    later = NOW + timedelta(minutes=6)
    with time_machine.travel(later, tick=False):
        carry_out_cancellation(cancellation_id=cancellation.public_id, at=later)
        for refund in Refund.objects.all():
            services.refund_succeeded(refund.public_id, reference="", at=later, actor=STAFF)
        drain()
    done = Withdrawal.objects.get()
    assert (done.state, done.end) == (WithdrawalState.CLOSED, WithdrawalEnd.CANCELLED)
    assert "withdrawal.closed" not in set(Message.objects.values_list("kind", flat=True))


def test_p6_postage_is_taken_off_as_the_rules_disclosed_it(
    scope: Merchant, publish: Callable[..., Any]
) -> None:
    to_germany = {
        "id": "germany",
        "when": {"fact": "country", "operator": "is", "value": "DE"},
        "effects": {"fees": {"postage": {"JPY": 900}}},
        "if_unknown": "skip",
        "say": {"en": "", "ja": ""},
        "note": "",
        "active": True,
    }
    policy = read_policy({**DEFAULT_POLICY.to_json(), "rules": [to_germany]})
    publish(rules=policy.rules, restocking=2000)
    sent_to_berlin(scope)
    kept = receive_withdrawal(stated(goods=""), key="key_12345", at=NOW)
    assert kept.case is not None
    assert kept.case.quote["payout"] == 6600
    arrive(kept.case, NOW)
    grade(kept.case, NOW)
    paid = services.settle_return(return_id=kept.case.public_id, key="k", at=NOW, actor=STAFF)
    assert paid.total == 6600


def sent_in_part(merchant: Merchant, **units: int) -> Order:
    """An order to Germany of which only so many units of lines left the shop."""
    facts = order_facts(address=AddressFacts(name="Anna Weber", country="DE"))
    parcel = FulfilmentFacts(
        external_id="f-part",
        order_external_id=facts.external_id,
        created_at=SENT,
        lines=tuple(
            FulfilmentLineFacts(line_external_id=line, quantity=quantity)
            for line, quantity in units.items()
        ),
    )
    return take_in_order(replace(facts, fulfilments=(parcel,)), merchant=merchant, at=SENT).order


def deliver(order: Order, at: datetime) -> None:
    """Let all that was sent of an order arrive."""
    shipment = Shipment.objects.create(
        order=order,
        source="api",
        created_at=at,
        changed_at=at,
        dispatched_at=at,
        status=Status.DELIVERED,
        since_at=at,
    )
    for line, quantity in fulfilled_quantities(order).items():
        ShipmentItem.objects.create(shipment=shipment, order_line_id=line, quantity=quantity)


def cancel(order: Order, line: int, *, quantity: int = 1) -> Cancellation:
    """Cancel units of a line that is still on the shelf."""
    return request_cancellation(
        order_id=order.public_id,
        wishes=[CancelWish(line=line_ids(order)[line], quantity=quantity)],
        at=NOW,
        actor=STAFF,
        by_staff=True,
    )


def test_a_half_sent_order_waits_for_staff(scope: Merchant) -> None:
    order = sent_in_part(scope, l1=2)
    kept = receive_withdrawal(stated(goods=""), key="key_12345", at=NOW)
    assert (kept.order, kept.case, cancellation_of(kept)) == (order, None, None)


def test_a_half_sent_order_is_not_done_with_the_half_that_came_back(
    scope: Merchant, drain: Drain
) -> None:
    order = sent_in_part(scope, l1=2)
    kept = receive_withdrawal(stated(goods=""), key="key_12345", at=NOW)
    case = return_withdrawn(withdrawal_id=kept.public_id, at=NOW, actor=STAFF)
    arrive(case, NOW)
    grade(case, NOW)
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=NOW, actor=STAFF)
    drain()
    done = Withdrawal.objects.get()
    assert (done.state, done.end) == (WithdrawalState.MATCHED, "")
    # What is left is stopped by staff, who may match it anew.
    match_withdrawal(withdrawal_id=done.public_id, order_id=order.public_id, at=NOW, actor=STAFF)


@pytest.mark.parametrize("is_settled", [False, True])
def test_a_cancelled_line_keeps_no_period_open(scope: Merchant, is_settled: bool) -> None:
    order = sent_in_part(scope, l1=2)
    deliver(order, SENT)
    assert period_of(order).until is None
    cancellation = cancel(order, 1)
    if is_settled:
        later = NOW + timedelta(minutes=6)
        carry_out_cancellation(cancellation_id=cancellation.public_id, at=later)
    period = period_of(order)
    assert period.until == datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)
    assert not period.partly_sent


def test_a_part_sent_line_has_not_come(scope: Merchant) -> None:
    order = sent_in_part(scope, l1=1, l2=1)
    deliver(order, SENT)
    period = period_of(order)
    assert (period.until, period.partly_sent) == (None, True)
    cancel(order, 0)
    assert period_of(order).until is not None


def test_a_unit_that_came_back_is_not_the_one_still_to_be_sent(scope: Merchant) -> None:
    order = sent_in_part(scope, l1=1, l2=1)
    deliver(order, SENT)
    case = resolve(ask(order, NOW, (0, 1, "changed_mind")), NOW)
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    period = period_of(order)
    assert (period.until, period.partly_sent) == (None, True)


def test_other_words_under_the_same_key_are_another_statement(scope: Merchant) -> None:
    first = receive_withdrawal(stated(contract="a mug"), key="key_12345", at=NOW)
    second = receive_withdrawal(stated(contract="a towel"), key="key_12345", at=NOW)
    again = receive_withdrawal(stated(contract="a towel"), key="key_12345", at=NOW)
    assert (first.number, second.number, again.number) == ("W-1", "W-2", "W-2")
    assert second.contract == "a towel"


def test_a_corrected_withdrawal_can_be_returned_again(
    berlin: Order, scope: Merchant, owner: User, client: Client
) -> None:
    kept = receive_withdrawal(stated(goods=""), key="key_12345", at=NOW)
    assert kept.case is not None
    services.cancel_return(return_id=kept.case.public_id, at=NOW, actor=STAFF)
    client.force_login(owner)
    parts = [scope.slug, kept.public_id]
    page = client.get(reverse("dashboard:withdrawal_detail", args=parts))
    assert reverse("dashboard:withdrawal_match", args=parts) in page.content.decode()
    match_withdrawal(withdrawal_id=kept.public_id, order_id=berlin.public_id, at=NOW, actor=STAFF)
    again = return_withdrawn(withdrawal_id=kept.public_id, at=NOW, actor=STAFF)
    assert again.pk != kept.case.pk
    assert again.state == ReturnState.APPROVED


def test_no_other_order_is_chosen_while_one_is_being_cancelled(
    scope: Merchant, drain: Drain
) -> None:
    address = AddressFacts(name="Anna", country="DE")
    order = take_in_order(order_facts(address=address), merchant=scope, at=NOW).order
    other = take_in_order(order_facts(external_id="2", number="#2"), merchant=scope, at=NOW).order
    kept = receive_withdrawal(stated(goods=""), key="key_12345", at=NOW)
    cancellation = cancellation_of(kept)
    assert cancellation is not None

    def match(to: Order) -> Withdrawal:
        return match_withdrawal(
            withdrawal_id=kept.public_id, order_id=to.public_id, at=NOW, actor=STAFF
        )

    with pytest.raises(WithdrawalIsMatched):
        match(other)
    withdraw_cancellation(cancellation_id=cancellation.public_id, at=NOW, actor="shopper")
    assert cancellation_of(match(other)) is None
    # What becomes of the first order is no longer its story.
    Cancellation.objects.update(state=CancellationState.REFUNDED, closed_at=NOW)
    follow_cancellation(cancellation.public_id, at=NOW)
    assert Withdrawal.objects.get().state == WithdrawalState.MATCHED
    assert order.pk != other.pk


@pytest.mark.django_db(transaction=True)
def test_a_return_is_of_the_order_the_withdrawal_has_once_it_is_locked(
    berlin: Order, scope: Merchant
) -> None:
    other = sent_order(scope, order_facts(external_id="2", number="#2"))
    kept = receive_withdrawal(stated(), key="key_12345", at=NOW)

    def correct() -> None:
        lock_order(berlin.public_id)
        match_withdrawal(
            withdrawal_id=kept.public_id, order_id=other.public_id, at=NOW, actor=STAFF
        )

    def send_back() -> None:
        return_withdrawn(withdrawal_id=kept.public_id, at=NOW, actor=STAFF)

    with pytest.raises(WithdrawalIsMatched):
        overlap(scope, correct, send_back)


def test_one_mailbox_by_many_names_is_not_flooded(scope: Merchant, drain: Drain) -> None:
    names = ["an.na", "anna+1", "a.nna+2", "Anna", "ann.a", "anna+3", "a.n.n.a"]
    for turn, name in enumerate(names):
        receive_withdrawal(
            stated(contract="a mug", contact=f"{name}@gmail.com"),
            key=f"key_1234{turn}",
            at=NOW + timedelta(minutes=turn),
        )
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        drain()
    assert Message.objects.filter(kind="withdrawal.received").count() == 5


def test_strangers_are_written_to_so_often_an_hour_and_customers_always(
    berlin: Order, scope: Merchant, owner: User, drain: Drain
) -> None:
    for turn in range(MOST_TO_STRANGERS + 3):
        receive_withdrawal(
            stated(contract="a mug", contact=f"victim{turn}@example.com"),
            key=f"key_1234{turn}",
            at=NOW + timedelta(seconds=turn),
        )
    receive_withdrawal(
        stated(contract="the mugs"), key="key_customer", at=NOW + timedelta(minutes=5)
    )
    receive_withdrawal(
        stated(contract="a mug", contact="late@example.com"),
        key="key_later",
        at=NOW + timedelta(minutes=90),
    )
    with time_machine.travel(NOW + timedelta(minutes=91), tick=False):
        drain()
    told = Message.objects.filter(kind="withdrawal.received").values_list("address", flat=True)
    assert len(told) == MOST_TO_STRANGERS + 2
    assert {"hana@example.jp", "late@example.com"} <= set(told)
    assert f"victim{MOST_TO_STRANGERS}@example.com" not in told
    alerts = StaffAlert.objects.filter(kind="withdrawal.received", user_id=owner.pk)
    assert alerts.count() == MOST_TO_STRANGERS + 2


def test_what_came_too_late_to_be_cancelled_may_be_sent_for_14_days(
    scope: Merchant, publish: Callable[..., Any]
) -> None:
    publish(send_within=7)
    address = AddressFacts(name="Anna", country="DE")
    order = take_in_order(order_facts(address=address), merchant=scope, at=NOW).order
    mug, towel = line_ids(order)
    confirm_picks(order_id=order.public_id, picked={mug: 2, towel: 1}, at=NOW, actor=STAFF)
    kept = receive_withdrawal(stated(goods=""), key="key_12345", at=NOW)
    assert kept.case is not None
    assert kept.case.send_by is None
    sent_order(scope, order_facts(address=address, updated_at=NOW))
    deliver(order, NOW)
    count_from_arrival(order_id=order.public_id, at=NOW)
    assert fresh(kept.case).send_by == date(2026, 12, 5)
