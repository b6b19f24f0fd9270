"""Webhooks of any system: verified as Standard Webhooks asks, stored, answered.

See https://www.standardwebhooks.com/: the scheme that our own webhooks are signed by.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.generic.parse import PROVIDER, topic_of
from integrations.intake import Told
from integrations.models import Service
from integrations.outgoing.rules import WRITTEN_WITH
from integrations.reception import opened, receive
from postexp.kernel import clock

TOLERANCE = timedelta(minutes=5)
"""How far a sender's clock may be from ours."""


class Untimely(Exception):
    """A message was signed rightly, and too long ago or ahead."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The three headers that prove a message."""

    message_id: str
    timestamp: str
    signatures: str

    @classmethod
    def told_by(cls, headers: Mapping[str, str]) -> Proof:
        """Return what headers (in lower case, or in any) tell; empty where one is missing."""
        return cls(
            message_id=headers.get("webhook-id", ""),
            timestamp=headers.get("webhook-timestamp", ""),
            signatures=headers.get("webhook-signature", ""),
        )

    def is_timely(self, at: datetime) -> bool:
        """Whether it was signed within five minutes of an instant."""
        if not (self.timestamp.isascii() and self.timestamp.isdigit()) or len(self.timestamp) > 11:
            return False
        return abs(at - datetime.fromtimestamp(int(self.timestamp), UTC)) <= TOLERANCE

    def signs(self, body: bytes, secret: str) -> bool:
        """Whether one of its signatures is the body's under a secret, in constant time."""
        if not self.message_id:
            return False
        signed = f"{self.message_id}.{self.timestamp}.".encode("utf-8", "replace") + body
        made = base64.b64encode(hmac.digest(key_of(secret), signed, "sha256"))
        told = (one.partition(",") for one in self.signatures.split())
        return any(
            version == "v1" and hmac.compare_digest(made, signature.encode("utf-8", "replace"))
            for version, _comma, signature in told
        )


def key_of(secret: str) -> bytes:
    """Return the key a secret is written for: `whsec_` and base64, or any other text as it is."""
    try:
        return base64.b64decode(secret.removeprefix(WRITTEN_WITH), validate=True)
    except ValueError:
        return secret.encode()


@csrf_exempt
@require_POST
def receive_generic(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 401 unsigned, 413 too large.

    What was signed more than five minutes ago, or ahead, is answered with 401 too. Only who holds
    the secret is told that it is the time: others learn nothing of which connections there are.
    """
    body, proof = request.body, Proof.told_by(request.headers)
    now = clock.now()

    def told() -> Told:
        if not proof.is_timely(now):
            raise Untimely
        return Told(
            topic=topic_of(opened(body, PROVIDER)),
            provider_key=proof.message_id,
            headers={"webhook-id": proof.message_id, "webhook-timestamp": proof.timestamp},
        )

    try:
        return receive(
            request,
            service=Service.GENERIC,
            connection_id=connection_id,
            is_signed=lambda secret: proof.signs(body, secret),
            told=told,
        )
    except Untimely:
        reason = (
            "The signature is right, but webhook-timestamp is not within five minutes of our "
            f"clock ({now:%Y-%m-%dT%H:%M:%SZ}). Set the sender's clock, and sign each try anew."
        )
        return JsonResponse({"error": reason}, status=401)
