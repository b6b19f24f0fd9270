"""Asking Twilio: forms in, JSON out, an account's own token, and every failure under its name.

Nothing is sent twice here: Twilio knows no keys that make a request happen once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

import httpx
from django.conf import settings

from integrations.http import AddressRefused, checked_client
from integrations.twilio.errors import (
    Busy,
    NotThere,
    Refused,
    TokenRefused,
    TwilioError,
    Unanswered,
    Unreached,
)

# What sends must end within the lease of its delivery.
ANSWER_SECONDS = 20.0
LONGEST_WAIT = 3600.0
# Twilio repeats the number that was written to, which is nobody's business but the message's.
_NUMBER = re.compile(r"\+?\d[\d -]{6,}\d")
# The account is over one of its limits, whatever the status of the answer.
_LIMITS = frozenset({14107, 20429, 30001, 63018, 63038})
# Numbers of what is wrong with one message, and not with the account.
_ABOUT_MESSAGES = range(21000, 22000)
# The request did not leave the house.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, AddressRefused)


class TwilioClient:
    """Asks Twilio for one account. Use it as a context manager."""

    def __init__(self, account: str, token: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._account = account
        self._auth = httpx.BasicAuth(account, token)
        self._http = checked_client(answer_seconds=answer_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def account(self) -> dict[str, Any]:
        """Return the account itself; raises TwilioError."""
        return self._ask("GET", self._of_account(""))

    def numbers(self, number: str) -> list[dict[str, Any]]:
        """Return the account's phone numbers that are `number`; raises TwilioError."""
        answer = self._ask(
            "GET", self._of_account("/IncomingPhoneNumbers"), params={"PhoneNumber": number}
        )
        return list(answer.get("incoming_phone_numbers") or ())

    def service(self, sid: str) -> dict[str, Any]:
        """Return a Messaging Service of the account; raises TwilioError."""
        return self._ask("GET", f"{_base('messaging')}/v1/Services/{sid}")

    def send(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Have a message sent; raises TwilioError. After Unanswered it may have been."""
        return self._ask("POST", self._of_account("/Messages"), data=dict(form))

    def _of_account(self, path: str) -> str:
        return f"{_base('api')}/2010-04-01/Accounts/{self._account}{path}.json"

    def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, url, auth=self._auth, **options)
        except _BEFORE_SENDING as error:
            raise Unreached(type(error).__name__) from error
        except httpx.TransportError as error:
            raise Unanswered(type(error).__name__) from error
        body = _object(answer)
        if answer.status_code in (200, 201) and body is not None:
            return body
        raise error_in(answer, body or {})


def _base(product: str) -> str:
    """Return where a product of Twilio is asked; a stand-in has one address for all."""
    return str(settings.TWILIO_URL).format(product=product)


def error_in(answer: httpx.Response, body: Mapping[str, Any]) -> TwilioError:
    """Return what an answer says that is no success."""
    status, code = answer.status_code, body.get("code")
    code = code if type(code) is int else 0
    words = _NUMBER.sub("…", str(body.get("message", "")))[:300]
    if status == 429 or code in _LIMITS:
        return Busy(words, retry_after=_wait(answer))
    if status == 503 and "Retry-After" in answer.headers:
        # It asks for the request once more itself; of any other 5xx nobody knows how far it came.
        return Busy(words, retry_after=_wait(answer))
    if status == 401 or (status == 403 and code not in _ABOUT_MESSAGES):
        return TokenRefused(words)
    if status == 404:
        return NotThere(words)
    if 400 <= status < 500:
        return Refused(words or f"HTTP {status}", code)
    return Unanswered(f"HTTP {status}")


def _wait(answer: httpx.Response) -> float:
    try:
        return min(max(0.0, float(answer.headers["Retry-After"])), LONGEST_WAIT)
    except (KeyError, ValueError):
        return 0.0


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
