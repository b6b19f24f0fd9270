"""Another shop's people find nothing: proven for every address there is, new ones included."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from commerce.enums import Scope
from commerce.models import Merchant, User
from commerce.services.keys import create_key
from postexp.kernel import clock, ids
from postexp.kernel.tenancy import merchant_scope
from tests.full_shop import Route, parts_of, routes
from tests.shops import log_in

pytestmark = pytest.mark.usefixtures("wordless")

DASHBOARD = routes("dashboard:")
SITE = routes("site:")
API = routes("api:")
# Parts that name no object of a shop.
NO_OBJECT = {"slug", "service", "name", "path", "sample", "list_name", "kind", "locale"}


def answers(client: Client, path: str) -> set[int]:
    """Return the statuses an address answers to GET and POST.

    A refused method is no answer, nor is the way from a command's address to the page above it.
    """
    got, posted = client.get(path), client.post(path)
    statuses = {posted.status_code}
    if got.status_code != 302 or not path.startswith(got["Location"]):
        statuses.add(got.status_code)
    return statuses - {405}


@pytest.fixture
def rival(other_merchant: Merchant, client: Client) -> User:
    user = User.objects.get(email="rival@example.com")
    log_in(client, user)
    return user


@pytest.mark.parametrize("route", DASHBOARD, ids=lambda route: route.name)
def test_a_strangers_dashboard_is_not_there(
    route: Route, full_shop: Merchant, rival: User, client: Client
) -> None:
    parts = parts_of(route, full_shop)
    assert answers(client, reverse(route.name, kwargs=parts)) == {404}


@pytest.mark.parametrize(
    "route",
    [route for route in DASHBOARD if set(route.parts) - NO_OBJECT],
    ids=lambda route: route.name,
)
def test_a_strangers_object_is_not_in_ones_own_dashboard(
    route: Route, full_shop: Merchant, other_merchant: Merchant, rival: User, client: Client
) -> None:
    parts = parts_of(route, full_shop) | {"slug": other_merchant.slug}
    assert answers(client, reverse(route.name, kwargs=parts)) == {404}


@pytest.mark.parametrize("route", DASHBOARD, ids=lambda route: route.name)
def test_a_dashboard_asks_for_a_log_in(route: Route, full_shop: Merchant, client: Client) -> None:
    path = reverse(route.name, kwargs=parts_of(route, full_shop))
    answer = client.get(path)
    assert answer.status_code in (302, 405)
    if answer.status_code == 302:
        assert answer["Location"].startswith(reverse("account_login"))
    assert client.post(path).status_code in (302, 405)


@pytest.mark.parametrize(
    "route",
    [route for route in SITE if set(route.parts) - NO_OBJECT],
    ids=lambda route: route.name,
)
def test_a_shoppers_link_opens_nothing_at_another_shop(
    route: Route, full_shop: Merchant, other_merchant: Merchant, client: Client
) -> None:
    parts = parts_of(route, full_shop) | {"slug": other_merchant.slug}
    assert answers(client, reverse(route.name, kwargs=parts)) == {404}


@pytest.mark.parametrize(
    "route",
    [route for route in SITE if "token" in route.parts],
    ids=lambda route: route.name,
)
def test_an_unsigned_or_altered_link_opens_nothing(
    route: Route, full_shop: Merchant, client: Client
) -> None:
    parts = parts_of(route, full_shop)
    for token in (ids.new_id("ord"), parts["token"][:-1] + "x", "x.y", parts["token"] + "0"):
        path = reverse(route.name, kwargs=parts | {"token": token})
        assert answers(client, path) == {404}, token


@pytest.mark.parametrize(
    "route",
    [route for route in API if set(route.parts) - NO_OBJECT],
    ids=lambda route: route.name,
)
def test_a_strangers_key_finds_nothing(
    route: Route, full_shop: Merchant, other_merchant: Merchant, client: Client
) -> None:
    rival = User.objects.get(email="rival@example.com")
    with merchant_scope(other_merchant.pk):
        secret = create_key(
            merchant=other_merchant, name="r", scopes=list(Scope), by=rival, at=clock.now()
        ).secret
    path = reverse(route.name, kwargs=parts_of(route, full_shop))
    headers = {"Authorization": f"Bearer {secret}"}
    seen = client.get(path, headers=headers)
    assert seen.status_code in (404, 405)
    written = client.post(path, json.dumps({}), content_type="application/json", headers=headers)
    assert written.status_code in (404, 405, 422)


@pytest.mark.parametrize("route", API, ids=lambda route: route.name)
def test_the_api_asks_for_a_key(route: Route, full_shop: Merchant, client: Client) -> None:
    path = reverse(route.name, kwargs=parts_of(route, full_shop))
    assert client.get(path).status_code == 401
