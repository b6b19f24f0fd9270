"""A made-up LINE on this machine, and a shop of ours that is connected to it."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client, override_settings

from commerce.models import Merchant, User
from integrations.line.access import connect_account
from integrations.line.fake.account import FakeAccount, Friend
from integrations.line.fake.postman import body_of, signature_of
from integrations.line.fake.server import FakeLine
from integrations.models import Connection
from postexp.kernel import clock
from postexp.kernel.models import Delivery, DeliveryState
from tests.shops import log_in


@pytest.fixture
def fake() -> Iterator[FakeLine]:
    """An official account at LINE, listening."""
    with (
        FakeLine() as fake,
        override_settings(
            ALLOW_PRIVATE_ADDRESSES=True, LINE_URL=fake.url, LINE_DIALOG_URL=fake.url
        ),
    ):
        yield fake


@pytest.fixture
def account(fake: FakeLine) -> FakeAccount:
    """What is at LINE."""
    return fake.account


@pytest.fixture
def connected(fake: FakeLine, scope: Merchant, owner: User, at: datetime) -> Connection:
    """The Japanese shop, connected to it."""
    return connect_account(
        merchant=scope, secret=fake.account.secret, token=fake.account.token, by=owner, at=at
    )


@pytest.fixture
def staff(client: Client, owner: User, merchant: Merchant) -> Client:
    """A browser in which the owner is logged in."""
    log_in(client, owner)
    return client


@pytest.fixture
def hana(account: FakeAccount, connected: Connection) -> Friend:
    """Somebody who added the shop as a friend, which was not told yet."""
    return account.befriend("花")


@pytest.fixture
def told(
    account: FakeAccount, client: Client, connected: Connection, drain: Callable[[], None]
) -> Callable[..., Any]:
    """Bring what has happened at LINE since the last time to our door, and do what is due then."""
    sent: set[str] = set()

    def run(*, again: bool = False) -> Any:
        news = [one for one in account.events if again or one["webhookEventId"] not in sent]
        sent.update(one["webhookEventId"] for one in news)
        answer = deliver(client, connected, body_of(account, news, again=again), account.secret)
        assert answer.status_code == 200, answer.content
        drain()
        return answer.json()

    return run


@pytest.fixture
def wait_for() -> Callable[[Callable[[], Any]], None]:
    """Wait until something is so, for five seconds at most."""

    def wait(is_so: Callable[[], Any]) -> None:
        until = time.monotonic() + 5
        while not is_so():
            assert time.monotonic() < until
            time.sleep(0.01)

    return wait


def deliver(client: Client, connection: Connection, body: bytes, secret: str) -> Any:
    """Send a signed request to the address of a connection."""
    return client.post(
        f"/webhooks/line/{connection.public_id}/",
        body,
        content_type="application/json",
        headers={"x-line-signature": signature_of(body, secret)},
    )


def retry_now() -> None:
    """Let the outbox take its waiting retries at once."""
    Delivery.every_merchant.filter(state=DeliveryState.PENDING).update(next_at=clock.now())
