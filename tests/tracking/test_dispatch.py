"""Orders that leave later than planned: said, ended, found by themselves, and written of."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from commerce.models import Merchant, Order, OrderLine, User
from commerce.ports import FulfilmentLineFacts
from commerce.services.orders import take_in_order
from commerce.services.picks import stop_units
from notifications.enums import State
from notifications.models import Flow, Message, StaffAlert
from notifications.ports import get_kind
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from tests.facts import order_facts
from tests.parallel import overlap
from tests.tracking.conftest import fulfilment_facts
from tracking import services
from tracking.enums import DispatchCause, DispatchEnd
from tracking.errors import DayHasPassed, NoDelayStands, NothingToSend, NotToBeSent
from tracking.messages import dispatch as letters
from tracking.models import DispatchDelay, PreparedPage
from tracking.rules.dispatch import Days
from tracking.selectors.dispatch import waiting_of
from tracking.services.pages import prepare_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> list[datetime]:
    """A clock that stands still until a test moves it."""
    moment = [at]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


def days(at: datetime, first: int, last: int) -> Days:
    """The days so many days from now."""
    return Days(
        first=at.date() + timedelta(days=first),
        last=at.date() + timedelta(days=last),
    )


def say(order: Order, at: datetime, **told: Any) -> DispatchDelay:
    return services.state_dispatch_delay(order_id=order.public_id, at=at, actor="staff:0", **told)


def line(order: Order, external_id: str) -> OrderLine:
    found: OrderLine = OrderLine.objects.get(order=order, external_id=external_id)
    return found


def types() -> list[str]:
    found = EventRecord.objects.filter(
        type__in=(
            *("order.delayed", "order.delay_ended", "order.late_to_leave"),
            "order.stated_day_passed",
        )
    )
    return list(found.order_by("id").values_list("type", flat=True))


def sent(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("id").values_list("state", flat=True))


class TestTheWord:
    def test_it_is_about_all_that_is_to_be_sent(self, order: Order, at: datetime) -> None:
        delay = say(order, at, cause=DispatchCause.BACKORDERED, days=days(at, 2, 4))
        assert delay.units == {line(order, "l1").public_id: 2, line(order, "l2").public_id: 1}
        assert (delay.turn, delay.cause, delay.stated_by) == (1, "backordered", "staff:0")
        told = EventRecord.objects.get(type="order.delayed").payload
        assert (told["units"], told["turn"]) == (3, 1)

    def test_only_what_moves_a_day_or_concerns_more_is_a_new_turn(
        self, order: Order, at: datetime
    ) -> None:
        mug, towel = line(order, "l1").public_id, line(order, "l2").public_id
        say(order, at, units={mug: 1}, days=days(at, 2, 6))
        assert say(order, at, units={mug: 1}, days=days(at, 2, 6)).turn == 1
        assert types() == ["order.delayed"]
        cause = DispatchCause.SUPPLIER_LATE
        assert say(order, at, units={mug: 1}, days=days(at, 3, 5), cause=cause).turn == 1
        assert say(order, at, units={mug: 1}, days=days(at, 3, 6), cause=cause).turn == 2
        assert say(order, at, units={mug: 1, towel: 1}, days=days(at, 3, 6)).turn == 3
        assert say(order, at, units={mug: 1}).turn == 4
        assert DispatchDelay.objects.count() == 1

    def test_it_is_refused_where_it_cannot_be_true(self, order: Order, at: datetime) -> None:
        mug = line(order, "l1").public_id
        for units in ({mug: 3}, {}, {"oln_other": 1}):
            with pytest.raises(NotToBeSent):
                say(order, at, units=units)
        with pytest.raises(DayHasPassed):
            say(order, at, days=days(at, -2, 2))
        services.take_in_shipment(fulfilment_facts(order, at, lines=()), at=at)
        with transaction.atomic():
            stop_units(order, {line(order, "l1").pk: 2, line(order, "l2").pk: 1})
        with pytest.raises(NothingToSend):
            say(order, at)

    def test_it_is_taken_back(self, order: Order, at: datetime) -> None:
        say(order, at)
        ended = services.end_dispatch_delay(order_id=order.public_id, at=at, actor="staff:0")
        assert ended.ended_because == DispatchEnd.TAKEN_BACK
        with pytest.raises(NoDelayStands):
            services.end_dispatch_delay(order_id=order.public_id, at=at, actor="staff:0")
        assert say(order, at).pk != ended.pk
        assert types() == ["order.delayed", "order.delay_ended", "order.delayed"]


class TestItsEnd:
    def test_it_ends_when_all_its_units_have_left(
        self, order: Order, at: datetime, drain: Callable[[], None]
    ) -> None:
        say(order, at)
        services.take_in_shipment(fulfilment_facts(order, at), at=at)
        drain()
        delay = DispatchDelay.objects.get()
        assert delay.ended_at is None
        assert waiting_of(delay) == {line(order, "l2").public_id: 1}
        facts = fulfilment_facts(order, at, external_id="f2", lines=_towel())
        services.take_in_shipment(facts, at=at)
        drain()
        delay.refresh_from_db()
        assert delay.ended_because == DispatchEnd.SENT

    def test_it_ends_when_the_order_is_cancelled(
        self, order: Order, scope: Merchant, at: datetime, drain: Callable[[], None]
    ) -> None:
        say(order, at)
        later = at + timedelta(hours=1)
        take_in_order(order_facts(updated_at=later, cancelled_at=later), merchant=scope, at=later)
        drain()
        assert DispatchDelay.objects.get().ended_because == DispatchEnd.CANCELLED

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("word_first", [True, False])
    def test_an_order_sent_while_it_is_said_is_not_late(
        self,
        word_first: bool,
        order: Order,
        scope: Merchant,
        at: datetime,
        drain: Callable[[], None],
    ) -> None:
        mug = line(order, "l1").public_id

        def word() -> None:
            say(order, at, units={mug: 2})

        def parcel() -> None:
            services.take_in_shipment(fulfilment_facts(order, at), at=at)

        overlap(scope, *((word, parcel) if word_first else (parcel, word)))
        drain()
        assert DispatchDelay.objects.get().ended_because == DispatchEnd.SENT
        assert sent("order.delayed") == [State.REFUSED]


def switch_on(kind: str, at: datetime) -> None:
    Flow.objects.create(kind=kind, enabled=True, changed_at=at)


def _towel() -> tuple[Any, ...]:
    return (FulfilmentLineFacts(line_external_id="l2", quantity=1),)


class TestLetters:
    def test_the_shopper_is_told_what_is_known(
        self, order: Order, at: datetime, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        say(order, at, cause=DispatchCause.SUPPLIER_LATE, days=days(at, 3, 5))
        drain()
        message = Message.objects.get(kind="order.delayed")
        assert message.state == State.SENT
        for words in (
            "発送が遅れております",
            "仕入先からの入荷",
            "11月24日(火)〜26日(木)",
            "マグカップ",
        ):
            assert words in message.text
        say(order, at, days=days(at, 4, 5))
        drain()
        assert sent("order.delayed") == [State.SENT]
        say(order, at)
        drain()
        newest = Message.objects.filter(kind="order.delayed").latest("id")
        assert "発送日はまだご案内できません" in newest.text
        assert "一言ご返信ください" in newest.text
        assert "原因" not in newest.text

    def test_only_what_is_still_true_is_said(
        self, order: Order, scope: Merchant, at: datetime, now: list[datetime]
    ) -> None:
        delay = say(order, at, days=days(at, 1, 1))
        name = f"{delay.public_id}:1"
        assert letters.why_not_delayed(name) == ""
        now[0] = at + timedelta(days=3)
        assert letters.why_not_delayed(name) == "The day it names has passed."
        say(order, at, days=days(at, 5, 6))
        assert letters.why_not_delayed(name) == "There is newer news of the delay."
        services.end_dispatch_delay(order_id=order.public_id, at=at, actor="staff:0")
        assert "taken back" in letters.why_not_delayed(f"{delay.public_id}:2")

    def test_an_order_the_platform_cancels_is_told_of_where_that_is_wanted(
        self,
        order: Order,
        scope: Merchant,
        at: datetime,
        now: list[datetime],
        drain: Callable[[], None],
    ) -> None:
        switch_on("order.cancelled", at)
        later = at + timedelta(hours=1)
        now[0] = later
        take_in_order(order_facts(updated_at=later, cancelled_at=later), merchant=scope, at=later)
        drain()
        assert sent("order.cancelled") == [State.SENT]
        assert "キャンセルされました" in Message.objects.get(kind="order.cancelled").subject

    def test_old_cancellations_and_our_own_are_not_told_of(
        self,
        order: Order,
        scope: Merchant,
        at: datetime,
        now: list[datetime],
        drain: Callable[[], None],
    ) -> None:
        switch_on("order.cancelled", at)
        kind = get_kind("order.cancelled")
        assert kind is not None
        assert kind.still_true(order.public_id) == "The order is not cancelled any more."
        later = at + timedelta(hours=1)
        take_in_order(order_facts(updated_at=later, cancelled_at=later), merchant=scope, at=later)
        now[0] = later + timedelta(days=3)
        drain()
        assert sent("order.cancelled") == [State.EXPIRED]
        with transaction.atomic():
            stop_units(order, {line(order, "l1").pk: 2, line(order, "l2").pk: 1})
        assert "cancellation of their own" in kind.still_true(order.public_id)


class TestLateToLeave:
    @pytest.fixture
    def late(self, order: Order, owner: User, at: datetime) -> datetime:
        """An order of Friday 20 November, at a shop that sends within one working day: Wednesday,
        the 25th, is the day after Tuesday, for Monday was a holiday.
        """
        services.change_tracking_settings(settle_minutes=30, leaves_within_days=1, by=owner, at=at)
        assert order.placed_at.date() == date(2026, 11, 20)
        return datetime.fromisoformat("2026-11-25T01:00:00+00:00")

    def test_it_is_found_once(
        self, order: Order, late: datetime, drain: Callable[[], None]
    ) -> None:
        services.note_late_orders(at=late - timedelta(days=1))
        services.note_late_orders(at=late - timedelta(hours=2))
        assert types() == []
        services.note_late_orders(at=late)
        services.note_late_orders(at=late + timedelta(days=1))
        assert types() == ["order.late_to_leave"]

    def test_staff_are_alerted(
        self,
        order: Order,
        owner: User,
        late: datetime,
        now: list[datetime],
        drain: Callable[[], None],
    ) -> None:
        now[0] = late
        services.note_late_orders(at=late)
        drain()
        alert = StaffAlert.objects.get(user_id=owner.pk)
        assert (alert.kind, alert.detail) == ("order.late_to_leave", order.number)
        assert order.public_id in alert.path

    @pytest.mark.parametrize(
        "changes",
        [
            {"payment_state": "pending"},
            {"cancelled_at": datetime.fromisoformat("2026-11-20T02:00:00+00:00")},
            {"test": True},
        ],
    )
    def test_other_orders_are_not(
        self, changes: dict[str, Any], order: Order, scope: Merchant, late: datetime
    ) -> None:
        newer = order_facts(updated_at=late, **changes)
        take_in_order(newer, merchant=scope, at=late)
        services.note_late_orders(at=late)
        assert types() == []

    def test_nor_what_was_old_when_it_came_in(
        self, order: Order, scope: Merchant, late: datetime
    ) -> None:
        order.taken_in_at = order.placed_at + timedelta(days=3)
        order.save()
        services.note_late_orders(at=late)
        assert types() == []

    def test_nor_what_was_sent_or_said_to_leave_later(
        self, order: Order, late: datetime, at: datetime
    ) -> None:
        say(order, at)
        services.note_late_orders(at=late)
        assert types() == ["order.delayed"]
        services.end_dispatch_delay(order_id=order.public_id, at=at, actor="staff:0")
        services.take_in_shipment(fulfilment_facts(order, at), at=at)
        services.note_late_orders(at=late)
        assert "order.late_to_leave" not in types()

    def test_the_shopper_hears_where_that_is_wanted(
        self, order: Order, late: datetime, now: list[datetime], drain: Callable[[], None]
    ) -> None:
        switch_on("order.late_to_leave", late)
        now[0] = late
        services.note_late_orders(at=late)
        drain()
        assert sent("order.late_to_leave") == [State.SENT]
        message = Message.objects.get(kind="order.late_to_leave")
        assert "まだ発送できておりません" in message.text
        assert "マグカップ" in message.text
        assert letters.why_not_late(order.public_id) == ""
        say(order, late)
        assert "said itself" in letters.why_not_late(order.public_id)


class TestADayThatPasses:
    """It was told that the order leaves on Wednesday, 25 November, or Thursday."""

    PASSED = datetime.fromisoformat("2026-11-27T00:00:00+00:00")

    @pytest.fixture
    def said(self, order: Order, at: datetime) -> Order:
        days = Days(first=date(2026, 11, 25), last=date(2026, 11, 26))
        say(order, at, days=days)
        return order

    def test_staff_hear_of_it_once_and_again_of_a_later_day(
        self,
        said: Order,
        owner: User,
        at: datetime,
        now: list[datetime],
        drain: Callable[[], None],
    ) -> None:
        for early in (timedelta(days=-1), timedelta(seconds=-1)):
            services.note_passed_days(at=self.PASSED + early)
        assert "order.stated_day_passed" not in types()
        now[0] = self.PASSED
        assert services.note_passed_days(at=self.PASSED) == 1
        assert services.note_passed_days(at=self.PASSED + timedelta(days=1)) == 0
        drain()
        assert types().count("order.stated_day_passed") == 1
        alert = StaffAlert.objects.get(user_id=owner.pk, kind="order.stated_day_passed")
        assert (alert.detail, said.public_id in alert.path) == (said.number, True)

        later = self.PASSED + timedelta(days=1)
        say(said, later, days=Days(first=date(2026, 12, 1), last=date(2026, 12, 2)))
        services.note_passed_days(at=later)
        assert types().count("order.stated_day_passed") == 1
        services.note_passed_days(at=later + timedelta(days=5))
        assert types().count("order.stated_day_passed") == 2

    def test_nobody_hears_of_what_left_or_was_taken_back(self, said: Order, at: datetime) -> None:
        services.end_dispatch_delay(order_id=said.public_id, at=at, actor="staff:0")
        assert services.note_passed_days(at=self.PASSED) == 0
        say(said, at, days=Days(first=date(2026, 11, 25), last=date(2026, 11, 25)))
        services.take_in_shipment(fulfilment_facts(said, at), at=at)
        rest = fulfilment_facts(said, at, external_id="f2", lines=_towel())
        services.take_in_shipment(rest, at=at)
        # Even where the end of that word has not been worked on yet.
        assert services.note_passed_days(at=self.PASSED) == 1
        assert "order.stated_day_passed" not in types()


def test_the_page_says_it_before_there_is_a_parcel(
    order: Order, at: datetime, now: list[datetime], drain: Callable[[], None]
) -> None:
    before = prepare_page(order, "ja", at=at).body
    assert "発送が予定より遅れて" not in before
    say(order, at, cause=DispatchCause.BACKORDERED, days=days(at, 3, 5))
    drain()
    page = PreparedPage.objects.get()
    for words in ("ご注文の発送が予定より遅れて", "一時的な品切れ", "11月24日(火)〜26日(木)"):
        assert words in page.body
    assert page.valid_until is not None
    passed = prepare_page(order, "en", at=at + timedelta(days=9)).body
    assert "has passed, and no new day is known yet" in passed
    services.end_dispatch_delay(order_id=order.public_id, at=at, actor="staff:0")
    drain()
    assert "発送が予定より遅れて" not in PreparedPage.objects.get(locale="ja").body
