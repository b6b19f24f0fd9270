"""Writing to the shoppers of several parcels in trouble, from the queue."""

from datetime import UTC, datetime

import pytest

from commerce.models import Merchant
from notifications.models import Letter
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.browser.conftest import DESKTOP, PHONE, Open, come_in, violations
from tests.tracking.test_incidents_faces import trouble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("ja", PHONE)])
def test_chosen_incidents_become_one_letter(
    merchant: Merchant, open_page: Open, language: str, size: object
) -> None:
    with merchant_scope(merchant.pk):
        trouble(merchant, 3)
    page = open_page(language=language, size=size, axe=True)
    come_in(page)
    page.goto("/d/komorebi/attention/")
    for place in (0, 1):
        page.locator("input[name=incident]").nth(place).check()
    page.locator("button[value=write]").click()
    page.wait_for_url("**/attention/letter/**")
    assert violations(page) == []
    page.locator("a.chip").first.click()
    page.wait_for_url("**ready=late**")
    page.fill("[name=subject_en]", f"A word, {datetime.now(UTC).year}")
    send = page.locator("main .form-actions button[type=submit]")
    send.dblclick()
    page.wait_for_url("**/attention/")
    with merchant_scope(merchant.pk):
        letter = Letter.objects.get()
        assert letter.words["en"]["subject"].startswith("A word")
        assert letter.words["ja"]["text"]
        # Both orders are of one shopper.
        assert letter.shoppers == 1
        assert EventRecord.objects.filter(type="letter.written").count() == 2
