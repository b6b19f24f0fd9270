"""The test shop follows its shop: who works there, how they sign in, and whom it forgets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from commerce.enums import Role
from commerce.models import Customer, Membership, Merchant, Order, PrivacyRequest, User
from commerce.ports import CustomerFacts, list_personal_data
from commerce.selectors.people import person_of
from commerce.services.merchants import add_member, remove_member
from commerce.services.orders import take_in_order
from commerce.services.sandboxes import open_sandbox
from commerce.services.staff_security import require_two_factors
from postexp.kernel import clock
from postexp.kernel.erasing import may_erase
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts


@pytest.fixture
def agent(scope: Merchant, owner: User, at: datetime) -> User:
    """Someone who works for the shop."""
    user = User.objects.create_user("agent@komorebi.example", "a long password")
    add_member(merchant=scope, user=user, role=Role.AGENT, by=owner, at=at)
    return user


@pytest.fixture
def twin(scope: Merchant, agent: User, owner: User, at: datetime) -> Merchant:
    """The shop's test shop."""
    return open_sandbox(merchant=scope, by=owner, at=at)


def details(merchant: Merchant, kind: str) -> list[str]:
    with merchant_scope(merchant.pk):
        events = EventRecord.objects.filter(type=kind).order_by("id")
        return [event.payload["detail"] for event in events]


def test_opening_it_is_on_record_once(
    scope: Merchant, twin: Merchant, owner: User, at: datetime
) -> None:
    assert open_sandbox(merchant=scope, by=owner, at=at) == twin
    event = EventRecord.objects.get(type="sandbox.opened")
    assert (event.actor, event.payload["detail"]) == (owner.actor, twin.slug)


def test_who_joins_changes_role_or_leaves_does_so_there_too(
    scope: Merchant, twin: Merchant, owner: User, agent: User, at: datetime
) -> None:
    late = User.objects.create_user("late@komorebi.example", "a long password")
    add_member(merchant=scope, user=late, role=Role.AGENT, by=owner, at=at)
    add_member(merchant=scope, user=agent, role=Role.MANAGER, by=owner, at=at)
    there = Membership.objects.filter(merchant=twin)
    assert there.get(user=agent).role == Role.MANAGER
    assert there.get(user=late).role == Role.AGENT
    remove_member(merchant=scope, user=agent, by=owner, at=at)
    assert not there.filter(user=agent).exists()
    assert details(twin, "staff.changed") == [
        f"{late.actor} is agent",
        f"{agent.actor} is manager",
        f"{agent.actor} left",
    ]


def test_a_shop_without_one_is_not_concerned(
    scope: Merchant, other_merchant: Merchant, owner: User, agent: User, at: datetime
) -> None:
    add_member(merchant=other_merchant, user=agent, role=Role.AGENT, by=owner, at=at)
    remove_member(merchant=scope, user=agent, by=owner, at=at)
    assert Membership.objects.filter(merchant=other_merchant, user=agent).exists()


@pytest.mark.parametrize("before", [True, False])
def test_it_asks_for_two_factors_where_the_shop_does(
    scope: Merchant, owner: User, at: datetime, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    by = Membership.objects.get(merchant=scope, user=owner)
    if before:
        Merchant.objects.filter(pk=scope.pk).update(two_factors_required=True)
        scope.refresh_from_db()
        twin = open_sandbox(merchant=scope, by=owner, at=at)
        twin.refresh_from_db()
        assert twin.two_factors_required
        require_two_factors(merchant=scope, required=False, by=by, at=at)
    else:
        twin = open_sandbox(merchant=scope, by=owner, at=at)
        monkeypatch.setattr("commerce.services.staff_security.has_second_factor", bool)
        require_two_factors(merchant=scope, required=True, by=by, at=at)
    twin.refresh_from_db()
    assert twin.two_factors_required is not before
    assert len(details(twin, "merchant.changed")) == 1


def take_in(merchant: Merchant, *names: str) -> None:
    now = clock.now()
    with merchant_scope(merchant.pk):
        for name in names:
            shopper = CustomerFacts(external_id=name, email=f"{name}@shopper.example")
            facts = order_facts(
                external_id=f"order-{name}",
                placed_at=now,
                updated_at=now,
                email=f"{name}@shopper.example",
                customer=shopper,
            )
            take_in_order(facts, merchant=merchant, at=now)


def test_whom_the_shop_forgets_it_forgets_too(
    scope: Merchant, twin: Merchant, at: datetime, drain: Callable[[], None]
) -> None:
    take_in(scope, "gone", "stays")
    take_in(twin, "gone", "stays")
    person = person_of(Customer.objects.get(external_id="gone"))
    with may_erase():
        for keeper in list_personal_data():
            keeper.erase(person, clock.now())
    drain()
    with merchant_scope(twin.pk):
        assert PrivacyRequest.objects.get().customer_external_id == "gone"
        assert Customer.objects.get(external_id="gone").email == ""
        assert Order.objects.get(external_id="order-gone").email == ""
        assert Customer.objects.get(external_id="stays").email == "stays@shopper.example"


def test_it_is_marked_on_every_page_and_asks_for_no_first_steps(
    scope: Merchant, twin: Merchant, owner: User, client: Client
) -> None:
    client.force_login(owner)
    page = client.get(f"/d/{twin.slug}/orders/").content.decode()
    frame = page[page.index("<summary") : page.index("</summary>")]
    assert "Test</span>" in frame
    real = client.get(f"/d/{scope.slug}/orders/").content.decode()
    assert "Test</span>" not in real[real.index("<summary") : real.index("</summary>")]
    assert client.get(f"/d/{scope.slug}/").context["setup"]
    assert not client.get(f"/d/{twin.slug}/").context["setup"]
