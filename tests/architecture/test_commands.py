"""Addresses of commands, opened like pages, lead back to the page they belong to."""

import pytest
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory

from commerce.models import Merchant, User
from postexp.kernel import commands
from tests.full_shop import parts_of, routes


@pytest.mark.parametrize(
    ("command", "page"),
    [
        ("messages/msg_1/resend/", "messages/msg_1/"),
        ("messages/msg_1/allow-address/", "messages/msg_1/"),
        ("returns/ret_1/approve/", "returns/ret_1/"),
        ("settings/staff/7/role/", "settings/staff/"),
        ("privacy/prv_1/answer/", "privacy/"),
        # An event's page would match the address above, with "deliveries" for its id.
        ("events/deliveries/7/replay/", "events/"),
        ("refunds/rfd_1/retry/", "refunds/rfd_1/"),
    ],
)
def test_the_nearest_page_of_the_same_objects(command: str, page: str) -> None:
    assert commands.page_of(f"/d/komorebi/{command}") == f"/d/komorebi/{page}"


def test_there_may_be_no_page_above() -> None:
    assert commands.page_of("/webhooks/shopify/") == ""
    assert commands.page_of("/") == ""


def test_only_reading_leads_back() -> None:
    here, asked = "/d/komorebi/messages/msg_1/resend/", RequestFactory()
    fine, refused = HttpResponse(), HttpResponseNotAllowed(["POST"])
    assert commands.lead_back(asked.get(here), fine) is fine
    assert commands.lead_back(asked.delete(here), refused) is refused
    assert commands.lead_back(asked.get("/"), refused) is refused


@pytest.mark.usefixtures("wordless")
def test_no_address_of_the_dashboard_answers_a_reader_with_405(
    client: Client, full_shop: Merchant, owner: User
) -> None:
    client.force_login(owner)
    led = 0
    for route in routes("dashboard:"):
        path = "/" + route.path.replace("<slug:slug>", full_shop.slug)
        for part, value in parts_of(route, full_shop).items():
            for kind in ("str", "int", "slug"):
                path = path.replace(f"<{kind}:{part}>", str(value))
        response = client.get(path)
        assert response.status_code in (200, 302), (path, response.status_code)
        if response.status_code == 302 and path.startswith(response["Location"]):
            led += 1
            # A refund's own address leads on to its return.
            assert client.get(response["Location"], follow=True).status_code == 200, path
    assert led > 5


def test_the_api_goes_on_refusing(client: Client, db: None) -> None:
    response = client.get("/api/v1/returns/ret_1/approve")
    assert response["Content-Type"] == "application/problem+json"
