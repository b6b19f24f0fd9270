"""Requests to a shop's own system, signed as the Standard Webhooks scheme asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from integrations.http import AddressRefused, checked_client
from integrations.intake import OLD_SECRET_LASTS
from integrations.messages.errors import NotPublic, Unreachable
from integrations.models import Connection
from integrations.outgoing.rules import sign

USER_AGENT = "Postexp-Messages/1"
ANSWER_SECONDS = 15.0
LARGEST_ANSWER = 64 * 1024
MESSAGE, TEST = "message", "message.test"


def post(
    connection: Connection, *, type_: str, key: str, data: Mapping[str, Any], at: datetime
) -> httpx.Response:
    """Send one message; return the answer, whatever it says.

    Raises Unreachable where none came, and NotPublic for an address that is never sent to.
    """
    body = json.dumps({"type": type_, "data": data}, ensure_ascii=False).encode()
    proof = sign(message_id=key, at=at, body=body, secrets=_secrets(connection, at))
    headers = {"content-type": "application/json", "user-agent": USER_AGENT, **proof}
    try:
        with checked_client(answer_seconds=ANSWER_SECONDS, largest_answer=LARGEST_ANSWER) as client:
            return client.post(connection.client_id, content=body, headers=headers)
    except AddressRefused as error:
        raise NotPublic from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(type(error).__name__) from error


def _secrets(connection: Connection, at: datetime) -> list[str]:
    """Return the secrets that sign: for a day the one before, too."""
    rotated = connection.rotated_at
    if connection.old_secret and rotated and at < rotated + OLD_SECRET_LASTS:
        return [connection.secret, connection.old_secret]
    return [connection.secret]
