"""One real Chromium for all tests of a process."""

import asyncio
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.contrib.staticfiles.views import serve
from django.core.servers.basehttp import WSGIRequestHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from playwright.sync_api import Browser, sync_playwright

from postexp.design.storage import ENTRIES, join_sheets

# Playwright keeps an event loop on the test's thread; Django would take that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A page of a test lives for a second: compiling its scripts better, and threads for it and for
    # the garbage, take more than they save.
    "--js-flags=--single-threaded --no-opt --no-maglev",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser `script/test` found; it keeps style sheets and scripts from page to page."""
    with (
        pytest.MonkeyPatch.context() as patch,
        sync_playwright() as playwright,
    ):
        patch.setattr(StaticFilesHandlerMixin, "serve", _to_be_kept)
        # Head and body of an answer are sent apart: the body would wait till the head is confirmed.
        patch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
        browser = playwright.chromium.launch(
            executable_path=os.environ["POSTEXP_CHROMIUM"], args=ARGUMENTS
        )
        yield browser
        browser.close()


def _to_be_kept(handler: Any, request: HttpRequest) -> HttpResponseBase:
    """Serve a static file as a deployment does, where the browser asks for it once."""
    name = handler.file_path(request.path)
    answer: HttpResponseBase
    if name in ENTRIES:
        answer = HttpResponse(_joined(name), content_type="text/css")
    else:
        answer = serve(request, name, insecure=True)
    answer["Cache-Control"] = "max-age=3600"
    # The browser's own day: on another it would keep nothing.
    answer["Date"] = http_date(time_machine.escape_hatch.time.time())
    return answer


@cache
def _joined(name: str) -> str:
    """Return an entry sheet as it leaves the house, where the imports would be fifty requests."""
    entry = Path(finders.find(name) or "")
    beside = entry.parent.rglob("*.css")
    sources = {str(one.relative_to(entry.parent)): one.read_text() for one in beside}
    return join_sheets(entry.read_text(), sources)


@pytest.fixture
def own_loop() -> Iterator[None]:
    """Let a test run an event loop of its own, though Playwright keeps one on the test's thread."""
    kept = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(kept)
