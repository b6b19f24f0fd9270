"""A shop's messages by SMS, from the event to the phone, and what comes back changes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from commerce.enums import Purpose
from commerce.models import Merchant, Order
from commerce.services.consents import note_consent
from commerce.services.orders import take_in_order
from integrations.models import Connection
from integrations.twilio.fake.account import Call, FakeAccount
from integrations.twilio.fake.server import FakeTwilio, Fault
from notifications.models import Flow, Message, Sending
from postexp.kernel import clock
from tests.facts import order_facts
from tests.integrations.twilio.conftest import SHOPPER
from tests.shops import drain_all

KIND = "order.thanks"


@pytest.fixture
def answers(account: FakeAccount, post: Callable[[Call], Any]) -> list[Any]:
    """What Twilio's reports are answered, each as it is sent."""
    heard: list[Any] = []
    account.listeners.append(lambda call: heard.append(post(call)))
    return heard


@pytest.fixture
def flow(connected: Connection, at: datetime, answers: list[Any]) -> Flow:
    """Orders are thanked for by SMS, else by e-mail."""
    made: Flow = Flow.objects.create(
        kind=KIND, chain=["sms", "email"], quiet="never", changed_at=at, changed_by="system"
    )
    return made


def buy(merchant: Merchant, number: str = "1") -> Order:
    """An order that has just been placed by somebody who wants to hear of it by SMS."""
    now = clock.now()
    facts = order_facts(external_id=number, number=f"#100{number}", placed_at=now, updated_at=now)
    order = take_in_order(facts, merchant=merchant, at=now).order
    assert order.customer is not None
    note_consent(
        order.customer,
        channel="sms",
        purpose=Purpose.SERVICE,
        granted=True,
        source="checkout",
        at=now,
    )
    drain_all()
    return order


def message() -> Message:
    found: Message = Message.objects.get(kind=KIND)
    return found


def test_it_goes_out_once_and_arrives(
    flow: Flow, scope: Merchant, account: FakeAccount, answers: list[Any]
) -> None:
    buy(scope)
    [sms] = account.messages.values()
    assert sms["to"] == SHOPPER
    assert sms["body"] == message().short
    assert message().public_id in sms["body"].rpartition("http")[2]
    sending = Sending.objects.get()
    assert (sending.channel, sending.state, sending.provider_id) == ("sms", "accepted", sms["sid"])
    assert sending.units == int(sms["num_segments"])
    account.deliver(sms["sid"])
    drain_all()
    told = sending.receipts.order_by("id").values_list("kind", flat=True)
    assert list(told) == ["handed_on", "delivered"]
    assert message().state == "sent"
    assert not mail.outbox


def test_what_does_not_arrive_goes_by_mail(
    flow: Flow, scope: Merchant, account: FakeAccount
) -> None:
    buy(scope)
    [sid] = account.messages
    account.report(sid, "undelivered", 30003)
    drain_all()
    assert [one.channel for one in Sending.objects.order_by("step")] == ["sms", "email"]
    assert (message().channel, message().state) == ("email", "sent")
    assert len(mail.outbox) == 1


def test_who_stopped_at_twilio_gets_mail_and_no_sms_again(
    flow: Flow, scope: Merchant, account: FakeAccount
) -> None:
    account.stopped.add(("+15005550006", SHOPPER))
    buy(scope)
    assert not account.messages
    assert (message().channel, message().state) == ("email", "sent")
    account.stopped.clear()
    buy(scope, "2")
    assert not account.messages, "we know by now, and do not ask"
    assert len(mail.outbox) == 2


def test_where_the_answer_was_lost_nothing_is_sent_twice_and_a_report_tells(
    flow: Flow, scope: Merchant, fake: FakeTwilio, account: FakeAccount
) -> None:
    fake.faults.append(Fault.DONE_THEN_SILENT)
    buy(scope)
    assert message().state == "outcome_unknown"
    drain_all()
    [sid] = account.messages
    account.deliver(sid)
    drain_all()
    assert message().state == "sent"
    assert len(account.messages) == 1
    assert not mail.outbox


def test_a_limit_is_waited_for(
    flow: Flow, scope: Merchant, fake: FakeTwilio, account: FakeAccount
) -> None:
    fake.faults.append(Fault.BUSY)
    buy(scope)
    assert not account.messages
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        drain_all()
    assert len(account.messages) == 1
    assert message().state == "sent"
