"""The draft tried on past returns, from the cards of its rules to what it would change."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from commerce.models import Merchant
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from returns.models import PolicySimulation
from returns.selectors import drafts
from returns.services.drafts import change_rules
from returns.services.policies import publish_policy
from returns.services.simulations import work_on
from tests.browser.conftest import DESKTOP, PHONE, Open, come_in, violations
from tests.returns.conftest import ask, mug_facts, sent_order
from tests.returns.rules.policy_samples import asks, policy, rule

NO_MUGS = rule(
    "mugs",
    asks("price", "at_least", {"JPY": 2500}),
    eligible=False,
    say={"en": "We do not take mugs back.", "ja": "マグカップは返品をお受けできません。"},
)
FEE = rule("fee", asks("vendor", "is", "X"), if_unknown="match", fees={"postage": {"JPY": 500}})


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_draft_is_tried_before_it_is_published(
    size: dict[str, int], language: str, merchant: Merchant, open_page: Open
) -> None:
    at = clock.now()
    with merchant_scope(merchant.pk):
        publish_policy(content=policy().to_json(), effective_from=at, at=at, actor="staff:0")
        sent = at - timedelta(days=3)
        order = sent_order(merchant, mug_facts(placed_at=sent, updated_at=sent), at=sent)
        ask(order, at, (0, 1, "too_small"), (1, 1, "too_small"))
        change_rules(
            rules=[NO_MUGS, FEE], revision=drafts.editing().revision, at=at, actor="staff:0"
        )
    page = open_page(size=size, language=language, axe=True)
    come_in(page)
    page.goto("/d/komorebi/settings/returns/rules/")
    page.locator("form[action$='/simulate/'] button").click()
    page.wait_for_url("**/simulations/**")
    expect(page.locator("progress")).to_be_visible()
    with merchant_scope(merchant.pk):
        made = PolicySimulation.objects.get()
        work_on(made.public_id, until=clock.now() + timedelta(minutes=1), now=clock.now)
    page.locator("td.main").first.wait_for()
    expect(page.locator("progress")).to_have_count(0)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
