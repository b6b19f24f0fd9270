"""What every REST view of ours stands on: key authentication, scopes, problem+json, paging."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.models import ApiKey
from commerce.services.keys import touch_key
from postexp.kernel import clock, idempotency
from postexp.kernel.secrets import hash_key
from postexp.kernel.tenancy import merchant_scope

PROBLEM = "application/problem+json"


class Problem(exceptions.APIException):
    """A refusal with a machine-readable code, answered as problem+json (RFC 9457)."""

    def __init__(
        self, status_code: int, code: str, detail: object, errors: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail=str(detail), code=code)
        self.status_code = status_code
        self.errors = errors


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. The key decides the merchant."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            return None
        found = ApiKey.every_merchant.filter(
            key_hash=hash_key(key.strip()), revoked_at=None
        ).first()
        if found is None:
            raise exceptions.AuthenticationFailed(_("This API key is unknown or revoked."))
        touch_key(found, at=clock.now())
        return None, found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="postexp"'


class HasScope(BasePermission):
    """The key must carry the scope the view names for reading or for writing."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, ApiKey):
            raise exceptions.NotAuthenticated(
                _("Send an API key: Authorization: Bearer <key>. Make one in Settings.")
            )
        reading = request.method in ("GET", "HEAD", "OPTIONS")
        needed = getattr(view, "read_scope" if reading else "write_scope")
        if needed not in request.auth.scopes:
            raise Problem(403, "missing_scope", _("This key lacks the scope %s.") % needed)
        return True


class StrictJSONParser(JSONParser):
    """JSON as the standard has it: no NaN, no duplicate keys, numbers exact, depth bounded."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(
                stream.read().decode("utf-8"),
                parse_float=str,
                parse_constant=_no_constant,
                object_pairs_hook=_no_duplicates,
            )
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("The body is not valid JSON: %s") % error) from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _no_duplicates(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice in one object")
    if any("\x00" in key or (isinstance(value, str) and "\x00" in value) for key, value in pairs):
        raise ValueError("NUL characters are not accepted")
    return found


class MerchantView(APIView):
    """An API view inside the scope of its key's merchant. Writes take an `Idempotency-Key`."""

    read_scope: ClassVar[str] = ""
    write_scope: ClassVar[str] = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Enter the scope once the key is known, and leave it with the answer."""
        self._scope: Any = None
        try:
            response = super().dispatch(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
            return response
        finally:
            if self._scope is not None:
                self._scope.__exit__(None, None, None)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        assert isinstance(request.auth, ApiKey)
        self._scope = merchant_scope(request.auth.merchant_id)
        self._scope.__enter__()

    @property
    def actor(self) -> str:
        """How the event log names this caller."""
        return f"api:{self.request.auth.public_id}"

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
                body=json.dumps(self.request.data, sort_keys=True, default=str).encode(),
                at=clock.now(),
                carry_out=lambda: _answer(carry_out()),
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


def _answer(response: Response) -> idempotency.Answer:
    return idempotency.Answer(
        status=response.status_code,
        body=json.dumps(response.data).encode(),
        content_type="application/json",
    )


def problem_json(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer every refusal as problem+json: type, title, status, code, detail, errors."""
    if isinstance(error, Http404):
        error = Problem(404, "not_found", _("There is no such object."))
    if not isinstance(error, exceptions.APIException):
        return None
    code = error.get_codes() if isinstance(error.detail, str) else "invalid"
    body: dict[str, Any] = {
        "type": f"urn:postexp:problem:{code}",
        "title": str(error.default_detail) if not isinstance(error, Problem) else str(error.detail),
        "status": error.status_code,
        "code": code,
        "detail": str(error.detail) if isinstance(error.detail, str) else _("See errors."),
    }
    errors = getattr(error, "errors", None) or (
        error.detail if not isinstance(error.detail, str) else None
    )
    if errors:
        body["errors"] = errors
    headers = {}
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers["WWW-Authenticate"] = 'Bearer realm="postexp"'
        body["status"] = status.HTTP_401_UNAUTHORIZED
    return Response(body, status=body["status"], headers=headers, content_type=PROBLEM)


def page(
    request: Request, queryset: QuerySet[Any], represent: Callable[[Any], dict[str, Any]]
) -> Response:
    """Answer one page, newest first: `?limit=` (1-100, default 20) and `?cursor=` from `next`."""
    limit = _limit(request.query_params.get("limit", "20"))
    cursor = request.query_params.get("cursor", "")
    if cursor:
        queryset = queryset.filter(id__lt=_read_cursor(cursor))
    rows = list(queryset.order_by("-id")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return Response(
        {
            "data": [represent(row) for row in rows],
            "next": write_cursor(rows[-1].pk) if more else None,
        }
    )


def _limit(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 100:
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


def _bad_cursor() -> Problem:
    return Problem(422, "invalid_cursor", _("Use the value of next from the page before."))
