"""Scans are stored once, fold into the row, and are told once."""

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from commerce.models import Merchant, Order
from commerce.selectors import timeline
from postexp.kernel.history import story_of_order
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import dated, scan, timeless
from tracking import services
from tracking.enums import Actor, Deed, DelayReason, Status, TimePrecision, vocabulary
from tracking.models import Shipment, ShipmentEvent
from tracking.rules import Action, Estimate, NormalisedEvent, NormalisedShipment, Summary
from tracking.services.storing import COPY_FROM

pytestmark = pytest.mark.django_db

JOURNEY = (
    scan(0.1, "in_transit", "picked_up", position=0),
    scan(0.2, "in_transit", "arrived_facility", position=1),
    scan(0.3, "out_for_delivery", "on_vehicle", position=2),
    scan(0.4, "delivery_attempted", "recipient_absent", position=3),
    scan(0.5, "out_for_delivery", "redelivery", position=4),
    scan(0.6, "delivered", "delivered", position=5),
)
AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def told(*events: NormalisedEvent, **facts: Any) -> NormalisedShipment:
    return NormalisedShipment(source="test", tracking_number="400012345675", events=events, **facts)


def ingest(
    shipment: Shipment, *events: NormalisedEvent, at: datetime = AT, **facts: Any
) -> Shipment:
    services.ingest_tracking(shipment, told(*events, **facts), at=at)
    shipment.refresh_from_db()
    return shipment


def test_the_row_holds_the_latest_state(shipment: Shipment) -> None:
    ingest(shipment, *JOURNEY)
    assert (shipment.status, shipment.substatus) == ("delivered", "delivered")
    assert shipment.since_at == JOURNEY[-1].occurred_at
    assert shipment.since_precision == TimePrecision.SECOND
    assert shipment.last_scan_at == JOURNEY[-1].occurred_at
    assert shipment.attempts == 1
    assert ShipmentEvent.objects.filter(shipment=shipment).count() == 7


def test_a_repeat_changes_nothing_and_says_nothing(
    shipment: Shipment, published: Callable[[], list[str]]
) -> None:
    ingest(shipment, *JOURNEY)
    before, said = shipment.version, published()
    again = services.ingest_tracking(shipment, told(*JOURNEY), at=AT + timedelta(hours=1))
    shipment.refresh_from_db()
    assert (again.stored, again.repeated, again.changed) == (0, 6, ())
    assert (shipment.version, published()) == (before, said)


def test_each_milestone_is_published_once_with_its_facts(shipment: Shipment) -> None:
    ingest(shipment, *JOURNEY)
    events = {
        record.type: record.payload
        for record in EventRecord.objects.filter(type__startswith="shipment.").order_by("id")
    }
    assert set(events) == {
        "shipment.changed",
        "shipment.dispatched",
        "shipment.in_transit",
        "shipment.out_for_delivery",
        "shipment.delivered",
    }
    assert events["shipment.delivered"] == {
        "shipment_id": shipment.public_id,
        "order_id": shipment.order_ref,
        "happened_at": "2026-11-20T03:36:00+00:00",
        "historic": False,
        "turn": 1,
        "delivered_at": "2026-11-20T03:36:00+00:00",
        "delivered_on": "2026-11-20",
    }
    assert events["shipment.out_for_delivery"]["turn"] == 2


def test_scan_by_scan_in_any_order_ends_in_the_same_state(shipment: Shipment) -> None:
    for event in random.Random(3).sample(JOURNEY, len(JOURNEY)):
        ingest(shipment, event)
    assert (shipment.status, shipment.attempts) == ("delivered", 1)
    delivered = EventRecord.objects.filter(type="shipment.delivered")
    assert delivered.count() == 1


def test_late_scans_never_bring_the_parcel_back(
    shipment: Shipment, published: Callable[[], list[str]]
) -> None:
    ingest(shipment, JOURNEY[-1])
    ingest(shipment, scan(2, "in_transit", "arrived_facility"), *JOURNEY[:2])
    assert shipment.status == Status.DELIVERED
    assert shipment.since_at == JOURNEY[-1].occurred_at
    assert published().count("shipment.delivered") == 1


def test_old_news_are_kept_and_marked_historic(shipment: Shipment) -> None:
    ingest(shipment, *JOURNEY, at=AT + timedelta(days=3))
    assert EventRecord.objects.get(type="shipment.delivered").payload["historic"] is True


def test_a_day_alone_stays_a_day_in_the_story_of_the_order(
    shipment: Shipment, scope: Merchant
) -> None:
    ingest(shipment, dated("2026-11-20", "delivered", zone="Asia/Tokyo", position=1))
    told = EventRecord.objects.get(type="shipment.delivered").payload
    assert (told["happened_at"], told["delivered_at"]) == ("2026-11-20", "")
    (entry,) = (
        one
        for one in timeline(story_of_order(shipment.order_ref))
        if one["title"] == "Parcel delivered"
    )
    assert entry["at"] == date(2026, 11, 20)


def test_dates_and_time_less_scans_are_kept_without_invented_times(shipment: Shipment) -> None:
    ingest(
        shipment,
        timeless("in_transit", position=0),
        dated("2026-11-20", "delivered", "mailbox", zone="Asia/Tokyo", position=1),
    )
    rows = list(ShipmentEvent.objects.filter(source="test").order_by("sort_at"))
    assert [row.occurred_at for row in rows] == [None, None]
    assert [row.local_time for row in rows] == ["", "2026-11-20"]
    assert rows[0].sort_at.year == 1970
    assert (shipment.status, shipment.since_at) == ("delivered", None)
    event = EventRecord.objects.get(type="shipment.delivered")
    assert (event.payload["delivered_at"], event.payload["delivered_on"]) == ("", "2026-11-20")


def test_many_scans_go_by_copy_and_are_no_less_careful(shipment: Shipment) -> None:
    many = [scan(hour / 100, "in_transit", position=hour) for hour in range(COPY_FROM + 10)]
    first = services.ingest_tracking(shipment, told(*many, *many[:5]), at=AT)
    second = services.ingest_tracking(shipment, told(*many, scan(9, None)), at=AT)
    assert (first.stored, first.repeated) == (len(many), 0)
    assert (second.stored, second.repeated) == (1, len(many))
    assert ShipmentEvent.objects.filter(shipment=shipment, source="test").count() == len(many) + 1


@pytest.mark.parametrize("many", [0, COPY_FROM])
def test_a_scan_told_again_is_read_as_we_read_it_now(shipment: Shipment, many: int) -> None:
    scans = [scan(hour / 100, "in_transit", position=hour) for hour in range(many)]
    unread = scan(1, None, raw_code="DL", position=many)
    ingest(shipment, *scans, unread)
    better = replace(unread, status=Status.DELIVERED, substatus="signed")
    ingest(shipment, *scans, better)
    # The vocabulary is the same as when it was stored: what one of two sources reads, stays.
    assert shipment.status != "delivered"
    ShipmentEvent.objects.update(mapping_version=0)
    taken = services.ingest_tracking(shipment, told(*scans, better), at=AT)
    shipment.refresh_from_db()
    assert (taken.stored, taken.repeated) == (1, many)
    assert (shipment.status, shipment.substatus) == ("delivered", "signed")
    row = ShipmentEvent.objects.get(raw_code="DL")
    assert (row.substatus, row.mapping_version) == ("signed", vocabulary()["version"])


def test_estimates_keep_the_first_and_follow_the_newest_message(shipment: Shipment) -> None:
    days = {1: date(2026, 11, 21), 2: date(2026, 11, 24), 3: date(2026, 11, 23)}
    for order in ([1, 2, 3], [3, 1, 2]):
        for hour in order:
            ingest(
                shipment,
                reported_at=AT + timedelta(hours=hour),
                estimate=Estimate(day=days[hour], ends_at=AT),
            )
    assert (shipment.first_eta_day, shipment.eta_day) == (days[1], days[3])
    assert shipment.eta_ends_at == AT
    assert shipment.is_delayed
    assert (shipment.delay_source, shipment.delay_reason) == ("carrier", "unknown")


@pytest.mark.parametrize("late", [(1, 3, 2), (1, 2, 3), (2, 3, 1)])
def test_an_older_message_never_wins_after_a_repeat(
    shipment: Shipment, late: tuple[int, ...]
) -> None:
    days = {1: date(2026, 11, 24), 2: date(2026, 11, 25), 3: date(2026, 11, 24)}
    reasons = {1: None, 2: DelayReason.WEATHER, 3: None}
    for hour in late:
        ingest(
            shipment,
            carrier="yamato",
            reported_at=AT + timedelta(hours=hour),
            estimate=Estimate(day=days[hour]),
            summary=Summary(status=Status.EXCEPTION if hour == 2 else Status.IN_TRANSIT),
            delay_reason=reasons[hour],
        )
    assert (shipment.eta_day, shipment.told_delay_reason) == (days[3], "")
    assert shipment.summary_status == "in_transit"


def test_what_is_said_again_is_no_news(
    shipment: Shipment, published: Callable[[], list[str]]
) -> None:
    def say(hour: int) -> None:
        ingest(
            shipment,
            reported_at=AT + timedelta(hours=hour),
            estimate=Estimate(day=date(2026, 11, 24)),
            external_id="trk_1",
        )

    say(1)
    version, said = shipment.version, published()
    say(2)
    assert (shipment.version, published()) == (version, said)
    assert shipment.eta_told_at == AT + timedelta(hours=2)


COLLECT = Action(who=Actor.SHOPPER, what=Deed.COLLECT, until=date(2026, 11, 30))


class TestSeveralSources:
    """A delay and what is to be done: only who said so takes it back."""

    def hear(self, shipment: Shipment, source: str, hour: int, **facts: Any) -> Shipment:
        message = NormalisedShipment(
            source=source,
            tracking_number="400012345675",
            reported_at=AT + timedelta(hours=hour),
            **facts,
        )
        services.ingest_tracking(shipment, message, at=AT + timedelta(hours=hour))
        shipment.refresh_from_db()
        return shipment

    def test_they_are_learnt_without_a_summary(self, shipment: Shipment) -> None:
        moved = scan(0.1, "in_transit", "picked_up")
        self.hear(shipment, "canada", 1, delay_reason=DelayReason.WEATHER, events=(moved,))
        self.hear(shipment, "ups", 1, action=COLLECT)
        assert shipment.told_delay_reason == "weather"
        assert (shipment.action_what, shipment.action_until) == ("collect", date(2026, 11, 30))
        self.hear(shipment, "canada", 2, events=(moved,))
        assert (shipment.told_delay_reason, shipment.action_what) == ("", "collect")

    def test_another_source_takes_nothing_back(self, shipment: Shipment) -> None:
        going = Summary(status=Status.IN_TRANSIT)
        self.hear(
            shipment,
            "fedex",
            1,
            summary=going,
            delay_reason=DelayReason.CUSTOMS,
            action=COLLECT,
        )
        since = shipment.told_delay_at
        self.hear(shipment, "aftership", 2, summary=going, external_id="a1", carrier="yamato")
        assert (shipment.told_delay_reason, shipment.action_who) == ("customs", "shopper")
        self.hear(shipment, "fedex", 3, summary=going, delay_reason=DelayReason.CUSTOMS)
        assert (shipment.told_delay_at, shipment.action_what) == (since, "")
        self.hear(shipment, "fedex", 4, summary=going)
        assert (shipment.told_delay_reason, shipment.told_delay_at) == ("", None)

    def test_an_answer_that_failed_is_no_word_on_a_parcel_with_scans(
        self, shipment: Shipment
    ) -> None:
        moved = scan(0.1, "in_transit", "picked_up")
        facts = {"delay_reason": DelayReason.WEATHER, "action": COLLECT, "events": (moved,)}
        self.hear(shipment, "fedex", 1, summary=Summary(status=Status.IN_TRANSIT), **facts)
        for summary in (Summary(status=Status.PENDING, substatus="not_found"), None):
            self.hear(shipment, "fedex", 2, summary=summary)
            assert (shipment.told_delay_reason, shipment.action_what) == ("weather", "collect")
            assert shipment.summary_status == "in_transit"

    def test_sources_that_name_different_days_do_not_take_turns(self, shipment: Shipment) -> None:
        days = {"easypost": date(2026, 11, 24), "aftership": date(2026, 11, 26)}
        shown = []
        for hour in range(1, 7):
            source = ("easypost", "aftership")[hour % 2]
            self.hear(shipment, source, hour, estimate=Estimate(day=days[source]))
            shown.append((shipment.eta_day, shipment.version))
        assert shown == [shown[0]] * 6
        self.hear(shipment, "yamato", 8, estimate=Estimate(day=date(2026, 11, 25)))
        self.hear(shipment, "easypost", 9, estimate=Estimate(day=days["easypost"]))
        assert shipment.eta_day == date(2026, 11, 25)

    def test_a_day_told_before_it_was_kept_by_whom_is_replaced_by_newer_words_alone(
        self, shipment: Shipment
    ) -> None:
        told = {"eta_day": date(2026, 11, 24), "eta_told_at": AT + timedelta(hours=2)}
        Shipment.objects.update(**told, by_source={})
        shipment.refresh_from_db()
        self.hear(shipment, "easypost", 1, estimate=Estimate(day=date(2026, 11, 22)))
        assert shipment.eta_day == date(2026, 11, 24)
        self.hear(shipment, "easypost", 3, estimate=Estimate(day=date(2026, 11, 23)))
        assert shipment.eta_day == date(2026, 11, 23)

    def test_sources_that_name_different_carriers_do_not_take_turns(
        self, shipment: Shipment
    ) -> None:
        services.correct_carrier(
            shipment_id=shipment.public_id, carrier="fedex", at=AT, actor="staff:0"
        )
        going = Summary(status=Status.IN_TRANSIT)
        versions = []
        for hour in (1, 2, 3):
            self.hear(shipment, "easypost", hour, carrier="ups", service="A", summary=going)
            self.hear(shipment, "aftership", hour, carrier="usps", service="B", summary=going)
            versions.append((shipment.version, shipment.carrier, shipment.told_carrier))
        assert versions == [versions[0]] * 3
        assert versions[0][1:] == ("fedex", "usps")
        assert shipment.service == "A"
        self.hear(shipment, "easypost", 4, carrier="ups", service="C", summary=going)
        assert shipment.service == "C"

    def test_a_parcel_changes_carrier_when_its_source_says_so(
        self, order: Order, shipment: Shipment, at: datetime
    ) -> None:
        going = Summary(status=Status.IN_TRANSIT)
        self.hear(shipment, "easypost", 1, carrier="ups", summary=going)
        # One that names another from the start knows it by another name: the shop's stands.
        assert shipment.carrier == "yamato"
        self.hear(shipment, "easypost", 2, carrier="usps", summary=going)
        assert (shipment.carrier, shipment.carrier_basis) == ("usps", "told")
        self.hear(shipment, "easypost", 1, carrier="ups", summary=going)
        assert shipment.carrier == "usps"
        later = at + timedelta(hours=3)
        (again,) = services.take_in_shipment(
            fulfilment_facts(order, at, tracking_urls=("https://x.example/1",), updated_at=later),
            at=later,
        )
        assert (again.carrier, again.carrier_url) == ("usps", "https://x.example/1")
        (again,) = services.take_in_shipment(
            fulfilment_facts(order, at, carrier_name="Sagawa", updated_at=later + timedelta(1)),
            at=later,
        )
        assert again.carrier == "sagawa"


@pytest.mark.parametrize("day", [date.max, date.min, date(2027, 11, 20)])
def test_a_day_no_parcel_can_be_meant_for_is_no_estimate(shipment: Shipment, day: date) -> None:
    meant = date(2026, 11, 24)
    ingest(shipment, estimate=Estimate(day=day), action=replace(COLLECT, until=day))
    assert (shipment.eta_day, shipment.action_what, shipment.action_until) == (
        None,
        "collect",
        None,
    )
    ingest(shipment, estimate=Estimate(day=meant), first_estimate=day)
    assert (shipment.eta_day, shipment.first_eta_day) == (meant, meant)


def test_a_delay_is_published_once(shipment: Shipment, published: Callable[[], list[str]]) -> None:
    ingest(shipment, scan(0.1, None, delay_reason=DelayReason.WEATHER))
    ingest(shipment, scan(0.2, None, delay_reason=DelayReason.CARRIER, raw_code="again"))
    assert published().count("shipment.delayed") == 1
    assert (shipment.delay_reason, shipment.status) == ("carrier", "info_received")


def test_a_summary_counts_where_no_scan_speaks(shipment: Shipment, at: datetime) -> None:
    bare = services.take_in_report(
        NormalisedShipment(
            source="easypost",
            tracking_number="9",
            external_id="trk_9",
            summary=Summary(status=Status.DELIVERED, substatus="delivered"),
            reported_at=at,
        ),
        at=at,
    )
    assert (bare.status, bare.order) == ("delivered", None)
    older = NormalisedShipment(
        source="easypost",
        tracking_number="9",
        external_id="trk_9",
        summary=Summary(status=Status.IN_TRANSIT),
        reported_at=at - timedelta(hours=1),
    )
    assert services.take_in_report(older, at=at).status == "delivered"
    assert EventRecord.objects.filter(type="shipment.delivered").count() == 1
    # A parcel with scans believes them.
    ingest(shipment, summary=Summary(status=Status.DELIVERED))
    assert shipment.status == "info_received"


def test_promises_pass(shipment: Shipment, published: Callable[[], list[str]]) -> None:
    ingest(shipment, estimate=Estimate(day=date(2026, 11, 21)))
    services.refold_shipments([shipment.pk], at=datetime(2026, 11, 21, 15, 1, tzinfo=UTC))
    shipment.refresh_from_db()
    assert (shipment.is_delayed, shipment.delay_source) == (True, "promise_passed")
    assert published()[-1] == "shipment.delayed"


@pytest.mark.django_db(transaction=True)
def test_ten_shuffled_replays_by_parallel_workers_end_in_one_state(
    merchant: Merchant, order: Order, at: datetime
) -> None:
    shipment = services.take_in_shipment(fulfilment_facts(order, at), at=at)[0]
    start = threading.Barrier(5)
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            with merchant_scope(merchant.pk):
                start.wait()
                for _ in range(2):
                    parts = chance.sample(JOURNEY, len(JOURNEY))
                    services.ingest_tracking(shipment, told(*parts[:3]), at=at)
                    services.ingest_tracking(shipment, told(*parts[2:]), at=at)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    shipment.refresh_from_db()
    assert (shipment.status, shipment.attempts) == ("delivered", 1)
    assert ShipmentEvent.objects.filter(shipment=shipment).count() == len(JOURNEY) + 1
    for milestone in ("dispatched", "delivered"):
        assert EventRecord.objects.filter(type=f"shipment.{milestone}").count() == 1
    turns = EventRecord.objects.filter(type="shipment.out_for_delivery")
    told_turns = [record.payload["turn"] for record in turns.order_by("id")]
    assert told_turns == sorted(set(told_turns))
    assert told_turns[-1] == 2


def test_a_row_keeps_what_fits(shipment: Shipment) -> None:
    long = replace(JOURNEY[0], raw_description="長" * 900, location="x" * 900, position=99_999)
    ingest(shipment, long)
    row = ShipmentEvent.objects.get(raw_description__startswith="長")
    assert (len(row.raw_description), len(row.location), row.position) == (500, 500, 32_767)
    assert str(row).endswith("in_transit")
