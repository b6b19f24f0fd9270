"""A message of the engine goes by WhatsApp, and by e-mail where it does not arrive there."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core import mail

from commerce.enums import Channel, Purpose
from commerce.models import Customer, Merchant, User
from commerce.selectors import get_merchant
from commerce.services.consents import note_consent
from commerce.services.orders import take_in_order
from integrations.models import Connection
from integrations.whatsapp.fake.business import FakeBusiness, Thing
from integrations.whatsapp.services import choose_template, read_templates
from notifications.models import Flow, Message
from postexp.kernel import clock
from tests.facts import order_facts

PERSON = "819012345678"


@pytest.fixture
def by_whatsapp(
    scope: Merchant, business: FakeBusiness, connected: Connection, owner: User, at: datetime
) -> None:
    """The shop thanks for orders by WhatsApp first, then by e-mail."""
    business.template("thanks", "ja", "ご注文 {{1}} をお受けしました。ありがとうございます。")
    read_templates(connected, at=at)
    choose_template(
        merchant=scope,
        connection=connected,
        kind="order.thanks",
        locale="ja",
        name="thanks",
        language="ja",
        fillings=["order"],
        by=owner,
        at=at,
    )
    Flow.objects.create(
        kind="order.thanks", chain=["whatsapp", "email"], changed_at=at, changed_by="staff:0"
    )


def thanked(drain: Callable[[], None]) -> Message:
    """Let somebody order who agreed to be written to, and return what thanks them."""
    now = clock.now()
    take_in_order(order_facts(placed_at=now), merchant=get_merchant(), at=now)
    note_consent(
        Customer.objects.get(),
        channel=Channel.WHATSAPP,
        purpose=Purpose.SERVICE,
        granted=True,
        source="test",
        at=now,
    )
    drain()
    message: Message = Message.objects.get(kind="order.thanks")
    return message


@pytest.mark.usefixtures("by_whatsapp")
def test_what_arrives_by_whatsapp_goes_no_other_way(
    business: FakeBusiness, tell: Callable[[Thing], int], drain: Callable[[], None]
) -> None:
    message = thanked(drain)
    (sent,) = business.messages
    assert (sent["to"], sent["mark"]) == (PERSON, message.public_id)
    assert (message.channel, message.state) == ("whatsapp", "sent")
    for event in business.events:
        tell(event)
    drain()
    assert len(mail.outbox) == 0


@pytest.mark.usefixtures("by_whatsapp")
def test_what_does_not_arrive_goes_by_e_mail(
    business: FakeBusiness, tell: Callable[[Thing], int], drain: Callable[[], None]
) -> None:
    business.absent.add(PERSON)
    message = thanked(drain)
    for event in business.events:
        tell(event)
    drain()
    message.refresh_from_db()
    assert (message.channel, message.state) == ("email", "sent")
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("by_whatsapp")
def test_an_answer_that_was_lost_is_settled_by_the_report(
    business: FakeBusiness, tell: Callable[[Thing], int], drain: Callable[[], None]
) -> None:
    business.inject("time_out_after", path="messages")
    message = thanked(drain)
    assert message.state == "outcome_unknown"
    assert len(business.messages) == 1
    drain()
    assert len(business.messages) == 1
    for event in business.events:
        tell(event)
    drain()
    message.refresh_from_db()
    assert message.state == "sent"
    assert len(mail.outbox) == 0
