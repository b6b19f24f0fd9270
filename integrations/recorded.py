"""Recorded requests: files that hold one request of a provider as it was sent, with its secret."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from commerce.selectors import get_merchant
from integrations.connections import connect
from integrations.generic.webhooks import Proof
from integrations.line.staging import set_stage
from integrations.mail import providers
from integrations.mail.parse import Tracked, heard_of
from integrations.mail.replay import prove_anew
from integrations.models import Connection, Service
from integrations.outgoing.rules import sign
from integrations.twilio import signatures as twilio
from integrations.twilio.parse import Status
from integrations.twilio.parse import read as read_twilio
from integrations.whatsapp import webhooks as whatsapp
from integrations.whatsapp.parse import Status as WhatsAppStatus
from integrations.whatsapp.parse import read as read_whatsapp
from notifications.enums import Medium
from notifications.services.staging import stage_sent_message
from postexp.kernel import ids


class NotARecording(Exception):
    """The file is no recorded request, or of a provider that has no intake here."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One recorded request: the bytes that were signed are sent unchanged.

    `url` is the address it was sent to, where its query proves the sender, and `password` the user
    name and password it came with, where those do.
    """

    provider: str
    topic: str
    content_type: str
    headers: Mapping[str, str]
    body: bytes
    secret: str
    expect: Mapping[str, Any]
    url: str = ""
    password: str = ""

    @classmethod
    def read(cls, path: Path) -> Recording:
        """Read a recording; raises NotARecording with the reason."""
        try:
            data = json.loads(path.read_text("utf-8"))
            request = data["request"]
            body: str = request["body"]
            return cls(
                provider=data["provider"],
                topic=data.get("topic", ""),
                content_type=request.get("content_type", "application/json"),
                headers=request["headers"],
                body=base64.b64decode(body)
                if request.get("body_encoding") == "base64"
                else body.encode(),
                secret=_secret(data["signature"]),
                password=data["signature"].get("basic", ""),
                url=request.get("url", ""),
                expect=data.get("expect", {}),
            )
        except OSError as error:
            raise NotARecording(f"{path} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotARecording(
                f"{path} is no recorded request: it needs provider, request.headers, request.body "
                f"and signature.secret ({type(error).__name__}: {error})."
            ) from error


def _secret(signature: Mapping[str, Any]) -> str:
    """Return what a recording was proven by: a secret, or else a password alone."""
    return str(signature["secret"] if "secret" in signature else signature["basic"])


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Where and with which headers a recording is sent. `body` is what is sent instead of its own,
    where the proof stands in it.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The accounts of a throw-away shop; each belongs to it alone."""

    account: str
    at: datetime

    @classmethod
    def set_up(cls, *, at: datetime) -> Stage:
        """Choose an account name nobody else is connected to."""
        return cls(account=f"{ids.new_id('replay').replace('_', '-').lower()}", at=at)


def _shopify(recording: Recording, stage: Stage) -> Delivery:
    """Only the shop's domain is replaced: the signature covers the body, not the headers."""
    domain = f"{stage.account}.myshopify.com"
    connect(service=Service.SHOPIFY, account=domain, secret=recording.secret, at=stage.at)
    headers = {
        name: domain if name.lower().endswith("shopify-shop-domain") else value
        for name, value in recording.headers.items()
    }
    return Delivery(path="/webhooks/shopify/", headers=headers)


def _generic(recording: Recording, stage: Stage) -> Delivery:
    """A signature that was right when it was recorded is made anew: an old one is refused."""
    delivery = _at_own_address(Service.GENERIC)(recording, stage)
    told = {name.lower(): value for name, value in recording.headers.items()}
    proof = Proof.told_by(told)
    if not proof.signs(recording.body, recording.secret):
        return delivery
    signed = sign(
        message_id=proof.message_id, at=stage.at, body=recording.body, secrets=[recording.secret]
    )
    return Delivery(path=delivery.path, headers={**told, **signed})


def _twilio(recording: Recording, stage: Stage) -> Delivery:
    """A signature that was right for the address it was made for is made anew for ours.

    What a report tells of was sent before.
    """
    delivery = _at_own_address(Service.TWILIO)(recording, stage)
    told = {name.lower(): value for name, value in recording.headers.items()}
    kind, signature = recording.content_type, told.get(twilio.HEADER.lower(), "")
    if not twilio.is_signed(recording.url, recording.body, kind, signature, recording.secret):
        return delivery
    report = read_twilio(recording.body, kind)
    if isinstance(report, Status):
        stage_sent_message(
            channel=report.channel, address=report.address, provider_id=report.sid, at=stage.at
        )
    signed = twilio.signature_of(
        f"{settings.BASE_URL}{delivery.path}",
        twilio.fields_of(recording.body, kind),
        recording.secret,
    )
    return Delivery(path=delivery.path, headers={**told, twilio.HEADER.lower(): signed})


def _mail(provider: str) -> Callable[[Recording, Stage], Delivery]:
    """Return how requests of a mail provider are sent: to the address of the throw-away shop.

    The provider's secrets are the server's. What proved a request when it was recorded is replaced
    by a proof of the server's own, and what did not proves nothing here, either. What a report
    tells of was sent before.
    """

    def deliver(recording: Recording, stage: Stage) -> Delivery:
        kind = recording.topic
        if kind not in providers.VIEWS[provider]:
            raise NotARecording(f"{provider} sends no requests of the kind {kind!r}.")
        body, headers = prove_anew(
            provider,
            body=recording.body,
            headers={**recording.headers, "content-type": recording.content_type},
            secret=recording.secret,
            password=recording.password,
        )
        for told in _tracked(provider, kind, body, headers):
            stage_sent_message(
                channel=Medium.EMAIL,
                address=told.recipient,
                provider_id=told.provider_id,
                at=stage.at,
            )
        path = reverse("webhooks:mail_of_shop", args=[provider, kind, get_merchant().public_id])
        return Delivery(path=path, headers=headers, body=body)

    return deliver


def _tracked(
    provider: str, kind: str, body: bytes, headers: Mapping[str, str]
) -> Iterator[Tracked]:
    """Yield the events of mails that a recording tells of; none where it cannot be read."""
    try:
        heard = heard_of(providers.read_events(provider, kind, body, headers))
    except providers.ODD:
        return
    yield from (one for one in heard if isinstance(one, Tracked) and one.provider_id)


def _line(recording: Recording, stage: Stage) -> Delivery:
    """What the events are about is made first, so that they have something to act on."""
    set_stage(recording.body, at=stage.at)
    return _at_own_address(Service.LINE)(recording, stage)


def _whatsapp(recording: Recording, stage: Stage) -> Delivery:
    """What a report tells of was sent before."""
    delivery = _at_own_address(Service.WHATSAPP)(recording, stage)
    signature = recording.headers.get(whatsapp.HEADER, "")
    if whatsapp.is_signed(recording.body, signature, recording.secret):
        for change in read_whatsapp(recording.body):
            if isinstance(change.told, WhatsAppStatus):
                stage_sent_message(
                    channel=Medium.WHATSAPP,
                    address="",
                    provider_id=change.told.provider_id,
                    at=stage.at,
                )
    return delivery


def _at_own_address(service: Service) -> Callable[[Recording, Stage], Delivery]:
    """Return how requests are sent to the address of a connection; what proves them is kept."""

    def deliver(recording: Recording, stage: Stage) -> Delivery:
        connection: Connection = connect(
            service=service, account=stage.account, secret=recording.secret, at=stage.at
        )
        path = reverse(f"webhooks:{service}", args=[connection.public_id])
        query = urlsplit(recording.url).query
        return Delivery(path=f"{path}?{query}" if query else path, headers=recording.headers)

    return deliver


INTAKES: dict[str, Callable[[Recording, Stage], Delivery]] = {
    "shopify": _shopify,
    "easypost": _at_own_address(Service.EASYPOST),
    "aftership": _at_own_address(Service.AFTERSHIP),
    "shippo": _at_own_address(Service.SHIPPO),
    "seventeentrack": _at_own_address(Service.SEVENTEENTRACK),
    "17track": _at_own_address(Service.SEVENTEENTRACK),
    "twilio": _twilio,
    "line": _line,
    "whatsapp": _whatsapp,
    "generic": _generic,
    **{f"email_{provider}": _mail(provider) for provider in providers.VIEWS},
}


def prepare(recording: Recording, stage: Stage) -> Delivery:
    """Connect the scope's shop so that the recording's secret verifies; return how to send it."""
    intake = INTAKES.get(recording.provider)
    if intake is None:
        raise NotARecording(
            f"There is no intake for {recording.provider!r} yet; "
            f"there is one for {', '.join(sorted(INTAKES))}."
        )
    return intake(recording, stage)
