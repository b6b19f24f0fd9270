"""Choosing several returns by keyboard, approving them, and taking that back; axe finds nothing."""

from datetime import UTC, datetime

import pytest

from commerce.models import Merchant
from postexp.kernel.tenancy import merchant_scope
from returns.models import Return
from returns.services.rollups import count_marked, mark_shops
from tests.browser.conftest import Open, come_in, violations
from tests.returns.conftest import ask, mug_facts, sent_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def states(merchant: Merchant) -> set[str]:
    with merchant_scope(merchant.pk):
        return set(Return.objects.values_list("state", flat=True))


def test_several_are_approved_by_keyboard_and_taken_back(
    merchant: Merchant, open_page: Open
) -> None:
    now = datetime.now(UTC)
    with merchant_scope(merchant.pk):
        for number in range(2):
            facts = mug_facts(
                external_id=f"{number}", number=f"#{number}", placed_at=now, updated_at=now
            )
            order = sent_order(merchant, facts, at=now)
            ask(order, now, (0, 1, "too_small"))
        mark_shops(at=now, months=2)
    while count_marked():
        pass
    page = open_page()
    come_in(page)
    page.goto("/d/komorebi/returns/?view=review")
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    for _row in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    chosen = page.get_by_role("button", name="Approve the chosen")
    chosen.focus()
    page.keyboard.press("Enter")
    page.get_by_text("2 returns are approved.").wait_for()
    assert states(merchant) == {"approved"}
    assert violations(page) == []
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.get_by_text("2 decisions are taken back.").wait_for()
    assert states(merchant) == {"in_review"}
    page.locator(".row-link").first.click()
    page.get_by_text("What the policy says").wait_for()
    assert violations(page) == []
    page.goto("/d/komorebi/reports/returns/")
    page.get_by_role("heading", name="Return report").wait_for()
    assert violations(page) == []
