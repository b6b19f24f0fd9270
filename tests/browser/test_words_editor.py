"""Saying a message in the shop's own words: typed, looked at, kept, used, gone back from."""

import pytest

from commerce.models import Merchant
from notifications.models import Wording
from notifications.selectors.wordings import find_wording
from postexp.kernel.tenancy import merchant_scope
from tests.browser.conftest import DESKTOP, PHONE, Open, come_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EDITOR = "/d/komorebi/messages/kinds/order.thanks/words"


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("ja", PHONE)])
def test_words_are_typed_looked_at_and_used(
    merchant: Merchant, open_page: Open, language: str, size: object
) -> None:
    page = open_page(language=language, size=size, axe=True)
    come_in(page)
    page.goto(f"{EDITOR}/{language}/")
    assert violations(page) == []
    mail = page.frame_locator("iframe[name=words-preview]")
    page.fill("[name=b0-text]", "Hurrah ")
    page.locator("[data-insert='{{ order.number }}']").click()
    # The preview follows what is typed; nothing is kept by it.
    mail.locator("h1", has_text="Hurrah #").wait_for()
    page.select_option("#add-kind", "divider")
    page.click("#add")
    page.locator("#block-7 h2").wait_for()
    page.click("#up-1")
    mail.locator("h1", has_text="Hurrah #").wait_for()
    with merchant_scope(merchant.pk):
        assert Wording.objects.count() == 0
    page.locator("button[value=use]").click()
    page.locator("#versions ~ .table-wrap .badge").wait_for()
    assert violations(page) == []
    page.locator("#versions ~ .table-wrap td.main a").click()
    page.locator("ins").first.wait_for()
    assert violations(page) == []
    page.goto(f"{EDITOR}/{language}/")
    page.locator("form[action$='/ours/'] button").click()
    page.locator("form[action$='/ours/']").wait_for(state="detached")
    with merchant_scope(merchant.pk):
        assert find_wording("order.thanks", language) is None


def test_the_editor_works_without_javascript(merchant: Merchant, open_page: Open) -> None:
    page = open_page(script=False)
    come_in(page)
    page.goto(f"{EDITOR}/en/")
    page.fill("[name=b0-text]", "Hurrah {{ order.number }}")
    page.locator("button[formtarget=words-preview]").click()
    page.frame_locator("iframe[name=words-preview]").locator("h1", has_text="Hurrah #").wait_for()
    page.locator("button[value='down:0']").click()
    page.locator("[name=b1-text]", has_text="").wait_for()
    assert page.input_value("[name=b1-text]") == "Hurrah {{ order.number }}"
    page.fill("[name=subject]", "{{ order.nummer }}")
    page.locator("button[value=use]").click()
    page.locator(".form-summary", has_text="order.nummer").wait_for()
    page.fill("[name=subject]", "Hurrah")
    page.locator("button[value=use]").click()
    page.locator("#versions ~ .table-wrap .badge").wait_for()
    with merchant_scope(merchant.pk):
        used = find_wording("order.thanks", "en")
        assert used is not None
        assert used.subject == "Hurrah"
