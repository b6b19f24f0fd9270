"""The front door: which stack answers which path, and what the log says of it."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from django.utils.translation import get_language, override

from postexp.kernel.logs import without_secrets
from postexp.wsgi import FrontDoor, LeanHandler

# Django's own, which the full stack has in its place, makes answers vary.
LANGUAGE = "postexp.kernel.language.SpeaksCallersLanguage"
TOKEN = "eyJzIjoib3JkXzEyMyJ9.abcdefghijklmnopqrstuvwxyz"


def ask(door: Any, path_info: str, **headers: str) -> tuple[str, dict[str, str], bytes]:
    """Ask a WSGI application for a path, as a server would; headers as WSGI names them."""
    seen: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        seen.update(status=status, headers=dict(headers))

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path_info,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **headers,
    }
    answer = door(environ, start_response)
    body = b"".join(answer)
    answer.close()
    return seen["status"], seen["headers"], body


def which_stack(request: HttpRequest) -> HttpResponse:
    """Answer whether the session middleware has seen the request."""
    return HttpResponse("full" if hasattr(request, "session") else "lean")


def fail(request: HttpRequest) -> HttpResponse:
    """Fail in a way nobody foresaw."""
    raise RuntimeError("unforeseen")


urlpatterns = [
    path("health/fail/", fail),
    path("health/language/", lambda request: HttpResponse(get_language())),
    path("<path:any>", lambda request, any: which_stack(request)),
]


@pytest.fixture
def door() -> Iterator[FrontDoor]:
    """A front door before two views of this file; the test keeps its database connection."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with override_settings(ROOT_URLCONF=__name__):
        yield FrontDoor()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("path_info", "stack"),
    [
        ("/webhooks/shopify/", b"lean"),
        ("/api/v1/orders/ord_1/", b"lean"),
        ("/health/", b"lean"),
        ("/s/kumo/t/token/", b"lean"),
        ("/s/kumo/theme/0a1b.css", b"lean"),
        ("/s/kumo_3/t/token/", b"lean"),
        ("/s/kumo/", b"full"),
        ("/s/kumo/returns/t/", b"full"),
        ("/d/kumo/orders/", b"full"),
        ("/accounts/login/", b"full"),
        ("/d/kumo/api/v1/", b"full"),
    ],
)
def test_machines_and_prepared_pages_take_the_lean_stack(
    door: FrontDoor, path_info: str, stack: bytes
) -> None:
    status, headers, body = ask(door, path_info)
    assert (status, body) == ("200 OK", stack)
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_lean_stack_answers_failures_too(door: FrontDoor) -> None:
    status, _, body = ask(door, "/health/fail/")
    assert status == "500 Internal Server Error"
    assert b"unforeseen" not in body


@pytest.mark.parametrize(("before", "asked"), [("ja", "en"), ("en", "ja")])
def test_the_lean_stack_speaks_the_callers_language(
    door: FrontDoor, before: str, asked: str
) -> None:
    with override(before):
        _, headers, body = ask(door, "/health/language/", HTTP_ACCEPT_LANGUAGE=asked)
    assert body.decode() == asked
    assert "Vary" not in headers, "what caches keep is the same for all"


def test_who_names_no_language_hears_the_sites_own(door: FrontDoor) -> None:
    with override("ja"):
        _, _, body = ask(door, "/health/language/")
    assert body == b"en"


def test_the_lean_stack_is_what_the_settings_say() -> None:
    made = []

    def middleware(name: str) -> Callable[[Any], Any]:
        def make(get_response: Any) -> Any:
            made.append(name)
            return get_response

        return make

    globals().update(outer=middleware("outer"), inner=middleware("inner"))
    with override_settings(LEAN_MIDDLEWARE=[f"{__name__}.outer", f"{__name__}.inner"]):
        LeanHandler()
    assert made == ["inner", "outer"], "the first of the settings is the outermost"


def test_lean_middleware_only_wraps_requests() -> None:
    from django.utils.module_loading import import_string

    for dotted in settings.LEAN_MIDDLEWARE:
        instance = import_string(dotted)(lambda request: HttpResponse())
        for hook in ("process_view", "process_template_response", "process_exception"):
            assert not hasattr(instance, hook), f"{dotted} needs the full stack"
        if dotted != LANGUAGE:
            assert dotted in settings.MIDDLEWARE
    assert isinstance(FrontDoor().full, WSGIHandler)


def test_each_request_leaves_one_line_without_secrets(
    door: FrontDoor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="postexp.requests"):
        ask(door, f"/s/kumo/t/{TOKEN}/")
        ask(door, "/health/")
    lines = [record.getMessage() for record in caplog.records if record.name == "postexp.requests"]
    assert len(lines) == 1, "health checks are not reported"
    assert lines[0].startswith("200 GET /s/kumo/t/eyJzIjoi…/ ")
    assert TOKEN not in lines[0]


def test_djangos_own_lines_hold_no_secrets_either() -> None:
    said = io.StringIO()
    logger = logging.getLogger("django.request")
    handler = logging.StreamHandler(said)
    logger.addHandler(handler)
    try:
        logger.warning("%s: %s", "Not Found", f"/s/kumo/t/{TOKEN}/")
        logger.error("%s: %s", "Internal Server Error", f"/s/kumo/t/{TOKEN}/")
    finally:
        logger.removeHandler(handler)
    assert said.getvalue() == "Internal Server Error: /s/kumo/t/eyJzIjoi…/\n"


def test_a_path_cannot_forge_a_line() -> None:
    assert without_secrets("/a\n200 GET /b") == "'/a\\n200 GET /b'"
    assert without_secrets("/d/kumo/orders/") == "/d/kumo/orders/"
    assert (
        without_secrets("/api/v1/orders/ord_4XkAbCdEfGhJkMnPqRsTuV/") == "/api/v1/orders/ord_4XkA…/"
    )
