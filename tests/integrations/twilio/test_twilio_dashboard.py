"""Connecting a shop to Twilio from its settings."""

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.models import Connection
from integrations.twilio.fake.account import FakeAccount
from integrations.twilio.fake.server import FakeTwilio
from integrations.twilio.outbound import TwilioSms
from notifications.ports import TemporaryFailure
from postexp.kernel.models import EventRecord
from tests.integrations.twilio.conftest import NUMBER, SERVICE, WHATSAPP, outgoing

PAGE = "/d/komorebi/settings/connections/"


def typed(at_twilio: FakeAccount, **changes: str) -> dict[str, str]:
    """What staff type."""
    return {
        "twilio-account": at_twilio.sid,
        "twilio-secret": at_twilio.token,
        "twilio-sender": NUMBER,
        **{f"twilio-{name}": value for name, value in changes.items()},
    }


def connect(staff: Client, at_twilio: FakeAccount, **changes: str) -> str:
    answer = staff.post(f"{PAGE}twilio/connect/", typed(at_twilio, **changes), follow=True)
    return answer.content.decode()


def test_connecting_tries_what_was_typed(
    staff: Client, scope: Merchant, fake: FakeTwilio, account: FakeAccount
) -> None:
    page = connect(staff, account, whatsapp="whatsapp:+1 415-523-8886")
    assert "Connected: Twilio." in page
    connection = Connection.objects.get()
    assert (connection.client_id, connection.secret) == (account.sid, account.token)
    assert connection.senders == {"sms": NUMBER, "whatsapp": WHATSAPP}
    assert f"/webhooks/twilio/{connection.public_id}/" in page
    assert f"{NUMBER}, {WHATSAPP}" in page
    assert f'value="{account.sid}"' in page
    assert account.token not in page
    kept = EventRecord.objects.get(type="connection.changed")
    assert account.token not in str(kept.payload)
    assert not account.messages


def test_a_new_token_is_saved_over_the_old_one(
    staff: Client, scope: Merchant, fake: FakeTwilio, account: FakeAccount
) -> None:
    connect(staff, account)
    before, account.token = account.token, "f" * 32
    connect(staff, account, sender=SERVICE)
    connection = Connection.objects.get()
    assert (connection.secret, connection.old_secret) == (account.token, before)
    assert connection.senders == {"sms": SERVICE}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"account": "AC123"}, "It begins with AC"),
        ({"secret": "another"}, "does not accept this Account SID"),
        ({"account": f"AC{'0' * 32}"}, "does not accept this Account SID"),
        ({"sender": "+1 500 555 0007"}, "has no sender +15005550007"),
        ({"sender": "5005550006"}, "Write it with its country"),
        ({"sender": f"MG{'0' * 32}"}, "has no sender MG000"),
        ({"whatsapp": "Komorebi"}, "Write it with its country"),
    ],
)
def test_what_twilio_does_not_take_is_not_kept(
    staff: Client,
    scope: Merchant,
    fake: FakeTwilio,
    account: FakeAccount,
    wrong: dict[str, str],
    words: str,
) -> None:
    assert words in connect(staff, account, **wrong)
    assert not Connection.objects.exists()


def test_a_token_that_is_good_no_more_is_told_of(
    staff: Client, connected: Connection, account: FakeAccount
) -> None:
    good, account.token = account.token, "f" * 32
    with pytest.raises(TemporaryFailure):
        TwilioSms().send(outgoing())
    assert "Twilio does not let us in" in staff.get(PAGE).content.decode()
    check = f"{PAGE}{connected.public_id}/check/"
    assert "Copy both again" in staff.post(check, follow=True).content.decode()
    account.token = good
    assert "Twilio does not let us in" not in staff.post(check, follow=True).content.decode()


def test_what_is_taken_again_says_that_it_works_again(
    staff: Client, connected: Connection, account: FakeAccount
) -> None:
    good, account.token = account.token, "f" * 32
    with pytest.raises(TemporaryFailure):
        TwilioSms().send(outgoing())
    account.token = good
    TwilioSms().send(outgoing())
    assert "Twilio does not let us in" not in staff.get(PAGE).content.decode()


def test_ending_it_forgets_the_token(staff: Client, connected: Connection) -> None:
    page = staff.post(f"{PAGE}{connected.public_id}/end/", follow=True).content.decode()
    connected.refresh_from_db()
    assert connected.ended_at
    assert (connected.secret, connected.client_id) == ("", "")
    assert f'value="{NUMBER}"' not in page
