"""EasyPost's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.intake import Address, Told, take_in
from integrations.models import Service
from postexp.kernel import clock

LARGEST_BODY = 5 * 1024 * 1024
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
def receive(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    body = request.body
    if len(body) > LARGEST_BODY:
        return JsonResponse({"error": "The body is larger than 5 MB."}, status=413)
    signature = request.headers.get(HEADER, "")
    stored = take_in(
        Address(service=Service.EASYPOST, public_id=connection_id),
        is_signed=lambda secret: is_signed(body, signature, secret),
        told=lambda: _told(body, signature),
        body=body,
        at=clock.now(),
    )
    if stored is None:
        return JsonResponse(
            {"error": "The signature does not match. Check the webhook secret in Settings."},
            status=401,
        )
    return JsonResponse({"stored": True, "duplicate": stored.duplicate})


def _told(body: bytes, signature: str) -> Told:
    event_id, topic = _name(body)
    return Told(
        topic=topic,
        provider_key=event_id or hashlib.sha256(body).hexdigest(),
        headers={HEADER: signature},
    )


def _name(body: bytes) -> tuple[str, str]:
    """Return the event's id, the same on every retry, and its topic; "" where they cannot be read.

    A body that cannot be read is stored all the same: reading it later says what is wrong with it.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(message, dict):
        return "", ""
    names = (message.get("id"), message.get("description"))
    event_id, topic = (name if isinstance(name, str) else "" for name in names)
    return event_id, topic
