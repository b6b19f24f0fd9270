"""The front door and the first page."""

from datetime import timedelta

import pytest
from django.test import Client

from commerce.enums import PrivacyKind
from commerce.models import Merchant, Order, User
from commerce.ports import TenderFacts
from commerce.services.customers import record_privacy_request
from commerce.services.orders import take_in_order
from postexp.kernel import clock
from postexp.kernel.models import Delivery, DeliveryState, EventRecord
from tests.facts import order_facts

HOME = "/d/komorebi/"


def test_strangers_are_sent_to_log_in(client: Client, db: None) -> None:
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_staff_start_in_their_first_shop(
    staff: Client, merchant: Merchant, other_merchant: Merchant
) -> None:
    assert staff.get("/")["Location"] == HOME


def test_operators_who_may_open_no_shop_start_in_the_back_office(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("ops@example.com", is_staff=True))
    assert client.get("/")["Location"] == "/admin/"


def test_who_may_open_a_shop_starts_with_that(client: Client, db: None) -> None:
    client.force_login(User.objects.create_superuser("ops@example.com"))
    assert client.get("/")["Location"] == "/setup/"


def test_someone_without_a_shop_may_only_leave(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("nobody@example.com"))
    assert client.get("/")["Location"] == "/accounts/logout/"


def test_a_shop_without_orders_is_told_how_to_begin(staff: Client, merchant: Merchant) -> None:
    page = staff.get(HOME).content.decode()
    assert "All done" in page
    assert 'href="/d/komorebi/settings/"' in page
    assert "Sales in" not in page


def test_it_counts_in_the_shops_own_days_and_currency(
    staff: Client, scope: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 00:30 on 22 November in Tokyo is still 21 November in UTC.
    now = order_facts().placed_at + timedelta(days=1, hours=14, minutes=30)
    monkeypatch.setattr(clock, "now", lambda: now)
    for number, ago in enumerate((0, 0, 1, 20)):
        placed = now - timedelta(days=ago)
        take_in_order(
            order_facts(external_id=str(number), number=f"#{number}", placed_at=placed),
            merchant=scope,
            at=now,
        )
    page = staff.get(HOME).context
    assert page["stats"][0] == {"label": "Orders today", "value": "2", "note": "1 yesterday"}
    assert page["stats"][1]["value"] == "¥22,500"
    assert page["chart"].title == "3 orders in 14 days, 2 more than in the 14 days before"
    assert page["chart"].points[-1].name == "Sun 22 Nov"


@pytest.mark.parametrize(
    ("days_ago", "finding"),
    [
        ((1,), "1 order in 14 days"),
        ((1, 20), "1 order in 14 days, as many as in the 14 days before"),
        ((1, 20, 21), "1 order in 14 days, 1 fewer than in the 14 days before"),
    ],
)
def test_the_chart_says_what_it_shows(
    staff: Client, scope: Merchant, days_ago: tuple[int, ...], finding: str
) -> None:
    for number, ago in enumerate(days_ago):
        placed = clock.now() - timedelta(days=ago)
        facts = order_facts(external_id=str(number), placed_at=placed, updated_at=placed)
        take_in_order(facts, merchant=scope, at=placed)
    assert staff.get(HOME).context["chart"].title == finding


def test_the_share_given_back_is_of_captured_money(staff: Client, scope: Merchant) -> None:
    now = clock.now()
    paid = order_facts(placed_at=now, updated_at=now)
    order = take_in_order(paid, merchant=scope, at=now).order
    unpaid = order_facts(external_id="2", placed_at=now, updated_at=now, tenders=())
    take_in_order(unpaid, merchant=scope, at=now)
    Order.objects.filter(pk=order.pk).update(given_back=1875)
    stats = staff.get(HOME).context["stats"]
    assert (stats[2]["value"], stats[2]["note"]) == ("¥1,875", "25.0% of the sales in 14 days")


def test_money_in_another_currency_is_not_added_up(staff: Client, scope: Merchant) -> None:
    now = clock.now()
    facts = order_facts(
        currency="USD", placed_at=now, updated_at=now, tenders=(TenderFacts(captured=7500),)
    )
    take_in_order(facts, merchant=scope, at=now)
    stats = staff.get(HOME).context["stats"]
    assert (stats[0]["value"], stats[1]["value"], stats[2]["note"]) == (
        "1",
        "¥0",
        "– of the sales in 14 days",
    )


def test_what_failed_is_asked_for(staff: Client, order: Order) -> None:
    event = EventRecord.objects.get(type="order.placed")
    Delivery.objects.create(
        event=event,
        handler="any.handler",
        subject=event.subject,
        outside=True,
        state=DeliveryState.DEAD,
        next_at=clock.now(),
    )
    page = staff.get(HOME).content.decode()
    assert "1 event could not be processed" in page
    assert "/d/komorebi/events/failures/" in page


@pytest.mark.parametrize(("days_ago", "words"), [(1, "is due by"), (31, "was due by")])
def test_privacy_requests_are_asked_for_with_their_day(
    staff: Client, scope: Merchant, days_ago: int, words: str
) -> None:
    record_privacy_request(
        merchant=scope,
        kind=PrivacyKind.EXPORT,
        external_id="1",
        customer_external_id="c1",
        order_external_ids=(),
        at=clock.now() - timedelta(days=days_ago),
        actor="shopify",
    )
    page = staff.get(HOME).content.decode()
    assert "1 privacy request waits for an answer" in page
    assert words in page


def test_it_reads_in_japanese(staff: Client, order: Order) -> None:
    page = staff.get(HOME, headers={"Accept-Language": "ja"}).content.decode()
    assert '<html lang="ja">' in page
    assert "こもれび雑貨店" in page


def test_another_shop_does_not_exist(staff: Client, other_merchant: Merchant) -> None:
    assert staff.get("/d/harbor/").status_code == 404
