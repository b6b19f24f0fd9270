"""What operators see of the mail provider: its addresses, when it last spoke, a made-up one."""

from __future__ import annotations

import shlex
from io import StringIO
from typing import Any

import pytest
from django.core.management import (
    CommandError,
    call_command,
    get_commands,
    load_command_class,
)
from django.test import Client

from commerce.models import Merchant
from integrations.health import check_mail_webhooks
from integrations.mail import providers
from integrations.mail.fake.server import FakeMailgun
from integrations.models import Service
from postexp.kernel import clock, inbox
from tests.integrations.mail.sent import make_sent

POSTMARK = "anymail.backends.postmark.EmailBackend"


def said(name: str, *arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_addresses_carry_the_password(settings: Any, client: Client, db: None) -> None:
    settings.BASE_URL, settings.EMAIL_BACKEND = "https://track.example", POSTMARK
    settings.ANYMAIL = {"WEBHOOK_SECRET": "post:secret"}
    assert said("mail_webhooks").splitlines() == [
        "tracking: https://post:secret@track.example/webhooks/mail/postmark/tracking/",
        "inbound: https://post:secret@track.example/webhooks/mail/postmark/inbound/",
    ]
    assert "mail/resend/tracking/" in said("mail_webhooks", "resend")
    assert client.head("/webhooks/mail/postmark/inbound/").status_code == 200


def test_without_a_provider_one_has_to_be_named(settings: Any) -> None:
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    with pytest.raises(CommandError, match="postmark"):
        said("mail_webhooks")


def test_the_doctor_says_when_the_provider_last_spoke(settings: Any, scope: Merchant) -> None:
    at = clock.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert check_mail_webhooks(at).state == "good"
    settings.EMAIL_BACKEND = POSTMARK
    assert "no mail yet" in check_mail_webhooks(at).found
    make_sent()
    assert check_mail_webhooks(at).state == "warning"
    inbox.store(
        source=Service.MAIL,
        topic="postmark/tracking/delivered",
        provider_key="1",
        merchant_id=scope.pk,
        headers={},
        body=b"{}",
        at=at,
    )
    finding = check_mail_webhooks(at)
    assert (finding.state, f"{at:%Y-%m-%d}" in finding.found) == ("good", True)


def test_a_made_up_mailgun_says_how_to_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_fake: FakeMailgun) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeMailgun, "wait", interrupted)
    told = said("fake_mailgun", port=0)
    assert "ANYMAIL_MAILGUN_API_URL=http://127.0.0.1:" in told
    assert "POSTEXP_EMAIL_BACKEND=anymail.backends.mailgun.EmailBackend" in told
    [sender] = [line for line in told.splitlines() if line.startswith("POSTEXP_FROM_EMAIL=")]
    assert len(shlex.split(sender)) == 1, "settings are for a shell to take as they stand"
    assert providers.passwords()[0] not in told
    assert told.endswith("Stopped.\n")


def test_made_up_services_run_side_by_side() -> None:
    fakes = [name for name in get_commands() if name.startswith("fake_")]
    parsers = (load_command_class("integrations", name).create_parser("", name) for name in fakes)
    ports = [parser.get_default("port") for parser in parsers]
    assert None not in ports
    assert len(set(ports)) == len(ports) > 5
