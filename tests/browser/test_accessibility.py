"""axe finds nothing on any page, in both languages, light and dark, on desktop and phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import APIResponse, Page

from commerce.models import Merchant
from tests.browser.conftest import DESKTOP, PHONE, Looks, Open, come_in, violations
from tests.full_shop import parts_of, routes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FACES = [("en", "light", DESKTOP), ("ja", "dark", PHONE)]
# Shown inside other pages: a mail, and the sample of a theme.
PARTS = {"message_kind_preview", "message_preview", "theme_page", "words_preview"}
# The same on every page of the dashboard: looked at on the first.
RAIL = ".rail"
CLOSED = ("#command", "#shortcuts")
# Take closed dialogs out of a page; return what else in it bears an id of theirs.
TAKE_OUT = """(dialogs) => dialogs.flatMap((dialog) => {
    const found = document.querySelector(dialog);
    found.remove();
    return [...found.querySelectorAll('[id]')].map(({id}) => id)
        .filter((id) => document.getElementById(id)).map((id) => `duplicate-id: ${id}`);
})"""


def pages(namespace: str, merchant: Merchant, browser: Page) -> list[str]:
    """Return the address of every page of a face that this shop can show, each once.

    The address of a command leads to the page it is given on, which has an address of its own.
    """
    asked = (
        browser.request.get(reverse(route.name, kwargs=parts_of(route, merchant)), max_redirects=0)
        for route in routes(namespace)
        if route.name.split(":")[-1] not in PARTS
    )
    return list(dict.fromkeys(answer.url for answer in asked if is_page(answer)))


def is_page(answer: APIResponse) -> bool:
    """Whether an answer is a whole page: not a part, a file, or a refused method."""
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return answer.status == 200 and is_html and "<html" in answer.text()[:300]


@pytest.mark.parametrize(("language", "scheme", "size"), FACES)
def test_the_dashboard(
    language: str, scheme: str, size: object, full_shop: Merchant, open_page: Open
) -> None:
    page = open_page(language=language, scheme=scheme, size=size, axe=True)
    come_in(page)
    looks = Looks()
    found: dict[str, list[str]] = {}
    for address in pages("dashboard:", full_shop, page):
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        if found:
            # They are half of all elements, and axe would walk through them on every page.
            twice = page.evaluate(TAKE_OUT, CLOSED)
            found[address] = twice + violations(page, but=(RAIL,), looks=looks)
        else:
            found[address] = violations(page, looks=looks)
    assert len(found) > 12
    assert {address: bad for address, bad in found.items() if bad} == {}


@pytest.mark.parametrize(("language", "scheme", "size"), FACES)
def test_the_shoppers_pages(
    language: str, scheme: str, size: object, full_shop: Merchant, open_page: Open
) -> None:
    page = open_page(language=language, scheme=scheme, size=size, axe=True)
    looks = Looks()
    found: dict[str, list[str]] = {}
    for address in pages("site:", full_shop, page):
        page.goto(f"{address}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        found[address] = violations(page, looks=looks)
    assert len(found) >= 3
    assert {address: bad for address, bad in found.items() if bad} == {}


@pytest.mark.parametrize(("language", "scheme", "size"), FACES)
def test_the_doors(
    language: str, scheme: str, size: object, full_shop: Merchant, open_page: Open
) -> None:
    page = open_page(language=language, scheme=scheme, size=size, axe=True)
    looks = Looks()
    for address in ("/accounts/login/", "/accounts/password/reset/", "/nothing-here/"):
        page.goto(address)
        assert violations(page, looks=looks) == [], address
    come_in(page)
    for address in ("/styleguide/", "/mailbox/"):
        page.goto(address)
        assert violations(page, looks=looks) == [], address
