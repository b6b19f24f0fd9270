"""axe finds nothing on any page, in both languages, light and dark, on desktop and phone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

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


# Put the page of an address in place of the one shown, but for closed dialogs, and let our scripts
# see it as htmx would. Returns whether there is one: a whole page, in the style of the one shown.
PUT_IN = """async ([address, dialogs]) => {
    const answer = await fetch(address, {redirect: 'manual'});
    const isHtml = answer.ok && answer.headers.get('content-type').startsWith('text/html');
    const text = isHtml ? await answer.text() : '';
    if (!text.slice(0, 300).includes('<html')) return false;
    const page = new DOMParser().parseFromString(text, 'text/html');
    const linked = '[rel=stylesheet]';
    const sheets = (of) => [...of.querySelectorAll(linked)].map(({href}) => href).join();
    if (sheets(page) !== sheets(document)) throw new Error(`${address} has a style of its own.`);
    dialogs.forEach((dialog) => page.querySelector(dialog).remove());
    history.replaceState(null, '', address);
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
    document.body.replaceWith(page.body);
    document.body.dispatchEvent(new Event('htmx:afterSettle', {bubbles: true}));
    return true;
}"""


def addresses(namespace: str, merchant: Merchant) -> list[str]:
    """Return what a face of this shop answers to, each once; not all of it are pages.

    The address of a command leads to the page it is given on, which has an address of its own.
    """
    asked = (
        reverse(route.name, kwargs=parts_of(route, merchant))
        for route in routes(namespace)
        if route.name.split(":")[-1] not in PARTS
    )
    return list(dict.fromkeys(asked))


def pages(namespace: str, merchant: Merchant, client: Client) -> list[str]:
    """Return the addresses of the pages among them."""
    return [one for one in addresses(namespace, merchant) if is_page(client.get(one))]


def is_page(answer: Any) -> bool:
    """Whether an answer is a whole page: not a part, a file, or a refused method."""
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return answer.status_code == 200 and is_html and b"<html" in answer.content[:300]


def test_the_dashboard(full_shop: Merchant, open_page: Open) -> None:
    page = open_page(language="en", scheme="light", size=DESKTOP, axe=True)
    client = come_in(page)
    looks = Looks()
    found: dict[str, list[str]] = {}
    for address in pages("dashboard:", full_shop, client):
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == "en"
        if found:
            # They are half of all elements, and axe would walk through them on every page.
            twice = page.evaluate(TAKE_OUT, CLOSED)
            found[address] = twice + violations(page, but=(RAIL,), looks=looks)
        else:
            found[address] = violations(page, looks=looks)
    assert len(found) > 12
    assert {address: bad for address, bad in found.items() if bad} == {}


def test_the_dashboard_in_the_other_language(full_shop: Merchant, open_page: Open) -> None:
    """Each page is put into the first: the walk above has the browser load every one."""
    page = open_page(language="ja", scheme="dark", size=PHONE, axe=True)
    come_in(page)
    first, *others = addresses("dashboard:", full_shop)
    page.goto(first)
    looks = Looks()
    found = {first: violations(page, looks=looks)}
    for address in others:
        if page.evaluate(PUT_IN, [address, CLOSED]):
            assert page.locator("html").get_attribute("lang") == "ja"
            found[address] = violations(page, but=(RAIL,), looks=looks)
    assert len(found) > 12
    assert {address: bad for address, bad in found.items() if bad} == {}


@pytest.mark.parametrize(("language", "scheme", "size"), FACES)
def test_the_shoppers_pages(
    language: str, scheme: str, size: object, full_shop: Merchant, open_page: Open
) -> None:
    page = open_page(language=language, scheme=scheme, size=size, axe=True)
    looks = Looks()
    found: dict[str, list[str]] = {}
    for address in pages("site:", full_shop, Client()):
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
