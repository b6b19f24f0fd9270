"""A shopper exchanges for something dearer, and pays the difference on the provider's page."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from commerce import links
from commerce.models import Merchant, Tender, User, Variant
from integrations.stripe.access import connect_account
from integrations.stripe.fake.account import DECLINED, GOOD
from integrations.stripe.fake.postman import Postman
from integrations.stripe.fake.server import FakeStripe
from postexp.kernel import clock
from returns.enums import ExchangePriceBasis
from returns.enums.exchanges import ExchangeState
from returns.models import Exchange, PolicyVersion, Return
from returns.rules.states import UNDO_TIME
from returns.services import approve_return
from tests.browser.conftest import PHONE, Open
from tests.returns.conftest import STAFF, line_ids, mug_facts, mugs, publish, sent_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ("mugs", "publish")

DAY = timedelta(days=1)


@pytest.fixture
def stripe(
    scope: Merchant, owner: User, live_server: object, drainer: None
) -> Iterator[FakeStripe]:
    """A made-up Stripe on a port of its own, which tells the shop by signed webhooks."""
    with FakeStripe() as fake, override_settings(ALLOW_PRIVATE_ADDRESSES=True, STRIPE_URL=fake.url):
        account = fake.account
        connection = connect_account(
            merchant=scope,
            key=account.key,
            secret=account.webhook_secret,
            by=owner,
            at=clock.now(),
        )
        path = reverse("webhooks:stripe", args=[connection.public_id])
        Postman(account, f"{live_server.url}{path}").start()  # type: ignore[attr-defined]
        yield fake


def test_an_exchange_goes_on_once_its_difference_is_paid(
    scope: Merchant,
    mugs: None,
    publish: Callable[..., PolicyVersion],
    stripe: FakeStripe,
    open_page: Open,
) -> None:
    now = clock.now()
    publish(exchange_price_basis=ExchangePriceBasis.CURRENT)
    placed = now - 2 * DAY
    order = sent_order(scope, mug_facts(placed_at=placed, updated_at=placed), at=now - DAY)
    Variant.objects.filter(external_id="v2").update(price=3100, stock=9)
    line, token = line_ids(order)[0], links.order_token(order.public_id)
    blue = Variant.objects.get(external_id="v2").public_id
    page = open_page(size=PHONE, script=False)

    # Wanted: the blue mug, which costs more by now.
    outcome = reverse("site:return_outcome", args=[scope.slug, token])
    page.goto(f"{outcome}?lang=en&q_{line}=1&r_{line}=too_small&v_{line}={blue}")
    page.check("input[name=outcome][value=exchange]")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Ask for this return").click()
    case = Return.objects.get()
    # Long enough ago that nobody can take it back any more.
    approve_return(return_id=case.public_id, at=clock.now() - 2 * UNDO_TIME, actor=STAFF)
    pay = page.get_by_role("button", name="Pay ¥600")
    wait_for(page, pay)
    pay.click()

    # On the provider's page, in the language they spoke so far.
    page.wait_for_url(f"{stripe.url}/c/pay/**")
    number = page.get_by_label("Card number")
    number.fill(DECLINED)
    page.get_by_role("button", name="Pay ¥600").click()
    expect(page.get_by_role("alert")).to_contain_text("declined")
    expect(number).to_have_value(DECLINED)
    number.fill(GOOD)
    page.get_by_role("button", name="Pay ¥600").click()

    # Back at the shop, which shows by itself that the payment has been told.
    page.wait_for_url("**/s/**")
    expect(pay).to_have_count(0)
    expect(page.get_by_text("As soon as your payment is confirmed")).to_have_count(0)
    exchange = Exchange.objects.get()
    assert exchange.state == ExchangeState.APPROVED
    assert [one.captured for one in Tender.objects.filter(order=exchange.order)] == [600]


def wait_for(page: Page, wanted: Locator) -> None:
    """Look at the page anew until it shows what reactions behind it bring about."""
    for _look in range(200):
        if wanted.count():
            return
        page.wait_for_timeout(50)
        page.reload()
