"""What every REST view of ours stands on: its key's scope, limits, versions, the log, paging."""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import Enum
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.api_access import Problem, spoken_language
from commerce.api_versions import HEADER, VERSIONS, as_of
from commerce.models import ApiKey
from commerce.services.api_log import log_request
from postexp.kernel import clock, idempotency, rates
from postexp.kernel.tenancy import merchant_scope

__all__ = (
    "PAGING",
    "MerchantView",
    "NoSuchAddress",
    "Problem",
    "external_id_of",
    "page",
    "page_of",
    "write_cursor",
)

PAGING = [
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
        description="How many rows a page has at most.",
    ),
    OpenApiParameter("cursor", str, description="The `next` of the page before."),
]
RATE_WINDOW = 60
BLOT = "***"
EXTERNAL_ID = re.compile(r"[^\x00-\x1f\x7f/]{1,64}")


def external_id_of(text: str) -> str:
    """Return an external id from an address; raises Http404 for what can be none."""
    if not EXTERNAL_ID.fullmatch(text):
        raise Http404
    return text


class MerchantView(APIView):
    """An API view inside the scope of its key's merchant. Writes take an `Idempotency-Key`.

    `secrets_told` names the fields of its answers that no log may have, and no table but encrypted.
    `logs_bodies` is false where what is sent is a picture or a secret. An answer that is a file is
    not logged.
    """

    read_scope: ClassVar[str] = ""
    write_scope: ClassVar[str] = ""
    secrets_told: ClassVar[frozenset[str]] = frozenset()
    logs_bodies: ClassVar[bool] = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Enter the scope once the key is known, and leave it with the answer, which is logged."""
        self._began, self._version = time.perf_counter(), ""
        self._allowance: rates.Allowance | None = None
        # Read before anyone else does, so that the log has it whatever becomes of the request.
        self._body = request.body
        with ExitStack() as self._scope:
            self._scope.enter_context(translation.override(spoken_language(request)))
            response: Any = super().dispatch(request, *args, **kwargs)
            self._finish(request, response)
            return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        assert isinstance(request.auth, ApiKey)
        self._scope.enter_context(merchant_scope(request.auth.merchant_id))
        self._version = request.headers.get(HEADER, "") or request.auth.version
        if self._version not in VERSIONS:
            text = _("There is no such version of the API. There are: %s.")
            raise Problem(422, "unknown_version", text % ", ".join(VERSIONS))
        self._spend(request.auth)
        self._check_query(request)

    def _check_query(self, request: Request) -> None:
        """Refuse what the operation does not know, so that a misspelt filter is not ignored."""
        if "\x00" in request.path_info:
            raise Http404
        if any("\x00" in value for value in request.query_params.values()):
            raise Problem(422, "invalid_query", _("NUL characters are not accepted."))
        method = (request.method or "").lower()
        if not hasattr(self, method):
            return  # it has no such method, and the answer is 405
        known = self._parameters(method)
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            named = ", ".join(sorted(known)) or _("none")
            raise Problem(
                422,
                "unknown_parameter",
                _("There is no parameter %(name)s here. There are: %(known)s.")
                % {"name": unknown[0][:80], "known": named},
            )

    def _parameters(self, method: str) -> set[str]:
        """Return the names the description of the API gives the query of an operation."""
        shape = getattr(getattr(self, method), "kwargs", {}).get("schema")
        if shape is None:
            return set()
        inspector = shape()
        inspector.view, inspector.method = self, method.upper()
        return {one.name for one in inspector.get_override_parameters()}

    def _spend(self, key: ApiKey) -> None:
        """Count the request against the limit of its key; raises Problem 429 above it."""
        self._allowance = rates.spend(
            f"api:{key.public_id}", limit=settings.API_RATE, window=RATE_WINDOW
        )
        if self._allowance is not None and self._allowance.exceeded:
            raise Problem(429, "too_many_requests", _("Slow down: see Retry-After."))

    def _finish(self, request: Any, response: Any) -> None:
        """Give the answer the shape of its version and its headers, and log it."""
        key = getattr(self.request, "auth", None)
        told = isinstance(response, Response)
        if told and response.status_code < 300 and self._version:
            resource = request.path.removeprefix("/api/v1/").partition("/")[0]
            response.data = as_of(self._version, resource, response.data)
        if told:
            response.render()
        if self._version:
            response[HEADER] = self._version
        if self._allowance is not None:
            response["RateLimit-Limit"] = self._allowance.limit
            response["RateLimit-Remaining"] = max(self._allowance.remaining, 0)
            response["RateLimit-Reset"] = self._allowance.reset
            if self._allowance.exceeded:
                response["Retry-After"] = self._allowance.reset
        if isinstance(key, ApiKey):
            log_request(
                key=key,
                method=request.method,
                path=request.path,
                query=request.META.get("QUERY_STRING", ""),
                version=self._version[:10],
                idempotency_key=request.headers.get("Idempotency-Key", ""),
                body=self._body if self.logs_bodies else b"",
                status=response.status_code,
                answer=self._to_log(response) if told else b"",
                milliseconds=int((time.perf_counter() - self._began) * 1000),
                at=clock.now(),
            )

    def _to_log(self, response: Any) -> bytes:
        """Return an answer as the log may have it, its secrets blotted out."""
        told = response.data
        if not isinstance(told, dict) or self.secrets_told.isdisjoint(told):
            whole: bytes = response.content
            return whole
        return json.dumps({**told, **dict.fromkeys(self.secrets_told & set(told), BLOT)}).encode()

    @property
    def actor(self) -> str:
        """How the event log names this caller."""
        assert isinstance(self.request.auth, ApiKey)
        return f"api:{self.request.auth.public_id}"

    def choice(self, name: str, choices: type[Enum]) -> str:
        """Return what a filter of the address asks for, or empty; raises Problem for another."""
        chosen = self.request.query_params.get(name, "")
        if chosen and chosen not in {one.value for one in choices}:
            raise self.no_such(name, [one.value for one in choices])
        return chosen

    def no_such(self, name: str, known: Iterable[object]) -> Problem:
        """Return the refusal of a parameter's value, which names those it takes."""
        text = _("There is no such %(name)s. There are: %(known)s.")
        named = ", ".join(map(str, known))
        return Problem(422, f"invalid_{name}", text % {"name": name, "known": named})

    def instant(self, name: str) -> datetime | None:
        """Return the instant a filter of the address names, or None; raises Problem for no one."""
        text = self.request.query_params.get(name, "")
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise _bad_instant(name) from error
        if found.tzinfo is None or found.year < 1900:
            raise _bad_instant(name)
        try:
            # The database takes no zone as far from Greenwich as the text may name.
            return found.astimezone(UTC)
        except OverflowError as error:
            raise _bad_instant(name) from error

    def once(self, operation: str, carry_out: Callable[[], Response]) -> Response:
        """Carry a write out once per `Idempotency-Key`; without a key, carry it out."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            return carry_out()
        if len(key) > idempotency.LONGEST_KEY:
            raise Problem(
                422, "idempotency_key_too_long", _("Use a key of 255 characters at most.")
            )
        try:
            answer = idempotency.once(
                key=key,
                operation=operation,
                body=json.dumps(self.body_of_key(), sort_keys=True, default=str).encode(),
                at=clock.now(),
                carry_out=lambda: _answer(carry_out(), secret=bool(self.secrets_told)),
            )
        except idempotency.IdempotencyMismatch as error:
            raise Problem(
                422, "idempotency_mismatch", _("This key was used with another request.")
            ) from error
        except idempotency.IdempotencyInProgress as error:
            raise Problem(
                409, "idempotency_in_progress", _("The first request with this key still runs.")
            ) from error
        return Response(json.loads(answer.body), status=answer.status)

    def body_of_key(self) -> Any:
        """Return what two requests under one key have in common: their bodies."""
        return self.request.data


class NoSuchAddress(APIView):
    """What stands wherever the API has nothing: its refusal reads like every other."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer 404 as problem+json, whatever the method."""
        with translation.override(spoken_language(request)):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Problem(404, "not_found", _("The API has no such address."))


def _answer(response: Response, *, secret: bool) -> idempotency.Answer:
    return idempotency.Answer(
        status=response.status_code,
        body=json.dumps(response.data).encode(),
        content_type="application/json",
        secret=secret,
    )


def page(
    request: Request, queryset: QuerySet[Any], represent: Callable[[Any], dict[str, Any]]
) -> Response:
    """Answer one page, newest first: `?limit=` (1-100, default 20) and `?cursor=` from `next`."""
    return page_of(request, queryset, lambda rows: [represent(row) for row in rows])


def page_of(
    request: Request,
    queryset: QuerySet[Any],
    represent: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> Response:
    """Answer one page whose rows are represented together, as `page` does one by one."""
    limit = _limit(request.query_params.get("limit", "20"))
    cursor = request.query_params.get("cursor", "")
    if cursor:
        queryset = queryset.filter(id__lt=_read_cursor(cursor))
    rows = list(queryset.order_by("-id")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return Response(
        {
            "data": represent(rows),
            "next": write_cursor(rows[-1].pk) if more else None,
        }
    )


def _limit(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 100:
        return int(text)
    raise Problem(422, "invalid_limit", _("limit must be a whole number from 1 to 100."))


def write_cursor(row_id: int) -> str:
    """Return an opaque cursor after a row."""
    return base64.urlsafe_b64encode(f"v1:{row_id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        version, number = text.split(":")
        row_id = int(number)
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor() from error
    if version != "v1" or not 0 < row_id < 2**63:
        raise _bad_cursor()
    return row_id


def _bad_instant(name: str) -> Problem:
    text = _("%s must be an instant such as 2026-11-20T01:00:00Z.")
    return Problem(422, f"invalid_{name}", text % name)


def _bad_cursor() -> Problem:
    return Problem(422, "invalid_cursor", _("Use the value of next from the page before."))
