"""What mail providers tell is read the same of all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent
from hypothesis import given
from hypothesis import strategies as st

from integrations.mail import providers
from integrations.mail.parse import (
    Mail,
    Tracked,
    heard_of,
    key_of,
    read_excerpt,
    topic_of,
    write_excerpt,
)
from notifications.enums import ReceiptKind

OURS = "msg_4XkT9aGm2Qw7Zr8Bc5Nd6Ef"
AT = datetime(2026, 11, 20, 1, tzinfo=UTC)


def tracked(**told: Any) -> Tracked:
    [one] = heard_of(
        [AnymailTrackingEvent(**{"timestamp": AT, "recipient": "a@x.example", **told})]
    )
    assert isinstance(one, Tracked)
    return one


def mail(raw: str, **told: Any) -> Mail:
    message = AnymailInboundMessage.parse_raw_mime(raw)
    for name, value in told.items():
        setattr(message, name, value)
    [one] = heard_of([AnymailInboundEvent(event_type="inbound", message=message)])
    assert isinstance(one, Mail)
    return one


@pytest.mark.parametrize(
    ("event_type", "reason", "receipt"),
    [
        ("delivered", None, ReceiptKind.DELIVERED),
        ("opened", None, ReceiptKind.OPENED),
        ("clicked", None, ReceiptKind.CLICKED),
        ("deferred", "other", ReceiptKind.DEFERRED),
        ("bounced", "bounced", ReceiptKind.BOUNCED),
        ("bounced", "invalid", ReceiptKind.BOUNCED),
        ("bounced", "timed_out", ReceiptKind.FAILED),
        ("bounced", "spam", ReceiptKind.FAILED),
        ("bounced", "blocked", ReceiptKind.FAILED),
        ("bounced", "other", ReceiptKind.FAILED),
        ("bounced", None, ReceiptKind.BOUNCED),
        ("rejected", "bounced", ReceiptKind.FAILED),
        ("failed", None, ReceiptKind.FAILED),
        ("complained", "spam", ReceiptKind.COMPLAINED),
        ("unsubscribed", None, ReceiptKind.UNSUBSCRIBED),
        ("queued", None, None),
        ("sent", None, ReceiptKind.HANDED_ON),
        ("autoresponded", None, None),
        ("subscribed", None, None),
        ("unknown", None, None),
    ],
)
def test_only_a_dead_mailbox_bounces(
    event_type: str, reason: str | None, receipt: ReceiptKind | None
) -> None:
    assert tracked(event_type=event_type, reject_reason=reason).receipt == receipt


@pytest.mark.parametrize(
    "told",
    [
        {"Type": "SoftBounce"},
        {"event": "soft_bounce"},
        {"type": "activity.soft_bounced"},
        {"bounce": {"bounceType": "Transient"}},
        {"bounce": {"bounceType": "Undetermined"}},
        {"hard_bounce": False},
        {"bounce_class": "22"},
    ],
)
def test_a_soft_bounce_stops_no_address(told: dict[str, Any]) -> None:
    one = tracked(event_type="bounced", reject_reason="bounced", esp_event=told)
    assert one.receipt == ReceiptKind.FAILED


@pytest.mark.parametrize(
    "told", [{"Type": "HardBounce"}, {"bounce": {"bounceType": "Permanent"}}, {"hard_bounce": True}]
)
def test_a_hard_one_does(told: dict[str, Any]) -> None:
    one = tracked(event_type="bounced", reject_reason="bounced", esp_event=told)
    assert one.receipt == ReceiptKind.BOUNCED


def test_our_id_is_in_the_metadata_or_the_message_id() -> None:
    by_metadata = tracked(event_type="opened", metadata={"message_id": OURS}, message_id="x")
    assert (by_metadata.message_id, by_metadata.provider_id) == (OURS, "x")
    by_header = tracked(event_type="opened", message_id=f"<{OURS}@mail.example>")
    assert by_header.message_id == OURS
    assert tracked(event_type="opened", message_id="<other@mail.example>").message_id == ""
    assert tracked(event_type="opened", metadata=None, message_id=None).message_id == ""


def test_a_second_try_is_told_by_what_it_tells_not_by_its_number() -> None:
    once = tracked(event_type="delivered", message_id="m", event_id="token-1")
    again = tracked(event_type="delivered", message_id="m", event_id="token-2")
    assert key_of("mailgun", [once], b"1") == key_of("mailgun", [again], b"2")
    for other in (
        tracked(event_type="opened", message_id="m", event_id="token-1"),
        tracked(event_type="delivered", message_id="n", event_id="token-1"),
        tracked(event_type="delivered", message_id="m", recipient="b@x.example"),
        tracked(event_type="delivered", message_id="m", timestamp=None, event_id="token-1"),
    ):
        assert key_of("mailgun", [once], b"1") != key_of("mailgun", [other], b"1")
    assert key_of("mailgun", [], b"1") != key_of("mailgun", [], b"2")
    assert topic_of("tracking", [once, again]) == "delivered"
    assert topic_of("tracking", []) == "tracking"


ANSWER = f"""From: Hana <Hana@Example.jp>
To: help@shop.example
Cc: b@x.example
Subject: Re: Your parcel
Message-ID: <abc@example.jp>
In-Reply-To: <{OURS}@mail.example>
References: <0100abc-1@email.amazonses.com> <{OURS}@mail.example>
Date: Fri, 20 Nov 2026 10:00:00 +0900
Content-Type: text/plain

Thank you!

> What we wrote
"""


def test_an_answer_names_what_it_answers() -> None:
    one = mail(ANSWER, stripped_text="Thank you!", envelope_recipient="in@shop.example")
    assert one == Mail(
        sender="hana@example.jp",
        recipients=("in@shop.example", "help@shop.example", "b@x.example"),
        subject="Re: Your parcel",
        text="Thank you!",
        provider_id="<abc@example.jp>",
        answers=(OURS,),
        references=("<0100abc-1@email.amazonses.com>", "0100abc-1"),
        at="2026-11-20T01:00:00+00:00",
    )
    assert one.moment == AT
    assert mail(ANSWER).text == "Thank you!\n\n> What we wrote"


def test_html_alone_is_read_as_words() -> None:
    raw = (
        "From: a@x.example\nContent-Type: text/html\n\n"
        "<html><head><style>p{color:red}</style></head><body><p>Hello&amp;</p><p>you</p></body>"
    )
    assert mail(raw).text == "Hello&\nyou"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "X-Autoreply: yes",
        "Content-Type: multipart/report; boundary=x",
    ],
)
def test_what_programs_write_is_known(header: str) -> None:
    assert mail(f"From: a@x.example\nSubject: Away\n{header}\n\nI am away.\n").automatic


def test_what_people_write_is_not() -> None:
    assert not mail("From: a@x.example\nAuto-Submitted: no\n\nHello\n").automatic


def test_a_mail_without_a_sender_or_an_id_is_told_apart_all_the_same() -> None:
    one, other = mail("Subject: a\n\nb\n"), mail("Subject: a\n\nc\n")
    assert (one.sender, one.provider_id, one.recipients) == ("", "", ())
    assert one.identity != other.identity


@given(
    st.builds(Tracked, event_type=st.text(), recipient=st.text(), detail=st.text()),
    st.builds(
        Mail,
        sender=st.text(),
        recipients=st.lists(st.text()).map(tuple),
        subject=st.text(),
        text=st.text(),
        provider_id=st.text(),
        answers=st.lists(st.text()).map(tuple),
    ),
)
def test_an_excerpt_says_the_same(one: Tracked, other: Mail) -> None:
    assert read_excerpt(write_excerpt([one, other])) == [one, other]


@pytest.mark.filterwarnings("ignore:django-anymail has dropped")
def test_every_provider_reads_with_the_secrets_of_the_server(settings: Any) -> None:
    settings.ANYMAIL = {
        "MAILERSEND_SIGNING_SECRET": "s",
        "MAILERSEND_INBOUND_SECRET": "s",
        "MAILTRAP_TRACKING_SECRET": "s",
        "MAILTRAP_WEBHOOK_SECRET": "s",
        "POSTAL_WEBHOOK_KEY": "s",
        "UNISENDER_GO_API_KEY": "s",
        "BREVO_API_KEY": "s",
        "SENDGRID_API_KEY": "s",
    }
    for provider, kinds in providers.VIEWS.items():
        for kind in kinds:
            view = providers.open_view(provider, kind)
            assert view.basic_auth == providers.passwords(), provider


def test_the_password_is_chosen_or_made_from_the_key(settings: Any) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "new:1, old:2"}
    assert providers.passwords() == ["new:1", "old:2"]
    settings.ANYMAIL = {}
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a" * 50, ["b" * 50]
    first, second = providers.passwords()
    assert first.startswith("postexp:")
    assert first != second
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "b" * 50, []
    assert providers.passwords() == [second]


@pytest.mark.parametrize(
    ("backend", "provider"),
    [
        ("anymail.backends.postmark.EmailBackend", "postmark"),
        ("anymail.backends.amazon_ses.EmailBackend", "amazon_ses"),
        ("django.core.mail.backends.smtp.EmailBackend", ""),
        ("notifications.mailbox.MailboxBackend", ""),
    ],
)
def test_the_provider_in_use(settings: Any, backend: str, provider: str) -> None:
    settings.EMAIL_BACKEND = backend
    assert providers.provider_in_use() == provider
