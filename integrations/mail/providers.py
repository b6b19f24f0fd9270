"""The mail providers that django-anymail knows: their proofs, and how their requests are read.

Whoever runs the server has one account there, whose secrets stand in the settings. Every address
asks for the user name and password of `passwords` besides, which many a provider has as its only
proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailError
from anymail.signals import AnymailEvent
from anymail.webhooks import (
    amazon_ses,
    brevo,
    mailersend,
    mailgun,
    mailjet,
    mailtrap,
    mandrill,
    postal,
    postmark,
    resend,
    sendgrid,
    sparkpost,
    unisender_go,
)
from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

TRACKING, INBOUND = "tracking", "inbound"
USER = "postexp"
KEPT_HEADERS = ("x-amz-sns-message-type", "x-amz-sns-message-id")
"""Headers a request is read by, beside its content type. Those that prove it are not kept."""


# What a reader of django-anymail raises for a request that is not as its provider documents it.
ODD = (
    AnymailError,
    AnymailConfigurationError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
)


class _WithoutAmazonsKit:
    """Reads what Amazon SNS sends without boto3, which is for asking Amazon."""

    def __init__(self, **secrets: Any) -> None:
        self.auto_confirm_enabled = False
        self.kms_key_id = None
        AnymailBaseWebhookView.__init__(self, **secrets)


class SesTracking(_WithoutAmazonsKit, amazon_ses.AmazonSESTrackingWebhookView):  # type: ignore[misc]
    """Amazon SES, of mails that were sent."""


class SesInbound(_WithoutAmazonsKit, amazon_ses.AmazonSESInboundWebhookView):  # type: ignore[misc]
    """Amazon SES, with mails that SNS carries whole."""


class BrevoInbound(brevo.BrevoInboundWebhookView):  # type: ignore[misc]
    """Brevo; attachments, which it keeps to be fetched, are left there."""

    def esp_to_anymail_event(self, esp_event: dict[str, Any]) -> AnymailEvent:
        return super().esp_to_anymail_event({**esp_event, "Attachments": []})


# Resend and Mailtrap only announce a mail, which would have to be fetched while they wait.
VIEWS: dict[str, dict[str, type[Any]]] = {
    "amazon_ses": {TRACKING: SesTracking, INBOUND: SesInbound},
    "brevo": {TRACKING: brevo.BrevoTrackingWebhookView, INBOUND: BrevoInbound},
    "mailersend": {
        TRACKING: mailersend.MailerSendTrackingWebhookView,
        INBOUND: mailersend.MailerSendInboundWebhookView,
    },
    "mailgun": {
        TRACKING: mailgun.MailgunTrackingWebhookView,
        INBOUND: mailgun.MailgunInboundWebhookView,
    },
    "mailjet": {
        TRACKING: mailjet.MailjetTrackingWebhookView,
        INBOUND: mailjet.MailjetInboundWebhookView,
    },
    "mailtrap": {TRACKING: mailtrap.MailtrapTrackingWebhookView},
    # One address for both: Mandrill signs it, and sends either to it.
    "mandrill": {
        TRACKING: mandrill.MandrillCombinedWebhookView,
        INBOUND: mandrill.MandrillCombinedWebhookView,
    },
    "postal": {
        TRACKING: postal.PostalTrackingWebhookView,
        INBOUND: postal.PostalInboundWebhookView,
    },
    "postmark": {
        TRACKING: postmark.PostmarkTrackingWebhookView,
        INBOUND: postmark.PostmarkInboundWebhookView,
    },
    "resend": {TRACKING: resend.ResendTrackingWebhookView},
    "sendgrid": {
        TRACKING: sendgrid.SendGridTrackingWebhookView,
        INBOUND: sendgrid.SendGridInboundWebhookView,
    },
    "sparkpost": {
        TRACKING: sparkpost.SparkPostTrackingWebhookView,
        INBOUND: sparkpost.SparkPostInboundWebhookView,
    },
    "unisender_go": {TRACKING: unisender_go.UnisenderGoTrackingWebhookView},
}
"""Every provider by its name in addresses, and the kinds of requests it sends."""


def passwords() -> list[str]:
    """Return what `user:password` the addresses ask for: ANYMAIL_WEBHOOK_SECRET, separated by
    commas, or else ones made from the keys of the server, the one in force first.
    """
    told = str(settings.ANYMAIL.get("WEBHOOK_SECRET", ""))
    chosen = [part.strip() for part in told.split(",") if part.strip()]
    return chosen or [f"{USER}:{_made(key)}" for key in _keys()]


def mailgun_key() -> str:
    """Return the key Mailgun signs with; without an account there, one nobody knows."""
    told = settings.ANYMAIL
    return str(
        told.get("MAILGUN_WEBHOOK_SIGNING_KEY") or told.get("MAILGUN_API_KEY") or _made(_keys()[0])
    )


def provider_in_use() -> str:
    """Return the provider that mail is sent by, or "" for SMTP and the mailbox."""
    module = settings.EMAIL_BACKEND.removeprefix("anymail.backends.").partition(".")[0]
    return module if module in VIEWS else ""


def open_view(provider: str, kind: str) -> Any:
    """Return django-anymail's view of a provider's requests, with the secrets of this server.

    Raises KeyError for one that sends none, and AnymailConfigurationError where a setting is
    missing.
    """
    secrets: dict[str, Any] = {"webhook_secret": passwords()}
    if provider == "mailgun":
        secrets["webhook_signing_key"] = mailgun_key()
    return VIEWS[provider][kind](**secrets)


def check(provider: str, kind: str, request: HttpRequest) -> None:
    """Prove a request; raises AnymailWebhookValidationFailure where it proves nothing.

    Also what `open_view` raises, and ValueError, KeyError or AnymailAPIError for no request of the
    provider at all.
    """
    open_view(provider, kind).run_validators(request)


def read_events(
    provider: str, kind: str, body: bytes, headers: Mapping[str, str]
) -> list[AnymailEvent]:
    """Read a request that was proven and kept; raises whatever the reader of the provider does."""
    return list(open_view(provider, kind).parse_events(request_of(body, headers)))


def request_of(body: bytes, headers: Mapping[str, str]) -> HttpRequest:
    """Return a request as it came, from what was kept of it: header names in lower case."""
    named = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in headers.items()
        if name != "content-type"
    }
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            **named,
        }
    )


def kept_headers(request: HttpRequest) -> dict[str, str]:
    """Return the headers a request is read by later."""
    named = {name: request.headers.get(name, "") for name in KEPT_HEADERS}
    return {"content-type": request.headers.get("content-type", "")} | {
        name: value for name, value in named.items() if value
    }


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _made(key: str) -> str:
    return salted_hmac("postexp.mail.webhooks", "", secret=key, algorithm="sha256").hexdigest()[:40]
