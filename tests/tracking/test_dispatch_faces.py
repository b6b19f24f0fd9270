"""Orders that leave later than planned, as staff and integrators tell of them."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, OrderLine, User
from commerce.services.keys import create_key
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.tracking.conftest import fulfilment_facts
from tracking import services
from tracking.models import DispatchDelay

pytestmark = pytest.mark.django_db

ORDERS = "/d/komorebi/orders/"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> list[datetime]:
    moment = [at]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def staff(client: Client, owner: User, merchant: Merchant) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def page(order: Order) -> str:
    return f"{ORDERS}{order.public_id}/"


def units(order: Order, mugs: int, towels: int) -> dict[str, str]:
    lines = {line.external_id: line.public_id for line in OrderLine.objects.filter(order=order)}
    return {f"units_{lines['l1']}": str(mugs), f"units_{lines['l2']}": str(towels)}


class TestOrderPage:
    def test_staff_tell_of_a_delay_and_take_it_back(
        self, staff: Client, order: Order, page: str
    ) -> None:
        assert "Tell of a delay" in staff.get(page).content.decode()
        form = staff.get(f"{page}delay/")
        assert form.status_code == 200
        body = {
            "cause": "backordered",
            "first_day": "2026-11-24",
            "last_day": "2026-11-26",
            **units(order, 2, 0),
        }
        assert staff.post(f"{page}delay/", body)["Location"] == page
        delay = DispatchDelay.objects.get()
        assert (delay.first_day, delay.last_day) == (date(2026, 11, 24), date(2026, 11, 26))
        assert list(delay.units.values()) == [2]
        shown = staff.get(page).content.decode()
        for words in ("Part of this order leaves later than planned", "Out of stock for now"):
            assert words in shown
        again = staff.get(f"{page}delay/").content.decode()
        assert 'value="2026-11-24"' in again
        assert staff.post(f"{page}delay/end/")["Location"] == page
        assert (
            "leaves later than planned"
            not in staff.get(page).content.decode().split("What happened")[0]
        )
        assert "Nobody was told" in staff.post(f"{page}delay/end/", follow=True).content.decode()

    @pytest.mark.parametrize(
        ("told", "words"),
        [
            ({"last_day": "2026-11-24"}, "Choose the first day, too."),
            (
                {"first_day": "2026-11-24", "last_day": "2026-11-23"},
                "The last day is before the first.",
            ),
            ({"first_day": "2026-11-20"}, "Choose a day that is still to come."),
            ({"cause": "rain"}, "rain"),
        ],
    )
    def test_what_cannot_be_is_asked_for_again(
        self, told: dict[str, str], words: str, staff: Client, order: Order, page: str
    ) -> None:
        answer = staff.post(f"{page}delay/", {**told, **units(order, 2, 1)})
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_the_dialog_asks_little(
        self,
        staff: Client,
        order: Order,
        page: str,
        at: datetime,
        django_assert_max_num_queries: Callable[..., Any],
    ) -> None:
        services.state_dispatch_delay(order_id=order.public_id, at=at, actor="staff:0")
        asked = {"HX-Request": "true"}
        staff.get(f"{page}delay/", headers=asked)
        with django_assert_max_num_queries(12):
            staff.get(f"{page}delay/", headers=asked)

    def test_something_leaves_later(self, staff: Client, order: Order, page: str) -> None:
        answer = staff.post(f"{page}delay/", units(order, 0, 0))
        assert "at least one unit" in answer.content.decode()

    def test_what_has_left_cannot_be_late(
        self, staff: Client, order: Order, page: str, at: datetime
    ) -> None:
        services.take_in_shipment(fulfilment_facts(order, at), at=at)
        answer = staff.post(f"{page}delay/", units(order, 2, 1))
        assert list(DispatchDelay.objects.get().units.values()) == [1]
        assert answer["Location"] == page


def test_the_list_finds_orders_that_are_late(
    staff: Client, order: Order, owner: User, now: list[datetime], at: datetime
) -> None:
    assert "Late to leave" not in staff.get(ORDERS).content.decode()
    services.change_tracking_settings(settle_minutes=30, leaves_within_days=1, by=owner, at=at)
    assert "Late to leave" in staff.get(ORDERS).content.decode()
    late = f"{ORDERS}?only=late_to_leave"
    assert order.number not in staff.get(late).content.decode()
    now[0] = datetime.fromisoformat("2026-11-25T01:00:00+00:00")
    assert order.number in staff.get(late).content.decode()
    services.take_in_shipment(fulfilment_facts(order, at), at=at)
    assert order.number not in staff.get(late).content.decode()


@pytest.fixture
def call(merchant: Merchant, owner: User, at: datetime, client: Client) -> Callable[..., Any]:
    with merchant_scope(merchant.pk):
        key = create_key(merchant=merchant, name="WMS", scopes=list(Scope), by=owner, at=at)

    def send(method: str, body: Any = None, external_id: str = "9007199254740993") -> Any:
        return client.generic(
            method,
            f"/api/v1/orders/{external_id}/delay",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key.secret}"},
        )

    return send


class TestApi:
    def test_it_is_said_read_and_taken_back(self, call: Callable[..., Any], order: Order) -> None:
        assert call("GET").status_code == 404
        told = {
            "cause": "supplier_late",
            "first_day": "2026-11-24",
            "items": [{"line_external_id": "l2", "quantity": 1}],
        }
        said = call("POST", told)
        assert said.status_code == 200, said.json()
        assert said.json()["items"][0]["title"] == "タオル"
        assert (said.json()["last_day"], said.json()["turn"]) == ("2026-11-24", 1)
        assert call("GET").json() == said.json()
        ended = call("DELETE")
        assert ended.json()["ended_because"] == "taken_back"
        assert call("DELETE").json()["code"] == "no_delay_stands"

    def test_nothing_but_that_it_is_late_may_be_said(
        self, call: Callable[..., Any], order: Order
    ) -> None:
        said = call("POST", {}).json()
        assert (said["cause"], said["first_day"], said["last_day"]) == (None, None, None)
        assert [item["quantity"] for item in said["items"]] == [2, 1]

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"last_day": "2026-11-24"}, "invalid"),
            ({"first_day": "2026-11-24", "last_day": "2026-11-23"}, "invalid"),
            ({"cause": "rain"}, "invalid"),
            ({"items": []}, "invalid"),
            ({"items": [{"line_external_id": "l9", "quantity": 1}]}, "invalid"),
            ({"items": [{"line_external_id": "l1", "quantity": 3}]}, "not_to_be_sent"),
            ({"first_day": "2026-11-20"}, "day_has_passed"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, body: dict[str, Any], code: str, call: Callable[..., Any], order: Order
    ) -> None:
        answer = call("POST", body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    def test_an_unknown_order_is_not_there(self, call: Callable[..., Any], order: Order) -> None:
        assert call("GET", external_id="nope").status_code == 404
