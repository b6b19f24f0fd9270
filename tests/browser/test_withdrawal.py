"""A shopper withdraws from a contract without scripts, and the policy's data stands in its page."""

import json

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from commerce.models import Merchant
from postexp.kernel.tenancy import merchant_scope
from returns.models import Withdrawal
from tests.browser.conftest import PHONE, Open, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_steps_without_scripts(merchant: Merchant, open_page: Open) -> None:
    page = open_page(script=False, size=PHONE)
    page.goto(reverse("site:lookup", args=[merchant.slug]) + "?lang=en")
    page.get_by_role("link", name="Withdraw from contract here").click()
    page.get_by_label("Your name").fill("Anna Weber")
    page.get_by_label("Order number").fill("the blue mug")
    page.get_by_label("E-mail address").fill("anna@example.de")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("I hereby withdraw from my contract")).to_be_visible()
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_label("Order number")).to_have_value("the blue mug")
    page.get_by_label("Which goods").fill("The blue one")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Confirm withdrawal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have received your withdrawal")
    page.reload()
    expect(page.get_by_text("Goods: The blue one")).to_be_visible()
    with merchant_scope(merchant.pk):
        assert Withdrawal.objects.get().goods == "The blue one"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_steps_are_accessible(merchant: Merchant, open_page: Open, language: str) -> None:
    page = open_page(language=language, size=PHONE, axe=True)
    page.goto(reverse("site:withdraw", args=[merchant.slug]) + f"?lang={language}")
    page.fill("[name=name]", "Anna Weber")
    page.fill("[name=contract]", "#1001")
    page.fill("[name=contact]", "anna@example.de")
    page.click("button[value=review]")
    assert violations(page) == []
    page.click("button[value=confirm]")
    assert violations(page) == []


def test_the_policy_holds_its_data_under_our_strict_rules(
    merchant: Merchant, open_page: Open
) -> None:
    page = open_page()
    page.goto(reverse("site:policy", args=[merchant.slug]) + "?lang=en")
    told = json.loads(page.locator("script[type='application/ld+json']").text_content() or "")
    [home] = [one for one in told["hasMerchantReturnPolicy"] if "JP" in one["applicableCountry"]]
    assert home["merchantReturnDays"] == 30
