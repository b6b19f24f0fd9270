"""A NUL in an address or a field, which PostgreSQL refuses, is refused by every page before it."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from commerce.enums import Scope
from commerce.models import Merchant, User
from commerce.services.keys import create_key
from postexp.kernel.tenancy import merchant_scope
from tests.full_shop import Route, parts_of, routes

# What lists are searched and filtered by, and what no page knows.
FILTERS = (
    *("q", "kind", "carrier", "order", "view", "about", "state", "actor", "lang"),
    *("cursor", "before", "after", "none"),
)


def addresses(namespace: str, shop: Merchant) -> dict[str, str]:
    """Return an address of each route of a face, by name."""
    return {
        route.name: reverse(route.name, kwargs=parts_of(route, shop)) for route in routes(namespace)
    }


def refused_by(client: Client, url: str) -> set[int]:
    """Return with which codes an address refuses a NUL in each place."""
    asked = {client.get(url, {name: "\0"}).status_code for name in FILTERS}
    posted = client.post(url, {"q": "\0", "incident": "\0"}).status_code
    return {*asked, client.get(url, {"export": "csv", "\0": "x"}).status_code, posted}


@pytest.mark.parametrize("namespace", ["dashboard:", "site:"])
def test_every_page_refuses_it(full_shop: Merchant, owner: User, namespace: str) -> None:
    client = Client()
    client.force_login(owner)
    wrong = {
        name: codes
        for name, url in addresses(namespace, full_shop).items()
        # The prepared page reads a language it knows from the address, and nothing else.
        if name not in ("site:tracking_page", "site:theme")
        and not (codes := refused_by(client, url)) <= {302, 400, 405}
    }
    assert wrong == {}


def test_so_does_a_part_of_the_address(full_shop: Merchant, owner: User) -> None:
    client = Client()
    client.force_login(owner)
    for path in ("orders/%00/", "parcels/x%00/", "messages/%00/", "returns/%00/"):
        assert client.get(f"/d/{full_shop.slug}/{path}").status_code == 400


def test_so_does_the_mailbox(full_shop: Merchant, owner: User) -> None:
    client = Client()
    client.force_login(owner)
    for path in ("?q=%00", "%00/", "%00/preview/"):
        assert client.get(f"/mailbox/{path}").status_code == 400


def test_so_do_the_addresses_of_the_api(full_shop: Merchant, owner: User, at: datetime) -> None:
    with merchant_scope(full_shop.pk):
        key = create_key(merchant=full_shop, name="Till", scopes=list(Scope), by=owner, at=at)
    api = Client(headers={"Authorization": f"Bearer {key.secret}"})
    wrong = {
        route.name: code
        for route in routes("api:")
        if route.parts and (code := api.get(_with_nul(route)).status_code) not in (400, 404, 405)
    }
    assert wrong == {}


def _with_nul(route: Route) -> str:
    return reverse(route.name, kwargs=dict.fromkeys(route.parts, "1")).replace("/1", "/%00")
