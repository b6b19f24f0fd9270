"""A simulation against a running server: it is taken in, it reconciles, and nothing stops it."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any, ClassVar

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commerce.models import Fulfilment, Merchant, Order, PlatformRefund, Product
from integrations.connections import connect, disconnect
from integrations.demo.cast import NoDemoShop, PlayedShop, find_shops
from integrations.demo.stories import Act
from integrations.management.commands import simulate
from integrations.models import Connection, Service
from integrations.simulator.pace import end_pace, pace_of
from integrations.simulator.plan import Purpose, Visit, story_of
from integrations.simulator.play import Simulation, Wishes
from integrations.simulator.shopper import Shopper
from integrations.simulator.tally import Tally
from integrations.simulator.wire import webhook_of
from postexp.kernel import clock
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import merchant_scope
from returns.models import Return
from returns.selectors import version_in_force
from returns.services import approve_return, publish_policy
from tests.shops import drain_all
from tracking.enums import Status
from tracking.models import Shipment, ShipmentEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_loop")]

# A shop's day takes a second: weeks go by while one waits.
FAST = 86_400.0


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for answers as long as a slow machine takes: here nothing is about their time."""
    monkeypatch.setattr("integrations.simulator.courier.ANSWER_SECONDS", 60.0)
    monkeypatch.setattr("integrations.simulator.shopper.PATIENCE", 60.0)
    monkeypatch.setattr("integrations.simulator.play.LAST_ANSWERS", 60.0)


@pytest.fixture
def demo(other_merchant: Merchant) -> Merchant:
    """A demo shop in the United States, connected to its platform."""
    other_merchant.is_demo = True
    other_merchant.save()
    with merchant_scope(other_merchant.pk):
        connect(
            service=Service.SHOPIFY,
            account="harbor-demo.myshopify.com",
            secret="the shop's secret",
            at=clock.now(),
        )
        at = clock.now()
        policy = replace(version_in_force(at).policy, address=("Harbor & Pine", "0 Example Way"))
        publish_policy(content=policy.to_json(), effective_from=at, at=at, actor="system")
    return other_merchant


@pytest.fixture
def drainer() -> Iterator[None]:
    """Read the inbox and react, as the drainer and the worker do."""
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.wait(0.02):
                drain_all()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def play(url: str, shops: list[PlayedShop], wishes: Wishes, **options: Any) -> Tally:
    async def run() -> Tally:
        simulation = Simulation(url, shops, wishes, say=lambda line: None, **options)
        await simulation.run()
        return simulation.tally

    return asyncio.run(run())


def come_to_rest() -> None:
    """Work everything off; what the drainer beside us holds at this moment is waited for."""
    until = time.monotonic() + 60
    drain_all()
    while InboxMessage.every_merchant.filter(state="received").exists():
        assert time.monotonic() < until, "The inbox was not read."
        time.sleep(0.02)
        drain_all()


def unread() -> list[tuple[str, str]]:
    """Return the state of every request that was not read, and why."""
    return list(InboxMessage.objects.exclude(state="processed").values_list("state", "cause"))


def reconcile(demo: Merchant, tally: Tally) -> None:
    """Hold what the simulation counted against what the server has."""
    come_to_rest()
    counts = tally.counts
    with merchant_scope(demo.pk):
        assert unread() == []
        assert Order.objects.count() == counts["orders placed"] > 0
        assert Fulfilment.objects.count() == counts["parcels sent"] > 0
        assert Shipment.objects.count() == counts["parcels sent"]
        assert (
            ShipmentEvent.objects.filter(source="shopify").count()
            >= (counts["scans by the platform"])
        )
        assert PlatformRefund.objects.count() == counts["refunds"]
        assert Order.objects.exclude(cancelled_at=None).count() == counts["orders cancelled"]
        assert Return.objects.count() == counts["returns asked for"]
        assert Return.objects.filter(state="cancelled").count() == counts["returns cancelled"]
        for order in Order.objects.all():
            assert order.placed_at <= order.taken_in_at, "nothing comes from the future"


def test_three_weeks_of_a_shop_reconcile_with_the_server(
    demo: Merchant, live_server: Any, drainer: None
) -> None:
    shops = find_shops("harbor", at=clock.now())
    tally = play(live_server.url, shops, Wishes(seed=13, speed=FAST, rate=0.7, days=20))
    assert set(tally.statuses) <= {"200", "302", "422"}, "signatures were taken"
    assert tally.counts["webhooks repeated"] == 0
    reconcile(demo, tally)
    with merchant_scope(demo.pk):
        assert Product.objects.count() == len(shops[0].shop.products) == tally.counts["products"]
        assert tally.counts["scans by a carrier"] > 10
        statuses = set(Shipment.objects.values_list("status", flat=True))
        assert {Status.DELIVERED, Status.IN_TRANSIT} <= statuses
    assert tally.counts["left out, too many waiting"] == 0


def test_a_shopper_goes_through_the_real_pages(demo: Merchant, live_server: Any) -> None:
    """What was delivered is looked at, and asked back; undecided it is cancelled, approved sent."""
    played = find_shops("harbor", at=clock.now())[0]
    told = [
        story_of(played.shop, number, seed=1, has_carrier=False) for number in range(1001, 1030)
    ]
    stories = [
        story
        for story in told
        if any(isinstance(step, Visit) and step.purpose == Purpose.ASK for step in story.steps)
    ][:2]
    tally = Tally()

    def come(*purposes: Purpose) -> None:
        async def visits() -> None:
            async with httpx.AsyncClient(base_url=live_server.url, trust_env=False) as http:
                for purpose in purposes:
                    visit = Visit(after=timedelta(), purpose=purpose)
                    for story in stories:
                        await Shopper(http, tally).come(story, visit)

        asyncio.run(visits())
        drain_all()

    come(Purpose.LOOK)
    assert tally.counts["shoppers who went away"] == 2, "the shop knows no such order yet"
    for key, body in played.goods:
        tell_server(live_server.url, played, "products/create", key, body)
    for story in stories:
        for step in story.steps:
            if isinstance(step, Act):
                body = step.tell(clock.now())
                tell_server(live_server.url, played, step.topic, step.key, body)
    drain_all()
    come(Purpose.LOOK, Purpose.ASK)
    assert tally.counts["orders looked at"] == tally.counts["returns asked for"] == 2
    with merchant_scope(demo.pk):
        first, second = Return.objects.order_by("id")
        assert (first.state, second.state) == ("in_review", "in_review")
        approve_return(return_id=first.public_id, at=clock.now(), actor="system")
    drain_all()
    come(Purpose.FOLLOW, Purpose.GIVE_UP)
    assert tally.counts["returns sent"] == tally.counts["returns cancelled"] == 1
    with merchant_scope(demo.pk):
        first, second = Return.objects.order_by("id")
        assert (first.state, second.state) == ("in_transit", "cancelled")
    assert tally.refused == 2, "no request was refused but the first look"


def tell_server(url: str, played: PlayedShop, topic: str, key: str, body: bytes) -> None:
    act = Act(after=timedelta(), topic=topic, key=key, tell=lambda at: body)
    webhook = webhook_of(played, act, body)
    answer = httpx.post(url + webhook.path, content=webhook.body, headers=webhook.headers)
    assert answer.json() == {"stored": True, "duplicate": False}


class Moody(BaseHTTPRequestHandler):
    """Passes requests on, but refuses every third twice, and loses the first answer of others."""

    target = ""
    tries: ClassVar[dict[bytes, int]] = {}
    lock = threading.Lock()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with Moody.lock:
            tried = Moody.tries.get(body, 0)
            Moody.tries[body] = tried + 1
            place = list(Moody.tries).index(body)
        if place % 3 == 0 and tried < 2:
            self._say(500, b"{}")
            return
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in ("host", "content-length", "connection")
        }
        answer = httpx.post(self.target + self.path, content=body, headers=headers, timeout=60)
        if place % 7 == 1 and tried == 0:
            self._say(503, b"{}")  # taken in, but the answer was lost
            return
        self.send_response(answer.status_code)
        for name in ("Location", "Content-Type"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def do_GET(self) -> None:
        answer = httpx.get(self.target + self.path, timeout=60)
        self._say(answer.status_code, answer.content)

    def _say(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def moody(live_server: Any) -> Iterator[str]:
    Moody.target, Moody.tries = live_server.url, {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moody)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_server_that_fails_loses_nothing(demo: Merchant, moody: str, drainer: None) -> None:
    """Webhooks are repeated until they are taken; one taken twice has one effect."""
    shops = find_shops("harbor", at=clock.now())
    tally = play(
        moody, shops, Wishes(seed=13, speed=FAST, rate=1, days=4), waits=(0.05, 0.1, 0.2, 0.4)
    )
    assert tally.statuses["500"] > 5
    assert tally.counts["webhooks repeated"] > 3
    assert tally.counts["webhooks given up"] == 0
    come_to_rest()
    told = tally.counts["steps"]
    with merchant_scope(demo.pk):
        assert unread() == []
        webhooks = InboxMessage.objects.exclude(topic="products/create").count()
        assert webhooks <= told
        shops = find_shops("harbor", at=clock.now())
        first = 1001
        assert shops[0].next_number == first + Order.objects.count(), "no order is missing"
        numbers = sorted(int(order.number.strip("#")) for order in Order.objects.all())
        assert numbers == list(range(first, first + len(numbers)))


def test_a_server_that_is_down_is_given_up_like_shopify_does(demo: Merchant) -> None:
    shops = find_shops("harbor", at=clock.now())
    tally = play(
        "http://127.0.0.1:9", shops, Wishes(speed=FAST, rate=2, days=0.2), waits=(0.01, 0.01)
    )
    products = len(shops[0].goods)
    assert tally.statuses["no answer"] >= 3 * products
    assert tally.counts["webhooks given up"] >= products


def test_a_second_run_goes_on_where_the_first_ended(
    demo: Merchant, live_server: Any, drainer: None
) -> None:
    shops = find_shops("harbor", at=clock.now())
    play(live_server.url, shops, Wishes(seed=3, speed=FAST, rate=1, days=3.5))
    come_to_rest()
    with merchant_scope(demo.pk):
        before = Order.objects.count()
        moving = set(
            Shipment.objects.filter(
                status__in=(Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY)
            ).values_list("pk", flat=True)
        )
    again = find_shops("harbor", at=clock.now())
    assert again[0].next_number == shops[0].next_number + before
    assert len(again[0].under_way) >= len(moving) > 0
    assert not again[0].goods
    tally = play(live_server.url, again, Wishes(seed=3, speed=FAST, rate=0.5, days=3))
    come_to_rest()
    with merchant_scope(demo.pk):
        assert Order.objects.count() == before + tally.counts["orders placed"]
        assert set(Shipment.objects.filter(pk__in=moving).values_list("status", flat=True)) == {
            Status.DELIVERED
        }


def test_a_load_sends_as_many_requests_as_asked_for(
    demo: Merchant, live_server: Any, drainer: None
) -> None:
    play(live_server.url, find_shops("harbor", at=clock.now()), Wishes(speed=FAST, days=0.01))
    come_to_rest()
    end_pace(demo.pk)
    shops = find_shops("harbor", at=clock.now())
    assert not shops[0].goods, "the six seconds begin with the load"
    tally = play(live_server.url, shops, Wishes(load=10, minutes=0.1))
    assert 30 < tally.answers < 120, "about 10 a second for six seconds"
    assert tally.latencies["webhook"].percentile(0.5) > 0
    assert pace_of(demo.pk) is None, "a load says nothing about the shop's clock"


def test_the_pace_is_told_while_it_runs(demo: Merchant, live_server: Any, drainer: None) -> None:
    shops = find_shops("harbor", at=clock.now())
    play(live_server.url, shops, Wishes(speed=1440, rate=1, minutes=0.02))
    assert pace_of(demo.pk) == 1440


def press_ctrl_c_after_an_order() -> None:
    """Press Ctrl-C once the simulation is at it."""
    try:
        while not Order.every_merchant.exists():
            time.sleep(0.02)
    finally:
        connection.close()
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_ends_it_in_order_with_a_summary(
    demo: Merchant, live_server: Any, drainer: None
) -> None:
    out = StringIO()
    pressing = threading.Thread(target=press_ctrl_c_after_an_order)
    pressing.start()
    call_command(
        "simulate", base_url=live_server.url, shop="harbor", speed=FAST, rate=4, stdout=out
    )
    pressing.join()
    said = out.getvalue()
    assert "one minute here is 86400 minutes of the shop" in said
    for name in ("orders placed", "webhook latency", "p99", "refused or unanswered"):
        assert name in said
    assert pace_of(demo.pk) is None
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_shop_that_disconnects_ends_it(
    demo: Merchant, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with merchant_scope(demo.pk):
        shops = find_shops("harbor", at=clock.now())
        Connection.objects.filter(service=Service.SHOPIFY).update(account="other.myshopify.com")
    simulation: list[Simulation] = []

    async def run() -> None:
        simulation.append(
            Simulation(live_server.url, shops, Wishes(speed=FAST), say=lambda line: None)
        )
        await simulation[0].run()

    asyncio.run(run())
    assert simulation[0].refused_shop == "harbor"
    monkeypatch.setattr(simulate, "find_shops", lambda slug, at: shops)
    with pytest.raises(CommandError, match="no longer takes our signature"):
        call_command("simulate", base_url=live_server.url, shop="harbor", stdout=StringIO())


def test_only_demo_shops_are_played(
    merchant: Merchant, demo: Merchant, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoDemoShop, match="real shop"):
        find_shops("komorebi", at=clock.now())
    with pytest.raises(NoDemoShop, match="no demo shop"):
        find_shops("nobody", at=clock.now())
    assert [played.shop.slug for played in find_shops(at=clock.now())] == ["harbor"]
    with merchant_scope(demo.pk):
        disconnect(service=Service.SHOPIFY, account="harbor-demo.myshopify.com", at=clock.now())
    with pytest.raises(CommandError, match="not connected to Shopify"):
        call_command("simulate", base_url=live_server.url, stdout=StringIO())
    monkeypatch.setattr(simulate, "START", 0.1)
    with pytest.raises(CommandError, match="Nothing answers"):
        call_command("simulate", base_url="http://127.0.0.1:9", stdout=StringIO())
