"""One order followed from paid to refunded, by the people who do it, in a real browser."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from commerce.models import Merchant, Order, StoreCreditAccount
from integrations.connections import connect
from integrations.demo import platform
from integrations.demo.people import Person
from integrations.demo.platform import BoughtLine, DemoOrder, DemoParcel, DemoScan
from integrations.demo.shops import SHOPS
from notifications.models import Message
from postexp.kernel.tenancy import merchant_scope
from returns.models import LedgerEntry, Return
from tests.browser.conftest import DESKTOP, PHONE, Open, log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOMAIN, SECRET = "journey.myshopify.com", "journey secret"
SHOPPER = Person(
    external_id=5,
    family_name="佐藤",
    given_name="花",
    family_kana="サトウ",
    given_kana="ハナ",
    email="hana@example.jp",
    phone="090-1234-5678",
    address={
        "name": "佐藤 花",
        "zip": "150-0001",
        "province": "東京都",
        "country_code": "JP",
        "city": "渋谷区",
        "address1": "神宮前1-2-3",
    },
)
Tell = Callable[[str, bytes], None]


@pytest.fixture
def tell(live_server: Any, merchant: Merchant, drainer: None) -> Iterator[Tell]:
    """Send a webhook to the running server, signed as the platform signs it."""
    with merchant_scope(merchant.pk):
        connect(service="shopify", account=DOMAIN, secret=SECRET, at=datetime.now(UTC))
    with httpx.Client(base_url=live_server.url) as client:

        def send(topic: str, body: bytes) -> None:
            digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
            answer = client.post(
                "/webhooks/shopify/",
                content=body,
                headers={
                    "Content-Type": "application/json",
                    "X-Shopify-Topic": topic,
                    "X-Shopify-Shop-Domain": DOMAIN,
                    "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
                },
            )
            assert answer.status_code == 200, answer.text

        yield send


def eventually(
    merchant: Merchant, what: Callable[[], bool], page: Page | None = None, seconds: float = 60
) -> None:
    """Wait until something is so in the database, while the page goes on living."""
    until = time.monotonic() + seconds
    while True:
        with merchant_scope(merchant.pk):
            if what():
                return
            if time.monotonic() > until:
                rows = Message.objects.values_list("kind", "state", "reason")
                pytest.fail(f"It did not happen. Messages: {list(rows)}")
        if page is None:
            time.sleep(0.1)
        else:
            page.wait_for_timeout(100)


def sent(*kinds: str) -> bool:
    """Whether a message of each kind has been sent."""
    found = set(Message.objects.filter(state="sent").values_list("kind", flat=True))
    return set(kinds) <= found


def tell_of_a_delivery(tell: Tell, merchant: Merchant, placed_at: datetime) -> None:
    """Tell of an order and its parcel step by step, as a platform does while days go by."""
    shop = SHOPS[0]
    mug = shop.products[0]
    order = DemoOrder(
        shop=shop,
        number=2001,
        person=SHOPPER,
        placed_at=placed_at,
        lines=(BoughtLine(external_id=77, product=mug, variant=1, quantity=2),),
        coupon=True,
    )
    tell("products/create", platform.product_body(shop, mug, placed_at))
    tell("orders/create", platform.order_body(order, placed_at))
    eventually(merchant, lambda: sent("order.thanks"))
    parcel = DemoParcel(
        shop=shop,
        order_id=order.external_id,
        fulfilment_id=88,
        lines=((77, 2),),
        carrier="ヤマト運輸",
        number="123412341233",
        home=("東京都", "渋谷区"),
        promise=timedelta(days=2),
    )
    tell("fulfillments/create", platform.fulfilment_body(parcel, placed_at + timedelta(minutes=5)))
    for number, (status, kind) in enumerate(
        (
            ("carrier_picked_up", "shipment.shipped"),
            ("in_transit", "shipment.shipped"),
            ("out_for_delivery", "shipment.out_for_delivery"),
            ("delivered", "shipment.delivered"),
        )
    ):
        at = placed_at + timedelta(minutes=10 + number)
        tell(
            "fulfillment_events/create",
            platform.scan_body(
                parcel, DemoScan(status=status, place=parcel.home, message="", at=at), number
            ),
        )
        eventually(merchant, lambda kind=kind: sent(kind))  # type: ignore[misc]


def press(page: Page) -> None:
    """Press the page's one primary button."""
    page.locator("main form button.button-primary").first.click()


@pytest.mark.parametrize(
    ("language", "script"), [("ja", False), ("en", True)], ids=["ja-no-script", "en"]
)
def test_from_paid_to_refunded(
    language: str,
    script: bool,
    merchant: Merchant,
    tell: Tell,
    open_page: Open,
    settings: Any,
) -> None:
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    tell_of_a_delivery(tell, merchant, datetime.now(UTC) - timedelta(hours=1))

    shopper = open_page(language=language, script=script, size=PHONE)
    shopper.goto(f"/s/komorebi/?lang={language}")
    shopper.fill("input[name=number]", "２００１")
    shopper.fill("input[name=contact]", "hana@example.jp")
    press(shopper)
    expect(shopper.locator("h1")).to_contain_text("お届け" if language == "ja" else "elivered")
    assert "/t/" in shopper.url

    shopper.locator("a[href*='/r/']").first.click()
    shopper.locator("[name^=q_]").first.select_option("1")
    shopper.locator("select[name^=r_]").first.select_option("too_small")
    press(shopper)
    shopper.locator("input[name=outcome][value=refund]").check()
    press(shopper)
    # Two mugs at ¥2,640 less the coupon of ¥500: ¥4,780, of which one mug's half comes back.
    expect(shopper.locator("main")).to_contain_text("2,390")
    press(shopper)
    expect(shopper.locator("main")).to_contain_text("R-2001-1")
    eventually(merchant, lambda: sent("return.requested"), shopper)

    staff = open_page(language=language, size=DESKTOP)
    log_in(staff, "owner@example.com")
    staff.goto("/d/komorebi/returns/")
    staff.get_by_role("link", name="R-2001-1", exact=True).click()
    staff.wait_for_url("**/returns/ret_*/")
    staff.wait_for_load_state("networkidle")
    staff.keyboard.press("a")
    staff.locator(".toast-undo").click()
    eventually(merchant, lambda: Return.objects.get().state == "in_review", staff)
    staff.locator("[data-key=a]").click()
    eventually(merchant, lambda: Return.objects.get().state == "approved", staff)
    staff.locator("[data-key=c]").click()
    staff.wait_for_url("**/arrival/")
    case_page = staff.url.replace("arrival/", "")
    for scanned in ("a", "ok"):
        staff.locator("#id_code").fill(scanned)
        with staff.expect_navigation():
            staff.keyboard.press("Enter")
    eventually(merchant, lambda: Return.objects.get().state == "resolving", staff)
    staff.goto(case_page)
    expect(staff.locator("main")).to_contain_text("2,390")
    press(staff)
    eventually(merchant, lambda: LedgerEntry.objects.exists(), staff)
    staff.wait_for_load_state("networkidle")
    staff.locator("a[href*='/paid/']").first.click()
    staff.locator("input[name=reference]").fill("card-42")
    staff.locator("form[action*='/paid/'] button.button-primary").click()
    eventually(merchant, lambda: Return.objects.get().state == "completed", staff)
    eventually(merchant, lambda: sent("return.received", "return.refunded"), staff)

    with merchant_scope(merchant.pk):
        order = Order.objects.get()
        assert order.given_back == 2390
        assert not StoreCreditAccount.objects.exists()
        kinds = list(Message.objects.values_list("kind", "object_id"))
        assert len(kinds) == len(set(kinds)), "one message of a kind and object"
    staff.goto("/mailbox/")
    expect(staff.locator("main")).to_contain_text("hana@example.jp")
    shopper.reload()
    expect(shopper.locator("main")).to_contain_text("2,390")
