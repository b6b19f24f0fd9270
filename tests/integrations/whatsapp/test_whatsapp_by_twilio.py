"""A shop whose WhatsApp sender is at Twilio: contents are chosen, and sent from there."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client, override_settings

from commerce.models import Merchant, User
from integrations.connections import disconnect
from integrations.models import Connection
from integrations.twilio.access import connect_account
from integrations.twilio.fake.account import FakeAccount
from integrations.twilio.fake.server import FakeTwilio
from integrations.whatsapp.models import KindTemplate
from integrations.whatsapp.outbound import WhatsApp
from notifications.ports import PermanentFailure
from tests.integrations.whatsapp.conftest import outgoing

CHANNEL = WhatsApp()
CONTENT = f"HX{'7' * 32}"
TEMPLATES = "/d/komorebi/settings/whatsapp/"
CHOICE = f"{TEMPLATES}shipment.shipped/en/"


@pytest.fixture
def account() -> Iterator[FakeAccount]:
    """An account at Twilio with a sender on WhatsApp, listening."""
    account = FakeAccount(whatsapp={"+14155238886"}, templates={CONTENT: 2})
    with (
        FakeTwilio(account) as fake,
        override_settings(ALLOW_PRIVATE_ADDRESSES=True, TWILIO_URL=fake.url),
    ):
        yield account


@pytest.fixture
def by_twilio(account: FakeAccount, scope: Merchant, owner: User, at: datetime) -> Connection:
    """The Japanese shop, connected to it."""
    return connect_account(
        merchant=scope,
        account=account.sid,
        token=account.token,
        sender="+15005550006",
        whatsapp="+14155238886",
        by=owner,
        at=at,
    )


def test_a_content_is_chosen_and_sent(
    staff: Client, scope: Merchant, account: FakeAccount, by_twilio: Connection, at: datetime
) -> None:
    assert CHANNEL.is_ready()
    assert "Read the templates anew" not in staff.get(TEMPLATES).content.decode()
    form = {"name": CONTENT, "variable_1": "order", "variable_2": "link", "variable_4": "shop"}
    page = staff.post(CHOICE, form, follow=True).content.decode()
    assert "The template is chosen." in page
    choice = KindTemplate.objects.get()
    assert (choice.name, choice.language, choice.fillings) == (CONTENT, "", ["order", "link"])
    assert CONTENT in staff.get(CHOICE).content.decode()
    taken = CHANNEL.send(outgoing(scope))
    sent = account.messages[taken.provider_id]
    assert sent["to"] == "whatsapp:+819012345678"
    disconnect(service="twilio", account=by_twilio.account, at=at)
    assert not CHANNEL.is_ready()


@pytest.mark.parametrize("name", ["", "HX1", "shipped"])
def test_what_is_no_content_is_not_chosen(staff: Client, by_twilio: Connection, name: str) -> None:
    assert staff.post(CHOICE, {"name": name}).status_code == 422
    assert not KindTemplate.objects.exists()


def test_every_variable_may_be_used(staff: Client, by_twilio: Connection) -> None:
    form = {f"variable_{place}": "order" for place in range(1, 9)}
    staff.post(CHOICE, {"name": CONTENT, **form})
    assert len(KindTemplate.objects.get().fillings) == 8


def test_a_template_of_another_account_is_none_of_twilios(
    scope: Merchant, by_twilio: Connection, at: datetime
) -> None:
    KindTemplate.objects.create(
        kind="shipment.shipped", locale="en", name="shipped", language="en", changed_at=at
    )
    assert "none of Twilio’s" in CHANNEL.why_not("shipment.shipped", "en")
    with pytest.raises(PermanentFailure):
        CHANNEL.send(outgoing(scope))


def test_a_sender_that_went_meanwhile_leaves_the_message_to_other_channels(
    staff: Client, scope: Merchant, by_twilio: Connection
) -> None:
    staff.post(CHOICE, {"name": CONTENT, "variable_1": "order", "variable_2": "link"})
    Connection.objects.update(senders={})
    with pytest.raises(PermanentFailure, match="not connected"):
        CHANNEL.send(outgoing(scope))
    assert staff.get(CHOICE).status_code == 404
