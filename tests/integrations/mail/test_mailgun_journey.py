"""A mail goes by django-anymail to a made-up Mailgun, and what becomes of it comes back signed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest

from commerce.models import Merchant
from integrations.mail import providers
from integrations.mail.fake.account import FakeAccount
from integrations.mail.fake.server import FakeMailgun, Fault
from notifications.models import Message, Receipt, Reply, Sending
from notifications.ports import Outgoing, PermanentFailure, TemporaryFailure
from notifications.selectors import find_suppression
from notifications.services.email import EmailChannel
from postexp.kernel.models import InboxMessage
from tests.integrations.mail.sent import make_sent

pytestmark = pytest.mark.django_db(transaction=True)
UNSUBSCRIBE = "https://shop.example/unsubscribe/abc"


@pytest.fixture
def mailgun(live_server: Any, settings: Any) -> Iterator[FakeMailgun]:
    """Mailgun, set up as the settings of a server have it."""
    site = urlsplit(live_server.url)
    account = FakeAccount()
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = f"Postexp <post@{account.domain}>"
    with FakeMailgun(account) as fake:
        settings.ANYMAIL = {
            "MAILGUN_API_URL": fake.url,
            "MAILGUN_API_KEY": account.key,
            "MAILGUN_SENDER_DOMAIN": account.domain,
            "MAILGUN_WEBHOOK_SIGNING_KEY": account.signing_key,
            "REQUESTS_TIMEOUT": 5,
        }
        netloc = f"{providers.passwords()[0]}@{site.netloc}"
        base = urlunsplit((site.scheme, netloc, "/webhooks/mail/mailgun", "", ""))
        account.tracking, account.inbound = f"{base}/tracking/", f"{base}/inbound/"
        yield fake


def hand_over(message: Message, *, unsubscribe: str = "") -> str:
    """Send a message as the engine does, and note what the provider calls it."""
    accepted = EmailChannel().send(
        Outgoing(
            message_id=message.public_id,
            merchant_id=message.merchant_id,
            key="postexp-1",
            kind=message.kind,
            klass=message.klass,
            to=message.address,
            locale="ja",
            subject="発送しました",
            html="<p>発送しました</p>",
            text="発送しました",
            short="",
            sender_name="森の道具店",
            reply_to="help@mori.example",
            unsubscribe=unsubscribe,
        )
    )
    Sending.objects.filter(message=message).update(provider_id=accepted.provider_id)
    return accepted.provider_id


def test_a_mail_arrives(mailgun: FakeMailgun, scope: Merchant, drain: Callable[[], None]) -> None:
    message = make_sent()
    provider_id = hand_over(message, unsubscribe=UNSUBSCRIBE)
    [mail] = mailgun.account.mails
    assert mail.id == provider_id == f"<{message.public_id}@{mailgun.account.domain}>"
    assert mail.headers["list-unsubscribe"] == f"<{UNSUBSCRIBE}>"
    assert mail.headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert mail.variables["message_id"] == message.public_id
    assert (mail.to, mail.text) == ("hana@example.jp", "発送しました")
    assert mailgun.account.carry(mail) == 200
    assert mailgun.account.tell("opened", mail) == 200
    assert mailgun.account.tell("clicked", mail, url="https://shop.example/") == 200
    drain()
    assert {one.kind for one in Receipt.objects.all()} == {"delivered", "opened", "clicked"}


def test_a_bounce_ends_mail_to_the_address(
    mailgun: FakeMailgun, scope: Merchant, drain: Callable[[], None]
) -> None:
    hand_over(make_sent())
    [mail] = mailgun.account.mails
    assert mailgun.account.bounce(mail) == 200
    drain()
    suppression = find_suppression("hana@example.jp")
    assert suppression is not None
    assert suppression.cause == "bounced"


def test_greylisting_ends_nothing(
    mailgun: FakeMailgun, scope: Merchant, drain: Callable[[], None]
) -> None:
    hand_over(make_sent())
    [mail] = mailgun.account.mails
    assert mailgun.account.defer(mail) == 200
    drain()
    assert Receipt.objects.get().kind == "deferred"
    assert find_suppression("hana@example.jp") is None
    assert Message.objects.get().state == "sent"


def test_a_complaint_and_an_unsubscription(
    mailgun: FakeMailgun, scope: Merchant, drain: Callable[[], None]
) -> None:
    hand_over(make_sent("hana@example.jp"))
    hand_over(make_sent("ken@example.jp"))
    complained, unsubscribed = mailgun.account.mails
    assert mailgun.account.tell("complained", complained) == 200
    assert mailgun.account.tell("unsubscribed", unsubscribed) == 200
    drain()
    assert {one.kind for one in Receipt.objects.all()} == {"complained", "unsubscribed"}
    suppression = find_suppression("hana@example.jp")
    assert suppression is not None
    assert suppression.cause == "complained"
    # Who unsubscribed gets no marketing; what they bought they still hear of.
    assert find_suppression("ken@example.jp") is None


def test_a_second_delivery_with_a_fresh_signature_is_a_repeat(
    mailgun: FakeMailgun, scope: Merchant, drain: Callable[[], None]
) -> None:
    hand_over(make_sent())
    [mail] = mailgun.account.mails
    event = {
        "event": "delivered",
        "timestamp": 1790000000.5,
        "recipient": mail.to,
        "message": {"headers": {"message-id": mail.id.strip("<>")}},
    }
    for _try in range(2):
        assert mailgun.account.post_event(event) == 200
    assert InboxMessage.objects.count() == 1


def test_a_forged_event_is_refused(mailgun: FakeMailgun, scope: Merchant) -> None:
    hand_over(make_sent())
    [mail] = mailgun.account.mails
    mailgun.account.signing_key = "forged"
    assert mailgun.account.carry(mail) == 401
    assert not InboxMessage.objects.exists()


def test_an_answer_comes_in(
    mailgun: FakeMailgun, scope: Merchant, drain: Callable[[], None]
) -> None:
    message = make_sent()
    answers = hand_over(message)
    status = mailgun.account.receive(
        sender="佐藤 花 <hana@example.jp>",
        to="help@mori.example",
        subject="Re: 発送しました",
        text="ありがとう",
        answers=answers,
    )
    assert status == 200
    drain()
    reply = Reply.objects.get()
    assert (reply.address, reply.text) == ("hana@example.jp", "ありがとう")
    assert Receipt.objects.get().kind == "replied"


def test_too_many_requests_are_tried_again_when_the_provider_says(
    mailgun: FakeMailgun, scope: Merchant
) -> None:
    mailgun.faults.append(Fault.BUSY)
    message = make_sent()
    with pytest.raises(TemporaryFailure) as caught:
        hand_over(message)
    assert caught.value.retry_after == 3
    assert mailgun.account.mails == []
    hand_over(message)
    assert len(mailgun.account.mails) == 1


def test_a_provider_that_is_not_there_has_no_mail(
    mailgun: FakeMailgun, scope: Merchant, settings: Any
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILGUN_API_URL": "http://127.0.0.1:9/v3"}
    with pytest.raises(TemporaryFailure):
        hand_over(make_sent())


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.HANG_UP, Fault.DONE_THEN_SILENT])
def test_who_fell_silent_may_have_the_mail(
    mailgun: FakeMailgun, scope: Merchant, fault: Fault
) -> None:
    mailgun.faults.append(fault)
    with pytest.raises(Exception) as caught:  # noqa: PT011  any but those that say it was not taken
        hand_over(make_sent())
    assert not isinstance(caught.value, TemporaryFailure | PermanentFailure)
    assert len(mailgun.account.mails) == (fault is Fault.DONE_THEN_SILENT)


def test_a_wrong_key_is_mended_by_staff(
    mailgun: FakeMailgun, scope: Merchant, settings: Any
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILGUN_API_KEY": "wrong"}
    with pytest.raises(TemporaryFailure):
        hand_over(make_sent())


def test_what_the_provider_refuses_is_refused(
    mailgun: FakeMailgun, scope: Merchant, settings: Any
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILGUN_SENDER_DOMAIN": "other.example"}
    with pytest.raises(PermanentFailure):
        hand_over(make_sent())


def test_the_fake_refuses_as_mailgun_does(mailgun: FakeMailgun) -> None:
    account = mailgun.account
    login = base64.b64encode(f"api:{account.key}".encode()).decode()
    address = f"{mailgun.url}/{account.domain}/messages"
    for fields, words in (
        ({"from": "a@x.example", "to": "nobody", "text": "x"}, "to parameter is not a valid"),
        ({"from": "a@x.example", "to": "b@x.example"}, "Need at least one of"),
    ):
        answer = httpx.post(address, data=fields, headers={"authorization": f"Basic {login}"})
        assert answer.status_code == 400
        assert words in answer.json()["message"]


def test_a_suppressed_address_fails_at_once(
    mailgun: FakeMailgun, scope: Merchant, drain: Callable[[], None]
) -> None:
    mailgun.account.bounced.add("hana@example.jp")
    hand_over(make_sent())
    [mail] = mailgun.account.mails
    assert mailgun.account.carry(mail) == 200
    drain()
    assert Receipt.objects.get().kind == "bounced"
