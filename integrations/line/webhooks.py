"""LINE's webhooks: verified on the raw bytes, each event stored once, answered."""

from __future__ import annotations

import base64
import hmac
from functools import cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.intake import Address, Told, take_in
from integrations.line.parse import PROVIDER, Named, names_of
from integrations.models import Service
from integrations.reception import LARGEST_BODY, answer_stored, opened
from postexp.kernel import clock
from postexp.kernel.inbox import Stored

HEADER = "x-line-signature"


def signature_of(body: bytes, secret: str) -> str:
    """Return the header LINE sends: base64(HMAC-SHA256(channel secret, body))."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is the body's under a secret, compared in constant time."""
    made = signature_of(body, secret).encode()
    return hmac.compare_digest(made, signature.encode("utf-8", "replace"))


@csrf_exempt
@require_POST
def receive_line(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one request in: 200 once its events are stored, 401 unsigned, 413 too large.

    Each event is kept by itself, with the whole request: LINE may send it again among others.
    """
    body = request.body
    if len(body) > LARGEST_BODY:
        return JsonResponse({"error": "The body is larger than 5 MB."}, status=413)
    signature = request.headers.get(HEADER, "")
    address = Address(service=Service.LINE, public_id=connection_id)
    at = clock.now()

    @cache
    def names() -> list[Named]:
        return names_of(opened(body, PROVIDER), body)

    def keep(index: int) -> Stored | None:
        return take_in(
            address,
            is_signed=lambda secret: is_signed(body, signature, secret),
            told=lambda: _told(names()[index], signature),
            body=body,
            at=at,
        )

    first = keep(0)
    if first is None:
        return JsonResponse(
            {"error": "The signature does not match. Check the channel secret in Settings."},
            status=401,
        )
    others = [keep(index) for index in range(1, len(names()))]
    news = [one for one in (first, *others) if one is not None and not one.duplicate]
    return answer_stored(news[0] if news else first)


def _told(event: Named, signature: str) -> Told:
    return Told(topic=event.topic, provider_key=event.key, headers={HEADER: signature})
