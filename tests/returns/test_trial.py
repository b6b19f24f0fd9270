"""A test return: from an order of our own making to its approval, counted nowhere."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, Order, User
from commerce.reports import course_of_orders
from postexp.kernel import clock
from returns import services
from returns.enums import Outcome
from returns.models import LedgerEntry, Refund
from returns.ports import Payment, provider_for
from returns.reports import kept_value
from returns.selectors import judge, newest_trial


@pytest.fixture
def desk(scope: Merchant, owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client


def step(client: Client, merchant: Merchant) -> int:
    """Which step the page leads to."""
    answer = client.get(reverse("dashboard:test_return", args=[merchant.slug]))
    return int(answer.context["step"])


def test_it_leads_from_the_order_to_the_approval(
    desk: Client, scope: Merchant, owner: User, drain: Callable[[], None]
) -> None:
    assert step(desk, scope) == 1
    desk.post(reverse("dashboard:test_return_start", args=[scope.slug]))
    drain()
    order = Order.objects.get()
    assert (order.test, order.source, order.email) == (True, "test", owner.email)
    assert step(desk, scope) == 2

    found = desk.post(
        reverse("site:lookup", args=[scope.slug]),
        {"number": order.number, "contact": owner.email},
    )
    assert "/t/" in found["Location"]
    at = clock.now()
    judged = judge(order, at=at).lines[0]
    case = services.request_return(
        order_id=order.public_id,
        wishes=[services.Wish(line=judged.line.public_id, quantity=1, reason="too_small")],
        outcome=Outcome.REFUND,
        at=at,
        actor="shopper",
    )
    assert step(desk, scope) == 3
    assert not newest_trial().approved
    desk.post(reverse("dashboard:return_approve", args=[scope.slug, case.public_id]))
    assert step(desk, scope) == 4
    assert newest_trial().approved

    assert course_of_orders(scope, at=at).orders == 0
    assert kept_value(at=at, currency=scope.currency).requests == 0
    assert not Refund.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_no_provider_pays_a_test_order(scope: Merchant) -> None:
    payment = Payment(
        key="rfd_1",
        amount=100,
        currency="JPY",
        source="test",
        order_external_id="run_1",
        tender="other",
        gateway="test",
        tender_external_id="",
    )
    assert provider_for(payment) is None


def test_it_can_be_tried_again(desk: Client, scope: Merchant) -> None:
    for _ in range(2):
        desk.post(reverse("dashboard:test_return_start", args=[scope.slug]))
    assert set(Order.objects.values_list("number", flat=True)) == {"TEST-1", "TEST-2"}
