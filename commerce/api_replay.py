"""Sending a logged request to the API again, as the key that sent it, through the same views."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from django.core.handlers.wsgi import WSGIRequest
from django.urls import resolve
from django.utils.translation import gettext as _

from commerce.models import ApiKey, ApiRequest
from postexp.kernel import idempotency, ids

SAFE = ("GET", "HEAD")


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What a request that was sent again was answered."""

    status: int
    answer: str


def why_not_repeated(logged: ApiRequest, *, key: ApiKey, at: datetime) -> str:
    """Return why staff cannot send a request again where it went, or "" where they can."""
    if not logged.whole:
        return _("It cannot be sent again: its body was too long to keep.")
    if key.revoked_at is not None:
        return _("It cannot be sent again: its key is revoked.")
    if is_safe_to_repeat(logged, at=at):
        return ""
    if not logged.idempotency_key:
        return _(
            "It cannot be sent again: it had no Idempotency-Key, so it might be carried out twice."
        )
    return _(
        "It cannot be sent again: the answer to its Idempotency-Key is no longer kept, so it might "
        "be carried out twice."
    )


def is_safe_to_repeat(logged: ApiRequest, *, at: datetime) -> bool:
    """Whether sending a request again where it went changes nothing more than it did.

    A write is, as long as the answer to its Idempotency-Key is kept: the log may be kept longer.
    """
    if logged.method in SAFE:
        return True
    return bool(logged.idempotency_key) and idempotency.is_kept(key=logged.idempotency_key, at=at)


def replay(logged: ApiRequest, *, key: ApiKey, anew: bool = False) -> Replayed:
    """Send a logged request again as a key, in the version it spoke; the log has it as another.

    `anew` gives a write an Idempotency-Key of its own, as it is needed in a test shop: the first
    one's answer must not stand in for trying it.
    """
    body = logged.request_body.encode()
    idempotency_key = ids.new_id("idk") if anew else logged.idempotency_key
    environ = {
        "REQUEST_METHOD": logged.method,
        "PATH_INFO": logged.path,
        "QUERY_STRING": logged.query,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_POSTEXP_VERSION": logged.version,
        "HTTP_IDEMPOTENCY_KEY": idempotency_key,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }
    request = WSGIRequest(environ)
    request.replaying_key = key  # type: ignore[attr-defined]
    view, args, kwargs = resolve(logged.path)
    response = view(request, *args, **kwargs)
    return Replayed(status=response.status_code, answer=response.content.decode())
