"""A made-up Twilio on this machine, and a shop of ours that is connected to it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client, override_settings

from commerce.models import Merchant, User
from integrations.models import Connection
from integrations.twilio.access import connect_account
from integrations.twilio.fake.account import Call, FakeAccount
from integrations.twilio.fake.server import FakeTwilio
from notifications.ports import Outgoing
from tests.shops import log_in

SERVICE = f"MG{'5' * 32}"
NUMBER = "+15005550006"
SHOPPER = "+819012345678"
WHATSAPP = "+14155238886"
TEMPLATE = f"HX{'7' * 32}"


@pytest.fixture
def account() -> FakeAccount:
    """What is at Twilio."""
    return FakeAccount(
        services={SERVICE: NUMBER},
        whatsapp={WHATSAPP},
        templates={TEMPLATE: 2},
        voice_numbers={"+15005550010"},
    )


@pytest.fixture
def fake(account: FakeAccount) -> Iterator[FakeTwilio]:
    """The account, listening."""
    with (
        FakeTwilio(account) as fake,
        override_settings(ALLOW_PRIVATE_ADDRESSES=True, TWILIO_URL=fake.url),
    ):
        yield fake


@pytest.fixture
def connected(fake: FakeTwilio, scope: Merchant, owner: User, at: datetime) -> Connection:
    """The Japanese shop, connected to it."""
    return connect_account(
        merchant=scope,
        account=fake.account.sid,
        token=fake.account.token,
        sender=NUMBER,
        whatsapp=WHATSAPP,
        by=owner,
        at=at,
    )


@pytest.fixture
def staff(client: Client, owner: User, merchant: Merchant) -> Client:
    """A browser in which the owner is logged in."""
    log_in(client, owner)
    return client


@pytest.fixture
def post(client: Client, account: FakeAccount) -> Callable[[Call], Any]:
    """Carry a request of Twilio to us."""

    def carry(call: Call) -> Any:
        path = call.url.partition("//")[2].partition("/")[2]
        headers = dict(call.headers)
        kind = headers.pop("Content-Type")
        return client.post(f"/{path}", call.body, content_type=kind, headers=headers)

    return carry


def outgoing(to: str = SHOPPER, short: str = "On its way: https://example.com/t/1") -> Outgoing:
    """A message as the engine hands it over."""
    return Outgoing(
        message_id="msg_1",
        merchant_id=1,
        key="key",
        kind="shipment.shipped",
        klass="transactional",
        to=to,
        locale="ja",
        subject="Shipped",
        html="<p>Shipped</p>",
        text="Shipped",
        short=short,
        sender_name="Komorebi",
        reply_to="help@example.com",
    )
