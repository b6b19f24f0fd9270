"""The order of a replacement leads to the order it came of, and counts nowhere as a sale."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from commerce import links
from commerce import selectors as commerce
from commerce.models import Customer, Merchant, Order, User, Variant
from commerce.reports import course_of_orders
from commerce.selectors.customer_rows import list_customer_rows, sum_orders_of
from commerce.selectors.paid import count_orders_so_far
from commerce.selectors.setup import (
    demo_order_ids,
    has_real_orders,
    is_demo_customer,
    is_demo_order,
    is_trial,
    newest_order,
)
from commerce.selectors.sold import list_several_variants
from notifications.models import Message
from returns import services
from returns.enums import Outcome
from returns.errors import NotReturnable
from returns.models import Exchange, PolicyVersion
from returns.selectors import judge
from returns.selectors.gifts import OUTCOMES, gift_url
from returns.services.gifts import gift_instead
from tests.kept import keeps
from tests.returns.conftest import ask, fresh, line_ids
from tests.returns.test_desk import words
from tests.returns.test_exchange_cases import again, come_back, pass_on, ship, swap
from tests.returns.test_gift_pages import own
from tests.returns.test_gifts import HOME, TERMS, code_for, give_back
from tests.returns.test_journey import variant_id

Publish = Callable[..., PolicyVersion]
NAMES_A_SUM = re.compile(r"2,?500\b|[¥￥]|\bJPY\b")


@pytest.fixture(autouse=True)
def current(publish: Publish) -> None:
    publish(outcomes=TERMS, review=False)


@pytest.fixture
def blue(bought: Order) -> Variant:
    found: Variant = Variant.objects.select_related("product").get(title="青")
    return found


@pytest.fixture
@keeps
def swapped(bought: Order, blue: Variant, at: datetime) -> Order:
    """The order of a replacement that is on its way."""
    exchange = swap(bought, blue, at)
    come_back(exchange.case, at)
    ship(at)
    pass_on(at)
    order = again(exchange).order
    assert order is not None
    return order


def test_a_replacement_is_no_sale(
    swapped: Order, bought: Order, scope: Merchant, at: datetime
) -> None:
    customer = bought.customer
    assert customer is not None
    assert (swapped.customer, swapped.sale) == (customer, bought)
    assert Order.objects.filter(customer=customer).count() == 2
    assert commerce.count_orders_of(customer.pk) == 1
    so_far = sum_orders_of([customer], currency="JPY")[customer.pk]
    bought.refresh_from_db()
    spent = bought.captured - bought.given_back + swapped.captured - swapped.given_back
    assert (so_far.orders, so_far.spent, so_far.foreign) == (1, spent, 0)
    assert not list_customer_rows(country="JP", view="repeat").exists()
    assert count_orders_so_far([bought]) == {bought.pk: 1}
    course = course_of_orders(scope, at=at)
    assert (course.orders, course.captured) == (1, bought.captured)
    assert newest_order() == bought
    assert has_real_orders()


def test_nobody_chose_between_what_was_sent_instead(
    swapped: Order, bought: Order, at: datetime
) -> None:
    first = swapped.lines.get()
    other = Variant.objects.get(title="黒")
    first.pk, first.public_id, first.external_id = None, "oln_other", "other"
    first.variant, first.variant_title, first.position = other, other.title, 9
    first.save()
    assert list_several_variants(since=bought.placed_at, until=at) == []


def test_what_follows_from_demo_data_is_demo_data(swapped: Order, bought: Order) -> None:
    assert not is_demo_order(swapped.public_id)
    Order.objects.filter(pk=bought.pk).update(source="demo")
    swapped = Order.objects.get(pk=swapped.pk)
    assert is_demo_order(swapped.public_id)
    assert is_trial(swapped)
    assert bought.customer is not None
    assert is_demo_customer(bought.customer.public_id)
    assert set(demo_order_ids()) == {bought.public_id, swapped.public_id}
    assert not has_real_orders()


def test_both_orders_lead_to_each_other(
    swapped: Order, bought: Order, owner: User, scope: Merchant, at: datetime
) -> None:
    staff = Client(headers={"accept-language": "en"})
    staff.force_login(owner)
    case = Exchange.objects.get().case
    for here, there in ((bought, swapped), (swapped, bought)):
        page = staff.get(f"/d/komorebi/orders/{here.public_id}/").content.decode()
        assert f'href="/d/komorebi/orders/{there.public_id}/"' in page
        assert f'href="/d/komorebi/returns/{case.public_id}/"' in page
    assert "Follows an order" in words(staff.get("/d/komorebi/orders/"))
    shopper = Client()
    with time_machine.travel(at, tick=False):
        for here, there in ((bought, swapped), (swapped, bought)):
            shown = shopper.get(links.tracking_url(scope, here, "en"))
            assert links.order_token(there.public_id) in shown.content.decode()


def gift_on_its_way(bought: Order, at: datetime) -> Order:
    case = give_back(
        code_for(bought, 1), outcome=Outcome.EXCHANGE, variant=variant_id(bought, "青")
    )
    come_back(fresh(case), at)
    ship(at)
    pass_on(at)
    order = Exchange.objects.get().order
    assert order is not None
    return order


def test_the_buyer_learns_nothing_of_a_gifts_replacement(
    bought: Order, scope: Merchant, at: datetime
) -> None:
    with time_machine.travel(at, tick=False):
        order = gift_on_its_way(bought, at)
        assert order.customer == Customer.objects.get(email=order.email)
        assert order.email != bought.email
        assert order.address == {**asdict(HOME), "name": "Hana"}
        assert (order.country, order.phone, order.postcode_key) == ("JP", "", "1790081")
        (sent,) = Message.objects.filter(kind="shipment.shipped", order_id=order.public_id)
        assert sent.address == order.email
        assert not Message.objects.filter(order_id=order.public_id).exclude(address=order.email)
        to_buyer = Message.objects.filter(address=bought.email)
        assert not [one for one in to_buyer if one.kind.startswith(("return", "exchange"))]
        shown = Client().get(links.tracking_url(scope, bought, "en")).content.decode()
        assert order.number not in shown
        assert links.order_token(order.public_id) not in shown
        assert "398412345670" not in shown
        theirs = Client().get(links.tracking_url(scope, order, "en")).content.decode()
        assert "398412345670" in theirs
        assert links.order_token(bought.public_id) not in theirs


def test_what_came_instead_of_a_gift_is_never_money(
    bought: Order, scope: Merchant, at: datetime
) -> None:
    with time_machine.travel(at, tick=False):
        order = gift_on_its_way(bought, at)
        (line,) = judge(order, at=at).lines
        assert line.decision.offers
        assert {one.outcome for one in line.decision.offers} <= set(OUTCOMES)
        with pytest.raises(NotReturnable):
            ask(order, at, (0, 1, "too_small"), outcome=Outcome.REFUND)


def test_who_returns_what_came_instead_of_a_gift_reads_no_sum(
    bought: Order, scope: Merchant, at: datetime
) -> None:
    """It is returned on the page of a gift, whichever page of its order is opened."""
    with time_machine.travel(at, tick=False):
        order = gift_on_its_way(bought, at)
        shopper = Client(headers={"accept-language": "en"})
        (gift,) = {gift_instead(order, at=at) for _ in range(2)}
        assert gift is not None
        home = gift_url(scope, gift, "en")
        token = links.order_token(order.public_id)
        for part in ("r", "c"):
            for screen in ("", "check/"):
                led = shopper.get(f"/s/{scope.slug}/{part}/{token}/{screen}")
                assert (led.status_code, led.headers["Location"]) == (302, home)
        page = shopper.get(home)
        assert "Another size or colour of the same product" in words(page)
        assert "Money back" not in words(page)
        assert not NAMES_A_SUM.search(words(page))
        assert gift_instead(bought, at=at) is None


@pytest.mark.parametrize("actor", ["shopper", "staff:0"])
def test_however_it_is_asked_for_a_gifts_replacement_is_returned_as_a_gift(
    bought: Order, scope: Merchant, at: datetime, actor: str
) -> None:
    with time_machine.travel(at, tick=False):
        order = gift_on_its_way(bought, at)
        first = Exchange.objects.get().case
        before = Message.objects.order_by("-id").values_list("id", flat=True)[0]
        case = services.request_return(
            order_id=order.public_id,
            wishes=[services.Wish(line=line_ids(order)[0], quantity=1, reason="too_small")],
            outcome=Outcome.STORE_CREDIT,
            at=at,
            actor=actor,
        )
        assert (case.gift, case.recipient) == (first.gift, order.customer)
        assert case.recipient_address == first.recipient_address
        come_back(fresh(case), at)
        pass_on(at)
        told = Message.objects.filter(id__gt=before)
        assert {one.kind.partition(".")[0] for one in told} == {"gift"}
        assert {one.address for one in told} == {order.email}
        for one in told:
            shown = json.dumps([one.facts, one.subject, one.html, one.text], ensure_ascii=False)
            assert not NAMES_A_SUM.search(shown), shown
        status = Client().get(own(case, scope))
        assert status.status_code == 200
        assert not NAMES_A_SUM.search(words(status))
