"""The channel to a shop's own system, which brings messages in its own way."""

from __future__ import annotations

from typing import Any

import httpx

from integrations.connections import find_api
from integrations.messages.client import MESSAGE, post
from integrations.messages.errors import NotPublic, Unreachable
from integrations.models import Service
from integrations.outgoing.rules import asked_wait
from notifications.enums import Medium
from notifications.ports import Accepted, Channel, Outgoing, PermanentFailure, TemporaryFailure
from postexp.kernel import clock
from postexp.kernel.outbox import storable

# Refusals that another time may be none: it was slow, not ready, or had too much to do.
LATER = frozenset({408, 425, 429})


class OwnSystemChannel(Channel):
    """Hands messages over as JSON. The key is the `webhook-id`, by which a repeat is told."""

    name = Medium.WEBHOOK
    honours_keys = True

    def is_ready(self) -> bool:
        """Whether the scope's shop has connected a system of its own."""
        return find_api(Service.MESSAGES) is not None

    def send(self, message: Outgoing) -> Accepted:
        """Hand a message over; answers the id the system gives it, as `{"id": …}`, where it does.

        What came without an answer may be sent again: it carries the same key.
        """
        connection = find_api(Service.MESSAGES)
        if connection is None:
            raise PermanentFailure("No system is connected.")
        now = clock.now()
        try:
            answer = post(
                connection, type_=MESSAGE, key=message.key, data=represent(message), at=now
            )
        except NotPublic as error:
            raise PermanentFailure(str(error)) from error
        except Unreachable as error:
            raise TemporaryFailure(str(error)) from error
        if answer.is_success:
            return Accepted(provider_id=_id_of(answer))
        said = f"{answer.status_code} {storable(answer.text[:200])}".strip()
        if answer.status_code in LATER or answer.is_server_error:
            wait = asked_wait(answer.headers.get("retry-after", ""), at=now)
            raise TemporaryFailure(said, retry_after=wait.total_seconds())
        raise PermanentFailure(said)


def represent(message: Outgoing) -> dict[str, Any]:
    """Return what the system is told: the words, ready to be sent, and what they were written from.

    It is the same on every attempt.
    """
    return {
        "id": message.message_id,
        "kind": message.kind,
        "klass": message.klass,
        "locale": message.locale,
        "sender_name": message.sender_name,
        "subject": message.subject,
        "text": message.text,
        "short": message.short,
        "html": message.html,
        "link": message.link or None,
        "unsubscribe": message.unsubscribe or None,
        "facts": dict(message.facts),
    }


def _id_of(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    found = told.get("id") if isinstance(told, dict) else None
    return storable(found)[:250] if isinstance(found, str) else ""
