"""The small modules in a real browser, on the style guide, under the real policy."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from commerce.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def staff_cookie(transactional_db: None) -> str:
    """The session of a person who is signed in."""
    client = Client()
    client.force_login(
        User.objects.create_user("owner@example.com", "correct horse battery"),
        backend=settings.AUTHENTICATION_BACKENDS[0],
    )
    return client.cookies["sessionid"].value


@pytest.fixture
def page(browser: Browser, staff_cookie: str, live_server: object) -> Iterator[Page]:
    """The style guide, with the errors of its console collected as failures."""
    complaints: list[str] = []
    context = browser.new_context(color_scheme="light")
    context.add_cookies([{"name": "sessionid", "value": staff_cookie, "url": str(live_server)}])
    tab = context.new_page()
    tab.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(f"{live_server}/styleguide/")
    yield tab
    context.close()
    assert complaints == []


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_a_chosen_theme_stays_and_is_there_before_the_first_paint(page: Page) -> None:
    page.click("[data-theme-choice=dark]")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.reload(wait_until="commit")
    page.wait_for_selector("main")
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.get_attribute("[data-theme-choice=dark]", "aria-pressed") == "true"
    page.click("[data-theme-choice=system]")
    assert page.get_attribute("html", "data-theme") is None


def test_keys_walk_and_choose_rows(page: Page) -> None:
    page.locator("body").press("j")
    page.keyboard.press("j")
    assert _focused(page) == "#1043"
    page.keyboard.press("k")
    assert _focused(page) == "#1042"
    page.keyboard.press("x")
    assert page.locator(".bulk-bar:visible").count() == 1
    assert page.locator(".bulk-bar:visible [data-selected]").inner_text() == "1"


def test_keys_rest_while_one_types(page: Page) -> None:
    page.locator("body").press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("j/?")
    assert page.evaluate("document.activeElement.value") == "j/?"


def test_the_head_chooses_every_row_and_shift_a_span(page: Page) -> None:
    table = page.locator("form[data-selection]").first
    table.locator("[data-select-all]").check()
    assert table.locator("[data-selected]").inner_text() == "4"
    table.locator("[data-select-all]").uncheck()
    table.locator("[data-select]").nth(0).click()
    table.locator("[data-select]").nth(2).click(modifiers=["Shift"])
    assert table.locator("[data-selected]").inner_text() == "3"


def test_a_dialog_opens_and_closes(page: Page) -> None:
    page.click("[data-dialog=dialog-en-light]")
    assert page.locator("#dialog-en-light").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#dialog-en-light").is_hidden()
    page.click("[data-dialog=dialog-en-light]")
    page.click("#dialog-en-light [data-close]")
    assert page.locator("#dialog-en-light").is_hidden()


def test_a_menu_closes_by_escape_and_by_a_press_elsewhere(page: Page) -> None:
    menu = page.locator("details.menu").first
    menu.locator("summary").click()
    page.keyboard.press("ArrowDown")
    assert _focused(page).strip() == "Edit"
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    menu.locator("summary").click()
    page.locator("h1").first.click()
    assert menu.get_attribute("open") is None


def test_a_toast_says_its_words_as_text(page: Page) -> None:
    page.evaluate(
        """document.dispatchEvent(new CustomEvent("toast", {detail: {text: "<b>Done</b>"}}))"""
    )
    toast = page.locator("#toasts .toast")
    assert toast.locator("p").inner_text() == "<b>Done</b>"
    toast.locator("button").click()
    assert toast.count() == 0


def test_undo_posts_with_the_token(page: Page) -> None:
    token = next(kept for kept in page.context.cookies() if kept["name"] == "csrftoken")
    page.evaluate(
        """document.dispatchEvent(
             new CustomEvent("toast", {detail: {text: "Done", undo: "/i18n/setlang/"}}))"""
    )
    with page.expect_response("**/i18n/setlang/") as answered:
        page.click("#toasts .toast-undo")
    assert answered.value.request.method == "POST"
    assert answered.value.request.headers["x-csrftoken"] == token["value"]
    assert answered.value.status == 302


def test_the_summary_of_errors_has_the_focus(page: Page) -> None:
    assert page.evaluate("document.activeElement.className") == "form-summary"


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
