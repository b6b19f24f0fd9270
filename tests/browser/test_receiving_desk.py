"""A parcel is received with scanner and keyboard alone: the field always has the focus."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from commerce.models import Merchant
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.models import Return
from returns.selectors import list_lines_of
from tests.browser.conftest import Open, come_in, violations
from tests.returns.conftest import STAFF, ask, mug_facts, sent_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(merchant: Merchant) -> Return:
    """Two mugs and a towel on their way."""
    now = datetime.now(UTC)
    with merchant_scope(merchant.pk):
        order = sent_order(merchant, mug_facts(placed_at=now, updated_at=now), at=now)
        asked = ask(order, now, (0, 2, "too_small"), (1, 1, "changed_mind"))
        return services.approve_return(return_id=asked.public_id, at=now, actor=STAFF)


def enter(page: Page, line: str) -> None:
    """Type a line as a scanner does, Enter included, and wait for the answer."""
    page.keyboard.type(line)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False])
def test_a_parcel_is_received_without_a_mouse(
    merchant: Merchant, open_page: Open, case: Return, script: bool
) -> None:
    page = open_page(script=script)
    come_in(page)
    page.goto("/d/komorebi/receiving/")
    focused = page.locator("#id_code:focus")
    for line in (case.number, "a", "c", "/Stain on the handle", "u", "b", "a"):
        focused.wait_for()
        enter(page, line)
    focused.wait_for()
    enter(page, "ok")
    page.get_by_text(f"{case.number} is checked in.").first.wait_for()
    focused.wait_for()
    with merchant_scope(merchant.pk):
        mug, towel = list_lines_of(case)
        assert [(one.accepted, one.refused) for one in (mug, towel)] == [(2, 0), (1, 0)]


def test_the_screens_of_receiving_can_be_used_by_everyone(open_page: Open, case: Return) -> None:
    page = open_page(axe=True)
    come_in(page)
    page.goto(f"/d/komorebi/returns/{case.public_id}/arrival/")
    enter(page, "c")
    assert violations(page) == []
    for path in (
        "receiving/",
        "receiving/?code=nobody",
        "receiving/unannounced/",
        "receiving/unannounced/new/",
        "settings/receiving/",
    ):
        page.goto(f"/d/komorebi/{path}")
        assert violations(page) == [], path
