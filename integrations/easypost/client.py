"""Asking EasyPost: JSON in and out, the key as the name of a login, every failure by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import httpx
from django.conf import settings

from integrations.easypost.errors import Busy, EasyPostError, KeyRefused, Refused, Unanswered
from integrations.http import AddressRefused, checked_client

ANSWER_SECONDS = 20.0
LARGEST_FILE = 2 * 1024 * 1024
# EasyPost's own word that it does not know how a purchase ended.
_UNSURE = frozenset(
    {
        "SHIPMENT.POSTAGE.TIMED_OUT",
        "SHIPMENT.POSTAGE.NO_RESPONSE",
        "SHIPMENT.PURCHASE.IN_PROGRESS",
    }
)


class EasyPostClient:
    """Asks EasyPost with one key. Use it as a context manager.

    Nothing is sent twice here: EasyPost knows no keys that make a request happen once.
    """

    def __init__(self, key: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._auth = httpx.BasicAuth(key, "")
        self._http = checked_client(base_url=settings.EASYPOST_URL, answer_seconds=answer_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """Return what is there; raises EasyPostError."""
        return self._ask("GET", path, params=dict(query))

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Make or change something; after Unanswered it may have been done."""
        return self._ask("POST", path, json=dict(body or {}))

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, f"/v2/{path}", auth=self._auth, **options)
        except AddressRefused as error:
            raise Unanswered(str(error)) from error
        except httpx.TransportError as error:
            raise Unanswered(type(error).__name__) from error
        body = _object(answer)
        if answer.status_code in (200, 201) and body is not None:
            return body
        raise _failure(answer.status_code, body)

    def fetch(self, url: str) -> bytes:
        """Return the bytes of a file; its address is signed, and needs no key."""
        try:
            with checked_client(
                answer_seconds=ANSWER_SECONDS, largest_answer=LARGEST_FILE
            ) as files:
                answer = files.get(url)
        except httpx.TransportError as error:
            raise Unanswered(type(error).__name__) from error
        if answer.status_code != 200:
            raise Unanswered(f"HTTP {answer.status_code}")
        return answer.content


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _failure(status: int, body: dict[str, Any] | None) -> EasyPostError:
    error = (body or {}).get("error")
    told: dict[str, Any] = error if isinstance(error, dict) else {}
    code, message = str(told.get("code", "")), str(told.get("message", ""))
    if status == 429:
        return Busy()
    if status in (401, 403):
        return KeyRefused()
    if status >= 500 or not told or code in _UNSURE:
        return Unanswered(code or f"HTTP {status}")
    rows = told.get("errors")
    more = (
        [str(row.get("message", "")) for row in rows if isinstance(row, dict)]
        if isinstance(rows, list)
        else []
    )
    return Refused(" ".join(filter(None, [message, *more])), code)
