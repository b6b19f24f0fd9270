"""A shopper links their LINE account from the greeting, without a script, and ends it again."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from commerce import links
from commerce.models import Merchant, Order, User
from commerce.services.orders import take_in_order
from integrations.line.access import connect_account
from integrations.line.fake.account import FakeAccount, Friend
from integrations.line.fake.postman import Postman
from integrations.line.fake.server import FakeLine
from notifications.models import Contact
from postexp.kernel import clock
from tests.browser.conftest import PHONE, Open, violations
from tests.facts import order_facts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def account(
    scope: Merchant, owner: User, live_server: object, drainer: None
) -> Iterator[FakeAccount]:
    """A made-up official account, which tells the shop by signed webhooks."""
    with (
        FakeLine() as fake,
        override_settings(
            ALLOW_PRIVATE_ADDRESSES=True, LINE_URL=fake.url, LINE_DIALOG_URL=fake.url
        ),
    ):
        account = fake.account
        connection = connect_account(
            merchant=scope, secret=account.secret, token=account.token, by=owner, at=clock.now()
        )
        path = reverse("webhooks:line", args=[connection.public_id])
        account.endpoint = f"{live_server.url}{path}"  # type: ignore[attr-defined]
        Postman(account).start()
        yield account


@pytest.fixture
def bought(scope: Merchant) -> Order:
    """An order of this morning."""
    now = clock.now()
    return take_in_order(order_facts(placed_at=now, updated_at=now), merchant=scope, at=now).order


def greeting_of(page: Page, friend: Friend) -> str:
    """Wait for the greeting in the chat; return the page it leads to, in English."""
    for _look in range(200):
        if friend.received:
            break
        page.wait_for_timeout(50)
    (button,) = friend.received[0]["contents"]["footer"]["contents"]
    return f"{urlsplit(button['action']['uri']).path}?lang=en"


def test_from_the_greeting_and_back(
    account: FakeAccount, bought: Order, open_page: Open, scope: Merchant
) -> None:
    page = open_page(size=PHONE, script=False)
    friend = account.befriend("花")
    page.goto(greeting_of(page, friend))
    page.get_by_label("Order number").fill("1001")
    page.get_by_label("E-mail address or phone number").fill("hana@example.jp")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Link with LINE").click()
    page.wait_for_url("**/dialog/bot/accountLink**")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_text("Linked.")).to_be_visible()

    page.goto(greeting_of(page, friend))
    for _look in range(200):
        if Contact.objects.exists():
            break
        page.wait_for_timeout(50)
    assert Contact.objects.get().address == friend.user
    page.reload()
    page.get_by_role("button", name="End this").click()
    expect(page.get_by_text("no longer linked")).to_be_visible()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_its_pages_are_within_reach_of_everyone(
    account: FakeAccount, bought: Order, open_page: Open, scope: Merchant, locale: str
) -> None:
    page = open_page(size=PHONE, axe=True)
    token = links.order_token(bought.public_id)
    greeting = greeting_of(page, account.befriend("花")).replace("lang=en", f"lang={locale}")
    order_page = reverse("site:line_order", args=[scope.slug, token])
    for url in (greeting, f"{greeting}&order={token}", f"{order_page}?lang={locale}"):
        page.goto(url)
        assert violations(page) == []
