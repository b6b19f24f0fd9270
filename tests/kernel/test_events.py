"""The event log: many facts at once are told as if one by one."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from commerce.models import Merchant
from postexp.kernel import events
from postexp.kernel.events import OutsideTransaction, Subscription, append_all, registry
from postexp.kernel.models import Delivery, EventRecord
from tests.kernel.conftest import Ping


@pytest.fixture
def seen() -> Iterator[list[list[int]]]:
    """The numbers of events that a follower was shown, each time it was."""
    found: list[list[int]] = []

    def look(records: Sequence[EventRecord]) -> None:
        found.append([one.payload["number"] for one in records if one.type == Ping.type])

    events.follow(look)
    yield found
    events._followers.remove(look)


def pings(*numbers: int) -> list[Ping]:
    return [Ping(thing="a", number=number) for number in numbers]


def logged() -> QuerySet[EventRecord]:
    return EventRecord.objects.filter(type=Ping.type).order_by("pk")


def test_events_appended_at_once_keep_their_order_and_reach_everyone(
    scope: Merchant, at: datetime, subscriptions: list[Subscription[Ping]], seen: list[list[int]]
) -> None:
    for name in ("test.one", "test.two"):
        subscription = Subscription(name=name, event=Ping, handler=lambda *_: None)
        registry.add(subscription)
        subscriptions.append(subscription)
    later = at + timedelta(minutes=1)
    with transaction.atomic():
        records = append_all(pings(3, 1, 2), at=at, actor="staff:0", not_before=later)
    assert [one.payload["number"] for one in logged()] == [3, 1, 2]
    assert seen == [[3, 1, 2]]
    assert {one.actor for one in records} == {"staff:0"}
    assert len({one.public_id for one in records}) == 3
    told = Delivery.objects.order_by("pk").values_list("event_id", "handler", "subject", "next_at")
    assert list(told) == [
        (record.pk, name, "thing:a", later)
        for record in records
        for name in ("test.one", "test.two")
    ]


def test_many_events_take_as_many_statements_as_one(scope: Merchant, at: datetime) -> None:
    counts = []
    for many in (pings(1), pings(*range(20))):
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            append_all(many, at=at)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_no_event_is_told_to_nobody(scope: Merchant, at: datetime, seen: list[list[int]]) -> None:
    with transaction.atomic():
        assert append_all([], at=at) == []
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_events_outside_a_transaction_are_refused(scope: Merchant, at: datetime) -> None:
    with pytest.raises(OutsideTransaction):
        append_all(pings(1, 2), at=at)
    assert not logged().exists()


def test_what_a_newer_version_told_besides_is_left_aside(scope: Merchant) -> None:
    told = EventRecord(type=Ping.type, payload={"thing": "a", "number": 2, "colour": "red"})
    assert events.rebuild(told) == Ping(thing="a", number=2)
