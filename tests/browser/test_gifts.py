"""Who was given a present exchanges it: from the code to a label, and in both languages."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from commerce.models import Merchant, Order
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from returns.enums import ReturnMethod
from returns.models import GiftCode, Return
from returns.selectors.gifts import gift_token, spaced_code
from returns.services import approve_return
from returns.services.gifts import make_gift_code
from tests.browser.conftest import PHONE, Open, violations
from tests.facts import order_facts
from tests.returns.conftest import STAFF, line_ids, sent_order
from tests.returns.labels import FakeLabels, offer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gift(merchant: Merchant) -> Iterator[GiftCode]:
    with merchant_scope(merchant.pk):
        order: Order = sent_order(merchant, order_facts())
        offer(ReturnMethod.OWN, ReturnMethod.LABEL)
        units = {line_ids(order)[0]: 1}
        made = make_gift_code(order_id=order.public_id, units=units, at=clock.now(), actor=STAFF)
    with FakeLabels():
        yield made


def test_without_scripts_from_the_code_to_where_it_goes(
    merchant: Merchant, gift: GiftCode, open_page: Open
) -> None:
    page = open_page(script=False, size=PHONE)
    page.goto(reverse("site:gift_start", args=[merchant.slug]) + "?lang=en")
    page.get_by_label("Gift code").fill(spaced_code(gift))
    page.get_by_role("button", name="Show the gift").click()
    page.locator("select[name^=r_]").select_option("too_small")
    page.check("[name=outcome][value=store_credit]")
    page.check("[name=method][value=label]")
    page.fill("[name=name]", "Hana Mori")
    page.fill("[name=email]", "hana@example.com")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    expect(page.locator("[name=method][value=label]")).to_be_checked()
    page.fill("[name=address1]", "Kitamachi 4-5-6")
    page.fill("[name=city]", "Nerima")
    page.fill("[name=postcode]", "179-0081")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("Kitamachi 4-5-6")).to_be_visible()
    expect(page.get_by_text("We write to hana@example.com.")).to_be_visible()
    with merchant_scope(merchant.pk):
        case = Return.objects.get()
    assert (case.method, case.recipient_address["city"]) == ("label", "Nerima")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_of_a_gift_are_accessible(
    merchant: Merchant, gift: GiftCode, open_page: Open, language: str
) -> None:
    page = open_page(language=language, size=PHONE, axe=True)
    path = reverse("site:gift", args=[merchant.slug, gift_token(gift)])
    page.goto(f"{path}?lang={language}")
    assert violations(page) == []
    page.locator("select[name^=r_]").select_option("too_small")
    page.check("[name=outcome][value=store_credit]")
    page.fill("[name=name]", "Hana")
    page.fill("[name=email]", "hana@example.com")
    page.locator(".form-actions button").click()
    expect(page.locator(".field-error").first).to_be_visible()
    assert violations(page) == []
    page.fill("[name=address1]", "北町4-5-6")
    page.fill("[name=city]", "練馬区")
    page.fill("[name=postcode]", "179-0081")
    page.locator(".form-actions button").click()
    expect(page.get_by_text("練馬区北町4-5-6")).to_be_visible()
    with merchant_scope(merchant.pk):
        case = Return.objects.get()
        approve_return(return_id=case.public_id, at=clock.now(), actor=STAFF)
    page.reload()
    expect(page.locator("#sending")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{path}?lang={language}")
    assert violations(page) == []
