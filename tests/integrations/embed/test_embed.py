"""The storefront script is small, works on a strict page of another origin, and finds an order."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, Page

from commerce import links
from commerce.models import Merchant, Order, User
from integrations.embed.site import script, script_hash
from tests.shops import log_in
from tests.tracking.conftest import shipment
from tracking.models import Shipment

__all__ = ("shipment",)

LARGEST = 10_000


def test_the_script_is_small_cached_and_open_to_every_origin(client: Client) -> None:
    lasting = client.get(f"/embed/postexp.{script_hash()}.js")
    latest = client.get("/embed/postexp.js")
    assert lasting.content == latest.content == script()
    assert len(gzip.compress(script())) < LARGEST
    assert lasting["Access-Control-Allow-Origin"] == "*"
    assert "immutable" in lasting["Cache-Control"]
    assert "immutable" not in latest["Cache-Control"]
    assert not lasting.cookies
    assert client.get(f"/embed/postexp.{'0' * 16}.js").status_code == 404


@pytest.mark.parametrize(("language", "label"), [("en", "Order number"), ("ja", "ご注文番号")])
def test_the_words_are_public_and_in_the_readers_language(
    merchant: Merchant, client: Client, language: str, label: str
) -> None:
    answer = client.get(f"/s/{merchant.slug}/embed.json?lang={language}")
    told = answer.json()
    assert told["words"]["number"] == label
    assert told["policy"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies


@contextmanager
def page_of_the_shop(site: str, body: str) -> Iterator[str]:
    """Serve a page of the shop's own, on another origin and with a strict policy."""
    page = (
        f'<!doctype html><html lang="ja"><title>Shop</title>'
        f'<script type="module" src="{site}/embed/postexp.js"></script>{body}'
    ).encode()
    policy = f"default-src 'none'; script-src {site}; connect-src {site}; form-action {site}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(live_server: Any, settings: LazySettings) -> str:
    """Where we run."""
    settings.BASE_URL = live_server.url
    return str(live_server.url)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_shopper_finds_an_order_from_the_shops_own_page(
    site: str, merchant: Merchant, order: Order, window: tuple[Page, list[str]]
) -> None:
    page, problems = window
    body = f'<postexp-orders shop="{site}/s/{merchant.slug}/"></postexp-orders>'
    with page_of_the_shop(site, body) as storefront:
        page.goto(storefront)
        page.get_by_label("注文番号").fill(order.number)
        assert page.get_by_role("listitem").count() > 0
        assert page.context.cookies() == []
        page.get_by_label("メールアドレス").fill(order.email)
        page.get_by_role("button").click()
        page.wait_for_url("**/t/**")
    assert order.number in page.content()
    assert [text for text in problems if "favicon" not in text] == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_shopper_sees_where_the_parcel_is_on_the_shops_own_page(
    site: str, merchant: Merchant, order: Order, shipment: Shipment, window: tuple[Page, list[str]]
) -> None:
    page, problems = window
    address = f"{site}{urlsplit(links.tracking_url(merchant, order)).path}"
    body = f'<postexp-tracking page="{address}"></postexp-tracking>'
    with page_of_the_shop(site, body) as storefront:
        page.goto(storefront)
        page.get_by_role("heading", level=2).wait_for()
        assert page.locator("[aria-current=step]").count() == 1
        assert shipment.tracking_number in page.get_by_role("link").inner_text()
        assert page.context.cookies() == []
    assert [text for text in problems if "favicon" not in text] == []


@pytest.fixture
def window(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A phone's window, and what went wrong in it."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    yield page, problems
    context.close()


def test_the_links_are_on_the_shops_own_domain_once_it_is_proven(
    merchant: Merchant, owner: User, client: Client, at: datetime
) -> None:
    merchant.domain = "orders.komorebi.example"
    merchant.save()
    log_in(client, owner)

    def told() -> tuple[str, str, str]:
        words = client.get(f"/s/{merchant.slug}/embed.json?lang=en").json()
        page = client.get(f"/d/{merchant.slug}/settings/storefront/").context
        return words["lookup_url"], words["returns_url"], page["snippet"].splitlines()[1]

    ours = f"http://127.0.0.1:8000/s/{merchant.slug}/"
    assert told() == (
        f"{ours}?lang=en",
        f"{ours}returns/?lang=en",
        f'<postexp-orders shop="{ours}"></postexp-orders>',
    )
    merchant.domain_verified_at = at
    merchant.save()
    theirs = "http://orders.komorebi.example:8000/"
    assert told() == (
        f"{theirs}?lang=en",
        f"{theirs}returns/?lang=en",
        f'<postexp-orders shop="{theirs}"></postexp-orders>',
    )
    # The script reads its words from the address of the shop that stands in the page.
    words = Client().get("/embed.json?lang=en", headers={"Host": "orders.komorebi.example"})
    assert words.json()["lookup_url"] == f"{theirs}?lang=en"
