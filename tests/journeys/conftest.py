"""Journeys are walked in the browser of the browser tests."""

from tests.browser.conftest import drainer, open_page

__all__ = ("drainer", "open_page")
