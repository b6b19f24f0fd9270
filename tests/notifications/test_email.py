"""The e-mail channel: what travels, and how each answer of a mail server is read."""

from __future__ import annotations

import smtplib
from email import message_from_string, policy
from email.header import decode_header, make_header
from typing import Any

import pytest
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings
from requests import Response

from notifications.mailbox import MailboxBackend
from notifications.models import MailboxMail
from notifications.ports import Outgoing, PermanentFailure, TemporaryFailure
from notifications.services.email import EmailChannel, build

MAIL = Outgoing(
    message_id="msg_abc",
    merchant_id=7,
    key="postexp-12-notifications.send",
    sender_name="森の道具店",
    reply_to="help@mori.example",
    kind="order.thanks",
    klass="transactional",
    short="",
    to="hana@example.jp",
    locale="ja",
    subject="ご注文ありがとうございます",
    html="<p>ありがとうございます</p>",
    text="ありがとうございます\n",
)


def api_error(status: int) -> AnymailRequestsAPIError:
    """What django-anymail raises for an answer of a provider's API."""
    response = Response()
    response.status_code = status
    return AnymailRequestsAPIError("the provider answered", response=response)


class Backend(BaseEmailBackend):
    """A mail backend that answers as it is told."""

    on_open: Exception | None = None
    on_send: Exception | None = None
    status: Any = None

    def open(self) -> bool:
        if self.on_open:
            raise self.on_open
        return True

    def send_messages(self, email_messages: Any) -> int:
        if self.on_send:
            raise self.on_send
        for message in email_messages:
            message.anymail_status = self.status
        return len(email_messages)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> type[Backend]:
    class Told(Backend):
        pass

    from notifications.services import email as module

    monkeypatch.setattr(module, "get_connection", lambda **_: Told())
    return Told


@override_settings(DEFAULT_FROM_EMAIL="Postexp <post@mail.example>")
def test_the_mail_names_the_shop_and_answers_go_to_its_support() -> None:
    mime = build(MAIL).message()
    sender = str(make_header(decode_header(mime["From"])))
    assert sender == "森の道具店 <post@mail.example>"
    assert str(make_header(decode_header(mime["Reply-To"]))) == "森の道具店 <help@mori.example>"
    assert mime["Message-ID"] == "<msg_abc@mail.example>"
    assert mime["Auto-Submitted"] == "auto-generated"
    assert mime["Content-Language"] == "ja"
    assert mime["X-Entity-Ref-ID"] == MAIL.key


@pytest.mark.parametrize(
    "name", ['Mori "Wood" <Goods>, Inc.', "森の道具店\r\nBcc: all@example.com"]
)
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    mime = build(Outgoing(**{**vars(MAIL), "sender_name": name})).message()
    sender = message_from_string(mime.as_string(), policy=policy.default)["From"].addresses
    assert [address.addr_spec for address in sender] == ["no-reply@localhost"]
    assert sender[0].display_name == name.replace("\r\n", "")
    assert mime["Bcc"] is None


def test_both_parts_travel_the_plain_one_first() -> None:
    parsed = message_from_string(build(MAIL).message().as_string(), policy=policy.default)
    kinds = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html"]


def test_without_a_support_address_there_is_no_reply_address() -> None:
    mail = Outgoing(**{**vars(MAIL), "reply_to": ""})
    assert build(mail).message()["Reply-To"] is None


def test_a_support_address_may_have_a_domain_of_its_own_script() -> None:
    mail = Outgoing(**{**vars(MAIL), "reply_to": "help@森.example"})
    assert "help@xn--" in str(make_header(decode_header(build(mail).message()["Reply-To"])))


def test_an_address_that_is_none_fails_before_anything_is_handed_over(
    backend: type[Backend],
) -> None:
    mail = Outgoing(**{**vars(MAIL), "reply_to": f"help@{'x' * 70}.example"})
    with pytest.raises(PermanentFailure, match="cannot be put together"):
        EmailChannel().send(mail)


def test_providers_get_the_message_id_and_the_key() -> None:
    metadata = build(MAIL).metadata  # type: ignore[attr-defined]
    assert metadata == {"message_id": "msg_abc", "merchant_id": "7", "key": MAIL.key}


def test_the_providers_id_comes_back(backend: type[Backend]) -> None:
    class Status:
        message_id = "provider-1"

    backend.status = Status()
    assert EmailChannel().send(MAIL).provider_id == "provider-1"


def test_a_plain_server_gives_no_id(backend: type[Backend]) -> None:
    assert EmailChannel().send(MAIL).provider_id == ""


@pytest.mark.parametrize(
    "error",
    [
        *(ConnectionRefusedError("refused"), smtplib.SMTPConnectError(421, b"busy")),
        *(TimeoutError(), AnymailConfigurationError("no key")),
    ],
)
def test_a_server_that_is_not_there_is_tried_again(
    backend: type[Backend], error: Exception
) -> None:
    backend.on_open = error
    with pytest.raises(TemporaryFailure):
        EmailChannel().send(MAIL)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"hana@example.jp": (451, b"greylisted")}),
        smtplib.SMTPSenderRefused(452, b"slow down", "post@mail.example"),
        smtplib.SMTPDataError(451, "local error"),
        api_error(429),
        api_error(401),
    ],
)
def test_no_for_now_is_tried_again(backend: type[Backend], error: Exception) -> None:
    backend.on_send = error
    with pytest.raises(TemporaryFailure):
        EmailChannel().send(MAIL)


@pytest.mark.parametrize(
    ("error", "dead"),
    [
        (smtplib.SMTPRecipientsRefused({"hana@example.jp": (550, b"no such user")}), True),
        (smtplib.SMTPRecipientsRefused({"hana@example.jp": (550, b"5.1.1 unknown")}), True),
        (smtplib.SMTPRecipientsRefused({"hana@example.jp": (554, b"5.7.1 relay denied")}), False),
        (smtplib.SMTPRecipientsRefused({"hana@example.jp": (550, b"5.7.26 no DMARC")}), False),
        (smtplib.SMTPRecipientsRefused({"hana@example.jp": (552, b"mailbox full")}), False),
        (AnymailRecipientsRefused("blocked"), True),
        (smtplib.SMTPSenderRefused(553, b"not yours", "post@mail.example"), False),
        (smtplib.SMTPDataError(554, b"spam"), False),
        (api_error(400), False),
        (AnymailUnsupportedFeature("no attachments"), False),
    ],
)
def test_no_for_good_is_final(backend: type[Backend], error: Exception, dead: bool) -> None:
    backend.on_send = error
    with pytest.raises(PermanentFailure) as failure:
        EmailChannel().send(MAIL)
    assert failure.value.address_is_dead is dead


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPServerDisconnected("in the middle"),
        TimeoutError("no answer to DATA"),
        api_error(502),
        AnymailAPIError("no answer"),
    ],
)
def test_silence_is_neither(backend: type[Backend], error: Exception) -> None:
    backend.on_send = error
    with pytest.raises(type(error)):
        EmailChannel().send(MAIL)


@pytest.mark.django_db
def test_the_mailbox_keeps_every_part_and_the_whole() -> None:
    with override_settings(EMAIL_BACKEND="notifications.mailbox.MailboxBackend"):
        EmailChannel().send(MAIL)
    mail = MailboxMail.objects.get()
    assert (mail.merchant_id, mail.message_id) == (7, "msg_abc")
    assert (mail.subject, mail.html, mail.text) == (MAIL.subject, MAIL.html, MAIL.text)
    assert mail.recipients == "hana@example.jp"
    assert "Message-ID: <msg_abc@" in mail.mime


@pytest.mark.django_db
def test_the_houses_own_mails_belong_to_no_shop() -> None:
    plain = EmailMessage("Reset", "Follow this link.", to=["owner@example.com"])
    nobody = EmailMessage("To nobody", "…")
    assert MailboxBackend().send_messages([plain, nobody]) == 1
    mail = MailboxMail.objects.get()
    assert (mail.merchant_id, mail.message_id, mail.html) == (None, "", "")
    assert mail.text == "Follow this link."


def test_marketing_is_ended_with_one_click_and_nothing_else_is() -> None:
    url = "https://shop.example/s/mori/unsubscribe/abc"
    marketing = build(Outgoing(**{**vars(MAIL), "klass": "marketing", "unsubscribe": url}))
    sent = message_from_string(marketing.message().as_string())
    assert sent["List-Unsubscribe"] == f"<{url}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = build(MAIL).message()
    assert "List-Unsubscribe" not in plain
    assert "List-Unsubscribe-Post" not in plain


@pytest.mark.parametrize(
    ("module", "told"), [("postmark", "true"), ("mailgun", None), ("amazon_ses", None)]
)
def test_postmark_is_asked_to_keep_our_message_id(
    settings: Any, module: str, told: str | None
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{module}.EmailBackend"
    assert build(MAIL).message()["X-PM-KeepID"] == told


@pytest.mark.parametrize(
    ("told", "wait"), [("3", 3.0), ("99999", 3600.0), ("soon", 0.0), ("", 0.0), ("-1", 0.0)]
)
def test_a_provider_says_how_long_to_wait(backend: type[Backend], told: str, wait: float) -> None:
    error = api_error(429)
    assert error.response is not None
    error.response.headers["Retry-After"] = told
    backend.on_send = error
    with pytest.raises(TemporaryFailure) as caught:
        EmailChannel().send(MAIL)
    assert caught.value.retry_after == wait
