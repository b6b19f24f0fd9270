"""The rules of the policy in Chromium: from five questions to a version, and back."""

import pytest
from playwright.sync_api import Page, expect

from commerce.models import Merchant
from postexp.kernel.tenancy import merchant_scope
from returns.rules.policy.slots import read_rule
from returns.selectors import drafts, list_versions
from tests.browser.conftest import DESKTOP, PHONE, Open, come_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RETURNS = "/d/komorebi/settings/returns/"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_five_questions_to_rules_and_back(
    size: dict[str, int], merchant: Merchant, open_page: Open
) -> None:
    page = open_page(size=size, axe=True)
    come_in(page)
    page.goto(f"{RETURNS}questions/")
    page.fill("textarea[name=address]", "Komorebi\n0 Example Way")
    page.locator("main form button.button-primary").last.click()
    page.wait_for_url("**/settings/returns/texts/")
    page.locator("main a[href$='/settings/returns/rules/']").click()
    page.get_by_role("link", name="Add a rule").first.click()
    _write(page, "country", "US", postage="795")
    page.get_by_role("link", name="Add a rule").first.click()
    _write(page, "customer_tags", "VIP", postage="0")

    second = page.locator(".rule-card").nth(1)
    expect(second.locator(".alert")).to_contain_text("it decides")
    assert violations(page) == []
    up = page.get_by_role("button", name="Move rule 2 up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rule-card").first).to_contain_text("VIP")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/settings/returns/versions/")
    assert violations(page) == []
    with merchant_scope(merchant.pk):
        assert [one.number for one in list_versions()] == [2, 1]
    page.get_by_role("button", name="Publish it again 1").click()
    expect(page.locator("#version-3")).to_contain_text("in force")
    with merchant_scope(merchant.pk):
        assert drafts.newest_version().policy.rules == ()


def _write(page: Page, fact: str, value: str, *, postage: str) -> None:
    """Write a rule of one condition that sets the postage, and keep it."""
    page.get_by_role("button", name="Add a condition").click()
    # A part that was just swapped in hears nothing before htmx has gone through it.
    page.locator("#rule:not(.htmx-added) select[name='c1-fact']").select_option(fact)
    field = page.locator("[name='c1-value']")
    field.wait_for()
    if fact == "country":
        field.select_option(value)
    else:
        field.fill(value)
    page.get_by_text("What the shopper gets").click()
    page.fill("[name='fees-postage-JPY']", postage)
    assert violations(page) == []
    page.get_by_role("button", name="Keep in the draft").click()
    page.locator("#rules").wait_for()


def test_a_wrong_field_is_named_and_reached(merchant: Merchant, open_page: Open) -> None:
    page = open_page(axe=True)
    come_in(page)
    page.goto(f"{RETURNS}rules/new/")
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.locator(".form-summary")).to_contain_text("Choose what the rule does.")
    assert violations(page) == []


def test_rules_can_be_written_without_scripts(merchant: Merchant, open_page: Open) -> None:
    page = open_page(script=False)
    come_in(page)
    page.goto(f"{RETURNS}rules/new/")
    page.get_by_role("button", name="Add a condition").click()
    page.locator("select[name='c1-fact']").select_option("final_sale")
    page.get_by_role("button", name="Show the fields that fit").click()
    page.locator("[name='c1-value']").select_option("yes")
    page.get_by_text("Whether and how long").click()
    page.locator("[name=eligible]").select_option("no")
    page.get_by_role("button", name="Keep in the draft").click()
    page.locator("#rules").wait_for()
    page.get_by_role("button", name="Switch off 1").click()
    expect(page.locator(".rule-card")).to_contain_text("Switch on")
    with merchant_scope(merchant.pk):
        [kept] = drafts.editing().policy.rules
    told = {"fact": "final_sale", "operator": "is", "value": True}
    assert kept == read_rule({**kept.to_json(), "when": told, "effects": {"eligible": False}}, "")
    assert not kept.active
