"""The WSGI application: one front door, two stacks of middleware behind it.

Machine-to-machine paths and prepared pages need neither session nor log-in nor CSRF check. The lean
stack spares them that, which doubles the rate at which cheap requests are answered.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterable
from typing import Any, cast

import django
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from postexp.kernel.logs import accepted_request_id, caused_by, without_secrets

Environ = dict[str, Any]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postexp.settings")
django.setup(set_prefix=False)

logger = logging.getLogger("postexp.requests")

# Asked every few seconds, and nothing anyone wants to read of.
UNREPORTED = ("/health/", "/static/", "/metrics")


class LeanHandler(WSGIHandler):
    """Django's handler with the middleware of LEAN_MIDDLEWARE, which wrap requests and no more."""

    # Django's own, which its type stubs leave out: resolves the address and calls the view.
    _get_response: Callable[[HttpRequest], HttpResponse]

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain; middleware that looks at views or templates has no place in it."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        handler = convert_exception_to_response(self._get_response)
        for path in reversed(settings.LEAN_MIDDLEWARE):
            handler = convert_exception_to_response(import_string(path)(handler))
        self._middleware_chain = handler


class FrontDoor:
    """Chooses the stack by the path, and writes one line for each request."""

    def __init__(self) -> None:
        self.full = WSGIHandler()
        self.lean = LeanHandler()
        self.lean_prefixes = tuple(settings.LEAN_PREFIXES)
        self.lean_pattern = re.compile(settings.LEAN_PATTERN)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one request under its X-Request-ID: the caller's where that is well formed."""
        request = accepted_request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        with caused_by(request):
            return self.answer(environ, start_response, request)

    def answer(self, environ: Environ, start_response: Any, request: str) -> Iterable[bytes]:
        """Answer by the stack of the path, and write the line."""
        began = time.perf_counter()
        path = environ.get("PATH_INFO", "")
        status = ""

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start_response(line, [*headers, ("X-Request-ID", request)], *rest)

        handler = self.lean if self.is_lean(path) else self.full
        answer = handler(environ, start)
        if not path.startswith(UNREPORTED):
            took = (time.perf_counter() - began) * 1000
            method = environ.get("REQUEST_METHOD", "")
            shown = without_secrets(path)
            facts = {"status": status, "method": method, "path": shown, "ms": round(took)}
            logger.info("%s %s %s %.0f ms", status, method, shown, took, extra={"facts": facts})
        return cast("Iterable[bytes]", answer)

    def is_lean(self, path: str) -> bool:
        """Return whether a path is answered by the lean stack."""
        return path.startswith(self.lean_prefixes) or self.lean_pattern.match(path) is not None


application = FrontDoor()
