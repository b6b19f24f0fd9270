"""How the API is asked: with a key, again where that helps, and with errors that say why."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

Json = dict[str, Any]

VERSION = "2026-11-01"
TRIES = 4
LONGEST_WAIT = 30.0
AGAIN = frozenset({429, 502, 503, 504})


class PostexpError(Exception):
    """Whatever goes wrong between a program and the API."""


class Unreachable(PostexpError):
    """No answer came, however often it was tried; `__cause__` is the last error of httpx.

    A write may have been carried out: send it again with its own `idempotency_key` to know.
    """


class Refused(PostexpError):
    """The API refused a request; `code` is stable, `detail` is for people."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        self.errors = problem.get("errors")
        super().__init__(f"{status} {self.code}: {self.detail}")


def part(text: str) -> str:
    """Return a part of a path as it stands in one."""
    return quote(text, safe="")


class Asking:
    """One shop's API over HTTP. Close it, or use it as a context manager."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeout: float = 20.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {key}", "Postexp-Version": VERSION},
            timeout=timeout,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def each(self, listed: Callable[..., Json], *parts: str, **filters: Any) -> Iterator[Json]:
        """Go through every row of a list, page by page: `each(postexp.list_orders)`."""
        cursor: str | None = None
        while True:
            page = listed(*parts, **filters, cursor=cursor)
            yield from page["data"]
            cursor = page["next"]
            if cursor is None:
                return

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Json | None = None,
        form: Json | None = None,
        idempotency_key: str | None = None,
    ) -> Json:
        asked = self._send(
            method, path, query=query, body=body, form=form, idempotency_key=idempotency_key
        )
        told: Json = asked.json()
        return told

    def _fetch(self, path: str, *, query: Mapping[str, Any] | None = None) -> bytes:
        return self._send("GET", path, query=query).content

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Json | None = None,
        form: Json | None = None,
        idempotency_key: str | None = None,
    ) -> httpx.Response:
        headers = (
            {} if method == "GET" else {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        )
        sent = {"json": body} if form is None else _form(form)
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._http.request(method, path, params=asked, headers=headers, **sent)
            except httpx.TransportError as error:
                if attempt == TRIES:
                    reason = str(error) or type(error).__name__
                    raise Unreachable(f"{self._http.base_url} did not answer: {reason}") from error
                time.sleep(2.0**attempt / 4)
                continue
            if answer.status_code not in AGAIN or attempt == TRIES:
                return _accepted(answer)
            time.sleep(_wait(answer, attempt))
        raise AssertionError("the last try returns or raises")


def _form(fields: Json) -> dict[str, Any]:
    files = {name: (name, one) for name, one in fields.items() if isinstance(one, bytes)}
    return {"files": files, "data": {name: fields[name] for name in fields.keys() - files.keys()}}


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {"detail": answer.text[:200]}
    raise Refused(answer.status_code, problem)


def _wait(answer: httpx.Response, attempt: int) -> float:
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT) if asked.isdigit() else 2.0**attempt / 4
