"""Connecting a shop to Stripe from its settings, and what the page says of the connection."""

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.models import Connection
from integrations.stripe.access import is_live, shown_key
from integrations.stripe.fake.account import FakeAccount
from postexp.kernel.models import EventRecord

PAGE = "/d/komorebi/settings/connections/"


def typed(account: FakeAccount, **changes: str) -> dict[str, str]:
    """What staff type."""
    return {"stripe-key": account.key, "stripe-secret": account.webhook_secret, **changes}


def connect(staff: Client, account: FakeAccount, **changes: str) -> str:
    answer = staff.post(f"{PAGE}stripe/connect/", typed(account, **changes), follow=True)
    return answer.content.decode()


def test_connecting_tries_the_key_and_shows_its_mode(
    staff: Client, scope: Merchant, account: FakeAccount
) -> None:
    page = connect(staff, account)
    assert "Connected: Stripe." in page
    connection = Connection.objects.get()
    assert (connection.access_token, connection.secret) == (account.key, account.webhook_secret)
    assert connection.client_id == f"rk_test_…{account.key[-4:]}"
    assert connection.client_id in page
    assert "Test mode" in page
    assert f"/webhooks/stripe/{connection.public_id}/" in page
    assert "refund.created" in page
    assert account.key not in page
    assert account.webhook_secret not in page
    kept = EventRecord.objects.get(type="connection.changed")
    assert account.key not in str(kept.payload)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stripe-key": "pk_test_12345678"}, "It begins with rk_live_"),
        ({"stripe-key": "rk_test_12345678"}, "Stripe does not accept the key."),
        ({"stripe-secret": "secret"}, "It begins with whsec_."),
    ],
)
def test_what_stripe_does_not_take_is_not_kept(
    staff: Client, scope: Merchant, account: FakeAccount, wrong: dict[str, str], words: str
) -> None:
    assert words in connect(staff, account, **wrong)
    assert not Connection.objects.exists()


def test_the_address_of_webhooks_comes_before_their_secret(
    staff: Client, scope: Merchant, account: FakeAccount
) -> None:
    assert "/webhooks/stripe/con_" in connect(staff, account, **{"stripe-secret": ""})
    nobodys = Connection.objects.get().secret
    assert len(nobodys) > 40
    connect(staff, account)
    connect(staff, account, **{"stripe-secret": ""})
    connection = Connection.objects.get()
    assert (connection.secret, connection.old_secret) == (account.webhook_secret, nobodys)


def test_a_missing_permission_is_told_in_stripes_words(
    staff: Client, scope: Merchant, account: FakeAccount
) -> None:
    account.forbidden.add("refunds")
    assert "does not have the required permissions" in connect(staff, account)
    assert not Connection.objects.exists()


def test_a_key_that_was_revoked_is_found_by_a_check(
    staff: Client, account: FakeAccount, connected: Connection
) -> None:
    check = f"{PAGE}{connected.public_id}/check/"
    right, account.key = account.key, "rk_test_another"
    page = staff.post(check, follow=True).content.decode()
    assert "Stripe cannot be asked with this key" in page
    account.key = right
    page = staff.post(check, follow=True).content.decode()
    assert "Stripe cannot be asked with this key" not in page


def test_disconnecting_is_asked_and_forgets(
    staff: Client, account: FakeAccount, connected: Connection
) -> None:
    page = staff.post(f"{PAGE}{connected.public_id}/end/", follow=True).content.decode()
    assert "Disconnected." in page
    connected.refresh_from_db()
    assert (connected.access_token, connected.secret, connected.client_id) == ("", "", "")


@pytest.mark.parametrize(
    ("key", "shown", "live"),
    [
        ("rk_live_abcdefgh", "rk_live_…efgh", True),
        ("sk_test_live_efgh", "sk_test_…efgh", False),
    ],
)
def test_a_key_is_shown_by_its_ends(scope: Merchant, key: str, shown: str, live: bool) -> None:
    assert shown_key(key) == shown
    assert is_live(Connection(client_id=shown)) is live
