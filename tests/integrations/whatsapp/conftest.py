"""A made-up WhatsApp on this machine, and a shop of ours that is connected to it."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client, override_settings

from commerce.models import Merchant, User
from integrations.models import Connection
from integrations.whatsapp.access import connect_account
from integrations.whatsapp.fake.business import FakeBusiness, Thing
from integrations.whatsapp.fake.postman import body_of, signature_of
from integrations.whatsapp.fake.server import FakeWhatsApp
from notifications.ports import Outgoing
from tests.shops import log_in

BODY = "Hello {{1}}, your order {{2}} is on its way. Follow it at {{3}} at any time."


@pytest.fixture
def fake() -> Iterator[FakeWhatsApp]:
    """A business account, listening."""
    with (
        FakeWhatsApp() as fake,
        override_settings(ALLOW_PRIVATE_ADDRESSES=True, WHATSAPP_URL=fake.url),
    ):
        yield fake


@pytest.fixture
def business(fake: FakeWhatsApp) -> FakeBusiness:
    """What is at WhatsApp."""
    return fake.business


@pytest.fixture
def connected(business: FakeBusiness, scope: Merchant, owner: User, at: datetime) -> Connection:
    """The Japanese shop, connected to it."""
    return connect_account(
        merchant=scope,
        number=business.number_id,
        account=business.account_id,
        token=business.token,
        secret=business.app_secret,
        by=owner,
        at=at,
    )


@pytest.fixture
def staff(client: Client, owner: User, merchant: Merchant) -> Client:
    """A browser in which the owner is logged in."""
    log_in(client, owner)
    return client


@pytest.fixture
def tell(connected: Connection, business: FakeBusiness) -> Callable[[Thing], int]:
    """Deliver what happened, signed; return the status of the answer."""

    def deliver(event: Thing) -> int:
        body = body_of(event)
        answer = Client().post(
            f"/webhooks/whatsapp/{connected.public_id}/",
            body,
            content_type="application/json",
            headers={"X-Hub-Signature-256": signature_of(body, business.app_secret)},
        )
        return answer.status_code

    return deliver


def outgoing(merchant: Merchant, **changes: object) -> Outgoing:
    """A message that is ready for the wire."""
    values: dict[str, object] = {
        "message_id": "msg_1",
        "merchant_id": merchant.pk,
        "key": "k",
        "kind": "shipment.shipped",
        "klass": "transactional",
        "to": "+819012345678",
        "locale": "en",
        "subject": "Your parcel is on its way",
        "html": "<p>",
        "text": "text",
        "short": "Komorebi: Your parcel is on its way\nhttps://shop.example/m/1",
        "sender_name": "Komorebi",
        "reply_to": "",
        "link": "https://shop.example/m/1",
        "facts": {"customer_name": "Hanako", "order": {"number": "#1001"}},
    }
    return Outgoing(**{**values, **changes})  # type: ignore[arg-type]
