"""Recorded requests of mail providers, proven to this server as they were to the one before.

A provider's secrets are the server's, so none can be made up for a throw-away shop.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping

from integrations.mail import providers


def prove_anew(
    provider: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    secret: str,
    password: str,
) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers that a recorded request is sent with here.

    `secret` and `password` are those it was proven by. A proof that was wrong then stays as it was,
    and proves nothing here. Only Mailgun's stands in the body, and only it is replaced there.
    """
    told = {name.lower(): value for name, value in headers.items()} | _sns_headers(provider, body)
    if told.get("authorization", _basic(password)) == _basic(password):
        told["authorization"] = _basic(providers.passwords()[0])
    if provider == "mailgun":
        body = _signed_by_mailgun(body, told, secret)
    return body, told


def _sns_headers(provider: str, body: bytes) -> dict[str, str]:
    """Return the headers Amazon SNS sends besides, which say what the body says, too."""
    if provider != "amazon_ses":
        return {}
    said = json.loads(body)
    return {
        "x-amz-sns-message-type": str(said.get("Type", "")),
        "x-amz-sns-message-id": str(said.get("MessageId", "")),
    }


def _signed_by_mailgun(body: bytes, headers: Mapping[str, str], secret: str) -> bytes:
    request = providers.request_of(body, headers)
    if request.content_type == "application/json":
        proof = json.loads(body)["signature"]
    else:
        proof = request.POST
    signed, was = f"{proof['timestamp']}{proof['token']}".encode(), proof["signature"]
    if was != _digest(secret, signed):
        return body
    return body.replace(was.encode(), _digest(providers.mailgun_key(), signed).encode())


def _digest(secret: str, signed: bytes) -> str:
    return hmac.digest(secret.encode(), signed, "sha256").hex()


def _basic(password: str) -> str:
    return f"Basic {base64.b64encode(password.encode()).decode()}"
