"""Shippo's webhooks: proven by a token in the address or by HMAC, stored, answered.

Shippo signs only for accounts that have asked it to; all others prove themselves by the token that
ends the address they were given.
"""

from __future__ import annotations

import hmac

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.intake import Told
from integrations.models import Service
from integrations.reception import opened, print_of, receive
from integrations.shippo.parse import PROVIDER

HEADER = "Shippo-Auth-Signature"
TOKEN = "token"  # noqa: S105  the name of a parameter


def signature_of(body: bytes, timestamp: str, secret: str) -> str:
    """Return the header Shippo sends: the second it signed at, and HMAC-SHA256 over both."""
    signed = timestamp.encode("utf-8", "replace") + b"." + body
    return f"t={timestamp},v1={hmac.digest(secret.encode(), signed, 'sha256').hex()}"


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is the body's under a secret, compared in constant time.

    However old it is: the same bytes are taken in once.
    """
    fields = dict(part.strip().partition("=")[::2] for part in signature.split(","))
    made = signature_of(body, fields.get("t", ""), secret).partition("v1=")[2]
    return hmac.compare_digest(made.encode(), fields.get("v1", "").encode("utf-8", "replace"))


def is_token(token: str, secret: str) -> bool:
    """Whether the token of an address is the secret, compared in constant time."""
    return hmac.compare_digest(secret.encode(), token.encode("utf-8", "replace"))


@csrf_exempt
@require_POST
def receive_shippo(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unproven, 413 too large."""
    body = request.body
    signature, token = request.headers.get(HEADER, ""), request.GET.get(TOKEN, "")
    return receive(
        request,
        service=Service.SHIPPO,
        connection_id=connection_id,
        is_signed=lambda secret: is_token(token, secret) | is_signed(body, signature, secret),
        told=lambda: _told(body, signature),
    )


def _told(body: bytes, signature: str) -> Told:
    # Shippo gives its messages no id, and a repeat is the same to the letter. The token is a secret
    # and is not kept with the request.
    return Told(
        topic=opened(body, PROVIDER).text("event"),
        provider_key=print_of(body),
        headers={HEADER: signature} if signature else {},
    )
