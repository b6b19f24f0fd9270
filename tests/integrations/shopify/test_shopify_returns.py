"""Returns that staff or shoppers open in Shopify hold their units here, too."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commerce.models import Order
from integrations.events import ReturnToRead
from integrations.models import Connection
from integrations.shopify import outbound, parse
from integrations.shopify.client import read_operation
from integrations.shopify.fake.engine import Engine
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.shop import Rest
from integrations.shopify.inbound import read_order
from integrations.shopify.parse import admin
from integrations.shopify.subscriptions import TOPICS
from postexp.kernel import clock
from postexp.kernel.models import EventRecord, InboxMessage
from returns.enums.platform import PlatformReturnState
from returns.errors import QuantityExceedsReturnable
from returns.events.platform import PlatformReturnChanged
from returns.models import PlatformReturn, Refund, Settlement
from returns.selectors import judge
from tests.integrations.shopify.test_shopify_outbound import tell
from tests.returns.conftest import ask

ORDER, LINE = 6_000_000_030, 60_000_000_030


@pytest.fixture
def bought(connected: Connection, fake: FakeShopify) -> Order:
    """The newest order of the stand-in, with two units of its line."""
    order = fake.shop.orders[ORDER]
    (line,), (parcel,) = order["line_items"], order["fulfillments"]
    line["quantity"] = parcel["line_items"][0]["quantity"] = 2
    order["total_price"] = str(2 * int(line["price"]))
    order["tax_lines"] = line["tax_lines"] = []
    fake.shop.transactions[ORDER][0]["amount"] = order["total_price"]
    read_order(json.dumps(order).encode(), clock.now())
    return Order.objects.get(external_id=str(ORDER))


@pytest.fixture
def told(
    client: Client, fake: FakeShopify, drain: Callable[[], None]
) -> Callable[[Callable[[], Any]], Any]:
    """Do something at the stand-in, and bring what it tells to our door."""
    heard: list[tuple[str, Rest]] = []

    def hear(topic: str, body: Rest) -> None:
        heard.append((topic, json.loads(json.dumps(body))))

    fake.shop.listeners.append(hear)

    def run(act: Callable[[], Any]) -> Any:
        done = act()
        while heard:
            tell(client, fake, *heard.pop(0))
        drain()
        return done

    return run


def held(order: Order) -> int:
    """How many units of the line cannot come back, as something else holds on to them."""
    (one,) = judge(order, at=clock.now()).lines
    return one.facts.reserved


def test_every_topic_of_returns_is_taken() -> None:
    moves = ("request", "approve", "decline", "update", "process", "cancel", "close", "reopen")
    assert {f"returns/{move}" for move in moves} <= set(TOPICS)


@pytest.mark.parametrize("requested", [True, False])
def test_units_returned_there_cannot_be_returned_here(
    bought: Order, fake: FakeShopify, told: Callable[..., Any], requested: bool
) -> None:
    told(lambda: fake.shop.open_return(ORDER, {LINE: 1}, requested=requested))
    case = PlatformReturn.objects.get()
    assert case.number == "#1030-R1"
    assert case.state == ("requested" if requested else "open")
    assert held(bought) == 1
    with pytest.raises(QuantityExceedsReturnable):
        ask(bought, clock.now(), (0, 2, "too_small"))
    assert ask(bought, clock.now(), (0, 1, "too_small"))


@pytest.mark.parametrize(
    ("moves", "state", "units"),
    [
        (["returns/approve"], "open", 1),
        (["returns/decline"], "declined", 0),
        (["returns/cancel"], "cancelled", 0),
        (["returns/approve", "returns/close"], "closed", 0),
        (["returns/approve", "returns/close", "returns/reopen"], "open", 1),
    ],
)
def test_what_ended_there_without_goods_is_free_again(
    bought: Order,
    fake: FakeShopify,
    told: Callable[..., Any],
    moves: list[str],
    state: str,
    units: int,
) -> None:
    made = told(lambda: fake.shop.open_return(ORDER, {LINE: 1}, requested=True))
    for topic in moves:
        told(lambda topic=topic: fake.shop.move_return(made, topic))
    assert PlatformReturn.objects.get().state == state
    assert held(bought) == units


def test_its_refund_settles_the_units_once(
    bought: Order, fake: FakeShopify, told: Callable[..., Any]
) -> None:
    made = told(lambda: fake.shop.open_return(ORDER, {LINE: 1}))
    (sale,) = fake.shop.transactions[ORDER]
    price = fake.shop.orders[ORDER]["line_items"][0]["price"]
    back = {"gateway": sale["gateway"], "amount": price, "parent_id": sale["id"]}
    told(lambda: fake.shop.process_return(made, refund=[back]))
    (one,) = judge(bought, at=clock.now()).lines
    assert (one.facts.settled, one.facts.reserved) == (1, 0)
    assert Settlement.objects.get().total == Refund.objects.get().amount == int(price)
    told(lambda: fake.shop.move_return(made, "returns/close"))
    (one,) = judge(bought, at=clock.now()).lines
    assert (one.facts.settled, one.facts.reserved) == (1, 0)


def test_what_came_back_there_unpaid_cannot_come_back_here(
    bought: Order, fake: FakeShopify, told: Callable[..., Any]
) -> None:
    made = told(lambda: fake.shop.open_return(ORDER, {LINE: 1}))
    told(lambda: fake.shop.process_return(made))
    told(lambda: fake.shop.move_return(made, "returns/close"))
    assert PlatformReturn.objects.get().state == PlatformReturnState.CLOSED
    assert held(bought) == 1


def test_the_order_in_which_webhooks_come_does_not_matter(
    bought: Order, fake: FakeShopify, client: Client, drain: Callable[[], None]
) -> None:
    heard: list[tuple[str, Rest]] = []
    fake.shop.listeners.append(lambda topic, body: heard.append((topic, body)))
    made = fake.shop.open_return(ORDER, {LINE: 1}, requested=True)
    fake.shop.move_return(made, "returns/approve")
    fake.shop.move_return(made, "returns/cancel")
    for topic, body in reversed(heard):
        tell(client, fake, topic, body)
    drain()
    assert PlatformReturn.objects.get().state == PlatformReturnState.CANCELLED
    # Told three times, it changed once: it was read as it stood.
    assert EventRecord.objects.filter(type=PlatformReturnChanged.type).count() == 1
    assert held(bought) == 0


def test_staff_see_it_on_the_order_and_at_the_desk(
    bought: Order, fake: FakeShopify, told: Callable[..., Any], staff: Client
) -> None:
    made = told(lambda: fake.shop.open_return(ORDER, {LINE: 2}))
    order_page = f"/d/komorebi/orders/{bought.public_id}/"
    for url in (order_page, "/d/komorebi/returns-on-platform/"):
        page = staff.get(url).content.decode()
        assert "#1030-R1" in page
        assert "Under way" in page
        assert "2 units" in page
    assert "/d/komorebi/returns-on-platform/" in staff.get("/d/komorebi/returns/").content.decode()
    told(lambda: fake.shop.move_return(made, "returns/cancel"))
    assert "Cancelled" in staff.get(order_page).content.decode()
    page = staff.get("/d/komorebi/returns-on-platform/").content.decode()
    assert "Nothing is under way there" in page
    page = staff.get("/d/komorebi/returns/").content.decode()
    assert "/d/komorebi/returns-on-platform/" not in page


def test_a_back_fill_brings_returns_that_were_open_before(
    connected: Connection, fake: FakeShopify, drain: Callable[[], None]
) -> None:
    fake.shop.open_return(ORDER, {LINE: 1})
    asked = {"query": read_operation("orders"), "variables": {"first": 50, "after": None}}
    fake.shop.most_points = 10_000.0
    nodes = Engine(fake.shop).answer(asked)["data"]["page"]["nodes"]
    for node in nodes[-2:]:
        read_order(admin.order_body(node), clock.now())
    drain()
    assert PlatformReturn.objects.get().order.external_id == str(ORDER)
    assert EventRecord.objects.filter(type=ReturnToRead.type).count() == 1


def test_a_return_of_many_lines_is_read_to_its_end(
    bought: Order, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch, connected: Connection
) -> None:
    made = fake.shop.open_return(ORDER, {LINE: 1, 2: 1, 3: 1})
    monkeypatch.setattr(outbound, "PAGE", 2)
    facts = outbound.read_return(connected, str(made["id"]))
    assert facts is not None
    assert [units.line_external_id for units in facts.units] == [str(LINE), "2", "3"]
    assert outbound.read_return(connected, "1") is None


def test_without_access_or_an_id_it_says_so(
    bought: Order,
    fake: FakeShopify,
    client: Client,
    drain: Callable[[], None],
    connected: Connection,
) -> None:
    tell(client, fake, "returns/process", {})
    connected.client_id = ""
    connected.save()
    tell(client, fake, "returns/cancel", {"id": 5, "order_id": ORDER, "status": "canceled"})
    drain()
    reasons = [
        message.effect_detail["reason"]
        for message in InboxMessage.objects.filter(topic__startswith="returns/").order_by("id")
    ]
    assert reasons == [
        "It does not say which return it is.",
        "Without API access a return cannot be read.",
    ]


def test_a_return_of_an_order_that_is_not_here_is_left_to_the_back_fill(
    connected: Connection, fake: FakeShopify, told: Callable[..., Any]
) -> None:
    told(lambda: fake.shop.open_return(ORDER, {LINE: 1}))
    assert not PlatformReturn.objects.exists()


def test_states_nobody_knows_are_refused() -> None:
    case: Rest = {
        "id": "gid://shopify/Return/1",
        "name": "#1-R1",
        "status": "LOST",
        "createdAt": clock.now().isoformat(),
        "closedAt": None,
        "order": {"legacyResourceId": "1"},
        "returnLineItems": {"nodes": []},
    }
    with pytest.raises(Exception, match="is not known"):
        parse.platform_return(case)
    assert parse.platform_return({**case, "status": "OPEN"}).state == "open"
