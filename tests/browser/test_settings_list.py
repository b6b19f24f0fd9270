"""The list of the settings: at the side or folded, by keyboard; and the page of an invitation."""

import pytest
from playwright.sync_api import expect

from commerce.models import Invitation, Merchant
from commerce.services.invitations import invitation_link
from postexp.kernel.tenancy import merchant_scope
from tests.browser.conftest import PHONE, Open, come_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SETTINGS = "/d/komorebi/settings/"
FACES = [("en", {"width": 1280, "height": 900}), ("ja", PHONE)]


@pytest.mark.parametrize(("language", "size"), FACES)
def test_the_list_is_at_the_side_or_folded(
    language: str, size: dict[str, int], full_shop: Merchant, open_page: Open
) -> None:
    page = open_page(language=language, size=size, axe=True)
    come_in(page)
    page.goto(f"{SETTINGS}staff/")
    side, menu = page.locator(".settings-side"), page.locator(".settings-menu")
    wanted = page.locator("a[href$='/settings/theme/']:visible")
    if size == PHONE:
        expect(side).to_be_hidden()
        expect(wanted).to_have_count(0)
        menu.locator("summary").focus()
        page.keyboard.press("Enter")
        # From the summary on, every page is a press of Tab away, in the order it is read.
        page.keyboard.press("Tab")
        expect(menu.locator("a").first).to_be_focused()
    else:
        expect(menu).to_be_hidden()
    expect(wanted).to_have_count(1)
    assert violations(page, but=(".rail", "#command", "#shortcuts")) == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "the page scrolls sideways"
    wanted.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/theme/")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_roles_fit_a_phone(language: str, full_shop: Merchant, open_page: Open) -> None:
    page = open_page(language=language, size=PHONE)
    come_in(page)
    page.goto(f"{SETTINGS}staff/roles/")
    tables = page.locator(".matrix-wrap")
    expect(tables).to_have_count(2)
    # The tables scroll in their own frame, and the page does not.
    assert tables.last.evaluate("one => one.scrollWidth > one.clientWidth")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"the page is {wide} px wider than the screen"


@pytest.mark.parametrize(("language", "size"), FACES)
def test_a_newcomer_accepts(
    language: str, size: dict[str, int], full_shop: Merchant, open_page: Open
) -> None:
    with merchant_scope(full_shop.pk):
        invitation = Invitation.objects.get()
        path = invitation_link(invitation).partition("/invitations/")[2]
    Invitation.every_merchant.update(expires_at="2099-01-01T00:00:00Z")
    page = open_page(language=language, size=size, axe=True)
    page.goto(f"/invitations/{path}")
    assert violations(page) == []
    page.fill("input[name=password1]", "a long and quiet river")
    page.fill("input[name=password2]", "a long and quiet river")
    page.locator("button[value=accept]").click()
    page.wait_for_url("**/d/komorebi/")
