"""What will happen: decided by the seed, in order, in bounded memory, and never in the future."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

import pytest

from integrations.demo.cast import PlayedShop, UnderWay
from integrations.demo.platform import DemoParcel
from integrations.demo.shops import SHOPS, DemoShop
from integrations.demo.stories import TRACKER, Act
from integrations.easypost.parse import parse_webhook
from integrations.shopify import parse
from integrations.simulator.plan import (
    Due,
    Purpose,
    Visit,
    arrivals,
    interleaved,
    new_stories,
    story_of,
    timetable,
)
from integrations.simulator.play import Wishes, plan_of
from tracking.enums import Status

BEGIN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
KOMOREBI, HARBOR = SHOPS


def played(shop: DemoShop, **changes: object) -> PlayedShop:
    facts: dict[str, object] = {
        "shop": shop,
        "merchant_id": 1,
        "domain": shop.domain,
        "secret": "secret",
        "easypost_id": "con_1" if shop.country == "US" else "",
        "easypost_secret": "carrier secret",
        "next_number": 1101,
        "goods": (),
        "under_way": (),
    }
    return PlayedShop(**{**facts, **changes})  # type: ignore[arg-type]


def told(wishes: Wishes, number: int) -> list[tuple[str, str, bytes]]:
    """The first requests of a simulation, as they would be sent at a speed."""
    found = []
    for due in islice(plan_of([played(KOMOREBI), played(HARBOR)], wishes), number):
        at = BEGIN + due.after / wishes.speed
        if isinstance(due.step, Act):
            found.append((due.step.topic, due.step.key, due.step.tell(at)))
        else:
            found.append(("visit", due.step.purpose, due.story.number.encode()))
    return found


def test_the_same_seed_gives_the_same_requests_and_another_one_others() -> None:
    first = told(Wishes(seed=3), 400)
    assert first == told(Wishes(seed=3), 400)
    assert first != told(Wishes(seed=4), 400)
    assert {"orders/create", "fulfillments/create", TRACKER, "visit"} <= {one[0] for one in first}


def test_speed_compresses_the_waiting_and_nothing_else() -> None:
    slow, fast = told(Wishes(seed=3, speed=1), 300), told(Wishes(seed=3, speed=600), 300)
    assert [one[:2] for one in slow] == [one[:2] for one in fast]


def test_steps_come_in_order_and_an_order_before_all_that_follows_from_it() -> None:
    last = timedelta()
    begun: set[str] = set()
    for due in islice(plan_of([played(KOMOREBI), played(HARBOR)], Wishes()), 3000):
        assert due.after >= last
        last = due.after
        name = due.story.shop.slug + due.story.number
        if isinstance(due.step, Act) and due.step.topic == "orders/create":
            assert name not in begun
            begun.add(name)
        assert name in begun
    days = last / timedelta(days=1)
    assert len(begun) == pytest.approx(2 * 24 * days, rel=0.25), "as many orders a day as asked"


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_every_message_can_be_read_and_none_is_from_the_future(shop: DemoShop) -> None:
    topics: Counter[str] = Counter()
    statuses: set[Status | None] = set()
    at = BEGIN
    for story in islice(new_stories(shop, first_number=1, seed=1, has_carrier=True), 120):
        for step in story.steps:
            at += timedelta(seconds=1)
            if isinstance(step, Visit):
                continue
            body = step.tell(at)
            topics[step.topic] += 1
            if step.topic == TRACKER:
                shipment = parse_webhook(body)
                statuses.add(shipment.events[-1].status)
                assert all(one.occurred_at <= at for one in shipment.events if one.occurred_at)
            elif step.topic == "fulfillment_events/create":
                report = parse.parse_fulfilment_event(body).shipment
                assert report.events[0].occurred_at == at
            elif step.topic == "fulfillments/create":
                assert parse.parse_fulfilment(body).created_at == at
            elif step.topic == "refunds/create":
                parse.parse_refund(body)
            else:
                order = parse.parse_order(body)
                assert order.placed_at <= at
    assert topics["orders/create"] == 120
    assert {Status.DELIVERED, Status.EXCEPTION, Status.DELIVERY_ATTEMPTED} <= statuses
    assert topics["refunds/create"] > 3


def test_money_given_back_in_part_is_no_more_than_was_paid() -> None:
    for number in range(1, 400):
        story = story_of(KOMOREBI, number, seed=1, has_carrier=False)
        bodies = {
            step.topic: json.loads(step.tell(BEGIN + step.after))
            for step in story.steps
            if isinstance(step, Act)
        }
        if "refunds/create" in bodies:
            back = int(bodies["refunds/create"]["transactions"][0]["amount"])
            total = int(bodies["orders/create"]["total_price"])
            state = bodies["orders/updated"]["financial_status"]
            assert 0 < back <= total
            assert state == ("refunded" if back == total else "partially_refunded")


def test_shoppers_ask_after_the_goods_came_and_give_up_last() -> None:
    asked = 0
    for number in range(1, 200):
        purposes = [
            step.purpose
            for step in story_of(HARBOR, number, seed=1, has_carrier=False).steps
            if isinstance(step, Visit) and step.purpose != Purpose.LOOK
        ]
        assert purposes in (
            [],
            [Purpose.ASK, Purpose.FOLLOW, Purpose.FOLLOW, Purpose.GIVE_UP],
        )
        asked += bool(purposes)
    assert 15 < asked < 60


def test_what_is_under_way_comes_to_its_door() -> None:
    parcel = DemoParcel(
        shop=KOMOREBI,
        order_id=9_100_000_000_001_050,
        fulfilment_id=9_300_000_000_010_500,
        lines=((1, 1),),
        carrier="ヤマト運輸",
        number="123412341233",
        home=("東京都", "渋谷区"),
        promise=timedelta(days=2),
        shipped_at=BEGIN,
    )
    sent = UnderWay(parcel=parcel, number="#1050", contact="a@example.jp", is_sent=True, scans=3)
    plan = plan_of([played(KOMOREBI, under_way=(sent,))], Wishes(rate=0.001))
    acts = [due.step for due in islice(plan, 2)]
    assert all(isinstance(act, Act) for act in acts)
    bodies = [json.loads(act.tell(BEGIN)) for act in acts if isinstance(act, Act)]
    assert [body["status"] for body in bodies] == ["out_for_delivery", "delivered"]
    assert [body["id"] for body in bodies] == [930000000001050003, 930000000001050004]


def test_only_stories_that_have_begun_are_kept() -> None:
    begun = 0

    def counted() -> object:
        nonlocal begun
        for story in new_stories(KOMOREBI, first_number=1, seed=1, has_carrier=False):
            begun += 1
            yield story

    times = timetable(arrivals(counted(), rate=24, chance=Random(1)))  # type: ignore[arg-type]
    assert begun == 0
    for due in islice(times, 500):
        placed = due.after
    assert begun <= 24 * (placed / timedelta(days=1)) * 1.3 + 5


def test_a_load_keeps_many_stories_under_way_and_each_in_its_order() -> None:
    coming = new_stories(HARBOR, first_number=1, seed=1, has_carrier=True)
    seen: dict[str, list[Due]] = {}
    for due in islice(interleaved(coming, chance=Random(1), window=20), 1500):
        seen.setdefault(due.story.number, []).append(due)
    for dues in seen.values():
        assert [due.step for due in dues] == dues[0].story.steps[: len(dues)]
    unfinished = sum(len(dues) < len(dues[0].story.steps) for dues in seen.values())
    assert unfinished <= 20
