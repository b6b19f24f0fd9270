"""AfterShip's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.aftership.parse import PROVIDER
from integrations.intake import Told
from integrations.models import Service
from integrations.reception import opened, print_of, receive

HEADERS = ("Aftership-Hmac-Sha256", "As-Signature-Hmac-Sha256")
"""The header of trackings' webhooks, and that of AfterShip's newer products: one scheme."""


def signature_of(body: bytes, secret: str) -> str:
    """Return the header AfterShip sends: HMAC-SHA256 of the raw body, in base64."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def is_signed(body: bytes, signatures: Collection[str], secret: str) -> bool:
    """Whether one of `signatures` is the body's under a secret, compared in constant time."""
    made = signature_of(body, secret).encode()
    told = (signature.encode("utf-8", "replace") for signature in signatures)
    return any(hmac.compare_digest(made, one) for one in told)


@csrf_exempt
@require_POST
def receive_aftership(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    body = request.body
    signatures = {name: request.headers[name] for name in HEADERS if name in request.headers}
    return receive(
        request,
        service=Service.AFTERSHIP,
        connection_id=connection_id,
        is_signed=lambda secret: is_signed(body, signatures.values(), secret),
        told=lambda: _told(body, signatures),
    )


def _told(body: bytes, headers: dict[str, str]) -> Told:
    message = opened(body, PROVIDER)
    return Told(
        topic=message.text("event"),
        provider_key=message.text("event_id") or print_of(body),
        headers=headers,
    )
