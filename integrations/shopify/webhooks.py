"""Shopify's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.connections import secrets_of, sender_of
from integrations.models import Service
from postexp.kernel import clock, inbox

LARGEST_BODY = 5 * 1024 * 1024
KEPT_HEADERS = (
    "Topic",
    "Shop-Domain",
    "API-Version",
    "Webhook-Id",
    "Event-Id",
    "Triggered-At",
    "Hmac-Sha256",
)


def verify(body: bytes, signature: str, secrets: tuple[str, ...]) -> bool:
    """Whether `signature` is base64(HMAC-SHA256(secret, body)) under one of the secrets."""
    given = signature.encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(
            base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()), given
        )
        for secret in secrets
    ]
    return any(matches)


def header(request: HttpRequest, name: str) -> str:
    """Return one of Shopify's headers, from the `X-Shopify-` family or the newer `Shopify-`."""
    return request.headers.get(f"X-Shopify-{name}") or request.headers.get(f"Shopify-{name}", "")


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return JsonResponse({"error": "The body is larger than 5 MB."}, status=413)
    domain = header(request, "Shop-Domain").lower()
    at = clock.now()
    sender = sender_of(service=Service.SHOPIFY, account=domain, at=at)
    signed = verify(request.body, header(request, "Hmac-Sha256"), secrets_of(sender))
    if sender is None or not signed:
        return JsonResponse(
            {"error": "The signature does not match. Check the client secret in Settings."},
            status=401,
        )
    # The event id stays the same over retries; a webhook id is one delivery's. Old shops send
    # neither, so that the body itself must tell a repeat.
    key = (
        header(request, "Event-Id")
        or header(request, "Webhook-Id")
        or hashlib.sha256(request.body).hexdigest()
    )
    topic = header(request, "Topic")
    stored = inbox.store(
        source=Service.SHOPIFY,
        topic=topic,
        # One event of a shop may be told under several topics.
        provider_key=f"{topic}:{key}",
        merchant_id=sender.merchant_id,
        headers={name: header(request, name) for name in KEPT_HEADERS},
        body=request.body,
        at=at,
    )
    return JsonResponse({"stored": True, "duplicate": stored.duplicate})
