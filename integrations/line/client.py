"""Asking LINE's Messaging API: JSON in and out, one token to an account, failures by their names.

A push carries a retry key: sent again with it within a day, LINE sends nothing twice and answers
that it had taken it. Nothing is asked again here: who sends messages knows when to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import httpx
from django.conf import settings

from integrations.http import checked_client
from integrations.line.errors import (
    Busy,
    LineError,
    NotAllowed,
    QuotaUsedUp,
    Refused,
    TokenRefused,
    Unanswered,
)

ANSWER_SECONDS = 15.0
TAKEN_BEFORE = 409
# The two refusals with 429 differ in their words alone.
QUOTA_WORDS = "monthly limit"
LONGEST_PAUSE = 3600.0


class LineClient:
    """Asks LINE with the token of one account. Use it as a context manager."""

    def __init__(self, token: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._http = checked_client(
            base_url=settings.LINE_URL,
            headers={"Authorization": f"Bearer {token}"},
            answer_seconds=answer_seconds,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str) -> dict[str, Any]:
        """Return what is there; raises LineError."""
        return _read(self._ask("GET", path))

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask for something; raises LineError, after Unanswered it may have been done."""
        return _read(self._ask("POST", path, json=dict(body or {})))

    def push(self, to: str, messages: Sequence[Mapping[str, Any]], *, key: str) -> str:
        """Send messages to an account, once per key, a UUID; return what LINE calls the first.

        Raises LineError; after Unanswered the same call finds out, within a day.
        """
        answer = self._ask(
            "POST",
            "message/push",
            json={"to": to, "messages": list(messages)},
            headers={"X-Line-Retry-Key": key},
        )
        if answer.status_code == TAKEN_BEFORE:
            accepted: str = answer.headers.get("x-line-accepted-request-id", "")
            return _first_id(_object(answer) or {}) or accepted
        return _first_id(_read(answer))

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, f"/v2/bot/{path}", **options)
        except httpx.TransportError as error:
            raise Unanswered(str(error) or type(error).__name__) from error


def _read(answer: httpx.Response) -> dict[str, Any]:
    body = _object(answer)
    if answer.status_code != 200:
        raise error_in(answer)
    if body is None:
        raise Unanswered("HTTP 200")
    return body


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _first_id(body: dict[str, Any]) -> str:
    sent = body.get("sentMessages")
    first = sent[0] if isinstance(sent, list) and sent else {}
    return str(first.get("id", "")) if isinstance(first, dict) else ""


def error_in(answer: httpx.Response) -> LineError:
    """Return what an answer that is no 200 says."""
    status, words = answer.status_code, _words(_object(answer) or {})
    if status == 401:
        return TokenRefused()
    if status == 403:
        return NotAllowed(words)
    if status == 429:
        if QUOTA_WORDS in words.lower():
            return QuotaUsedUp()
        return Busy(words, retry_after=_pause(answer))
    if 400 <= status < 500:
        return Refused(words or f"HTTP {status}")
    return Unanswered(f"HTTP {status}")


def _words(body: dict[str, Any]) -> str:
    """Return LINE's words with what they are about, such as `May not be empty (to)`."""
    details = body.get("details")
    rows = [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    told = [f"{one.get('message', '')} ({one.get('property', '')})" for one in rows]
    return " ".join([str(body.get("message", "")), *told]).strip()[:300]


def _pause(answer: httpx.Response) -> float:
    try:
        return min(max(0.0, float(answer.headers.get("Retry-After", "0"))), LONGEST_PAUSE)
    except ValueError:
        return 0.0
