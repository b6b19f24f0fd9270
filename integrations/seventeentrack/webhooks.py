"""17TRACK's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import hashlib
import hmac

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.intake import Told
from integrations.models import Service
from integrations.reception import opened, print_of, receive
from integrations.seventeentrack.parse import PROVIDER

HEADER = "Sign"


def signature_of(body: bytes, secret: str) -> str:
    """Return the header 17TRACK sends: SHA-256 of the raw body, a slash and the account's key."""
    return hashlib.sha256(body + b"/" + secret.encode()).hexdigest()


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is the body's under a key, compared in constant time."""
    made, told = signature_of(body, secret), signature.strip().lower()
    return hmac.compare_digest(made.encode(), told.encode("utf-8", "replace"))


@csrf_exempt
@require_POST
def receive_seventeentrack(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    body = request.body
    signature = request.headers.get(HEADER, "")
    return receive(
        request,
        service=Service.SEVENTEENTRACK,
        connection_id=connection_id,
        is_signed=lambda secret: is_signed(body, signature, secret),
        told=lambda: _told(body, signature),
    )


def _told(body: bytes, signature: str) -> Told:
    # 17TRACK gives its messages no id, and a repeat is the same to the letter.
    return Told(
        topic=opened(body, PROVIDER).text("event"),
        provider_key=print_of(body),
        headers={HEADER: signature},
    )
