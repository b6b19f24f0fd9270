"""The shop's health page: green, or what to do, for this shop alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, SenderIdentity, User
from integrations.connections import connect
from integrations.models import Connection
from postexp.kernel import clock, doctor, health
from postexp.kernel.tenancy import merchant_scope


@pytest.fixture
def working(settings: Any, db: None) -> None:
    """A server on which everything works and mail is sent."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for part in health.PROCESSES:
        health.beat(part, at=clock.now())


def shown(client: Client, merchant: Merchant, user: User, language: str = "en") -> str:
    """Return the page as a person sees it."""
    client.force_login(user)
    answer = client.get(
        reverse("dashboard:health", args=[merchant.slug]), headers={"Accept-Language": language}
    )
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("working")
def test_a_well_shop_is_green(client: Client, merchant: Merchant, owner: User) -> None:
    page = shown(client, merchant, owner)
    assert "Everything is in order" in page
    assert "To do" not in page


@pytest.mark.usefixtures("working")
def test_everyone_of_the_shop_may_look(
    client: Client, merchant: Merchant, warehouse_worker: User
) -> None:
    assert "Everything is in order" in shown(client, merchant, warehouse_worker)


def test_a_standing_server_is_told(
    client: Client, merchant: Merchant, owner: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    page = shown(client, merchant, owner)
    assert "A part of the server stands still" in page
    assert "manage.py doctor" in page
    assert "keeps every mail in its mailbox" in page


@pytest.mark.usefixtures("working")
def test_failures_lead_to_their_page(client: Client, full_shop: Merchant, owner: User) -> None:
    page = shown(client, full_shop, owner)
    assert "2 things failed and wait for you." in page
    assert reverse("dashboard:failure_list", args=[full_shop.slug]) in page


@pytest.mark.usefixtures("working")
def test_failures_of_another_shop_are_not_told(
    client: Client, full_shop: Merchant, other_merchant: Merchant
) -> None:
    rival = User.objects.get(email="rival@example.com")
    assert "Nothing failed." in shown(client, other_merchant, rival)


@pytest.mark.usefixtures("working")
def test_a_silent_connection_and_an_unproven_sender_are_told(
    client: Client, merchant: Merchant, owner: User
) -> None:
    at = clock.now()
    with merchant_scope(merchant.pk):
        connect(service="shopify", account="quiet.myshopify.com", secret="s", at=at)
        assert {finding.state for finding in doctor.examine_shop(merchant, at=at)} == {"good"}
        Connection.objects.update(connected_at=at - timedelta(days=2))
        SenderIdentity.objects.create(from_address="hello@shop.example")
    page = shown(client, merchant, owner)
    assert "Nothing ever came from quiet.myshopify.com." in page
    assert "shop.example is not ready" in page
    assert reverse("dashboard:sending", args=[merchant.slug]) in page
    assert "2 things to do" in page
