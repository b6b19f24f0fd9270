"""How a shopper sends a return: chosen with its exact sum, its label, its QR code, its slip."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order
from postexp.kernel import clock
from returns import services
from returns.enums import ReturnMethod, Slot
from returns.models import PolicyVersion, Return, ReturnParcel
from returns.selectors.parcels import list_parcels_of
from tests.facts import order_facts
from tests.returns.conftest import STAFF, ask, fresh, sent_order
from tests.returns.labels import FakeLabels, offer
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_site import chosen, hidden, path, words
from tests.shops import drain_all

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def seller(scope: Merchant) -> Iterator[FakeLabels]:
    with FakeLabels() as seller:
        yield seller


@pytest.fixture
def shopper() -> Client:
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


def dear_label(publish: Callable[..., PolicyVersion]) -> None:
    """A policy by which a label costs the shopper ¥990, and towels may not come by label."""
    fee = {"postage": {"JPY": 990}}
    publish(
        review=False,
        rules=(
            rule("label", asks("method", "is", "label"), **{Slot.FEES.value: fee}),
            rule("towel", asks("price", "at_most", {"JPY": 2000}), **{Slot.METHODS.value: ["own"]}),
        ),
    )


def test_each_way_shows_its_exact_sum_and_the_request_keeps_it(
    scope: Merchant,
    bought: Order,
    shopper: Client,
    seller: FakeLabels,
    publish: Callable[..., PolicyVersion],
) -> None:
    offer(ReturnMethod.OWN, ReturnMethod.LABEL)
    dear_label(publish)
    choice = chosen(bought, (0, 1, "too_small"), outcome="refund")
    plain = shopper.get(path(bought, scope, "check/"), choice)
    assert "Send it yourself" in words(plain)
    assert "¥2,500 Print a label" in words(plain)
    assert "carrier. ¥1,510" in words(plain)
    assert hidden(plain, "payout") == "2500"
    page = shopper.get(path(bought, scope, "check/"), {**choice, "method": "label"})
    assert hidden(page, "payout") == "1510"
    assert "¥990" in words(page)
    address = page.content.decode().split('method="post" action="')[1].split('"')[0]
    sent = shopper.post(
        address.replace("&amp;", "&"),
        {"payout": hidden(page, "payout"), "key": hidden(page, "key"), "note": ""},
    )
    assert sent.status_code == 302
    case = Return.objects.get()
    assert (case.method, case.quote["payout"]) == ("label", 1510)


def test_a_way_that_is_open_for_one_line_only_is_not_offered(
    scope: Merchant,
    bought: Order,
    shopper: Client,
    seller: FakeLabels,
    publish: Callable[..., PolicyVersion],
) -> None:
    offer(ReturnMethod.OWN, ReturnMethod.LABEL)
    publish(
        review=False,
        rules=(rule("towel", asks("price", "at_most", {"JPY": 2000}), methods=["own"]),),
    )
    both = chosen(bought, (0, 1, "too_small"), (1, 1, "too_small"), outcome="refund")
    assert "Print a label" not in words(shopper.get(path(bought, scope, "check/"), both))
    one = chosen(bought, (0, 1, "too_small"), outcome="refund")
    assert "Print a label" in words(shopper.get(path(bought, scope, "check/"), one))


def approved(order: Order, method: str) -> Return:
    case = ask(order, NOW, (0, 1, "too_small"), method=method)
    services.approve_return(return_id=case.public_id, at=NOW - timedelta(minutes=5), actor=STAFF)
    drain_all()
    return fresh(case)


def files(page: Any, case: Return, parcel: ReturnParcel, kind: str) -> bool:
    return f"{case.public_id}/label/{parcel.public_id}/{kind}/" in page.content.decode()


def test_the_page_hands_out_the_label_until_it_is_sent(
    scope: Merchant, bought: Order, shopper: Client, seller: FakeLabels
) -> None:
    offer(ReturnMethod.QR, ReturnMethod.LABEL)
    case = approved(bought, "qr")
    [parcel] = list_parcels_of(case)
    home = path(bought, scope, f"{case.public_id}/")
    page = shopper.get(home)
    assert "Show a QR code" in words(page)
    assert "Yamato" in words(page)
    assert (files(page, case, parcel, "qr"), files(page, case, parcel, "label")) == (True, True)
    label = shopper.get(f"{home}label/{parcel.public_id}/label/")
    assert (label.status_code, label["Content-Type"]) == (200, "application/pdf")
    assert label["Content-Disposition"].startswith("attachment")
    assert shopper.get(f"{home}label/{parcel.public_id}/other/").status_code == 404
    other = ask(bought, NOW, (1, 1, "too_small"))
    stranger = path(bought, scope, f"{other.public_id}/label/{parcel.public_id}/label/")
    assert shopper.get(stranger).status_code == 404
    # Once it is on its way, nobody is told how to send it.
    services.mark_sent(return_id=case.public_id, tracking_number="1", at=NOW, actor="shopper")
    sent = words(shopper.get(home))
    assert "Show a QR code" not in sent
    assert "Your parcel" in sent


def test_a_cancelled_return_hands_out_no_label(
    scope: Merchant, bought: Order, shopper: Client, seller: FakeLabels
) -> None:
    offer(ReturnMethod.QR, ReturnMethod.LABEL)
    case = approved(bought, "qr")
    [parcel] = list_parcels_of(case)
    home = path(bought, scope, f"{case.public_id}/")
    services.cancel_return(return_id=case.public_id, at=clock.now(), actor="shopper")
    drain_all()
    assert shopper.get(f"{home}label/{parcel.public_id}/label/").status_code == 404
    assert "Download the label" not in words(shopper.get(home))


def test_a_label_that_failed_can_be_asked_for_again(
    scope: Merchant, bought: Order, shopper: Client, seller: FakeLabels
) -> None:
    offer(ReturnMethod.LABEL)
    seller.refuses = "No."
    case = approved(bought, "label")
    home = path(bought, scope, f"{case.public_id}/")
    assert "Get my label" in words(shopper.get(home))
    seller.refuses = ""
    assert shopper.post(f"{home}label/").status_code == 302
    assert "Your label is being made." in words(shopper.get(home))
    drain_all()
    assert "Download the label" in words(shopper.get(home))


def test_who_sends_it_themselves_gets_an_address_and_a_slip(
    scope: Merchant, bought: Order, shopper: Client
) -> None:
    offer(ReturnMethod.OWN)
    case = approved(bought, "own")
    home = path(bought, scope, f"{case.public_id}/")
    page = shopper.get(home)
    assert "〒600-8001" in words(page)
    assert "Print an address slip" in words(page)
    for size in ("a4", "4x6"):
        slip = shopper.get(f"{home}slip/", {"size": size, "lang": "ja"})
        assert slip.content.startswith(b"%PDF")
    assert shopper.get(f"{home}slip/", {"size": "a0"}).status_code == 404


def test_without_a_way_in_common_staff_say_how(
    scope: Merchant, shopper: Client, mugs: None, publish: Callable[..., PolicyVersion]
) -> None:
    offer(ReturnMethod.IN_STORE)
    publish(
        review=False, rules=(rule("none", asks("price", "at_least", {"JPY": 1}), methods=["own"]),)
    )
    order = sent_order(scope, order_facts())
    page = shopper.get(
        path(order, scope, "check/"), chosen(order, (0, 1, "too_small"), outcome="refund")
    )
    assert "We will tell you how to send it." in words(page)
    assert ask(order, NOW, (0, 1, "too_small")).method == ""
