"""Connecting a shop to services, from the settings."""

from datetime import datetime

import pytest
from django.test import Client

from commerce.enums import Role
from commerce.models import Merchant, User
from commerce.services.merchants import add_member
from integrations import offers
from integrations.connections import connect
from integrations.forms import ShopifyForm
from integrations.models import Connection
from postexp.kernel import inbox
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope

PAGE = "/d/komorebi/settings/connections/"
SHOPIFY = {"shopify-account": "komorebi.myshopify.com", "shopify-secret": "shpss_secret"}


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    """The owner's browser."""
    client.force_login(owner)
    return client


@pytest.fixture
def shopify(scope: Merchant, at: datetime) -> Connection:
    """The shop's connection to Shopify."""
    return connect(service="shopify", account="komorebi.myshopify.com", secret="s", at=at)


def test_an_unconnected_shop_sees_how_to_begin(staff: Client, merchant: Merchant) -> None:
    page = staff.get(PAGE).content.decode()
    for words in ("Shopify domain", "Client ID", "Webhook secret", "write_orders", "Connections"):
        assert words in page


def test_every_service_stands_with_its_kind(staff: Client, merchant: Merchant) -> None:
    groups = staff.get(PAGE).context["groups"]
    placed = [one["service"] for group in groups for one in group["services"]]
    assert sorted(placed) == sorted(offers.FORMS)
    [channels] = [group["services"] for group in groups if group["name"] == "channels"]
    assert [one["service"] for one in channels] == ["line", "twilio", "whatsapp", "messages"]


def test_shopify_is_connected(staff: Client, scope: Merchant, owner: User) -> None:
    answer = staff.post(f"{PAGE}shopify/connect/", SHOPIFY, follow=True)
    page = answer.content.decode()
    connection = Connection.objects.get()
    assert (connection.account, connection.secret) == ("komorebi.myshopify.com", "shpss_secret")
    assert "Connected: Shopify." in page
    assert "Waiting for the first message" in page
    assert "http://127.0.0.1:8000/webhooks/shopify/" in page
    assert "shpss_secret" not in page
    event = EventRecord.objects.get(type="connection.changed")
    assert (event.actor, event.payload["service"]) == (owner.actor, "shopify")
    assert "shpss_secret" not in str(event.payload)


def test_the_secret_is_rotated_and_the_old_one_still_verifies(
    staff: Client, shopify: Connection
) -> None:
    staff.post(f"{PAGE}shopify/connect/", SHOPIFY)
    shopify.refresh_from_db()
    assert (shopify.secret, shopify.old_secret) == ("shpss_secret", "s")


def test_easypost_gets_an_address_of_its_own(staff: Client, scope: Merchant) -> None:
    staff.post(f"{PAGE}easypost/connect/", {"easypost-secret": "long enough"})
    connection = Connection.objects.get(service="easypost")
    assert connection.account == scope.public_id
    assert f"/webhooks/easypost/{connection.public_id}/" in staff.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("service", "typed", "field"),
    [
        ("shopify", {**SHOPIFY, "shopify-account": "komorebi.example"}, "account"),
        ("shopify", {**SHOPIFY, "shopify-account": "evil.com/x.myshopify.com"}, "account"),
        ("shopify", {**SHOPIFY, "shopify-secret": ""}, "secret"),
        ("easypost", {"easypost-secret": "short"}, "secret"),
    ],
)
def test_a_bad_connection_is_refused_at_its_field(
    staff: Client, scope: Merchant, service: str, typed: dict[str, str], field: str
) -> None:
    answer = staff.post(f"{PAGE}{service}/connect/", typed)
    assert answer.status_code == 422
    shown = (one for group in answer.context["groups"] for one in group["services"])
    form = next(one["form"] for one in shown if one["service"] == service)
    assert list(form.errors) == [field]
    assert not Connection.objects.exists()


def test_only_services_we_know(staff: Client, merchant: Merchant) -> None:
    assert staff.post(f"{PAGE}carrier-pigeon/connect/").status_code == 404


@pytest.mark.parametrize(
    "typed", ["komorebi.myshopify.com", " HTTPS://Komorebi.myshopify.com/admin "]
)
def test_a_domain_may_be_copied_from_the_address_bar(typed: str) -> None:
    form = ShopifyForm({"account": typed, "secret": "x"})
    assert form.is_valid()
    assert form.cleaned_data["account"] == "komorebi.myshopify.com"


def test_an_account_belongs_to_one_shop(
    staff: Client, scope: Merchant, other_merchant: Merchant, at: datetime
) -> None:
    with merchant_scope(other_merchant.pk):
        connect(service="shopify", account="komorebi.myshopify.com", secret="theirs", at=at)
    answer = staff.post(f"{PAGE}shopify/connect/", SHOPIFY)
    assert answer.status_code == 422
    assert "Another shop is connected to this account" in answer.content.decode()
    assert Connection.every_merchant.get().secret == "theirs"


def test_the_light_turns_on_with_the_first_message(
    staff: Client, shopify: Connection, at: datetime
) -> None:
    light = f"{PAGE}{shopify.public_id}/light/"
    assert 'hx-trigger="every 5s"' in staff.get(light).content.decode()
    inbox.store(
        source="shopify",
        topic="orders/create",
        provider_key="1",
        merchant_id=shopify.merchant_id,
        headers={},
        body=b"{}",
        at=at,
    )
    on = staff.get(light).content.decode()
    assert "hx-trigger" not in on
    assert "Last message" in on


def test_a_connection_ends_after_a_question(
    staff: Client, shopify: Connection, owner: User
) -> None:
    url = f"{PAGE}{shopify.public_id}/end/"
    assert "Disconnect this service?" in staff.get(url).content.decode()
    assert "<html" not in staff.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Everything received so far stays." in staff.post(url, follow=True).content.decode()
    shopify.refresh_from_db()
    assert shopify.ended_at is not None
    assert EventRecord.objects.filter(type="connection.changed", actor=owner.actor).count() == 1
    answer = staff.get(PAGE)
    page = answer.content.decode()
    assert "Disconnected" in page
    assert "Connect again" in page
    [shown] = answer.context["groups"][0]["services"]
    assert (len(shown["rows"]), shown["connected"]) == (1, False)
    assert "Send its webhooks to this address" not in page


def test_connections_are_out_of_others_reach(
    client: Client,
    staff: Client,
    merchant: Merchant,
    other_merchant: Merchant,
    owner: User,
    at: datetime,
) -> None:
    with merchant_scope(other_merchant.pk):
        theirs = connect(service="shopify", account="x.myshopify.com", secret="s", at=at)
    for act in ("light", "end"):
        assert staff.get(f"{PAGE}{theirs.public_id}/{act}/").status_code == 404
    with merchant_scope(merchant.pk):
        agent = User.objects.create_user("agent@example.com")
        add_member(merchant=merchant, user=agent, role=Role.AGENT, by=owner, at=at)
    client.force_login(agent)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}shopify/connect/", SHOPIFY).status_code == 403
