"""EasyPost's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import hmac
import unicodedata

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.easypost.parse import PROVIDER
from integrations.intake import Told
from integrations.models import Service
from integrations.reception import opened, print_of, receive

HEADER = "X-Hmac-Signature"
PREFIX = "hmac-sha256-hex="


def signature_of(body: bytes, secret: str) -> str:
    """Return the header EasyPost sends: the secret is normalised (NFKD) before it signs."""
    key = unicodedata.normalize("NFKD", secret).encode()
    return PREFIX + hmac.digest(key, body, "sha256").hex()


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is the body's under a secret, compared in constant time."""
    made = signature_of(body, secret).encode()
    return hmac.compare_digest(made, signature.encode("utf-8", "replace"))


@csrf_exempt
@require_POST
def receive_easypost(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    body = request.body
    signature = request.headers.get(HEADER, "")
    return receive(
        request,
        service=Service.EASYPOST,
        connection_id=connection_id,
        is_signed=lambda secret: is_signed(body, signature, secret),
        told=lambda: _told(body, signature),
    )


def _told(body: bytes, signature: str) -> Told:
    message = opened(body, PROVIDER)
    return Told(
        topic=message.text("description"),
        # The event's id is the same on every retry.
        provider_key=message.text("id") or print_of(body),
        headers={HEADER: signature},
    )
