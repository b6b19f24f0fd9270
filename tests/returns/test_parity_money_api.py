"""Pages to pay on are opened over REST as shoppers open them."""

import pytest
from django.test import Client

from commerce.models import Order, Variant
from returns.models import Exchange, ExchangePayment, FeePayment, RefusedUnits
from returns.ports import PageWanted, PaymentPage, PaymentRefused, PaymentUnclear
from tests.returns.payment_takers import Taker
from tests.returns.test_api import NOW, Call, call, refused, today
from tests.returns.test_exchange_cases import blue, current, swap, taker
from tests.returns.test_refused_fees import wanted_back

__all__ = ("blue", "call", "current", "taker", "today", "wanted_back")


@pytest.fixture
def swapped(bought: Order, blue: Variant, current: None) -> Exchange:
    """An exchange for which ¥600 are due."""
    return swap(bought, blue, NOW)


def test_the_page_of_an_exchange_is_opened_once(
    call: Call, taker: Taker, swapped: Exchange
) -> None:
    path = f"exchanges/{swapped.public_id}/payment-page"
    for key in ("a", "a", "b"):
        answer = call("POST", path, {}, **{"idempotency-key": key})
        assert answer.status_code == 200, answer.content
        [(name, wanted)] = taker.pages.items()
        assert answer.json() == {"pay_url": f"https://pay.example/{name}"}
    assert (wanted.due.amount, wanted.due.currency) == (600, "JPY")
    assert Client().get(wanted.cancel_url).status_code == 200
    assert ExchangePayment.objects.count() == 1
    taker.pay_on_page(NOW)
    assert refused(call("POST", path, {})) == (409, "nothing_due")
    assert refused(call("POST", "exchanges/exc_none/payment-page", {})) == (404, "not_found")


def test_the_page_of_a_fee_is_opened_once(
    call: Call, taker: Taker, wanted_back: RefusedUnits
) -> None:
    path = f"refused-units/{wanted_back.public_id}/payment-page"
    first, second = (call("POST", path, {}).json() for _press in range(2))
    [(name, wanted)] = taker.pages.items()
    assert first == second == {"pay_url": f"https://pay.example/{name}"}
    assert wanted.due.amount == 990
    assert Client().get(wanted.cancel_url).status_code == 200
    assert FeePayment.objects.count() == 1
    assert refused(call("POST", "refused-units/rfu_none/payment-page", {})) == (404, "not_found")


def test_without_a_provider_there_is_no_page(call: Call, swapped: Exchange) -> None:
    answer = call("POST", f"exchanges/{swapped.public_id}/payment-page", {})
    assert refused(answer) == (409, "no_payment_provider")


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (PaymentRefused("No such currency."), 409, "payment_refused"),
        (PaymentUnclear(), 503, "payment_unclear"),
    ],
)
def test_a_provider_that_opens_no_page_is_named(
    call: Call,
    taker: Taker,
    swapped: Exchange,
    monkeypatch: pytest.MonkeyPatch,
    problem: Exception,
    status: int,
    code: str,
) -> None:
    def fail(wanted: PageWanted) -> PaymentPage:
        raise problem

    path = f"exchanges/{swapped.public_id}/payment-page"
    with monkeypatch.context() as patched:
        patched.setattr(taker, "open_page", fail)
        assert refused(call("POST", path, {})) == (status, code)
    # The next one opens the page that was asked for first.
    answer = call("POST", path, {})
    assert answer.json()["pay_url"].endswith(ExchangePayment.objects.get().public_id)
