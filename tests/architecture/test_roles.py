"""Every address of the dashboard, role by role: what the matrix shows is what the door does."""

import pytest
from django.test import Client
from django.urls import reverse

from commerce.dashboard.roles import Door, doors
from commerce.enums import RIGHTS, Role
from commerce.models import Merchant, User
from commerce.services.merchants import add_member
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.full_shop import Route, parts_of, routes
from tests.shops import log_in
from tests.standing import forgotten

DASHBOARD = routes("dashboard:")
MATRIX = {f"dashboard:{door.name}": door for door in doors()}


def browser_of(role: Role, merchant: Merchant, owner: User) -> Client:
    """Make a member with a role, and return their browser."""
    user = User.objects.create_user(f"{role}@komorebi.example", None)
    with merchant_scope(merchant.pk):
        add_member(merchant=merchant, user=user, role=role, by=owner, at=clock.now())
    browser = Client()
    log_in(browser, user)
    return browser


def is_refused(browser: Client, route: Route, merchant: Merchant) -> bool:
    """Whether an address is closed, to looking and to writing alike."""
    path = reverse(route.name, kwargs=parts_of(route, merchant))
    statuses = set()
    for ask in (browser.get, browser.post):
        with forgotten():
            statuses.add(ask(path).status_code == 403)
    assert len(statuses) == 1, f"{route.name} is closed to one method only"
    return statuses.pop()


def test_the_matrix_has_every_address() -> None:
    assert {route.name for route in DASHBOARD} == set(MATRIX)


@pytest.mark.usefixtures("wordless")
@pytest.mark.parametrize("role", list(Role))
def test_each_address_opens_to_the_roles_of_the_matrix_alone(
    full_shop: Merchant, owner: User, role: Role
) -> None:
    browser = browser_of(role, full_shop, owner)
    wrong = {}
    for route in DASHBOARD:
        door: Door = MATRIX[route.name]
        granted = door.right in RIGHTS[role]
        if is_refused(browser, route, full_shop) is granted:
            wrong[route.name] = "closed" if granted else "open"
    assert wrong == {}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_staff_read_the_matrix(full_shop: Merchant, owner: User, language: str) -> None:
    browser = Client(headers={"Accept-Language": language})
    browser.force_login(owner)
    page = browser.get(reverse("dashboard:role_list", args=[full_shop.slug])).content.decode()
    for door in doors():
        assert f"/{door.path}<" in page, door.path
