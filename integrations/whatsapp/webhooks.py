"""WhatsApp's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import hmac

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from integrations.intake import Address, Told, find_sender
from integrations.models import Service
from integrations.payload import Payload
from integrations.reception import opened, print_of, receive
from integrations.whatsapp.access import verify_token
from integrations.whatsapp.parse import PROVIDER

HEADER = "X-Hub-Signature-256"
PREFIX = "sha256="


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is the body's under a secret, compared in constant time."""
    made = PREFIX + hmac.digest(secret.encode(), body, "sha256").hex()
    return hmac.compare_digest(made.encode(), signature.encode("utf-8", "replace"))


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive_whatsapp(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large.

    A GET asks whether this is the address that staff set up; it is answered with its own challenge.
    """
    if request.method == "GET":
        return _shake_hands(request, connection_id)
    body = request.body
    signature = request.headers.get(HEADER, "")
    return receive(
        request,
        service=Service.WHATSAPP,
        connection_id=connection_id,
        is_signed=lambda secret: is_signed(body, signature, secret),
        told=lambda: _told(body, signature),
    )


def _shake_hands(request: HttpRequest, connection_id: str) -> HttpResponse:
    sender = find_sender(Address(service=Service.WHATSAPP, public_id=connection_id))
    token = request.GET.get("hub.verify_token", "").encode("utf-8", "replace")
    known = hmac.compare_digest(token, verify_token(connection_id).encode())
    living = sender is not None and sender.ended_at is None
    if not (known and living and request.GET.get("hub.mode") == "subscribe"):
        return HttpResponseForbidden("The verify token is not the one of this connection.")
    return HttpResponse(request.GET.get("hub.challenge", ""), content_type="text/plain")


def _told(body: bytes, signature: str) -> Told:
    message = opened(body, PROVIDER)
    entry = next(message.rows("entry"), Payload({}, PROVIDER))
    change = next(entry.rows("changes"), Payload({}, PROVIDER))
    # A request has no id of its own, and may hold several changes; a retry is the same bytes.
    return Told(
        topic=change.text("field"), provider_key=print_of(body), headers={HEADER: signature}
    )
