"""What tracking writes to shoppers, once each, and only while it is true."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from commerce.models import Merchant, Order
from notifications.enums import State
from notifications.models import Flow, Message
from notifications.ports import get_kind
from notifications.services.words import write_words
from postexp.kernel import clock
from postexp.kernel.models import Delivery, EventRecord
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import scan
from tracking import services
from tracking.enums import DelayReason
from tracking.events import ShipmentProblem
from tracking.messages import delays, journey, trouble
from tracking.models import Shipment, ShipmentEvent
from tracking.rules import Estimate, NormalisedEvent, NormalisedShipment, word_due_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> list[datetime]:
    """A clock that stands still until a test moves it."""
    moment = [at]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def parcel(order: Order, at: datetime, now: list[datetime]) -> Shipment:
    return services.take_in_shipment(fulfilment_facts(order, at), at=at)[0]


def tell(parcel: Shipment, now: list[datetime], status: str, substatus: str = "") -> None:
    event: NormalisedEvent = scan(0, status, substatus, occurred_at=now[0], zone="Asia/Tokyo")
    told = NormalisedShipment(source="test", tracking_number="", events=(event,))
    services.ingest_tracking(parcel, told, at=now[0])


def sent() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for message in Message.objects.filter(kind__startswith="shipment.").order_by("id"):
        found.setdefault(message.kind, []).append(message.state)
    return found


def test_a_journey_is_told_step_by_step(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    drain()
    for minutes, status in ((60, "out_for_delivery"), (180, "delivered")):
        now[0] += timedelta(minutes=minutes)
        tell(parcel, now, status)
        drain()
    assert sent() == {
        "shipment.shipped": [State.SENT],
        "shipment.out_for_delivery": [State.SENT],
        "shipment.delivered": [State.SENT],
    }
    shipped = Message.objects.get(kind="shipment.shipped")
    assert shipped.address == "hana@example.jp"
    for words in ("ヤマト運輸", "マグカップ", "4000-1234-5675"):
        assert words in shipped.text


def test_what_is_over_is_not_told(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    tell(parcel, now, "out_for_delivery")
    now[0] += timedelta(hours=1)
    tell(parcel, now, "delivered")
    drain()
    assert sent() == {
        "shipment.shipped": [State.REFUSED],
        "shipment.out_for_delivery": [State.REFUSED],
        "shipment.delivered": [State.SENT],
    }


def test_a_problem_waits_half_an_hour_and_is_forgotten_when_solved(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    tell(parcel, now, "exception", "general")
    now[0] += timedelta(minutes=10)
    tell(parcel, now, "in_transit")
    now[0] += timedelta(minutes=21)
    services.look_again(at=now[0])
    drain()
    assert "shipment.problem" not in sent()
    tell(parcel, now, "delivery_attempted", "recipient_absent")
    drain()
    assert "shipment.problem" not in sent()
    now[0] += timedelta(minutes=31)
    services.look_again(at=now[0])
    drain()
    assert sent()["shipment.problem"] == [State.SENT]
    told = Message.objects.filter(kind="shipment.problem").latest("id")
    assert "ご不在のため" in told.text


def test_a_parcel_that_waits_is_told_of_at_once_and_each_time(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    tell(parcel, now, "available_for_pickup", "at_post_office")
    drain()
    assert sent()["shipment.ready_for_pickup"] == [State.SENT]
    told = Message.objects.get(kind="shipment.ready_for_pickup")
    assert "お受け取りいただけます" in told.subject
    assert "保管されております" in told.text
    for minutes, status in ((60, "in_transit"), (70, "available_for_pickup")):
        now[0] += timedelta(minutes=minutes)
        tell(parcel, now, status)
    drain()
    assert sent()["shipment.ready_for_pickup"] == [State.SENT, State.SENT]


def test_a_parcel_collected_in_the_meantime_is_not_to_be_picked_up(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    tell(parcel, now, "available_for_pickup", "at_post_office")
    now[0] += timedelta(hours=1)
    tell(parcel, now, "delivered", "pickup_point_collected")
    drain()
    assert sent()["shipment.ready_for_pickup"] == [State.REFUSED]


def test_a_parcel_whose_import_was_undone_is_told_of_to_nobody(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    drain()
    tell(parcel, now, "out_for_delivery")
    ShipmentEvent.objects.filter(shipment=parcel).delete()
    Shipment.objects.filter(pk=parcel.pk).delete()
    drain()
    assert "shipment.out_for_delivery" not in sent()
    assert not Delivery.objects.filter(handler__startswith="notifications.plan").exclude(
        last_error=""
    )


def test_a_delivery_taken_back_is_not_told(parcel: Shipment, now: list[datetime]) -> None:
    tell(parcel, now, "delivered")
    assert journey.why_not_delivered(parcel.public_id) == ""
    now[0] += timedelta(hours=1)
    tell(parcel, now, "exception")
    assert journey.why_not_delivered(parcel.public_id)


def test_old_news_are_not_told_and_leave_a_row_that_says_why(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    came = scan(0, "delivered", occurred_at=now[0], zone="Asia/Tokyo")
    now[0] += timedelta(days=3)
    told = NormalisedShipment(source="test", tracking_number="", events=(came,))
    services.ingest_tracking(parcel, told, at=now[0])
    drain()
    kept = Message.objects.get(kind="shipment.delivered")
    assert kept.state == State.EXPIRED
    assert kept.why == "It came too late to be useful. It happened over two days ago."


def test_parcels_without_an_order_have_nobody_to_tell(scope: Merchant) -> None:
    orphan = ShipmentProblem(shipment_id="shp_1", turn=1, status="exception")
    assert trouble.problem_variables(orphan) is None


class TestLate:
    """Promised for the day after tomorrow; then things happen."""

    @pytest.fixture(autouse=True)
    def promised(self, parcel: Shipment, now: list[datetime]) -> date:
        day = (now[0] + timedelta(days=2)).date()
        self.estimate(parcel, now, day)
        return day

    def estimate(
        self, parcel: Shipment, now: list[datetime], day: date, reason: DelayReason | None = None
    ) -> None:
        told = NormalisedShipment(
            source="test",
            tracking_number="",
            estimate=Estimate(day=day),
            delay_reason=reason,
            reported_at=now[0],
        )
        services.ingest_tracking(parcel, told, at=now[0])

    def late(self, parcel: Shipment, now: list[datetime], promised: date) -> None:
        """The carrier moves the day by two."""
        now[0] += timedelta(minutes=5)
        self.estimate(parcel, now, promised + timedelta(days=2))

    def pass_time(self, now: list[datetime], drain: Callable[[], None], **time: float) -> None:
        now[0] += timedelta(**time)
        services.look_again(at=now[0])
        drain()

    def test_the_notice_names_promise_new_day_and_next_word(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        self.late(parcel, now, promised)
        drain()
        notice = Message.objects.get(kind="shipment.delayed")
        assert notice.state == State.SENT
        parcel.refresh_from_db()
        assert parcel.write_again_on is not None
        for day, words in (
            (promised, "当初の予定"),
            (promised + timedelta(days=2), "現在の見込み"),
            (promised + timedelta(days=2), "お届けが遅れております："),
            (parcel.write_again_on, "までに、あらためてご連絡いたします"),
        ):
            assert words in notice.subject + notice.text
            assert f"{day.month}月{day.day}日" in notice.subject + notice.text
        assert "配送会社が示したお届け日です" in notice.text
        # The shop has sent it, though nobody has scanned it yet.
        assert "お荷物はまだ配送会社に渡っておりません" not in notice.text
        assert "原因" not in notice.text

    def test_once_for_each_cause(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        self.late(parcel, now, promised)
        drain()
        for substatus in ("weather_delay", "in_transit", "weather_delay"):
            now[0] += timedelta(hours=1)
            tell(parcel, now, "in_transit", substatus)
            drain()
        told = Message.objects.filter(kind="shipment.delayed").order_by("id")
        assert [one.object_id.split(":")[1:] for one in told] == [
            ["unknown", "1"],
            ["weather", "2"],
        ]
        assert {one.state for one in told} == {State.SENT}
        assert "輸送経路の悪天候" in told[1].text

    def test_two_causes_at_once_are_one_mail(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        self.late(parcel, now, promised)
        tell(parcel, now, "in_transit", "weather_delay")
        drain()
        assert sent()["shipment.delayed"] == [State.REFUSED, State.SENT]

    def test_never_after_the_delivery(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        self.late(parcel, now, promised)
        now[0] += timedelta(minutes=5)
        tell(parcel, now, "delivered")
        drain()
        assert sent()["shipment.delayed"] == [State.REFUSED]

    def test_a_late_delivery_is_no_news_of_a_delay(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        now[0] += timedelta(days=4)
        tell(parcel, now, "delivered")
        drain()
        assert State.SENT not in sent().get("shipment.delayed", [])
        assert sent()["shipment.delivered"] == [State.SENT]

    def test_a_fresh_cause_is_told_though_the_delay_is_days_old(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        tell(parcel, now, "in_transit", "carrier_delay")
        drain()
        now[0] += timedelta(hours=50)
        tell(parcel, now, "in_transit", "weather_delay")
        drain()
        assert sent()["shipment.delayed"] == [State.SENT, State.SENT]

    def test_a_cause_learnt_too_late_silences_no_further_word(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        long_ago = now[0]
        self.late(parcel, now, promised)
        drain()
        now[0] += timedelta(hours=50)
        old = scan(0, "in_transit", "weather_delay", occurred_at=long_ago, zone="Asia/Tokyo")
        told = NormalisedShipment(source="test", tracking_number="", events=(old,))
        services.ingest_tracking(parcel, told, at=now[0])
        drain()
        assert sent()["shipment.delayed"] == [State.SENT, State.EXPIRED]
        self.pass_time(now, drain, days=4)
        assert sent()["shipment.still_delayed"] == [State.SENT]

    @pytest.mark.parametrize("support_email", ["help@mori.example", ""])
    def test_who_must_act_is_not_told_to_wait_nor_to_answer_where_nobody_reads(
        self,
        parcel: Shipment,
        scope: Merchant,
        now: list[datetime],
        drain: Callable[[], None],
        support_email: str,
    ) -> None:
        Merchant.objects.update(support_email=support_email)
        Shipment.objects.update(carrier="acme", carrier_url="")
        now[0] += timedelta(hours=1)
        told = scan(
            *(0, "in_transit"),
            occurred_at=now[0],
            zone="Asia/Tokyo",
            delay_reason=DelayReason.ADDRESS_INCORRECT,
        )
        report = NormalisedShipment(source="test", tracking_number="", events=(told,))
        services.ingest_tracking(parcel, report, at=now[0])
        drain()
        text = Message.objects.get(kind="shipment.delayed").text
        assert "ご住所の確認が必要なため" in text
        assert "このままお待ちいただく" not in text
        for words in ("正しいご住所をお知らせください", "お選びいただけること", "ご返信ください"):
            assert (words in text) is bool(support_email)

    def test_a_notice_of_an_earlier_version_may_still_go_out(
        self, parcel: Shipment, now: list[datetime], promised: date
    ) -> None:
        self.late(parcel, now, promised)
        assert delays.why_no_delay(f"{parcel.public_id}:unknown") == ""
        assert delays.why_no_delay(f"{parcel.public_id}:unknown:1") == ""
        assert delays.why_no_delay(f"{parcel.public_id}:unknown:2")

    def test_what_is_long_past_is_not_mailed_nor_followed_up(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        delayed = scan(0, "in_transit", "carrier_delay", occurred_at=now[0], zone="Asia/Tokyo")
        now[0] += timedelta(hours=49)
        told = NormalisedShipment(source="test", tracking_number="", events=(delayed,))
        services.ingest_tracking(parcel, told, at=now[0])
        drain()
        assert sent()["shipment.delayed"] == [State.EXPIRED]
        self.pass_time(now, drain, days=4)
        assert set(sent()["shipment.still_delayed"]) == {State.REFUSED}

    @pytest.mark.parametrize("how", ["cancelled", "refunded", "given_back"])
    def test_nobody_waits_for_an_order_that_was_given_up(
        self,
        parcel: Shipment,
        order: Order,
        now: list[datetime],
        promised: date,
        drain: Callable[[], None],
        how: str,
    ) -> None:
        changes: dict[str, object] = {"cancelled_at": now[0]}
        if how == "refunded":
            changes = {"payment_state": "refunded"}
        elif how == "given_back":
            changes = {"captured": order.captured or 1000, "given_back": order.captured or 1000}
        Order.objects.filter(pk=order.pk).update(**changes)
        self.late(parcel, now, promised)
        drain()
        assert sent()["shipment.delayed"] == [State.REFUSED]
        assert Message.objects.get(kind="shipment.delayed").detail.startswith("The order was")

    def test_the_promise_to_write_again_is_kept_until_it_helps_no_more(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        self.late(parcel, now, promised)
        drain()
        parcel.refresh_from_db()
        while parcel.write_again_on:
            # Nothing comes before noon of the day that was named.
            due = word_due_at(parcel.write_again_on, "Asia/Tokyo")
            written = Message.objects.filter(kind="shipment.still_delayed").count()
            now[0] = due - timedelta(minutes=1)
            services.look_again(at=now[0])
            self.pass_time(now, drain, minutes=1)
            assert Message.objects.filter(kind="shipment.still_delayed").count() == written + 1
            parcel.refresh_from_db()
        updates = list(Message.objects.filter(kind="shipment.still_delayed").order_by("id"))
        assert {one.state for one in updates} == {State.SENT}
        news = EventRecord.objects.filter(type__in=("shipment.delayed", "shipment.still_delayed"))
        promises = [record.payload["write_again_on"] for record in news.order_by("id")]
        in_tokyo = [str((one.planned_at + timedelta(hours=9)).date()) for one in updates]
        assert in_tokyo == promises[:-1]
        assert len(updates) >= 5
        assert promises[-1] == ""

    def test_no_further_word_when_it_is_out_for_delivery(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        self.late(parcel, now, promised)
        drain()
        now[0] += timedelta(days=1)
        tell(parcel, now, "out_for_delivery")
        self.pass_time(now, drain, days=3)
        assert sent()["shipment.still_delayed"] == [State.REFUSED]

    def test_good_news_for_who_was_told(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        self.late(parcel, now, promised)
        drain()
        now[0] += timedelta(minutes=5)
        self.estimate(parcel, now, promised)
        drain()
        assert "shipment.recovered" not in sent()
        self.pass_time(now, drain, hours=25)
        assert sent()["shipment.recovered"] == [State.SENT]
        assert "遅れは解消" in Message.objects.get(kind="shipment.recovered").text
        assert "shipment.still_delayed" not in sent()

    def test_no_good_news_where_nobody_was_told(
        self, parcel: Shipment, now: list[datetime], promised: date, drain: Callable[[], None]
    ) -> None:
        self.late(parcel, now, promised)
        now[0] += timedelta(minutes=5)
        self.estimate(parcel, now, promised)
        now[0] += timedelta(hours=25)
        services.look_again(at=now[0])
        drain()
        assert sent()["shipment.delayed"] == [State.REFUSED]
        assert sent()["shipment.recovered"] == [State.REFUSED]

    @pytest.mark.parametrize("locale", ["en", "ja"])
    @pytest.mark.parametrize(
        "name", ["shipment.delayed", "shipment.still_delayed", "shipment.recovered"]
    )
    def test_every_order_with_a_parcel_previews(
        self, parcel: Shipment, order: Order, scope: Merchant, at: datetime, name: str, locale: str
    ) -> None:
        kind = get_kind(name)
        assert kind is not None
        example = kind.example(order.public_id)
        assert example is not None
        with translation.override(locale):
            words = write_words(kind, example.facts, merchant=scope, locale=locale, at=at)
        assert order.number in words.subject


def test_what_the_shop_has_not_sent_may_still_be_cancelled(
    parcel: Shipment, order: Order, now: list[datetime]
) -> None:
    example = delays.delay_example(order.public_id)
    assert example is not None
    assert not example.facts["notice"]["can_cancel"]
    Shipment.objects.update(dispatched_at=None)
    example = delays.delay_example(order.public_id)
    assert example is not None
    assert example.facts["notice"]["can_cancel"]
    tell(parcel, now, "in_transit")
    example = delays.delay_example(order.public_id)
    assert example is not None
    assert not example.facts["notice"]["can_cancel"]


def expect(parcel: Shipment, now: list[datetime], day: date) -> None:
    """The carrier names the day of a parcel."""
    told = NormalisedShipment(source="test", tracking_number="", estimate=Estimate(day=day))
    services.ingest_tracking(parcel, told, at=now[0])


def want(kind: str, at: datetime) -> None:
    """The shop switches a kind on."""
    Flow.objects.create(kind=kind, changed_at=at)


class TestKindsAShopHasToAskFor:
    def test_unasked_they_leave_no_rows(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        tell(parcel, now, "in_transit")
        drain()
        assert set(sent()) == {"shipment.shipped"}

    def test_ready_to_go_is_said_where_shipped_is_not(
        self, order: Order, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        want("shipment.label_made", now[0])
        Flow.objects.create(kind="shipment.shipped", enabled=False, changed_at=now[0])
        services.take_in_shipment(fulfilment_facts(order, now[0]), at=now[0])
        drain()
        assert sent()["shipment.label_made"] == [State.SENT]
        assert sent()["shipment.shipped"] == [State.REFUSED]

    def test_ready_to_go_is_not_said_beside_shipped(
        self, order: Order, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        want("shipment.label_made", now[0])
        services.take_in_shipment(fulfilment_facts(order, now[0]), at=now[0])
        drain()
        assert sent()["shipment.label_made"] == [State.REFUSED]

    def test_the_first_scan_is_told_once(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        want("shipment.in_transit", now[0])
        for status in ("in_transit", "delivery_attempted", "in_transit"):
            tell(parcel, now, status)
            drain()
            now[0] += timedelta(minutes=5)
        assert sent()["shipment.in_transit"] == [State.SENT]

    def test_a_parcel_is_announced_on_the_eve_once(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        want("shipment.arrives_tomorrow", now[0])
        tell(parcel, now, "in_transit")
        expect(parcel, now, now[0].date() + timedelta(days=3))
        drain()
        assert "shipment.arrives_tomorrow" not in sent()
        parcel.refresh_from_db()
        assert parcel.look_again_at is not None
        assert parcel.look_again_at <= now[0] + timedelta(days=2)
        now[0] += timedelta(days=2)
        for _ in range(2):
            services.look_again(at=now[0])
            drain()
            now[0] += timedelta(hours=1)
        assert sent()["shipment.arrives_tomorrow"] == [State.SENT]

    def test_a_first_day_and_another_day_are_told_once_they_stand(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        want("shipment.day_named", now[0])
        tell(parcel, now, "in_transit")
        first = now[0].date() + timedelta(days=5)
        expect(parcel, now, first)
        drain()
        now[0] += timedelta(minutes=10)
        expect(parcel, now, first - timedelta(days=1))
        drain()
        now[0] += timedelta(minutes=70)
        drain()
        assert sent()["shipment.day_named"] == [State.REFUSED, State.SENT]
        told = Message.objects.filter(kind="shipment.day_named").latest("id")
        assert "お届け予定日が変わりました" in told.subject


class TestWaitingForTheCarrier:
    def test_it_is_told_after_two_working_days_and_after_five(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        tell(parcel, now, "info_received", "label_created")
        for _ in range(12):
            drain()
            now[0] += timedelta(hours=12)
            services.look_again(at=now[0])
        drain()
        assert sent()["shipment.pickup_late"] == [State.SENT, State.SENT]
        told = Message.objects.filter(kind="shipment.pickup_late").latest("id")
        assert "引き続き" in told.subject

    def test_where_no_carrier_knows_of_it_nobody_is_told(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        for _ in range(12):
            drain()
            now[0] += timedelta(hours=12)
            services.look_again(at=now[0])
        assert "shipment.pickup_late" not in sent()

    def test_a_scan_ends_it(
        self, parcel: Shipment, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        tell(parcel, now, "info_received", "label_created")
        now[0] += timedelta(hours=50)
        services.look_again(at=now[0])
        tell(parcel, now, "in_transit")
        drain()
        assert sent()["shipment.pickup_late"] == [State.REFUSED]


def test_a_parcel_that_came_back_is_told_once(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    for status in ("returning", "returned"):
        tell(parcel, now, status)
        now[0] += timedelta(minutes=31)
        services.look_again(at=now[0])
        drain()
        now[0] += timedelta(hours=5)
    assert sent()["shipment.problem"] == [State.SENT]
    assert sent()["shipment.came_back"] == [State.SENT]


def test_back_without_a_word_of_the_way_is_no_problem_besides(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    tell(parcel, now, "returned")
    drain()
    assert sent()["shipment.came_back"] == [State.SENT]
    assert "shipment.problem" not in sent()
