"""EasyPost's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.connections import secrets_of, sender_by_id
from integrations.models import Service
from postexp.kernel import clock, inbox

LARGEST_BODY = 5 * 1024 * 1024
HEADER = "X-Hmac-Signature"
PREFIX = "hmac-sha256-hex="


def signature_of(body: bytes, secret: str) -> str:
    """Return the header EasyPost sends: the secret is normalised (NFKD) before it signs."""
    key = unicodedata.normalize("NFKD", secret).encode()
    return PREFIX + hmac.new(key, body, hashlib.sha256).hexdigest()


def verify(body: bytes, signature: str, secrets: tuple[str, ...]) -> bool:
    """Whether `signature` is the body's under one of the secrets, compared in constant time."""
    given = signature.encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(signature_of(body, secret).encode(), given) for secret in secrets
    ]
    return any(matches)


@csrf_exempt
@require_POST
def receive(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    body = request.body
    if len(body) > LARGEST_BODY:
        return JsonResponse({"error": "The body is larger than 5 MB."}, status=413)
    at = clock.now()
    sender = sender_by_id(service=Service.EASYPOST, public_id=connection_id, at=at)
    signature = request.headers.get(HEADER, "")
    if not verify(body, signature, secrets_of(sender)) or sender is None:
        return JsonResponse(
            {"error": "The signature does not match. Check the webhook secret in Settings."},
            status=401,
        )
    event_id, topic = _name(body)
    stored = inbox.store(
        source=Service.EASYPOST,
        topic=topic,
        provider_key=event_id or hashlib.sha256(body).hexdigest(),
        merchant_id=sender.merchant_id,
        headers={HEADER: signature},
        body=body,
        at=at,
    )
    return JsonResponse({"stored": True, "duplicate": stored.duplicate})


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
