"""The command bar and the sheet of keys, by keyboard alone."""

import pytest
from playwright.sync_api import expect

from commerce.models import Merchant
from tests.browser.conftest import Open, come_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_by_keyboard_to_orders_customers_pages_and_commands(
    full_shop: Merchant, open_page: Open
) -> None:
    page = open_page()
    come_in(page)
    page.goto("/d/komorebi/")
    wanted = {
        "#1001": "**/orders/ord_*/",
        "佐藤 花": "**/customers/cus_*/",
        "1234123412": "**/parcels/shp_*/",
        "Audit": "**/settings/audit/",
        "Invite": "**/settings/staff/",
    }
    for words, address in wanted.items():
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        kind = address.split("/")[1]
        page.locator(f"#command [role=option][href*='/{kind}/']:visible").first.wait_for()
        options = page.locator("#command [role=option]:visible")
        hrefs = options.evaluate_all("all => all.map(one => one.getAttribute('href'))")
        at = next(n for n, href in enumerate(hrefs) if f"/{kind}/" in href)
        expect(page.locator("#command [role=option][aria-selected=true]")).to_have_count(1)
        for _ in range(at):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(address)


def test_every_page_tells_its_keys(full_shop: Merchant, open_page: Open) -> None:
    page = open_page()
    come_in(page)
    for path in ("", "orders/", "alerts/", "settings/audit/"):
        page.goto(f"/d/komorebi/{path}")
        page.keyboard.press("?")
        sheet = page.locator("#shortcuts")
        expect(sheet).to_be_visible()
        expect(sheet).to_contain_text("Orders")
        expect(sheet).to_contain_text("Alerts")
        page.keyboard.press("Escape")


def test_a_key_pressed_before_the_next_frame_after_the_bar_closed_is_heard(
    full_shop: Merchant, open_page: Open
) -> None:
    page = open_page()
    come_in(page)
    page.goto("/d/komorebi/")
    page.keyboard.press("Control+k")
    expect(page.locator("#command input")).to_be_focused()
    page.evaluate(
        """() => {
            const dialog = document.getElementById("command");
            const field = dialog.querySelector("input");
            dialog.close();
            field.dispatchEvent(new KeyboardEvent("keydown", {key: "?", bubbles: true}));
        }"""
    )
    expect(page.locator("#shortcuts")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Nothing was found"), ("ja", "見つかりませんでした")]
)
def test_the_bar_says_that_nothing_was_found_and_goes_with_one_press(
    language: str, said: str, full_shop: Merchant, open_page: Open
) -> None:
    page = open_page(language=language)
    come_in(page)
    page.goto("/d/komorebi/")
    none = page.locator("#command-none")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzqx")
    expect(none).to_be_visible()
    expect(none).to_have_text(said)
    expect(page.locator("#command-list")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#command")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(none).to_be_hidden()
    page.keyboard.type("1001")
    expect(page.locator("#command [role=option][href*='/orders/']").first).to_be_visible()
    expect(none).to_be_hidden()
