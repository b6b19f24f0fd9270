"""Shopify's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.intake import Address, Told, take_in
from integrations.models import Service
from integrations.reception import LARGEST_BODY, answer_stored
from postexp.kernel import clock

KEPT_HEADERS = (
    "Topic",
    "Shop-Domain",
    "API-Version",
    "Webhook-Id",
    "Event-Id",
    "Triggered-At",
    "Hmac-Sha256",
)


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is base64(HMAC-SHA256(secret, body)), compared in constant time."""
    made = base64.b64encode(hmac.digest(secret.encode(), body, "sha256"))
    return hmac.compare_digest(made, signature.encode("utf-8", "replace"))


def header(request: HttpRequest, name: str) -> str:
    """Return one of Shopify's headers, from the `X-Shopify-` family or the newer `Shopify-`."""
    key = name.upper().replace("-", "_")
    # Not from `request.headers`, which reads every header of the request anew.
    meta: dict[str, str] = request.META
    return meta.get(f"HTTP_X_SHOPIFY_{key}") or meta.get(f"HTTP_SHOPIFY_{key}", "")


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        return JsonResponse({"error": "The body is larger than 5 MB."}, status=413)
    body, signature = request.body, header(request, "Hmac-Sha256")
    stored = take_in(
        Address(service=Service.SHOPIFY, account=header(request, "Shop-Domain").lower()),
        is_signed=lambda secret: is_signed(body, signature, secret),
        told=lambda: _told(request),
        body=body,
        at=clock.now(),
    )
    if stored is None:
        return JsonResponse(
            {"error": "The signature does not match. Check the client secret in Settings."},
            status=401,
        )
    return answer_stored(stored)


def _told(request: HttpRequest) -> Told:
    """Return what a webhook says of itself.

    The event id stays the same over retries; a webhook id is one delivery's. Old shops send
    neither, so that the body itself must tell a repeat. One event of a shop may be told under
    several topics.
    """
    topic = header(request, "Topic")
    key = (
        header(request, "Event-Id")
        or header(request, "Webhook-Id")
        or hashlib.sha256(request.body).hexdigest()
    )
    return Told(
        topic=topic,
        provider_key=f"{topic}:{key}",
        headers={name: header(request, name) for name in KEPT_HEADERS},
    )
