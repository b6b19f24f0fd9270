"""A real Chromium on a real server, with a drainer at work behind it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from commerce.models import Merchant, User
from postexp.kernel import clock, inbox, outbox
from tests import shops
from tests.shops import PASSWORD
from tests.standing import stand

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
# Milliseconds a page may take: only a fault reaches them, however busy the machine is.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
LOCALES = {"en": "en-US", "ja": "ja-JP"}

AXE = Axe().axe_script
JUDGE = (Path(__file__).parent / "judge.js").read_text()

Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Open]:
    """Open a fresh browser window; the test fails on any script or policy error in it."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_(
        *,
        language: str = "en",
        scheme: str = "light",
        size: Any = DESKTOP,
        script: bool = True,
        axe: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale=LOCALES[language],
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport=size,
            java_script_enabled=script,
            # axe measures contrast with styles of its own, which our policy rightly refuses.
            bypass_csp=axe,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def full_shop(transactional_db: None) -> Merchant:
    """The Japanese shop with one of everything, and nothing remembered of a test before."""
    cache.clear()
    return stand().merchant


@pytest.fixture
def drainer(transactional_db: None) -> Iterator[None]:
    """Work on inbox and events as they come, as the drainer and the workers do."""
    stop = threading.Event()

    def hand_over(delivery_id: int, claim: str) -> None:
        outbox.run_outside(delivery_id, claim, now=clock.now)

    def work() -> None:
        try:
            done = 0
            # While there is nothing to do, the processor is the browser's.
            while not stop.wait(0.01 if done else 0.2):
                at = clock.now()
                done = (
                    inbox.drain(at=at)
                    + outbox.drain_database(at=at)
                    + outbox.claim_outside(at=at, hand_over=hand_over)
                )
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Log a person of a shop in by the form."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/d/**")


def come_in(page: Page) -> Client:
    """Be logged in as the owner, without the form: few tests are about that.

    Returns a client of the same session, which asks without the browser.
    """
    client = Client()
    shops.log_in(client, User.objects.get(email="owner@example.com"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    at = {"name": settings.SESSION_COOKIE_NAME, "domain": "localhost", "path": "/"}
    page.context.add_cookies([{**at, "value": session}])  # type: ignore[typeddict-item]
    return client


class Looks:
    """The looks that words were seen to have on a walk, so that contrast is judged once for each.

    Contrast takes most of axe's time, and the pages of a product share their colours.
    """

    def __init__(self) -> None:
        self.judged: set[str] = set()


def violations(page: Page, *, but: Sequence[str] = (), looks: Looks | None = None) -> list[str]:
    """Return what axe finds wrong with a page, but for some of its parts: rule, and where.

    With the looks of a walk, contrast is judged of those words alone that look like none before.
    """
    page.wait_for_load_state()
    _bring_axe(page)
    context = {"include": [["html"]], "exclude": [[part] for part in but]}
    options = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        # No rule of these reads style sheets, and axe would fetch each import of ours anew.
        "preload": False,
        # What stands in a frame is no part of the page, and axe would wait half a second for it.
        "iframes": False,
        "resultTypes": ["violations"],
        "selectors": False,
    }
    judged = None if looks is None else sorted(looks.judged)
    wrong: list[str]
    wrong, seen = page.evaluate(JUDGE, {"context": context, "options": options, "judged": judged})
    if looks is not None:
        looks.judged.update(seen)
    return wrong


def _bring_axe(page: Page) -> None:
    """Have axe in a page, and in those that follow it: its half megabyte travels but once."""
    if not page.evaluate("'axe' in window"):
        page.add_init_script(AXE)
        page.evaluate(AXE)
