"""Exchanges as shoppers, staff and programs meet them."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User, Variant
from commerce.ports import ProductFacts, VariantFacts
from commerce.services.keys import create_key
from commerce.services.products import take_in_product
from notifications.models import Message
from returns.enums import ExchangePriceBasis, Outcome
from returns.enums.exchanges import ConvertedFor, ExchangeState
from returns.models import Exchange, ExchangeTerms, PolicyVersion, Return, ReturnLine
from returns.services.exchange_endings import not_possible
from returns.services.exchanges import ask_to_pay, confirm_payment
from tests.returns.conftest import STAFF, arrive, ask, grade, line_ids
from tests.returns.payment_takers import Taker, taking_payments
from tests.returns.test_exchange_cases import again, come_back, pass_on, ship, swap
from tests.returns.test_site import chosen, hidden, path, words

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Any:
    """The day after the order was sent."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def taker() -> Iterator[Taker]:
    """Somebody who takes payments."""
    with taking_payments() as one:
        yield one


@pytest.fixture
def shopper(bought: Order) -> Client:
    """A browser that sends its language, and no cookies."""
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


@pytest.fixture
def staff(owner: User) -> Client:
    """The owner's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


@pytest.fixture
def teapot(bought: Order) -> Variant:
    """Another product, which costs ¥4,000."""
    take_in_product(
        ProductFacts(
            external_id="p9",
            title="急須",
            updated_at=NOW,
            variants=(
                VariantFacts(external_id="v9", title="大", price=4000, stock=3),
                VariantFacts(external_id="v8", title="小", price=2000, stock=0),
            ),
        ),
        at=NOW,
    )
    return Variant.objects.get(external_id="v9")


@pytest.fixture
def blue(bought: Order) -> Variant:
    """The blue mug, at ¥3,100."""
    variant = Variant.objects.get(external_id="v2")
    variant.price = 3100
    variant.save()
    return variant


@pytest.fixture
def current(publish: Callable[..., PolicyVersion]) -> None:
    """Another variant costs its current price."""
    publish(exchange_price_basis=ExchangePriceBasis.CURRENT)


def test_another_product_is_chosen_with_its_difference(
    shopper: Client, bought: Order, scope: Merchant, teapot: Variant
) -> None:
    choice = chosen(bought, (0, 1, "too_small"))
    outcome = shopper.get(path(bought, scope, "outcome/"), choice)
    assert "Another product instead of: マグカップ" in words(outcome)
    line = line_ids(bought)[0]
    assert f'formaction="{path(bought, scope, f"shop/{line}/")}' in outcome.content.decode()
    # Enter presses a form's first button, and that one goes on.
    assert outcome.content.decode().index("<button hidden>") < (
        outcome.content.decode().index("formaction=")
    )
    shop = shopper.get(path(bought, scope, f"shop/{line}/"), choice)
    shown = words(shop)
    assert "You have ¥2,500 to exchange." in shown
    assert "急須 大 You pay ¥1,500 on top. ¥4,000" in shown
    assert "小" not in shown
    assert "No product found" in words(
        shopper.get(path(bought, scope, f"shop/{line}/"), {**choice, "q": "teapot"})
    )
    picked = {**choice, f"v_{line}": teapot.public_id, "outcome": "exchange"}
    again_at = shopper.get(path(bought, scope, "outcome/"), picked)
    assert "急須 大" in words(again_at)
    picked |= {"instead": "store_credit"}
    check = shopper.get(path(bought, scope, "check/"), picked)
    assert "急須 大" in words(check)
    assert "You pay ¥1,500" in words(check)
    sent = shopper.post(
        f"{path(bought, scope, 'check/')}?{check.wsgi_request.META['QUERY_STRING']}",
        {"payout": hidden(check, "payout"), "key": hidden(check, "key"), "note": ""},
    )
    assert sent.status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.due, exchange.cost, exchange.instead) == (1500, 4000, "store_credit")
    assert ReturnLine.objects.get().variant == teapot


def test_a_return_is_changed_into_an_exchange_for_another_product(
    shopper: Client, bought: Order, scope: Merchant, teapot: Variant
) -> None:
    """The units of the return itself are free for it, and the way there and back keeps it."""
    case = ask(bought, NOW, (0, 2, "too_small"))
    choice = {**chosen(bought, (0, 2, "too_small")), "change": case.public_id}
    outcome = shopper.get(path(bought, scope, "outcome/"), choice)
    way = re.search(r'formaction="([^"]+/shop/[^"]+)"', outcome.content.decode())
    assert way is not None
    shop = shopper.get(unescape(way[1]))
    assert shop.status_code == 200
    offer = re.search(r'class="choice-card" href="([^"]+)"', shop.content.decode())
    assert offer is not None
    for address in (unescape(way[1]), unescape(offer[1])):
        assert f"change={case.public_id}" in address
        assert address.count("lang=") == 1


def test_what_was_chosen_for_other_items_is_kept_while_another_product_is_looked_for(
    shopper: Client, bought: Order, scope: Merchant, teapot: Variant, blue: Variant
) -> None:
    """The way to the products is a button of the form, so that all of it goes along and back."""
    first, second = line_ids(bought)[:2]
    sent = {
        **chosen(bought, (0, 1, "too_small"), (1, 1, "too_small")),
        "outcome": "exchange",
        f"v_{second}": blue.public_id,
        "instead": "store_credit",
    }
    shop = shopper.get(path(bought, scope, f"shop/{first}/"), sent)
    offer = re.search(r'class="choice-card" href="([^"]+)"', shop.content.decode())
    assert offer is not None
    back = unescape(offer[1])
    assert f"v_{second}={blue.public_id}" in back
    assert "instead=store_credit" in back
    assert back.count("outcome=exchange") == 1


def test_another_product_is_offered_where_nothing_of_the_same_is_left(
    shopper: Client, bought: Order, scope: Merchant, teapot: Variant
) -> None:
    Variant.objects.filter(product__external_id="p1").update(stock=0)
    choice = chosen(bought, (0, 1, "too_small"))
    outcome = shopper.get(path(bought, scope, "outcome/"), choice)
    assert 'value="exchange"' not in outcome.content.decode()
    assert "Another product instead of: マグカップ" in words(outcome)
    line = line_ids(bought)[0]
    assert f"shop/{line}/" in outcome.content.decode()
    picked = {**choice, f"v_{line}": teapot.public_id}
    assert (
        'value="exchange"' in shopper.get(path(bought, scope, "outcome/"), picked).content.decode()
    )
    ExchangeTerms.objects.create(shop_now=False)
    assert "Another product" not in words(shopper.get(path(bought, scope, "outcome/"), choice))


def test_each_variant_says_what_it_costs_more_or_less(
    shopper: Client, bought: Order, scope: Merchant, blue: Variant, current: None
) -> None:
    """The page does not price an exchange for a variant nobody chose."""
    Variant.objects.filter(external_id="v3").update(stock=3, price=2100)
    choice = chosen(bought, (0, 2, "too_small"))
    Variant.objects.filter(external_id="v2").update(stock=3)
    page = shopper.get(path(bought, scope, "outcome/"), choice)
    assert "白 青 (+¥1,200) 黒 (−¥800)" in words(page)
    assert "What it costs more or less stands with each." in words(page)
    line = line_ids(bought)[0]
    page = shopper.get(path(bought, scope, "outcome/"), {**choice, f"v_{line}": blue.public_id})
    assert "You pay ¥1,200 on top." in words(page)
    japanese = Client(headers={"accept-language": "ja"})
    told = words(japanese.get(path(bought, scope, "outcome/"), choice))
    assert "青 (+¥1,200)" in told
    assert "差額はそれぞれに表示しています。" in told


def test_without_a_choice_of_units_one_begins_anew(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    page = shopper.get(path(bought, scope, f"shop/{line_ids(bought)[0]}/"))
    assert page.status_code == 302
    ExchangeTerms.objects.create(shop_now=False)
    choice = chosen(bought, (0, 1, "too_small"))
    outcome = shopper.get(path(bought, scope, "outcome/"), choice)
    assert "Another product" not in words(outcome)
    assert "If it cannot be exchanged after all" in words(outcome)
    assert "Send my new one at once" not in words(outcome)


def test_a_shopper_may_have_it_at_once(
    shopper: Client, bought: Order, scope: Merchant, taker: Taker
) -> None:
    ExchangeTerms.objects.create(instant=True)
    choice = chosen(bought, (0, 1, "too_small"))
    assert "Send my new one at once" in words(shopper.get(path(bought, scope, "outcome/"), choice))


def test_a_letter_promises_no_payment_page_where_there_is_none(
    shopper: Client, bought: Order, scope: Merchant, blue: Variant, current: None
) -> None:
    exchange = swap(bought, blue, NOW)
    pass_on(NOW + timedelta(minutes=1))
    shown = words(shopper.get(path(bought, scope, f"{exchange.case.public_id}/")))
    assert "We will write to you how to pay." in shown
    (letter,) = Message.objects.filter(kind="exchange.payment_due")
    assert "お支払い方法は、あらためてご連絡いたします。" in letter.text
    assert "を支払う" not in letter.text


def test_a_difference_is_paid_from_the_page_of_the_return(
    shopper: Client,
    bought: Order,
    scope: Merchant,
    blue: Variant,
    current: None,
    taker: Taker,
) -> None:
    exchange = swap(bought, blue, NOW)
    status = path(bought, scope, f"{exchange.case.public_id}/")
    shown = words(shopper.get(status))
    assert "What you would like instead costs ¥600 more." in shown
    assert "Pay ¥600" in shown
    paid = shopper.post(f"{status}pay/")
    # Not a redirect: the content policy lets no form lead to another site.
    assert paid.status_code == 200
    [wanted] = taker.pages.values()
    address = f"https://pay.example/{wanted.key}"
    assert paid["Refresh"] == f"0; url={address}"
    assert f'href="{address}"' in paid.content.decode()
    assert wanted.return_url == f"{wanted.cancel_url}&paid=1"
    waits = shopper.get(status, {"lang": "en", "paid": "1"})
    assert waits["Refresh"] == f"2; url={status}?lang=en&paid=2"
    assert "As soon as your payment is confirmed" in words(waits)
    enough = shopper.get(status, {"lang": "en", "paid": "16"})
    assert "Refresh" not in enough.headers
    assert "Pay ¥600" in words(enough)
    assert Message.objects.filter(kind="exchange.payment_due").exists()
    taker.pay_on_page(NOW)
    assert "Pay ¥600" not in words(shopper.get(status))
    assert "Refresh" not in shopper.get(status, {"paid": "2"}).headers
    assert shopper.post(f"{status}pay/")["Location"].endswith("lang=en")


def test_who_is_asked_chooses_on_the_page_of_the_return(
    shopper: Client, bought: Order, scope: Merchant, blue: Variant
) -> None:
    exchange = swap(bought, blue, NOW)
    not_possible(exchange_id=exchange.public_id, why=ConvertedFor.SOLD_OUT, at=NOW, actor=STAFF)
    status = path(bought, scope, f"{exchange.case.public_id}/")
    shown = words(shopper.get(status))
    assert "What you wanted instead is sold out. What would you like instead?" in shown
    shopper.post(f"{status}instead/", {"instead": "nothing"})
    assert again(exchange).state == ExchangeState.APPROVED
    shopper.post(f"{status}instead/", {"instead": "refund"})
    assert again(exchange).state == ExchangeState.CONVERTED
    assert "You get your money back, as you chose." in words(shopper.get(status))
    assert shopper.post(f"{status}instead/", {"instead": "refund"}).status_code == 302


def test_the_page_of_another_return_knows_no_exchange(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    assert shopper.post(path(bought, scope, "ret_none/pay/")).status_code == 404


def test_staff_see_an_exchange_and_take_its_difference(
    staff: Client, bought: Order, blue: Variant, current: None
) -> None:
    exchange = swap(bought, blue, NOW)
    page = f"/d/komorebi/returns/{exchange.case.public_id}/"
    shown = words(staff.get(page))
    assert "Waits for payment" in shown
    assert "Still to pay ¥600" in shown
    assert "The shopper is asked" in shown
    base = f"/d/komorebi/exchanges/{exchange.public_id}/"
    assert "¥600 on top of the value exchanged" in words(staff.get(f"{base}paid/"))
    assert staff.post(f"{base}paid/", {"reference": "x" * 200}).status_code == 422
    staff.post(f"{base}paid/", {"reference": "bank 123"})
    assert again(exchange).state == ExchangeState.APPROVED
    assert "bank 123" in words(staff.get(page))
    assert staff.post(f"{base}paid/", {"reference": ""}).status_code == 409
    staff.post(f"{base}sold-out/")
    assert "The shopper was asked what they want instead." in words(staff.get(page))
    assert staff.post(f"{base}undo/").status_code == 409
    assert staff.post(f"{base}forgive/").status_code == 409


def test_what_was_paid_is_not_asked_for_again_when_it_is_settled(
    staff: Client, bought: Order, blue: Variant, current: None
) -> None:
    exchange = swap(bought, blue, NOW)
    case = exchange.case
    arrive(case, NOW)
    grade(case, NOW)
    page = f"/d/komorebi/returns/{case.public_id}/"
    assert "How the difference was paid" in words(staff.get(page))
    confirm_payment(exchange_id=exchange.public_id, reference="bank", at=NOW, actor=STAFF)
    shown = staff.get(page)
    assert "How the difference was paid" not in words(shown)
    staff.post(f"{page}settle/", {"shown": hidden(shown, "shown"), "key": hidden(shown, "key")})
    assert Return.objects.get().state == "completed"


def test_the_terms_of_exchanges_are_set(staff: Client, scope: Merchant) -> None:
    page = "/d/komorebi/settings/exchanges/"
    assert "How exchanges are carried out" in words(staff.get(page))
    assert staff.post(page, {"ship_on": "on_scan", "return_days": "1"}).status_code == 422
    staff.post(
        page,
        {"ship_on": "on_scan", "instant": "on", "instant_cap": "30,000", "return_days": "10"},
    )
    terms = ExchangeTerms.objects.get()
    assert (terms.ship_on, terms.instant, terms.instant_cap) == ("on_scan", True, 30000)
    assert (terms.return_days, terms.shop_now) == (10, False)


def test_programs_read_exchanges_and_go_on_with_them(
    merchant: Merchant, owner: User, bought: Order, blue: Variant, current: None
) -> None:
    exchange = swap(bought, blue, NOW)
    key = create_key(merchant=merchant, name="ERP", scopes=list(Scope), by=owner, at=NOW).secret
    api = Client(headers={"authorization": f"Bearer {key}"})
    listed = api.get("/api/v1/exchanges", {"return_id": exchange.case.public_id}).json()
    assert [one["id"] for one in listed["data"]] == [exchange.public_id]
    assert listed["data"][0]["due"] == {"amount": "600", "currency": "JPY"}

    def post(what: str, body: dict[str, Any], key: str) -> Any:
        return api.post(
            f"/api/v1/exchanges/{exchange.public_id}/{what}",
            body,
            "application/json",
            headers={"Idempotency-Key": key},
        )

    for _again in range(2):
        assert post("paid", {"reference": "bank"}, "k1").json()["state"] == "approved"
    assert post("paid", {"reference": "bank"}, "k2").status_code == 409
    assert post("choose", {"instead": "refund"}, "k3").json()["instead"] == "refund"
    sold = post("sold-out", {}, "k4").json()
    assert (sold["state"], sold["trouble"]) == ("converted", "sold_out")
    assert post("undo", {}, "k5").json()["code"] == "invalid_transition"
    assert post("forgive", {}, "k6").status_code == 409
    assert Return.objects.get().outcome == Outcome.REFUND
    assert api.get(f"/api/v1/exchanges/{exchange.public_id}").json()["payments"][0]["state"] == (
        "returned"
    )


def test_a_program_says_what_is_wanted_instead(
    merchant: Merchant, owner: User, bought: Order, blue: Variant, taker: Taker
) -> None:
    ExchangeTerms.objects.create(instant=True)
    secret = create_key(merchant=merchant, name="ERP", scopes=list(Scope), by=owner, at=NOW).secret
    api = Client(headers={"authorization": f"Bearer {secret}"})
    asked = api.post(
        "/api/v1/returns",
        {
            "order_external_id": bought.external_id,
            "outcome": "exchange",
            "lines": [
                {
                    "line_id": line_ids(bought)[0],
                    "quantity": 1,
                    "reason": "too_small",
                    "exchange_for": blue.public_id,
                }
            ],
            "instead": "same",
            "instant": True,
        },
        "application/json",
    )
    assert asked.status_code == 201
    exchange = Exchange.objects.get()
    assert (exchange.instead, exchange.timing) == ("same", "instant")


def test_nothing_can_be_paid_once_the_time_is_over(
    shopper: Client, bought: Order, scope: Merchant, blue: Variant, current: None, taker: Taker
) -> None:
    exchange = swap(bought, blue, NOW)
    with time_machine.travel(NOW + timedelta(hours=73), tick=False):
        shown = words(shopper.get(path(bought, scope, f"{exchange.case.public_id}/")))
    assert "Pay ¥600" not in shown


def test_what_is_held_and_taken_is_said_before_it_is_agreed_to(
    shopper: Client, bought: Order, scope: Merchant, teapot: Variant, taker: Taker
) -> None:
    ExchangeTerms.objects.create(instant=True)
    line = line_ids(bought)[0]
    picked = {
        **chosen(bought, (0, 1, "too_small")),
        f"v_{line}": teapot.public_id,
        "outcome": "exchange",
    }
    outcome = words(shopper.get(path(bought, scope, "outcome/"), picked))
    assert "only the difference is taken, and the rest let go" in outcome
    assert "Held on your card" not in words(shopper.get(path(bought, scope, "check/"), picked))
    check = words(shopper.get(path(bought, scope, "check/"), {**picked, "instant": "on"}))
    assert "¥4,000 is held on your card, and nothing taken, so that we send it at once." in check
    assert "we take only the difference of ¥1,500 and let go of the rest" in check
    assert "never more than ¥4,000 in all" in check


def test_an_even_exchange_says_that_nothing_is_taken(
    shopper: Client, bought: Order, scope: Merchant, taker: Taker
) -> None:
    ExchangeTerms.objects.create(instant=True)
    blue = Variant.objects.get(external_id="v2")
    picked = {
        **chosen(bought, (0, 1, "too_small")),
        f"v_{line_ids(bought)[0]}": blue.public_id,
        "outcome": "exchange",
        "instant": "on",
    }
    check = words(shopper.get(path(bought, scope, "check/"), picked))
    assert "It is let go as soon as your parcel is on its way to us." in check
    assert "difference" not in check


def test_the_page_of_the_return_tells_of_the_difference_until_it_is_taken(
    shopper: Client,
    staff: Client,
    bought: Order,
    scope: Merchant,
    blue: Variant,
    current: None,
    taker: Taker,
) -> None:
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, blue, NOW, instant=True)
    status = path(bought, scope, f"{exchange.case.public_id}/")
    shown = words(shopper.get(status))
    assert "if ¥3,100 may be held on your card" in shown
    assert "we take only the difference of ¥600" in shown
    # Its approval could be taken back for half a minute.
    pass_on(NOW + timedelta(minutes=1))
    (letter,) = Message.objects.filter(kind="exchange.payment_due")
    assert "差額の ¥600 のみを頂戴し" in letter.text
    shopper.post(f"{status}pay/")
    taker.hold_on_page(NOW)
    ship(NOW)
    assert "then only the difference of ¥600 is taken" in words(shopper.get(status))
    come_back(exchange.case, NOW)
    page = f"/d/komorebi/returns/{exchange.case.public_id}/"
    assert "¥600 taken of it" in words(staff.get(page))


def test_who_keeps_both_pays_for_what_they_keep_on_the_page_of_the_return(
    shopper: Client,
    bought: Order,
    scope: Merchant,
    blue: Variant,
    current: None,
    taker: Taker,
) -> None:
    ExchangeTerms.objects.create(instant=True)
    exchange = swap(bought, blue, NOW, instant=True)
    status = path(bought, scope, f"{exchange.case.public_id}/")
    shopper.post(f"{status}pay/")
    taker.hold_on_page(NOW)
    ship(NOW)
    taker.refuses = {"renew", "capture"}
    late = NOW + timedelta(days=17)
    for days in (6, 16):
        pass_on(NOW + timedelta(days=days))
    ask_to_pay(exchange_id=exchange.public_id, at=late, actor=STAFF)
    pass_on(late + timedelta(minutes=1))
    (letter,) = Message.objects.filter(kind="exchange.payment_due", object_id__contains="price")
    assert "お手元の交換品の代金は ¥3,100 です" in letter.text
    with time_machine.travel(late, tick=False):
        shown = words(shopper.get(status))
        assert "The other one has not come back. What you keep costs ¥3,100" in shown
        shopper.post(f"{status}pay/")
        taker.pay_on_page(late)
        assert "You paid for your new one" in words(shopper.get(status))
