"""Asking Stripe: forms in, JSON out, one key to an account, and every failure under its name.

A request that makes or changes something carries an idempotency key: sent again with it, Stripe
answers as it did the first time, failures included, and does nothing twice. So a request that was
lost on the way is sent again here, as long as there is time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import httpx
from django.conf import settings

from integrations.http import AddressRefused, checked_client
from integrations.stripe.errors import (
    Busy,
    Declined,
    KeyRefused,
    NotAllowed,
    Refused,
    StripeError,
    Unanswered,
)

API_VERSION = "2025-09-30.clover"
ANSWER_SECONDS = 15.0
# What moves money must end within the lease of its delivery.
PATIENCE = 25.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
PAGE = 100
IN_USE = "idempotency_key_in_use"

DEMO_KEY = "rk_test_demo"
"""How the keys of demo shops begin, whose account is made up and never at Stripe."""

Form = str | int | bool | Sequence["Form"] | Mapping[str, "Form"]


class StripeClient:
    """Asks Stripe with one key. Use it as a context manager; its calls end `within` seconds."""

    def __init__(self, key: str, *, within: float = PATIENCE) -> None:
        self._within = within
        demo = key.startswith(DEMO_KEY)
        self._http = checked_client(
            base_url=settings.DEMO_STRIPE_URL if demo else settings.STRIPE_URL,
            private=demo,
            headers={"Authorization": f"Bearer {key}", "Stripe-Version": API_VERSION},
            answer_seconds=min(ANSWER_SECONDS, within),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: Form) -> dict[str, Any]:
        """Return what is there; raises StripeError."""
        return self._ask("GET", path, params=dict(flatten(query)))

    def post(self, path: str, form: Mapping[str, Form], *, key: str) -> dict[str, Any]:
        """Make or change something, once per key; raises StripeError.

        After Unanswered it may have been done: the same call finds out.
        """
        return self._ask(
            "POST", path, data=dict(flatten(form)), headers={"Idempotency-Key": key[:255]}
        )

    def pages(self, path: str, **query: Form) -> Iterator[dict[str, Any]]:
        """Yield all rows of a list, the newest first; raises StripeError."""
        after: dict[str, Form] = {}
        while True:
            page = self.get(path, **query, **after, limit=PAGE)
            rows = page["data"]
            yield from rows
            if not page.get("has_more") or not rows:
                return
            after = {"starting_after": rows[-1]["id"]}

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        ends_at, attempt = time.monotonic() + self._within, 0
        while True:
            wait: float | None = None
            try:
                answer = self._http.request(method, f"/v1/{path}", **options)
            except AddressRefused as error:
                raise Unanswered(str(error)) from error
            except httpx.TransportError as error:
                failed: StripeError = Unanswered(type(error).__name__)
            else:
                if answer.status_code == 200:
                    return _object(answer)
                failed, wait = error_in(answer), _wait(answer)
                if not _worth_another(answer):
                    raise failed
            attempt += 1
            pause = _pause_before(attempt) if wait is None else wait
            if time.monotonic() + pause >= ends_at:
                raise failed
            time.sleep(pause)


def flatten(form: Mapping[str, Form], within: str = "") -> Iterator[tuple[str, str]]:
    """Yield the fields of a form as Stripe reads nested ones: `a[b][0][c]`."""
    for name, value in form.items():
        yield from _flatten(f"{within}[{name}]" if within else name, value)


def _flatten(name: str, value: Form) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from flatten(value, name)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, str | int):
        yield name, str(value)
    else:
        for index, one in enumerate(value):
            yield from _flatten(f"{name}[{index}]", one)


def error_in(answer: httpx.Response) -> StripeError:
    """Return what an answer that is no 200 says."""
    status, told = answer.status_code, _told(answer)
    kind, code = str(told.get("type", "")), str(told.get("code", ""))
    words = str(told.get("message", ""))[:300]
    if status == 401:
        return KeyRefused()
    if status == 403:
        return NotAllowed(words)
    if status == 429 or code == IN_USE:
        return Busy()
    if status == 402:
        return Declined(words)
    # Another request went out under our key: what became of ours is not known by that.
    if status in (400, 404) and kind != "idempotency_error":
        return Refused(words, code)
    return Unanswered(f"HTTP {status}")


def _worth_another(answer: httpx.Response) -> bool:
    """Whether the same request may be answered otherwise in a moment, as Stripe itself says."""
    advice = answer.headers.get("Stripe-Should-Retry")
    if advice is not None:
        return bool(advice == "true")
    # A 500 is kept under its key and would only come again.
    return answer.status_code in (409, 429, 502, 503, 504)


def _wait(answer: httpx.Response) -> float | None:
    try:
        return min(max(0.0, float(answer.headers["Retry-After"])), LONGEST_PAUSE)
    except (KeyError, ValueError):
        return None


def _pause_before(attempt: int) -> float:
    longest: float = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
    # Workers that were turned away together do not come back together.
    return longest * (0.5 + random.random() / 2)


def _told(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    told = body.get("error") if isinstance(body, dict) else None
    return told if isinstance(told, dict) else {}


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError) as error:
        raise Unanswered("not JSON") from error
    if not isinstance(body, dict):
        raise Unanswered("not a JSON object")
    return body
