"""The client of Shopify's GraphQL Admin API.

It waits before the shop's bucket of points is empty, takes a new token before the old one lapses,
and repeats what can be repeated without doing it twice: reading, and writing under a key.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from integrations.http import checked_client
from integrations.shopify.errors import (
    AccessRefused,
    Busy,
    QueryRefused,
    Refused,
    ResultGone,
    ScopesMissing,
    ShopifyError,
    TooCostly,
    Unanswered,
    UserError,
)
from integrations.tokens import Account, Token

API_VERSION = "2026-07"
OPERATIONS = Path(__file__).parent / "operations"

TRIES = 4
# How long one call may wait for Shopify altogether; what pays money ends within its lease.
PATIENCE = 40.0
# A token is renewed this long before it lapses.
RENEW_BEFORE = timedelta(minutes=10)
LONGEST_BACK_OFF = 8.0
# What a storage answers for a signed address that has lapsed, or whose result it has deleted.
GONE = (400, 401, 403, 404, 410)


@dataclass
class Bucket:
    """What is left of the shop's points, as Shopify last said."""

    available: float
    restore_rate: float
    told_at: float

    def wait_for(self, points: float, now: float) -> float:
        """Return the seconds until so many points are there."""
        there = self.available + (now - self.told_at) * self.restore_rate
        return max(0.0, (points - there) / self.restore_rate) if self.restore_rate else 0.0


@dataclass(kw_only=True)
class _Call:
    """One call and its attempts. `unsure`: one of them may have done what was asked."""

    name: str
    document: str
    variables: Mapping[str, Any]
    writes: bool
    keyed: bool
    ends_at: float
    unsure: bool = False


@cache
def read_operation(name: str) -> str:
    """Return the text of an operation such as `refund_create`."""
    return (OPERATIONS / f"{name}.graphql").read_text("utf-8")


def base_url(shop: str) -> str:
    """Return the address of a shop's API: Shopify's own, or the one the settings name."""
    return str(settings.SHOPIFY_URL).replace("{shop}", shop)


class ShopifyClient:
    """Runs the operations of `operations/` in one shop. Use it as a context manager.

    Raises ShopifyError in one of its kinds: AccessRefused, ScopesMissing, Refused (with Shopify's
    reasons), QueryRefused, TooCostly and Busy did nothing; after Unanswered it is not known. A call
    waits `patience` seconds at most, and no call begins or waits `within` seconds after the client
    was made.
    """

    def __init__(
        self,
        account: Account,
        *,
        now: Callable[[], datetime],
        patience: float = PATIENCE,
        within: float = math.inf,
        answer_seconds: float = 15.0,
    ) -> None:
        self._account = account
        self._now = now
        self._patience = patience
        self._ends_at = time.monotonic() + within
        self._http = checked_client(base_url=account.base_url, answer_seconds=answer_seconds)
        self._bucket: Bucket | None = None
        self._costs: dict[str, float] = {}

    def __enter__(self) -> ShopifyClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def run(self, name: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run an operation of ours and return its data."""
        return self.send(name, read_operation(name), variables or {})

    def send(self, name: str, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Run a document and return its data. `name` is what its cost is remembered by."""
        call = _Call(
            name=name,
            document=document,
            variables=variables,
            writes=document.lstrip().startswith("mutation"),
            keyed="@idempotent" in document,
            ends_at=self._end_of_call(),
        )
        try:
            return self._try(call)
        except (Refused, Unanswered):
            raise
        except ShopifyError as error:
            if call.unsure:
                # An attempt before this one may have done it, whatever the last one was told.
                raise Unanswered(error.kind) from error
            raise

    def _try(self, call: _Call) -> dict[str, Any]:
        renewed = False
        for attempt in range(1, TRIES + 1):
            self._wait(self._until_affordable(call.name), call.ends_at)
            try:
                answer = self._post(call.document, call.variables)
            except httpx.TransportError as error:
                sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                self._lost(call, attempt, type(error).__name__, sent=sent)
                continue
            if answer.status_code == 401 and not renewed:
                renewed = True
                self._take_token()
                continue
            if answer.status_code in (401, 402, 403, 404, 423):
                raise AccessRefused
            if answer.status_code == 429:
                self._wait(_retry_after(answer), call.ends_at)
                continue
            body = _json(answer)
            if answer.status_code >= 500 or body is None:
                self._lost(call, attempt, f"HTTP {answer.status_code}", sent=True)
                continue
            self._learn(call.name, body)
            if "THROTTLED" in _codes(body):
                self._wait(max(1.0, self._until_affordable(call.name)), call.ends_at)
                continue
            return _data(body)
        raise Busy

    def fetch(self, url: str, *, start: int, length: int) -> bytes:
        """Return a part of a bulk operation's result: at most `length` bytes from `start` on.

        Raises ResultGone where the address no longer leads to it.
        """
        ends_at = self._end_of_call()
        for attempt in range(1, TRIES + 1):
            try:
                # The address is signed; the shop's token is none of the storage's business.
                with checked_client(answer_seconds=60) as http:
                    answer = http.get(url, headers={"Range": f"bytes={start}-{start + length - 1}"})
            except httpx.TransportError as error:
                self._back_off(attempt, ends_at, type(error).__name__)
                continue
            if answer.status_code == 416:
                return b""
            if answer.status_code == 206:
                return answer.content
            if answer.status_code == 200:
                return answer.content[start : start + length]
            if answer.status_code in GONE:
                raise ResultGone
            self._back_off(attempt, ends_at, f"HTTP {answer.status_code}")
        raise Busy

    def _end_of_call(self) -> float:
        """Return until when a call that begins now may wait; raises Busy where no time is left."""
        now = time.monotonic()
        if now >= self._ends_at:
            raise Busy
        return min(now + self._patience, self._ends_at)

    def _post(self, document: str, variables: Mapping[str, Any]) -> httpx.Response:
        return self._http.post(
            f"/admin/api/{API_VERSION}/graphql.json",
            json={"query": document, "variables": dict(variables)},
            headers={"X-Shopify-Access-Token": self._token().value},
        )

    def _token(self) -> Token:
        kept = self._account.token()
        if kept is not None and kept.lasts(self._now(), margin=RENEW_BEFORE):
            return kept
        return self._take_token()

    def _take_token(self) -> Token:
        """Ask for a token by the client-credentials grant, which lasts for a day."""
        try:
            answer = self._http.post(
                "/admin/oauth/access_token",
                data={
                    "client_id": self._account.client_id,
                    "client_secret": self._account.client_secret,
                    "grant_type": "client_credentials",
                },
            )
        except httpx.TransportError as error:
            raise Unanswered(type(error).__name__) from error
        body = _json(answer)
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unanswered(f"HTTP {answer.status_code}")
        if answer.status_code != 200 or not isinstance(body, dict) or not body.get("access_token"):
            raise AccessRefused
        token = Token(
            value=str(body["access_token"]),
            expires_at=self._now() + timedelta(seconds=int(body.get("expires_in", 86_399))),
        )
        self._account.keep(token)
        return token

    def _until_affordable(self, name: str) -> float:
        if self._bucket is None:
            return 0.0
        return self._bucket.wait_for(self._costs.get(name, 0.0), time.monotonic())

    def _learn(self, name: str, body: dict[str, Any]) -> None:
        """Remember what the operation cost and what is left."""
        cost = (body.get("extensions") or {}).get("cost") or {}
        status = cost.get("throttleStatus")
        if status:
            self._bucket = Bucket(
                available=float(status["currentlyAvailable"]),
                restore_rate=float(status["restoreRate"]),
                told_at=time.monotonic(),
            )
        if cost.get("requestedQueryCost"):
            self._costs[name] = float(cost["requestedQueryCost"])

    def _lost(self, call: _Call, attempt: int, cause: str, *, sent: bool) -> None:
        """Get over an attempt without an answer; raises Unanswered where none may follow it."""
        call.unsure = call.unsure or (call.writes and sent)
        if call.writes and sent and not call.keyed:
            raise Unanswered(cause)
        self._back_off(attempt, call.ends_at, cause)

    def _wait(self, seconds: float, ends_at: float) -> None:
        """Wait, or raise Busy where that would take longer than the call may."""
        if seconds <= 0:
            return
        if time.monotonic() + seconds > ends_at:
            raise Busy
        time.sleep(seconds)

    def _back_off(self, attempt: int, ends_at: float, cause: str) -> None:
        """Wait after a failed attempt: about 0.5, 1, 2 … seconds; raises Unanswered at the end."""
        seconds = min(2.0 ** (attempt - 2), LONGEST_BACK_OFF) * random.uniform(0.8, 1.2)
        if attempt == TRIES or time.monotonic() + seconds > ends_at:
            raise Unanswered(cause)
        time.sleep(seconds)


def _retry_after(answer: httpx.Response) -> float:
    try:
        return max(0.5, float(answer.headers.get("Retry-After", "2")))
    except ValueError:
        return 2.0


def _json(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _codes(body: dict[str, Any]) -> set[str]:
    errors = body.get("errors")
    if not isinstance(errors, list):
        return set()
    return {str((error.get("extensions") or {}).get("code", "")) for error in errors}


def _data(body: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an answer; raises what its errors mean."""
    errors = body.get("errors")
    if errors:
        codes = _codes(body)
        if "MAX_COST_EXCEEDED" in codes:
            raise TooCostly
        unclear = {code for code in codes if code.startswith(("INTERNAL_", "IDEMPOTENCY_"))}
        if unclear:
            raise Unanswered(" ".join(sorted(unclear)))
        words = [str(e.get("message", e)) for e in errors] if isinstance(errors, list) else [errors]
        if "ACCESS_DENIED" in codes:
            raise ScopesMissing(" ".join(str(word) for word in words))
        raise QueryRefused(" ".join(str(word) for word in words))
    data = body.get("data")
    if not isinstance(data, dict):
        raise Unanswered("An answer without data")
    refused = tuple(_user_errors(data))
    if refused:
        raise Refused(refused)
    return data


def _user_errors(data: dict[str, Any]) -> list[UserError]:
    return [
        UserError(
            field=".".join(error.get("field") or ()),
            message=str(error.get("message", "")),
            code=str(error.get("code") or ""),
        )
        for payload in data.values()
        if isinstance(payload, dict)
        for name, errors in payload.items()
        if name.lower().endswith("usererrors")
        for error in errors or ()
    ]
