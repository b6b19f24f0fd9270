"""Who may call the REST API, how bodies are read, and how refusals are worded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.models import ApiKey
from commerce.services.keys import touch_key
from postexp.kernel import clock
from postexp.kernel.secrets import hash_key

if TYPE_CHECKING:
    from rest_framework.views import APIView

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
        # A request that staff send again acts as the key that sent it first.
        replaying = getattr(request._request, "replaying_key", None)
        if isinstance(replaying, ApiKey):
            return None, replaying
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
        if not hasattr(view, (request.method or "").lower()):
            return True  # it has no such method, and the answer is 405
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


def problem_json(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer every refusal as problem+json: type, title, status, code, detail, errors."""
    if isinstance(error, Http404):
        error = Problem(404, "not_found", _("There is no such object."))
    if not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.ValidationError):
        error.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    code = error.get_codes() if isinstance(error.detail, str) else "invalid"
    body: dict[str, Any] = {
        "type": f"urn:postexp:problem:{code}",
        "title": _title(error),
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


def _title(error: exceptions.APIException) -> str:
    """Return what kind of refusal it is, in words that name nothing of the request."""
    if isinstance(error, Problem):
        return str(error.detail)
    if isinstance(error, exceptions.MethodNotAllowed):
        return _("This address does not take this method.")
    if isinstance(error, exceptions.UnsupportedMediaType):
        return _("Bodies are JSON: send Content-Type: application/json.")
    if isinstance(error, exceptions.ValidationError):
        return _("Invalid input.")
    return str(error.default_detail)


def spoken_language(request: HttpRequest) -> str:
    """Return the language a program is answered in: what its Accept-Language asks for first and we
    speak, else English. Cookies and what a thread answered before have no say.
    """
    for wanted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return "en"
