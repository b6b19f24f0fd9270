"""Stripe's webhooks: verified on the raw bytes, stored, answered. Reading comes later."""

from __future__ import annotations

import hmac

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.intake import Told
from integrations.models import Service
from integrations.reception import opened, print_of, receive
from integrations.stripe.parse import PROVIDER
from postexp.kernel import clock

HEADER = "Stripe-Signature"
# An old message that somebody caught is not taken in again; Stripe signs each repeat anew.
TOLERANCE_SECONDS = 300


def is_signed(body: bytes, signature: str, secret: str, *, now: float) -> bool:
    """Whether one of the signatures is the body's, and was made within five minutes of `now`."""
    parts = [part.strip().partition("=") for part in signature.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    told = [value for name, _, value in parts if name == "v1"]
    moment = moments[0] if moments else ""
    made = _digest(body, secret, moment).encode()
    # Every one is compared, in constant time; Stripe sends two while a secret changes.
    same = [hmac.compare_digest(made, one.encode("utf-8", "replace")) for one in told]
    recent = (
        moment.isascii() and moment.isdigit() and abs(now - int(moment[:12])) <= TOLERANCE_SECONDS
    )
    return any(same) and recent


def _digest(body: bytes, secret: str, moment: str) -> str:
    signed = moment.encode("utf-8", "replace") + b"." + body
    return hmac.digest(secret.encode(), signed, "sha256").hex()


@csrf_exempt
@require_POST
def receive_stripe(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    body, now = request.body, clock.now().timestamp()
    signature = request.headers.get(HEADER, "")
    return receive(
        request,
        service=Service.STRIPE,
        connection_id=connection_id,
        is_signed=lambda secret: is_signed(body, signature, secret, now=now),
        told=lambda: _told(body, signature),
    )


def _told(body: bytes, signature: str) -> Told:
    message = opened(body, PROVIDER)
    return Told(
        topic=message.text("type"),
        # The event's id is the same on every retry.
        provider_key=message.text("id") or print_of(body),
        headers={HEADER: signature},
    )
