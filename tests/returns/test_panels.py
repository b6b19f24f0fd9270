"""What returns shows elsewhere, and how its rows read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order, User
from commerce.selectors import list_lines
from postexp.kernel.money import Money
from returns import services
from returns.enums import Component, Outcome, ReturnState
from returns.models import LedgerEntry, Refund, Return, Settlement, TransitionLog
from returns.panels.cases import tracking_returns
from returns.reports import kept_value, todo
from returns.selectors import list_lines_of, version_in_force
from returns.selectors.journeys import journeys
from returns.serializers import sum_lines
from tests.facts import order_facts
from tests.returns.conftest import SENT, STAFF, ask, resolve, sent_order
from tracking.enums import Status
from tracking.models import Shipment, ShipmentItem

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def panel(order: Order) -> str:
    return str(tracking_returns(None, {"order_id": order.public_id, "locale": "en"}))


def test_the_tracking_page_leads_to_a_return(bought: Order, scope: Merchant) -> None:
    assert "Return items" in panel(bought)
    ask(bought, NOW, (0, 2, "too_small"), (1, 1, "too_small"))
    followed = panel(bought)
    assert "R-1001-1" in followed
    assert "See your returns" in followed


def test_the_tracking_page_offers_nothing_that_is_closed(bought: Order) -> None:
    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        assert panel(bought) == ""


def test_home_counts_what_is_stuck(bought: Order) -> None:
    assert todo().total == 0
    case = resolve(ask(bought, NOW, (0, 1, "too_small")), NOW)
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    Refund.objects.update(state="failed")
    assert (todo().unclear, todo().to_settle, todo().total) == (1, 0, 1)


def test_kept_value_is_what_was_not_refunded(bought: Order) -> None:
    none = kept_value(at=NOW, currency="JPY")
    assert (none.requests, none.refunded, none.kept) == (0, 0, 0)
    for outcome, key in ((Outcome.REFUND, "a"), (Outcome.STORE_CREDIT, "b")):
        case = resolve(ask(bought, NOW, (0, 1, "too_small"), outcome=outcome), NOW)
        services.settle_return(return_id=case.public_id, key=key, at=NOW, actor=STAFF)
    kept = kept_value(at=NOW + timedelta(days=1), currency="JPY")
    assert (kept.requests, kept.refunded, kept.kept) == (2, 2500, 2500)
    assert kept_value(at=NOW + timedelta(days=40), currency="JPY").refunded == 0


def test_home_shows_a_shop_whose_returns_are_undecided(bought: Order, owner: User) -> None:
    ask(bought, NOW, (0, 1, "too_small"))
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    page = client.get("/d/komorebi/").content.decode()
    assert "Returned value you kept" in page
    assert "–" in page


def parcel(order: Order, *lines: int, **fields: Any) -> None:
    shipment = Shipment.objects.create(
        order=order, source="api", created_at=NOW, changed_at=NOW, **fields
    )
    for number in lines:
        ShipmentItem.objects.create(
            shipment=shipment, order_line=list_lines(order)[number], quantity=1
        )


def test_a_window_counts_from_the_last_parcel(scope: Merchant) -> None:
    order = sent_order(scope, order_facts())
    mug, towel = (line.pk for line in list_lines(order))
    later = NOW + timedelta(days=2)
    parcel(order, 0, dispatched_at=SENT, status=Status.DELIVERED, since_at=NOW)
    assert journeys(order)[mug].delivered == NOW
    parcel(order, 0, dispatched_at=later)
    journey = journeys(order)[mug]
    assert (journey.shipped, journey.delivered) == (later, None)
    assert journeys(order)[towel].shipped == SENT
    parcel(order, 1, status=Status.DELIVERED, since_local="2026-11-21")
    assert str(journeys(order)[towel].delivered) == "2026-11-21"
    parcel(order, 1)
    assert str(journeys(order)[towel].delivered) == "2026-11-21"


def test_rows_read_as_people_would_say_them(bought: Order) -> None:
    case = resolve(ask(bought, NOW, (0, 1, "too_small")), NOW)
    settlement = services.settle_return(
        return_id=case.public_id, key="k", at=NOW, actor=STAFF, pay=2000
    )
    line = list_lines_of(case)[0]
    assert str(case) == "R-1001-1"
    assert str(line) == "1 for too_small"
    assert str(line.inspections.get()) == "1 graded a"
    assert str(settlement) == "2000 JPY"
    assert str(settlement.lines.get()) == "1 units"
    assert str(LedgerEntry.objects.first()) == "goods 2500"
    assert str(Refund.objects.get()) == "2000 pending"
    assert str(TransitionLog.objects.filter(case=case).first()) == "requested → in_review"
    assert str(version_in_force(NOW)) == "version 1"


def test_tax_on_top_has_a_row_of_its_own() -> None:
    row = {"line": "L", "quantity": 1, "price": 0, "discount": 0, "percent": 0}
    quote = {
        "currency": "USD",
        "outcome": "refund",
        "payout": 1080,
        "rows": [{**row, "code": "goods", "amount": 1000}, {**row, "code": "tax", "amount": 80}],
    }
    lines = sum_lines(quote, {"L": "Cup"}, total_label="Total")
    assert [(one["label"], one["amount"], one.get("note")) for one in lines] == [
        ("Cup", Money(1000, "USD"), "1 item"),
        ("Cup", Money(80, "USD"), "Tax"),
        ("Total", Money(1080, "USD"), None),
    ]


def test_a_shipping_refund_may_fail_and_be_unclear(bought: Order) -> None:
    services.refund_shipping(order_id=bought.public_id, key="k", at=NOW, actor=STAFF)
    refund = Refund.objects.get()
    Refund.objects.update(state="outcome_unknown")
    services.refund_failed(refund.public_id, why="no", at=NOW, actor=STAFF)
    assert services.refund_unclear(refund.public_id, why="?", at=NOW).state == "failed"
    services.retry_refund(refund.public_id, at=NOW, actor=STAFF)
    services.refund_succeeded(refund.public_id, reference="", at=NOW, actor=STAFF)
    assert Settlement.objects.get().shipping == 500
    assert LedgerEntry.objects.get().component == Component.SHIPPING
    assert Return.objects.filter(state=ReturnState.RESOLVING).count() == 0
