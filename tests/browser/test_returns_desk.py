"""Keys on the list of returns act on the row one stands on."""

from datetime import UTC, datetime

import pytest

from commerce.models import Merchant
from postexp.kernel.tenancy import merchant_scope
from returns.models import Return
from tests.browser.conftest import Open, come_in
from tests.returns.conftest import ask, mug_facts, sent_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_one_key_approves_the_row_one_stands_on(merchant: Merchant, open_page: Open) -> None:
    now = datetime.now(UTC)
    with merchant_scope(merchant.pk):
        for number in range(2):
            facts = mug_facts(
                external_id=f"{number}", number=f"#{number}", placed_at=now, updated_at=now
            )
            order = sent_order(merchant, facts, at=now)
            ask(order, now, (0, 1, "too_small"))
    page = open_page()
    come_in(page)
    page.goto("/d/komorebi/returns/?view=review")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator(".toast").wait_for()
    with merchant_scope(merchant.pk):
        states = Return.objects.order_by("id").values_list("number", "state")
        assert list(states) == [("R-0-1", "approved"), ("R-1-1", "in_review")]
    page.locator(".toast-undo").click()
    page.get_by_text("Taken back").wait_for()
    for _ in range(100):
        with merchant_scope(merchant.pk):
            left = set(Return.objects.values_list("state", flat=True))
        if left == {"in_review"}:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"The approval was not taken back: {left}")
