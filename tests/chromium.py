"""One real Chromium for all tests of a process."""

import asyncio
import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

# Playwright keeps an event loop on the test's thread; Django would take that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser `script/test` found."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["POSTEXP_CHROMIUM"], args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def own_loop() -> Iterator[None]:
    """Let a test run an event loop of its own, though Playwright keeps one on the test's thread."""
    kept = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(kept)
