"""Inviting people, changing what they may do, letting them go."""

from typing import Any

import pytest
from django.test import Client

from commerce.enums import Role
from commerce.models import Membership, Merchant, User
from commerce.selectors import name_actors
from commerce.services.merchants import add_member
from postexp.kernel.tenancy import merchant_scope
from tests.commerce.conftest import Enter

STAFF = "/d/komorebi/settings/staff/"
NEW = {"email": " New@Example.com ", "name": "Ren", "role": "agent"}


def member(email: str) -> Membership:
    return Membership.objects.get(user__email=email)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "owner@example.com"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"role": "king"}, "role"),
    ],
)
def test_a_bad_invitation_is_refused(
    staff: Client, scope: Merchant, changes: dict[str, str], field: str
) -> None:
    answer = staff.post(STAFF, {**NEW, **changes})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Membership.objects.filter(merchant=scope).count() == 1


def test_roles_change(staff: Client, scope: Merchant, warehouse_worker: User) -> None:
    worker = member("hands@example.com")
    page = staff.post(f"{STAFF}{worker.pk}/role/", {"role": "manager"}, follow=True)
    assert "hands@example.com now has the role “Manager”." in page.content.decode()
    worker.refresh_from_db()
    assert worker.role == Role.MANAGER
    page = staff.post(f"{STAFF}{worker.pk}/role/", {"role": "king"}, follow=True)
    assert "Choose one of the roles." in page.content.decode()


def test_people_go_after_a_question(staff: Client, scope: Merchant, warehouse_worker: User) -> None:
    url = f"{STAFF}{member('hands@example.com').pk}/remove/"
    assert "Remove this person?" in staff.get(url).content.decode()
    assert "<html" not in staff.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "no longer has access" in staff.post(url, follow=True).content.decode()
    assert not Membership.objects.filter(user=warehouse_worker).exists()
    visitor = Client()
    visitor.force_login(warehouse_worker)
    assert visitor.get("/d/komorebi/").status_code == 404


def test_the_last_owner_stays(staff: Client, scope: Merchant) -> None:
    own = member("owner@example.com")
    for url, data in (
        (f"{STAFF}{own.pk}/role/", {"role": "agent"}),
        (f"{STAFF}{own.pk}/remove/", {}),
    ):
        page = staff.post(url, data, follow=True).content.decode()
        assert "A shop needs at least one owner." in page
    own.refresh_from_db()
    assert own.role == Role.OWNER


def test_only_owners_give_and_take_ownership(enter: Enter, scope: Merchant, owner: User) -> None:
    manager = enter("manager")
    own, self = member("owner@example.com"), member("manager@komorebi.example")
    refused = "Only an owner can make someone owner"
    assert manager.post(STAFF, {**NEW, "role": "owner"}).status_code == 422
    for url, data in (
        (f"{STAFF}{self.pk}/role/", {"role": "owner"}),
        (f"{STAFF}{own.pk}/role/", {"role": "agent"}),
        (f"{STAFF}{own.pk}/remove/", {}),
    ):
        assert refused in manager.post(url, data, follow=True).content.decode()
    own.refresh_from_db()
    self.refresh_from_db()
    assert (own.role, self.role) == (Role.OWNER, Role.MANAGER)


def test_a_second_owner_may_leave(staff: Client, scope: Merchant, owner: User, at: Any) -> None:
    second = User.objects.create_user("second@example.com")
    add_member(merchant=scope, user=second, role=Role.OWNER, by=owner, at=at)
    staff.post(f"{STAFF}{member('second@example.com').pk}/remove/")
    assert not Membership.objects.filter(user=second).exists()


@pytest.mark.parametrize("act", ["role", "remove"])
def test_another_shops_people_are_out_of_reach(
    staff: Client, scope: Merchant, other_merchant: Merchant, act: str
) -> None:
    rival = member("rival@example.com")
    assert staff.post(f"{STAFF}{rival.pk}/{act}/", {"role": "agent"}).status_code == 404
    rival.refresh_from_db()
    assert rival.role == Role.OWNER


def test_the_log_names_who_acted(scope: Merchant, owner: User) -> None:
    with merchant_scope(scope.pk):
        names = name_actors(
            [
                "system",
                "shopper",
                owner.actor,
                "staff:999999",
                "staff:x",
                "api:key_x",
                "shopify",
                "x",
            ]
        )
    assert names == {
        "system": "",
        "shopper": "the shopper",
        owner.actor: "Aiko Owner",
        "staff:999999": "a former member of staff",
        "staff:x": "a former member of staff",
        "api:key_x": "a deleted API key",
        "shopify": "Shopify",
        "x": "x",
    }
