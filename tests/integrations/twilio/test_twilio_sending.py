"""Sending by Twilio over its own protocol: taken, refused, put off, or nobody knows."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import override_settings

from commerce.models import Merchant
from integrations.connections import disconnect
from integrations.http import AddressRefused
from integrations.models import Connection
from integrations.twilio import client
from integrations.twilio.access import try_account
from integrations.twilio.errors import (
    AccountAsleep,
    SenderUnknown,
    TokenRefused,
    Unanswered,
    Unreached,
)
from integrations.twilio.fake.account import FakeAccount
from integrations.twilio.fake.server import FakeTwilio, Fault
from integrations.twilio.outbound import TwilioSms, can_whatsapp, send_whatsapp
from notifications.ports import PermanentFailure, TemporaryFailure, find_channel
from tests.integrations.twilio.conftest import (
    NUMBER,
    SERVICE,
    SHOPPER,
    TEMPLATE,
    WHATSAPP,
    outgoing,
)

SMS = TwilioSms()


def test_it_is_the_channel_for_sms() -> None:
    channel = find_channel("sms")
    assert isinstance(channel, TwilioSms)
    assert not channel.honours_keys
    assert channel.why_not("shipment.shipped", "ja") == ""


def test_a_message_is_taken(connected: Connection, account: FakeAccount) -> None:
    assert SMS.is_ready()
    taken = SMS.send(outgoing())
    [message] = account.messages.values()
    assert (taken.provider_id, taken.units) == (message["sid"], 1)
    assert (message["to"], message["from"]) == (SHOPPER, NUMBER)
    assert message["body"] == "On its way: https://example.com/t/1"
    report = urlsplit(account.callbacks[taken.provider_id])
    assert report.path == f"/webhooks/twilio/{connected.public_id}/"
    assert parse_qs(report.query) == {"message": ["msg_1"]}


def test_long_ones_are_several(connected: Connection) -> None:
    assert SMS.send(outgoing(short="配" * 135)).units == 3


def test_a_messaging_service_chooses_the_number(
    connected: Connection, account: FakeAccount
) -> None:
    connected.senders = {"sms": SERVICE}
    connected.save()
    taken = SMS.send(outgoing(short="配" * 71))
    [message] = account.messages.values()
    assert (message["messaging_service_sid"], message["from"]) == (SERVICE, None)
    assert message["num_segments"] == "0"
    assert taken.units == 2, "Twilio has not counted yet, so we did"


@pytest.mark.parametrize(
    ("to", "dead", "stopped", "words"),
    [
        ("+15005550001", True, False, "no valid phone number"),
        ("+15005550009", True, False, "takes no SMS"),
        ("+15005550004", False, True, "answered STOP"),
        ("+15005550002", False, False, "cannot reach this number"),
        ("+15005550003", False, False, "not send SMS to this country"),
        ("12", True, False, "no valid phone number"),
    ],
)
def test_what_is_refused_for_good(
    connected: Connection, to: str, dead: bool, stopped: bool, words: str
) -> None:
    with pytest.raises(PermanentFailure, match=words) as failure:
        SMS.send(outgoing(to))
    assert (failure.value.address_is_dead, failure.value.stopped) == (dead, stopped)


def test_an_unknown_refusal_names_no_number(connected: Connection) -> None:
    connected.senders = {"sms": "+15005550007"}
    connected.save()
    with pytest.raises(PermanentFailure, match=r"Twilio 21606: The From phone number … is") as one:
        SMS.send(outgoing())
    assert not one.value.address_is_dead


def test_a_text_too_long_is_refused(connected: Connection) -> None:
    with pytest.raises(PermanentFailure, match="too long"):
        SMS.send(outgoing(short="a" * 1601))


@pytest.mark.parametrize(("fault", "wait"), [(Fault.BUSY, 7.0), (Fault.ASKS_AGAIN, 3.0)])
def test_what_is_put_off(
    connected: Connection, fake: FakeTwilio, fault: Fault, wait: float
) -> None:
    fake.faults.append(fault)
    with pytest.raises(TemporaryFailure) as failure:
        SMS.send(outgoing())
    assert failure.value.retry_after == wait
    assert not fake.account.messages
    SMS.send(outgoing())


def test_its_limit_is_kept_to(connected: Connection, fake: FakeTwilio) -> None:
    fake.rate = 2
    SMS.send(outgoing())
    SMS.send(outgoing())
    with pytest.raises(TemporaryFailure) as failure:
        SMS.send(outgoing())
    assert failure.value.retry_after == 1.0
    assert len(fake.account.messages) == 2


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        (Fault.HANG_UP, 0),
        (Fault.BROKEN, 0),
        (Fault.DONE_THEN_SILENT, 1),
        (Fault.DONE_THEN_BROKEN, 1),
    ],
)
def test_where_nobody_knows_it_is_neither(
    connected: Connection, fake: FakeTwilio, fault: Fault, sent: int
) -> None:
    fake.faults.append(fault)
    with pytest.raises(Unanswered):
        SMS.send(outgoing())
    assert len(fake.account.messages) == sent


def test_a_slow_answer_counts(
    connected: Connection, fake: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.twilio.fake.server.SLOW_SECONDS", 0.1)
    fake.faults.append(Fault.SLOW)
    assert SMS.send(outgoing()).provider_id


def test_an_answer_too_slow_is_unknown(
    connected: Connection, fake: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(client.TwilioClient.__init__, "__kwdefaults__", {"answer_seconds": 0.2})
    fake.faults.append(Fault.SLOW)
    with pytest.raises(Unanswered):
        SMS.send(outgoing())


def test_a_token_that_no_longer_opens_waits_for_staff(
    connected: Connection, account: FakeAccount
) -> None:
    account.token = "another"
    with pytest.raises(TemporaryFailure, match="does not accept"):
        SMS.send(outgoing())


def test_a_sleeping_account_waits_for_staff(connected: Connection, account: FakeAccount) -> None:
    account.status = "suspended"
    with pytest.raises(TemporaryFailure):
        SMS.send(outgoing())


def test_what_never_left_is_sent_later(connected: Connection) -> None:
    with override_settings(TWILIO_URL="http://127.0.0.1:1"), pytest.raises(TemporaryFailure):
        SMS.send(outgoing())
    with (
        override_settings(ALLOW_PRIVATE_ADDRESSES=False),
        pytest.raises(TemporaryFailure) as failure,
    ):
        SMS.send(outgoing())
    assert isinstance(failure.value.__cause__, Unreached)
    assert isinstance(failure.value.__cause__.__cause__, AddressRefused)


def test_without_a_connection_there_is_no_sms(connected: Connection, scope: Merchant) -> None:
    disconnect(service="twilio", account=scope.public_id, at=connected.connected_at)
    connected.refresh_from_db()
    assert (connected.secret, connected.client_id) == ("", "")
    assert not SMS.is_ready()
    assert not can_whatsapp()
    with pytest.raises(PermanentFailure, match="not connected"):
        SMS.send(outgoing())


def test_templates_go_out_on_whatsapp(connected: Connection, account: FakeAccount) -> None:
    assert can_whatsapp()
    taken = send_whatsapp(outgoing(), template=TEMPLATE, variables=["花子 様", "https://x.example"])
    message = account.messages[taken.provider_id]
    assert (message["from"], message["to"]) == (f"whatsapp:{WHATSAPP}", f"whatsapp:{SHOPPER}")
    assert message["body"] == "花子 様 https://x.example"
    assert taken.units == 1
    with pytest.raises(PermanentFailure, match="21656"):
        send_whatsapp(outgoing(), template=TEMPLATE, variables=["one too few"])
    with pytest.raises(PermanentFailure, match="21655"):
        send_whatsapp(outgoing(), template="HX0", variables=[])
    connected.senders = {"sms": NUMBER}
    connected.save()
    assert not can_whatsapp()


def test_an_account_is_tried(fake: FakeTwilio, account: FakeAccount) -> None:
    try_account(account.sid, account.token, NUMBER)
    try_account(account.sid, account.token, SERVICE)
    for number in ("+15005550007", "+15005550010", f"MG{'6' * 32}"):
        with pytest.raises(SenderUnknown, match=number.replace("+", r"\+")):
            try_account(account.sid, account.token, number)
    for sid, token in ((account.sid, "other"), (f"AC{'0' * 32}", account.token)):
        with pytest.raises(TokenRefused):
            try_account(sid, token, NUMBER)
    account.status = "closed"
    with pytest.raises(AccountAsleep, match="closed"):
        try_account(account.sid, account.token, NUMBER)
    assert not account.messages


def test_a_product_has_its_own_address() -> None:
    with override_settings(TWILIO_URL="https://{product}.twilio.com"):
        assert client._base("api") == "https://api.twilio.com"
        assert client._base("messaging") == "https://messaging.twilio.com"
