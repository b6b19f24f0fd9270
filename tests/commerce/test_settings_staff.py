"""Inviting people, changing what they may do, letting them go."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from commerce.enums import Role
from commerce.models import Membership, Merchant, User
from commerce.selectors import name_actors
from commerce.services.invitations import send_invitation
from commerce.services.merchants import add_member
from postexp.kernel.models import Delivery, EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.commerce.conftest import Enter

STAFF = "/d/komorebi/settings/staff/"
NEW = {"email": " New@Example.com ", "name": "Ren", "role": "agent"}


@pytest.fixture(autouse=True)
def letters(settings: Any) -> None:
    """Keep mails in memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def member(email: str) -> Membership:
    return Membership.objects.get(user__email=email)


def test_someone_new_is_invited_and_comes_in(
    staff: Client, scope: Merchant, drain: Callable[[], None], client: Client
) -> None:
    page = staff.post(STAFF, NEW, follow=True).content.decode()
    assert "An invitation is on its way to new@example.com." in page
    drain()
    letter = mail.outbox[0]
    assert letter.to == ["new@example.com"]
    assert letter.subject == "You are invited to Komorebi Goods"
    assert "Aiko Owner invites you to work on Komorebi Goods" in letter.body
    link = re.search(r"http://\S+/accounts/password/reset/key/\S+", letter.body)
    assert link is not None
    guest = Client()
    form = guest.get(link[0].removeprefix("http://127.0.0.1:8000"), follow=True)
    assert form.status_code == 200
    target = form.redirect_chain[-1][0]
    password = "a long and quiet river"
    guest.post(target, {"password1": password, "password2": password})
    assert guest.login(email="new@example.com", password=password)
    assert guest.get("/d/komorebi/").status_code == 200
    assert "accounts/password" not in str(EventRecord.objects.values_list("payload", flat=True))


def test_someone_with_an_account_is_told_to_sign_in(
    staff: Client, scope: Merchant, other_merchant: Merchant, drain: Callable[[], None]
) -> None:
    staff.post(STAFF, {**NEW, "email": "rival@example.com"}, headers={"Accept-Language": "ja"})
    drain()
    body = mail.outbox[0].body
    assert "password/reset" not in body
    assert "http://127.0.0.1:8000/" in body
    assert "こもれび雑貨店" in mail.outbox[0].subject
    assert User.objects.get(email="rival@example.com").check_password("correct horse battery")


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


def test_an_invitation_is_repeated(
    staff: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    staff.post(STAFF, NEW)
    assert "Invite again" in staff.get(STAFF).content.decode()
    staff.post(f"{STAFF}{member('new@example.com').pk}/invite/")
    drain()
    assert len(mail.outbox) == 2


def test_who_has_left_is_not_written_to(
    staff: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    staff.post(STAFF, NEW)
    staff.post(f"{STAFF}{member('new@example.com').pk}/remove/")
    drain()
    assert mail.outbox == []
    assert Delivery.objects.get(handler="commerce.send_invitation").state == "done"


def test_an_inviter_who_is_gone_is_not_named(scope: Merchant, owner: User) -> None:
    assert send_invitation(merchant=scope, user_id=owner.pk, inviter="", locale="en")
    assert mail.outbox[0].body.startswith("You are invited to work on Komorebi Goods")


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


@pytest.mark.parametrize("act", ["role", "invite", "remove"])
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
