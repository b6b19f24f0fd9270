"""Asking Meta's Graph API: JSON in and out, a token of the app, every failure under its name.

Nothing is sent twice here: WhatsApp knows no keys that make a request happen once.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any, Self

import httpx
from django.conf import settings

from integrations.http import AddressRefused, checked_client
from integrations.whatsapp.codes import HALTED, RETRY_AFTER, TOKEN, UNSURE
from integrations.whatsapp.errors import (
    Busy,
    Halted,
    Refused,
    SecretRefused,
    TokenRefused,
    Unanswered,
    Unreached,
    WhatsAppError,
)

API_VERSION = "v25.0"
# What sends must end within the lease of its delivery.
ANSWER_SECONDS = 20.0
LONGEST_WAIT = 86400.0
PAGE = 100
MOST_PAGES = 50
INVALID = 100
# The request did not leave the house.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, AddressRefused)
# Meta's words may repeat the number that was written to, which is nobody's business here.
_NUMBER = re.compile(r"\+?\d[\d -]{6,}\d")


def proof_of(token: str, secret: str) -> str:
    """Return what shows that whoever holds a token knows the secret of its app, too."""
    return hmac.digest(secret.encode(), token.encode(), "sha256").hex()


class WhatsAppClient:
    """Asks with the token of one app. Use it as a context manager."""

    def __init__(self, token: str, secret: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._proof = proof_of(token, secret)
        self._http = checked_client(
            base_url=settings.WHATSAPP_URL,
            headers={"Authorization": f"Bearer {token}"},
            answer_seconds=answer_seconds,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """Return what is there; raises WhatsAppError."""
        return self._ask("GET", path, query)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Make or send something; raises WhatsAppError. After Unanswered it may have been done."""
        return self._ask("POST", path, {}, json=dict(body or {}))

    def rows(self, path: str, **query: str | int) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list, page after page; raises WhatsAppError."""
        after = ""
        for _ in range(MOST_PAGES):
            # The address of the next page, which Meta tells, too, would carry the token.
            more: dict[str, str] = {"after": after} if after else {}
            page = self.get(path, limit=PAGE, **query, **more)
            data = page.get("data")
            yield from (row for row in data or () if isinstance(row, dict))
            paging = page.get("paging") or {}
            after = str((paging.get("cursors") or {}).get("after") or "")
            if not (after and paging.get("next")):
                return

    def _ask(
        self, method: str, path: str, query: Mapping[str, str | int], **options: Any
    ) -> dict[str, Any]:
        params = {**query, "appsecret_proof": self._proof}
        try:
            answer = self._http.request(method, f"/{API_VERSION}/{path}", params=params, **options)
        except _BEFORE_SENDING as error:
            raise Unreached(type(error).__name__) from error
        except httpx.TransportError as error:
            raise Unanswered(type(error).__name__) from error
        body = _object(answer)
        if answer.status_code in (200, 201) and body is not None and "error" not in body:
            return body
        raise _error_in(answer, body or {})


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _error_in(answer: httpx.Response, body: Mapping[str, Any]) -> WhatsAppError:
    """Return what an answer says that is no success: its number counts more than its status."""
    error = body.get("error")
    if not isinstance(error, dict) or type(error.get("code")) is not int:
        if answer.status_code == 429:
            return Busy(retry_after=_wait(answer))
        return Unanswered(f"HTTP {answer.status_code}")
    code, words = error["code"], _words(error)
    if code in RETRY_AFTER:
        return Busy(words, retry_after=_wait(answer) or RETRY_AFTER[code])
    if code == INVALID and "appsecret_proof" in str(error.get("message")):
        return SecretRefused()
    if code in TOKEN:
        return TokenRefused(words)
    if code in HALTED:
        return Halted(words)
    if code in UNSURE or answer.status_code >= 500:
        return Unanswered(words or f"HTTP {answer.status_code}")
    return Refused(words, code)


def _words(error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else ""
    told = error.get("error_user_msg") or details or error.get("message") or ""
    return _NUMBER.sub("…", str(told))[:300]


def _wait(answer: httpx.Response) -> float:
    try:
        return min(max(0.0, float(answer.headers["Retry-After"])), LONGEST_WAIT)
    except (KeyError, ValueError):
        return 0.0
