"""Pages to pay on and holds at Stripe: opened, paid, renewed, taken and let go, each once."""

import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connection

from commerce.models import Merchant
from integrations.models import Connection, OutboundCall
from integrations.stripe.fake.account import ASKS_EACH_TIME, DECLINED, GOOD, FakeAccount
from integrations.stripe.fake.payments import cancel
from integrations.stripe.fake.server import FakeStripe
from integrations.stripe.pages import StripePayments
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from returns.ports import Due, PageWanted, PaymentPage, PaymentRefused, PaymentUnclear
from returns.services import exchanges

STRIPE = StripePayments()
DAY = timedelta(days=1)
CALLBACKS = ("note_paid", "note_held", "note_page_closed", "note_hold_ended")


def wanted(**changes: Any) -> PageWanted:
    """A page for the difference of ¥1,140."""
    values: dict[str, Any] = {
        "key": "exc_1:pay",
        "due": Due(order_id="ord_1", source="api", amount=1140, currency="JPY"),
        "words": "Mug, black",
        "locale": "ja",
        "email": "hana@example.jp",
        "return_url": "https://shop.example/done?page={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/back",
        "closes_at": clock.now() + timedelta(hours=72),
    }
    return PageWanted(**{**values, **changes})


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What exchanges were told."""
    told: list[tuple[str, dict[str, Any]]] = []

    for name in CALLBACKS:
        monkeypatch.setattr(exchanges, name, overhear(name, told))
    return told


def overhear(name: str, told: list[tuple[str, dict[str, Any]]]) -> Callable[..., None]:
    """Let a service do its work, and note what it was told."""
    service = getattr(exchanges, name)
    told_of = inspect.signature(service)

    def run(*values: Any, **named: Any) -> None:
        told.append((name, told_of.bind(*values, **named).arguments))
        service(*values, **named)

    return run


def pay(page: PaymentPage, number: str = GOOD) -> httpx.Response:
    """Pay on a page as a browser does."""
    return httpx.post(page.url, data={"number": number})


def hold(account: FakeAccount, number: str = GOOD) -> str:
    """Let money be held on a page, and return the hold."""
    page = STRIPE.hold_page(wanted(key="exc_1:hold"))
    assert pay(page, number).status_code == 303
    found: str = account.find("checkout.session", page.reference)["payment_intent"]
    return found


def test_a_page_is_opened_once_and_paid(
    connected: Connection,
    account: FakeAccount,
    heard: list[Any],
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    page = STRIPE.open_page(wanted())
    assert STRIPE.open_page(wanted(words="Other words")) == page
    (session,) = account.all("checkout.session")
    assert (session["amount_total"], session["currency"], session["locale"]) == (1140, "jpy", "ja")
    # A page at Stripe lasts a day at most, whatever is wanted.
    assert timedelta(hours=23) < page.expires_at - clock.now() < timedelta(hours=24)
    declined = pay(page, DECLINED)
    assert (declined.status_code, "承認されませんでした" in declined.text) == (402, True)
    paid = pay(page)
    assert paid.headers["location"] == f"https://shop.example/done?page={page.reference}"
    told()
    told(again=True)
    drain()
    ((name, values),) = heard
    assert (name, values["reference"], values["amount"]) == ("note_paid", page.reference, 1140)
    assert values["paid_as"] == session["payment_intent"]
    assert account.find("payment_intent", values["paid_as"])["amount_received"] == 1140
    with pytest.raises(PaymentRefused):
        STRIPE.open_page(wanted())


def test_a_page_that_nobody_paid_on_closes(
    connected: Connection,
    account: FakeAccount,
    heard: list[Any],
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    first, second = STRIPE.open_page(wanted()), STRIPE.open_page(wanted(key="exc_1:pay:2"))
    assert STRIPE.close_page(first.reference)
    assert STRIPE.close_page(first.reference)
    assert "終了しました" in pay(first).text
    account.pass_time(DAY)
    assert account.find("checkout.session", second.reference)["status"] == "expired"
    told()
    drain()
    assert [(name, values["reference"]) for name, values in heard] == [
        ("note_page_closed", first.reference),
        ("note_page_closed", second.reference),
    ]


@pytest.mark.parametrize("held", [False, True])
def test_a_page_that_was_paid_is_told_of_where_no_webhook_came(
    connected: Connection, heard: list[Any], held: bool
) -> None:
    page = (STRIPE.hold_page if held else STRIPE.open_page)(wanted())
    pay(page)
    assert not STRIPE.close_page(page.reference)
    ((name, values),) = heard
    assert (name, values["reference"]) == ("note_held" if held else "note_paid", page.reference)


def test_a_hold_is_told_with_its_end(
    connected: Connection,
    account: FakeAccount,
    heard: list[Any],
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    intent = hold(account)
    told()
    drain()
    ((name, values),) = heard
    assert (name, values["amount"], values["held_as"]) == ("note_held", 1140, intent)
    left = values["expires_at"] - clock.now()
    assert timedelta(days=6, hours=23) < left < timedelta(days=7, hours=1)
    assert EventRecord.objects.filter(type="stripe.hold_taken").count() == 1


def test_a_hold_outlives_its_week(connected: Connection, account: FakeAccount) -> None:
    first = hold(account)
    account.pass_time(6 * DAY)
    account.inject("http_500", path=f"payment_intents/{first}/cancel")
    with pytest.raises(PaymentUnclear):
        STRIPE.renew(first, "exc_1:renew:1")
    second = STRIPE.renew(first, "exc_1:renew:1")
    assert STRIPE.renew(first, "exc_1:renew:1") == second
    states = {one["id"]: one["status"] for one in account.all("payment_intent")}
    assert states == {first: "canceled", second.reference: "requires_capture"}
    assert second.expires_at - account.now() > 6 * DAY
    account.pass_time(6 * DAY)
    third = STRIPE.renew(second.reference, "exc_1:renew:2")
    assert STRIPE.capture(third.reference, 1000, "exc_1:charge") == third.reference
    assert STRIPE.capture(third.reference, 1000, "exc_1:charge") == third.reference
    taken = [one["amount_received"] for one in account.all("payment_intent")]
    assert taken == [0, 0, 1000]
    with pytest.raises(PaymentRefused):
        STRIPE.capture(third.reference, 1140, "exc_1:charge")
    with pytest.raises(PaymentRefused):
        STRIPE.release(third.reference, "exc_1:release")
    with pytest.raises(PaymentRefused):
        STRIPE.renew(third.reference, "exc_1:renew:3")


@pytest.mark.parametrize("number", [ASKS_EACH_TIME, GOOD])
def test_a_renewal_the_bank_declines_leaves_the_hold_as_it_was(
    connected: Connection, account: FakeAccount, number: str
) -> None:
    first = hold(account, number)
    account.declining |= {account.find("payment_intent", first)["payment_method"]}
    with pytest.raises(PaymentRefused, match="declined"):
        STRIPE.renew(first, "exc_1:renew:1")
    assert account.find("payment_intent", first)["status"] == "requires_capture"
    if number == GOOD:
        account.declining.clear()
        assert STRIPE.renew(first, "exc_1:renew:1").reference != first


def test_a_renewal_whose_answer_is_lost_is_found_again(
    connected: Connection, account: FakeAccount
) -> None:
    first = hold(account)
    account.inject("time_out_after", path="payment_intents", times=1)
    second = STRIPE.renew(first, "exc_1:renew:1")
    OutboundCall.objects.filter(operation="hold").update(reference="")
    account.pass_time(2 * DAY)
    assert STRIPE.renew(first, "exc_1:renew:1") == second
    assert len(account.all("payment_intent")) == 2


def test_a_hold_that_lapses_or_is_cancelled_there_is_told(
    connected: Connection,
    account: FakeAccount,
    heard: list[Any],
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    first = hold(account)
    account.pass_time(7 * DAY)
    STRIPE.release(first, "exc_1:release")
    second = STRIPE.renew(first, "exc_1:renew:1")
    cancel(account, second.reference, {})
    told("payment_intent.canceled")
    drain()
    assert [(name, values["reference"]) for name, values in heard] == [
        ("note_hold_ended", first),
        ("note_hold_ended", second.reference),
    ]
    with pytest.raises(PaymentRefused):
        STRIPE.capture(second.reference, 1140, "exc_1:charge")


def test_a_hold_that_we_let_go_of_is_no_news(
    connected: Connection,
    account: FakeAccount,
    heard: list[Any],
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    second = STRIPE.renew(hold(account), "exc_1:renew:1")
    STRIPE.release(second.reference, "exc_1:release")
    told("payment_intent.canceled")
    drain()
    assert account.events[-1]["type"] == "payment_intent.canceled"
    assert heard == []


def test_what_was_paid_elsewhere_is_no_matter_of_exchanges(
    connected: Connection,
    account: FakeAccount,
    heard: list[Any],
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    page = STRIPE.hold_page(wanted())
    session = account.find("checkout.session", page.reference)
    session["metadata"] = session["_intent"]["metadata"] = {}
    pay(page)
    cancel(account, session["payment_intent"], {})
    told()
    drain()
    assert heard == []


def test_who_takes_what(connected: Connection) -> None:
    due = wanted().due
    assert STRIPE.takes(due)
    assert not STRIPE.takes(replace(due, amount=1001, currency="KWD"))
    connected.ended_at = clock.now()
    connected.save()
    assert not STRIPE.takes(due)
    with pytest.raises(PaymentRefused):
        STRIPE.open_page(wanted())
    with pytest.raises(PaymentRefused):
        STRIPE.release("pi_1", "k")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["open", "renew", "capture"])
def test_fifty_at_once_have_one_effect(
    connected: Connection, fake: FakeStripe, merchant: Merchant, what: str
) -> None:
    account = fake.account
    first = hold(account) if what != "open" else ""
    account.inject("time_out_after", path="payment_intents", times=5)
    account.inject("time_out_after", path="checkout", times=5)
    acts: dict[str, Callable[[], object]] = {
        "open": lambda: STRIPE.open_page(wanted()).reference,
        "renew": lambda: STRIPE.renew(first, "exc_1:renew:1").reference,
        "capture": lambda: STRIPE.capture(first, 1140, "exc_1:charge"),
    }

    def attempt(number: int) -> object:
        try:
            with merchant_scope(merchant.pk):
                return acts[what]()
        except PaymentUnclear:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        answers = set(pool.map(attempt, range(50))) - {""}
    assert len(answers) == 1
    if what == "open":
        assert len({one["url"] for one in account.all("checkout.session")}) == 1
    elif what == "renew":
        held = [one for one in account.all("payment_intent") if one["amount_capturable"]]
        assert [one["id"] for one in held] == list(answers)
    else:
        assert account.find("payment_intent", first)["amount_received"] == 1140
