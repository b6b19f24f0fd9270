"""The outbox: in order per object, once in effect, dead letters that block only their own."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from commerce.models import Merchant
from postexp.kernel import outbox
from postexp.kernel.events import (
    DeliveryContext,
    OutsideTransaction,
    RetryLater,
    Subscription,
    append,
    registry,
)
from postexp.kernel.models import Delivery, DeliveryState, EventRecord
from postexp.kernel.tenancy import OutsideMerchantScope, current_merchant_id, merchant_scope
from tests.kernel.conftest import Ping

Planted = list[Subscription[Ping]]
Handler = Callable[[Ping, DeliveryContext], None]


def plant(planted: Planted, handler: Handler, name: str = "test.handler", **options: Any) -> None:
    subscription = Subscription(name=name, event=Ping, handler=handler, **options)
    registry.add(subscription)
    planted.append(subscription)


def ping(thing: str, number: int, at: datetime, **options: Any) -> EventRecord:
    with transaction.atomic():
        return append(Ping(thing=thing, number=number), at=at, **options)


def state(event: EventRecord, handler: str = "test.handler") -> str:
    return str(Delivery.every_merchant.get(event=event, handler=handler).state)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(scope: Merchant, at: datetime) -> None:
    with pytest.raises(OutsideTransaction):
        append(Ping(thing="a"), at=at)


def test_an_event_outside_a_scope_is_refused(db: None, at: datetime) -> None:
    with pytest.raises(OutsideMerchantScope):
        append(Ping(thing="a"), at=at)


def test_an_event_is_lost_with_its_transaction(scope: Merchant, at: datetime) -> None:
    def stumble() -> None:
        with transaction.atomic():
            append(Ping(thing="a"), at=at)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stumble()
    assert not EventRecord.objects.filter(type="test.ping").exists()


def test_a_reaction_runs_once_in_the_merchants_scope(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    seen: list[tuple[int, int, str]] = []
    plant(
        subscriptions,
        lambda event, delivery: seen.append((event.number, current_merchant_id(), delivery.actor)),
    )
    event = ping("a", 7, at, actor="staff:0")
    assert outbox.drain_database(at=at) >= 1
    outbox.drain_database(at=at)
    assert seen == [(7, scope.pk, "staff:0")]
    assert state(event) == DeliveryState.DONE


def test_events_of_one_object_come_in_order(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    seen: list[int] = []
    plant(subscriptions, lambda event, _: seen.append(event.number))
    for number in range(5):
        ping("a", number, at)
    while outbox.drain_database(at=at):
        pass
    assert seen == [0, 1, 2, 3, 4]


def test_one_failure_leaves_the_rest_of_its_batch_done(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    def handler(event: Ping, delivery: DeliveryContext) -> None:
        Merchant.objects.filter(pk=scope.pk).update(hours_en=event.thing)
        if event.thing == "bad":
            raise ValueError("no such thing")

    plant(subscriptions, handler)
    good, bad, fine = ping("good", 1, at), ping("bad", 1, at), ping("fine", 1, at)
    while outbox.drain_database(at=at):
        pass
    assert (state(good), state(bad), state(fine)) == ("done", "pending", "done")
    scope.refresh_from_db()
    assert scope.hours_en == "fine", "the failing reaction left no trace"
    assert "no such thing" in Delivery.objects.get(event=bad).last_error


def test_a_dead_letter_blocks_its_object_for_its_handler_only(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    def fail(event: Ping, delivery: DeliveryContext) -> None:
        if event.thing == "bad" and event.number == 1:
            raise ValueError

    died: list[int] = []
    plant(subscriptions, fail, on_dead=lambda event, _: died.append(event.number))
    plant(subscriptions, lambda event, _: None, name="test.other")
    first, second, elsewhere = ping("bad", 1, at), ping("bad", 2, at), ping("ok", 2, at)
    later = at
    for _ in range(outbox.MAX_ATTEMPTS):
        while outbox.drain_database(at=later):
            pass
        later += timedelta(hours=2)
    assert (state(first), state(second), state(elsewhere)) == ("dead", "pending", "done")
    assert state(second, "test.other") == "done"
    assert died == [1]
    dead = Delivery.objects.get(event=first, handler="test.handler")

    outbox.skip(dead, at=later)
    outbox.drain_database(at=later)
    assert state(second) == "done"


def test_a_failing_reaction_to_an_end_holds_nobody_up(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    def fail(event: Ping, delivery: DeliveryContext) -> None:
        raise ValueError("no\x00good")

    def fail_too(event: Ping, delivery: DeliveryContext) -> None:
        Delivery.objects.create(event_id=0)

    plant(subscriptions, fail, on_dead=fail_too)
    plant(subscriptions, lambda event, _: None, name="test.other")
    bad = ping("bad", 1, at)
    later = at
    for _ in range(outbox.MAX_ATTEMPTS):
        while outbox.drain_database(at=later):
            pass
        later += timedelta(hours=2)
    assert (state(bad), state(bad, "test.other")) == ("dead", "done")
    assert (
        Delivery.objects.get(event=bad, handler="test.handler").last_error == "ValueError: nogood"
    )


def test_a_dead_letter_can_be_replayed(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    broken = True

    def handler(event: Ping, delivery: DeliveryContext) -> None:
        if broken:
            raise ValueError

    plant(subscriptions, handler)
    event = ping("a", 1, at)
    later = at
    for _ in range(outbox.MAX_ATTEMPTS):
        outbox.drain_database(at=later)
        later += timedelta(hours=2)
    assert state(event) == "dead"
    broken = False
    outbox.replay(Delivery.objects.get(event=event), at=later)
    outbox.drain_database(at=later)
    assert state(event) == "done"


def test_a_handler_may_ask_for_later(
    scope: Merchant,
    at: datetime,
    subscriptions: Planted,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def handler(event: Ping, delivery: DeliveryContext) -> None:
        raise RetryLater(60, "the provider is busy")

    plant(subscriptions, handler)
    event = ping("a", 1, at)
    with caplog.at_level(logging.INFO, logger="postexp.kernel.outbox"):
        outbox.drain_database(at=at)
    # It asked: that is no warning, and no failure.
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "failed" not in caplog.text
    delivery = Delivery.objects.get(event=event)
    assert (delivery.state, delivery.attempts) == ("pending", 0)
    assert delivery.next_at == at + timedelta(seconds=60)


def test_a_held_event_waits(scope: Merchant, at: datetime, subscriptions: Planted) -> None:
    plant(subscriptions, lambda event, _: None)
    event = ping("a", 1, at, not_before=at + timedelta(minutes=5))
    outbox.drain_database(at=at)
    assert state(event) == "pending"
    outbox.drain_database(at=at + timedelta(minutes=5))
    assert state(event) == "done"


@pytest.mark.django_db(transaction=True)
def test_parallel_drainers_run_each_delivery_once(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    def count(event: Ping, delivery: DeliveryContext) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE commerce_merchant SET theme_version = theme_version + 1 WHERE id = %s",
                [scope.pk],
            )

    plant(subscriptions, count)
    for number in range(60):
        ping(f"thing-{number % 7}", number, at)

    def work() -> None:
        try:
            idle = 0
            while idle < 20:
                idle = 0 if outbox.drain_database(at=at, limit=5) else idle + 1
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    scope.refresh_from_db()
    assert scope.theme_version == 61
    assert not Delivery.objects.exclude(state="done").filter(handler="test.handler").exists()


class Broker:
    """Stands where the broker's hand-over stands; the real one is tested with real processes."""

    def __init__(self, down: bool = False) -> None:
        self.down = down
        self.taken: list[tuple[int, str]] = []

    def __call__(self, delivery_id: int, claim: str) -> None:
        if self.down:
            raise ConnectionError
        self.taken.append((delivery_id, claim))


@pytest.mark.django_db(transaction=True)
def test_an_outside_effect_is_claimed_run_and_done(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    keys: list[str] = []

    def send(event: Ping, delivery: DeliveryContext) -> None:
        assert not connection.in_atomic_block, "no transaction stays open while a provider answers"
        keys.append(delivery.idempotency_key)

    plant(subscriptions, send, outside=True, provider_honours_keys=False)
    event = ping("a", 1, at)
    broker = Broker()
    assert outbox.claim_outside(at=at, hand_over=broker) == 1
    assert state(event) == "claimed"
    [(delivery_id, claim)] = broker.taken
    assert outbox.run_outside(delivery_id, claim, now=lambda: at) == "done"
    assert outbox.run_outside(delivery_id, claim, now=lambda: at) == "", (
        "a second run finds nothing"
    )
    assert keys == [f"postexp-{event.pk}-test.handler"]
    assert state(event) == "done"


def test_a_broker_that_is_down_loses_nothing(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    plant(subscriptions, lambda *_: None, outside=True, provider_honours_keys=False)
    event = ping("a", 1, at)
    assert outbox.claim_outside(at=at, hand_over=Broker(down=True)) == 0
    assert state(event) == "pending"
    broker = Broker()
    assert outbox.claim_outside(at=at + timedelta(seconds=3), hand_over=broker) == 1


def test_work_the_broker_lost_is_claimed_again(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    plant(subscriptions, lambda *_: None, outside=True, provider_honours_keys=False)
    event = ping("a", 1, at)
    outbox.claim_outside(at=at, hand_over=Broker())
    assert outbox.end_leases(at=at) == 0
    after = at + settings.DELIVERY_LEASE + timedelta(seconds=1)
    assert outbox.end_leases(at=after) == 1
    assert state(event) == "pending"


@pytest.mark.parametrize(("honours_keys", "ends"), [(True, "pending"), (False, "outcome_unknown")])
def test_an_interrupted_send_is_repeated_only_under_a_key_the_provider_honours(
    scope: Merchant, at: datetime, subscriptions: Planted, honours_keys: bool, ends: str
) -> None:
    unknown: list[int] = []
    plant(
        subscriptions,
        lambda *_: None,
        outside=True,
        provider_honours_keys=honours_keys,
        on_unknown=lambda event, _: unknown.append(event.number),
    )
    event = ping("a", 4, at)
    broker = Broker()
    outbox.claim_outside(at=at, hand_over=broker)
    # The worker began, and was killed before it could say how it went.
    Delivery.objects.filter(event=event).update(state=DeliveryState.RUNNING)
    after = at + settings.DELIVERY_LEASE + timedelta(seconds=1)
    outbox.end_leases(at=after)
    assert state(event) == ends
    assert unknown == ([] if honours_keys else [4])
    follower = ping("a", 5, at)
    assert outbox.claim_outside(at=after, hand_over=broker, limit=1) == 1
    if not honours_keys:
        assert state(follower) == "claimed", "an unknown outcome holds up nothing"


@pytest.mark.parametrize("honours_keys", [True, False])
@pytest.mark.parametrize("error", [None, ConnectionError("reset"), outbox.OutcomeUnknown("?")])
def test_a_run_that_outlives_its_lease_changes_nothing_any_more(
    scope: Merchant,
    at: datetime,
    subscriptions: Planted,
    honours_keys: bool,
    error: Exception | None,
) -> None:
    after = at + settings.DELIVERY_LEASE + timedelta(seconds=1)

    def send(event: Ping, delivery: DeliveryContext) -> None:
        if delivery.attempt == 1:
            outbox.end_leases(at=after)
            if error:
                raise error

    plant(subscriptions, send, outside=True, provider_honours_keys=honours_keys)
    event = ping("a", 1, at)
    first, second = Broker(), Broker()
    outbox.claim_outside(at=at, hand_over=first)
    assert outbox.run_outside(*first.taken[0], now=lambda: at) == ""
    outbox.claim_outside(at=after, hand_over=second)
    if honours_keys:
        assert outbox.run_outside(*second.taken[0], now=lambda: after) == "done"
        assert state(event) == "done"
    else:
        assert not second.taken, "nobody sends again what may have been sent"
        assert state(event) == "outcome_unknown"


def test_what_stops_its_worker_every_time_is_given_up(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    class Killed(BaseException):
        """The end of a process, which no handler of exceptions sees."""

    began: list[int] = []

    def send(event: Ping, delivery: DeliveryContext) -> None:
        began.append(delivery.attempt)
        raise Killed

    plant(subscriptions, send, outside=True, provider_honours_keys=True)
    event = ping("a", 1, at)
    for attempt in range(outbox.MAX_ATTEMPTS):
        moment = at + attempt * timedelta(hours=1)
        broker = Broker()
        assert outbox.claim_outside(at=moment, hand_over=broker) == 1
        with pytest.raises(Killed):
            outbox.run_outside(*broker.taken[0], now=lambda moment=moment: moment)  # type: ignore[misc]
        outbox.end_leases(at=moment + settings.DELIVERY_LEASE + timedelta(seconds=1))
    assert began == list(range(1, outbox.MAX_ATTEMPTS + 1))
    assert state(event) == "dead"
    assert "stopped" in Delivery.objects.get(event=event).last_error
    [died] = EventRecord.objects.filter(type="delivery.died")
    assert died.payload["event_id"] == event.public_id
    assert outbox.claim_outside(at=at + timedelta(days=9), hand_over=Broker()) == 0


def test_an_outside_handler_may_not_know(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    def send(event: Ping, delivery: DeliveryContext) -> None:
        raise outbox.OutcomeUnknown("the gateway timed out")

    plant(subscriptions, send, outside=True, provider_honours_keys=False)
    event = ping("a", 1, at)
    broker = Broker()
    outbox.claim_outside(at=at, hand_over=broker)
    assert outbox.run_outside(*broker.taken[0], now=lambda: at) == "outcome_unknown"
    assert "timed out" in Delivery.objects.get(event=event).last_error


def test_a_failed_send_is_tried_again_under_the_same_key(
    scope: Merchant, at: datetime, subscriptions: Planted
) -> None:
    keys: list[str] = []

    def send(event: Ping, delivery: DeliveryContext) -> None:
        keys.append(delivery.idempotency_key)
        if len(keys) == 1:
            raise ConnectionError("refused")

    plant(subscriptions, send, outside=True, provider_honours_keys=True)
    event = ping("a", 1, at)
    for step in range(2):
        broker = Broker()
        outbox.claim_outside(at=at + timedelta(minutes=step), hand_over=broker)
        outbox.run_outside(*broker.taken[0], now=lambda: at)
    assert keys[0] == keys[1]
    assert state(event) == "done"
    assert Delivery.objects.get(event=event).attempts == 2


def test_two_handlers_of_one_name_are_refused(subscriptions: Planted) -> None:
    plant(subscriptions, lambda *_: None)
    with pytest.raises(ValueError, match=r"test\.handler"):
        registry.add(Subscription(name="test.handler", event=Ping, handler=lambda *_: None))


def test_the_event_log_is_append_only(scope: Merchant, at: datetime) -> None:
    from django.db import DatabaseError

    event = ping("a", 1, at)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        EventRecord.objects.filter(pk=event.pk).update(actor="nobody")


def test_back_off_grows_to_an_hour() -> None:
    assert timedelta(seconds=0.7) < outbox.back_off(1) < timedelta(seconds=1.3)
    assert outbox.back_off(30) <= timedelta(hours=1.2)


def test_scopes_nest(merchant: Merchant, other_merchant: Merchant) -> None:
    with merchant_scope(merchant.pk):
        with merchant_scope(other_merchant.pk):
            assert current_merchant_id() == other_merchant.pk
        assert current_merchant_id() == merchant.pk
    with pytest.raises(OutsideMerchantScope):
        current_merchant_id()
