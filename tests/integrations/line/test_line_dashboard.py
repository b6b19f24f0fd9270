"""Connecting a shop to LINE from its settings, and what a test of the connection finds."""

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.line.access import webhook_address
from integrations.line.fake.account import FakeAccount
from integrations.line.fake.server import FakeLine
from integrations.models import Connection
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.integrations.line.conftest import deliver

PAGE = "/d/komorebi/settings/connections/"


def connect(staff: Client, account: FakeAccount, **changes: str) -> str:
    typed = {"line-secret": account.secret, "line-token": account.token, **changes}
    return staff.post(f"{PAGE}line/connect/", typed, follow=True).content.decode()


def test_connecting_tries_the_token(staff: Client, scope: Merchant, account: FakeAccount) -> None:
    page = connect(staff, account)
    assert "Connected: LINE." in page
    connection = Connection.objects.get()
    assert (connection.access_token, connection.secret) == (account.token, account.secret)
    assert (connection.account, connection.client_id) == (account.user, "@komorebi")
    assert "@komorebi" in page
    assert f"/webhooks/line/{connection.public_id}/" in page
    assert account.token not in page
    assert account.secret not in page
    kept = EventRecord.objects.get(type="connection.changed")
    assert account.token not in str(kept.payload)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"line-secret": "secret"}, "It is 32 digits"),
        ({"line-token": "another"}, "LINE does not accept the channel access token."),
    ],
)
def test_what_line_does_not_take_is_not_kept(
    staff: Client, scope: Merchant, account: FakeAccount, wrong: dict[str, str], words: str
) -> None:
    assert words in connect(staff, account, **wrong)
    assert not Connection.objects.exists()


def test_an_account_is_one_shops(
    staff: Client, account: FakeAccount, other_merchant: Merchant, scope: Merchant
) -> None:
    with merchant_scope(other_merchant.pk):
        Connection.objects.create(
            service="line",
            account=account.user,
            secret="s",
            client_id="@komorebi",
            connected_at="2026-11-01T00:00Z",
        )
    assert "Another shop is connected to this account." in connect(staff, account)


def test_what_is_wrong_is_found_by_a_test(
    staff: Client, account: FakeAccount, connected: Connection, fake: FakeLine
) -> None:
    def check() -> str:
        return staff.post(f"{PAGE}{connected.public_id}/check/", follow=True).content.decode()

    assert "“”" in check(), "no address was entered"
    account.endpoint = "https://elsewhere.example/"
    assert "“https://elsewhere.example/”" in check()
    account.endpoint = webhook_address(connected)
    account.webhooks_on = False
    assert "Webhooks are switched off." in check()
    account.webhooks_on = True
    assert "COULD_NOT_CONNECT" in check()

    answers = {"status": 401}
    fake.try_address = lambda: answers["status"]  # type: ignore[method-assign]
    assert "ERROR_STATUS_CODE" in check()
    answers["status"] = 200
    assert "Something is to be mended" not in check()
    right, account.token = account.token, "another"
    assert "LINE does not accept the channel access token." in check()
    account.token = right
    assert "Something is to be mended" not in check()


def test_the_verify_button_turns_the_light_on(
    staff: Client, account: FakeAccount, connected: Connection
) -> None:
    assert "Waiting for the first message" in staff.get(PAGE).content.decode()
    assert deliver(staff, connected, b'{"events":[]}', account.secret).status_code == 200
    assert "Waiting for the first message" not in staff.get(PAGE).content.decode()


def test_a_new_secret_leaves_the_old_one_a_day(
    staff: Client, account: FakeAccount, connected: Connection
) -> None:
    old, account.secret = account.secret, "f" * 32
    connect(staff, account)
    for secret in (old, account.secret):
        assert deliver(staff, connected, b'{"events":[]}', secret).status_code == 200
