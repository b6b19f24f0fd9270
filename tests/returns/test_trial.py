"""A test return: from an order of our own making to its approval, counted nowhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commerce import links
from commerce.models import Merchant, Order, User
from commerce.reports import course_of_orders
from postexp.kernel import clock, slots
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Outcome
from returns.models import LedgerEntry, Refund
from returns.ports import Payment, provider_for
from returns.reports import kept_value
from returns.rules.defaults import DEFAULT_POLICY
from returns.selectors import judge, list_versions, newest_trial
from returns.services.trial import start_test_return
from tests.returns.conftest import ask, mug_facts, sent_order
from tracking.selectors import list_shipments_of_order


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


def test_trying_things_out_publishes_no_policy(scope: Merchant, owner: User) -> None:
    at = clock.now()
    orders = [start_test_return(email=owner.email, at=at, actor=owner.actor) for _ in range(5)]
    Order.objects.filter(pk__in=[order.pk for order in orders[:2]]).update(source="demo")
    demo, demo_again, test, test_again = [
        ask(order, at, (0, 1, "too_small")).policy_version for order in orders[:4]
    ]
    assert (demo, test) == (demo_again, test_again)
    assert demo != test
    assert list_versions() == []
    assert not EventRecord.objects.filter(type="policy.published").exists()

    own = replace(DEFAULT_POLICY, postage={"JPY": 800})
    # The first version of a shop may judge the orders it already has.
    began = clock.now() - timedelta(days=400)
    version = services.publish_policy(
        content=own.to_json(), effective_from=began, at=clock.now(), actor=owner.actor
    )
    assert version.number == 1
    order = sent_order(scope, mug_facts(), at=clock.now())
    assert judge(order, at=clock.now()).version == version
    assert ask(order, clock.now(), (0, 1, "too_small")).policy_version == version
    assert ask(orders[4], clock.now(), (0, 1, "too_small")).policy_version == version


def test_a_test_order_is_judged_by_what_the_shop_promises_now(scope: Merchant, owner: User) -> None:
    """It says that it was placed days ago, and would fall under the version before."""
    now = clock.now()
    first, newest = (
        services.publish_policy(
            content=replace(DEFAULT_POLICY, postage={"JPY": postage}).to_json(),
            effective_from=now - age,
            at=now - age,
            actor=owner.actor,
        )
        for postage, age in ((800, timedelta(days=30)), (500, timedelta(minutes=1)))
    )
    order = start_test_return(email=owner.email, at=now, actor=owner.actor)
    assert judge(order, at=now).version == newest
    assert ask(order, now, (0, 1, "too_small")).policy_version == newest
    placed_before = sent_order(
        scope, replace(mug_facts(), placed_at=now - timedelta(days=5)), at=now
    )
    assert judge(placed_before, at=now).version == first


def test_trying_again_takes_no_step_back(desk: Client, scope: Merchant, owner: User) -> None:
    start = reverse("dashboard:test_return_start", args=[scope.slug])
    home = reverse("dashboard:home", args=[scope.slug])

    def done() -> bool:
        steps = slots.entries("setup_steps", desk.get(home).wsgi_request)
        return any(step["done"] for step in steps if step["title"] == "Try a return")

    desk.post(start)
    case = ask(Order.objects.get(), clock.now(), (0, 1, "too_small"))
    assert not done()
    services.approve_return(return_id=case.public_id, at=clock.now(), actor=owner.actor)
    assert done()
    desk.post(start)
    assert not newest_trial().approved
    assert done()


def test_its_parcel_has_arrived(
    scope: Merchant, owner: User, client: Client, drain: Callable[[], None]
) -> None:
    order = start_test_return(email=owner.email, at=clock.now(), actor=owner.actor)
    drain()
    [parcel] = list_shipments_of_order(order)
    assert parcel.status == "delivered"
    page = client.get(links.tracking_url(scope, order, "en"), follow=True).content.decode()
    assert "Delivered" in page
    start = client.get(links.return_url(scope, order, "en"), follow=True)
    [(_line, quantity, *_rest)] = start.context["rows"]
    assert quantity.value() == 1
