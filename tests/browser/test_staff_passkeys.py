"""Passkeys in a real browser with an authenticator of its own: alone, and as second factor."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from commerce.models import Merchant
from tests.browser.conftest import Open, log_in, violations
from tests.shops import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(open_page: Open, live_server: Any) -> Page:
    """A window whose device holds passkeys. Browsers know none for an address of bare numbers."""
    page = open_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    assert "localhost" in live_server.url
    return page


def leave(page: Page) -> None:
    page.context.clear_cookies()


def add_passkey(page: Page, *, alone: bool) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("input[name=name]", "Test laptop")
    page.set_checked("input[name=passwordless]", alone)
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url(lambda url: "webauthn/add" not in url)


def test_a_passkey_signs_in_alone(window: Page, merchant: Merchant) -> None:
    log_in(window, "owner@example.com")
    add_passkey(window, alone=True)
    leave(window)
    window.goto("/accounts/login/")
    window.get_by_role("button", name="Sign in with a passkey").click()
    window.wait_for_url("**/d/komorebi/")
    window.goto("/accounts/2fa/webauthn/")
    expect(window.get_by_text("Test laptop", exact=True).first).to_be_visible()
    expect(window.get_by_text("Signs in alone")).to_be_visible()


def test_a_passkey_is_the_second_factor(window: Page, merchant: Merchant) -> None:
    log_in(window, "owner@example.com")
    add_passkey(window, alone=False)
    leave(window)
    window.goto("/accounts/login/")
    window.fill("input[name=login]", "owner@example.com")
    window.fill("input[name=password]", PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()
    window.wait_for_url("**/accounts/2fa/authenticate/")
    assert window.request.get("/d/komorebi/", max_redirects=0).status == 302
    window.get_by_role("button", name="Use a passkey").click()
    window.wait_for_url("**/d/komorebi/")


def test_a_device_without_the_passkey_is_told_so(window: Page, merchant: Merchant) -> None:
    window.goto("/accounts/login/")
    window.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()) }")
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.get_by_role("alert")).to_contain_text("Your device gave no passkey")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ja", "dark")])
def test_axe_finds_nothing_on_the_pages_of_account_security(
    open_page: Open, merchant: Merchant, language: str, scheme: str
) -> None:
    page = open_page(language=language, scheme=scheme, axe=True)
    log_in(page, "owner@example.com")
    found = {}
    for path in ("2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "sessions/"):
        page.goto(f"/accounts/{path}")
        found[path] = violations(page)
    assert {path: bad for path, bad in found.items() if bad} == {}
