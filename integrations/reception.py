"""Webhooks of connections with an address of their own: size, proof, storing, the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from integrations.intake import Address, Told, take_in
from integrations.payload import Payload
from postexp.kernel import clock
from postexp.kernel.inbox import Stored, Unreadable

LARGEST_BODY = 5 * 1024 * 1024
NEW = b'{"stored": true, "duplicate": false}'
REPEATED = b'{"stored": true, "duplicate": true}'


def receive(
    request: HttpRequest,
    *,
    service: str,
    connection_id: str,
    is_signed: Callable[[str], bool],
    told: Callable[[], Told],
) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large."""
    body = request.body
    if len(body) > LARGEST_BODY:
        return JsonResponse({"error": "The body is larger than 5 MB."}, status=413)
    stored = take_in(
        Address(service=service, public_id=connection_id),
        is_signed=is_signed,
        told=told,
        body=body,
        at=clock.now(),
    )
    if stored is None:
        return JsonResponse(
            {"error": "The signature does not match. Check the secret in Settings."}, status=401
        )
    return answer_stored(stored)


def answer_stored(stored: Stored) -> HttpResponse:
    """Tell a sender that its request is kept, and whether it had been before."""
    return HttpResponse(REPEATED if stored.duplicate else NEW, content_type="application/json")


def opened(body: bytes, provider: str) -> Payload:
    """Return a message to take its names from; an empty one where it cannot be read.

    Such a body is stored all the same: reading it later says what is wrong with it.
    """
    try:
        return Payload.read(body, provider)
    except Unreadable:
        return Payload({}, provider)


def print_of(body: bytes) -> str:
    """Return what tells a message from others where its sender gives it no id."""
    return hashlib.sha256(body).hexdigest()
