"""Answers of a carrier are taken in together, and each has the effect it has alone."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.connections import disconnect
from integrations.fake_carriers.parcels import Step
from integrations.polling.models import AskedNumber
from integrations.polling.turns import NUMBERS_AT_ONCE, take_turn
from postexp.kernel import inbox
from postexp.kernel.models import EventRecord, InboxMessage
from tests.integrations.polling.conftest import Desk
from tracking.models import Shipment, ShipmentEvent

Drain = Callable[[], None]
NUMBERS = [f"1Z00000000000000{place:02}" for place in range(16)]


def send(desk: Desk, numbers: Sequence[str]) -> None:
    for number in numbers:
        desk.send(number)
    desk.all_due()


def answers() -> list[InboxMessage]:
    return list(InboxMessage.objects.filter(source="ups").order_by("pk"))


def statements_of_reading(desk: Desk, numbers: Sequence[str]) -> int:
    """Ask about parcels that moved, and return how many statements it takes to read the answers."""
    send(desk, numbers)
    for number in numbers:
        desk.tell(number, Step.DEPARTED)
    assert desk.ask() == len(numbers)
    with CaptureQueriesContext(connection) as captured:
        assert inbox.drain(at=desk.clock()) == len(numbers)
    return len(captured)


def test_many_answers_take_as_few_statements_as_few(ups: Desk, drain: Drain) -> None:
    few = statements_of_reading(ups, NUMBERS[:4])
    drain()
    AskedNumber.objects.all().delete()
    many = statements_of_reading(ups, NUMBERS[4:])
    assert many == few


def test_each_answer_has_its_own_effect(ups: Desk, drain: Drain) -> None:
    send(ups, NUMBERS[:3])
    for number in NUMBERS[:3]:
        ups.tell(number, Step.OUT)
    ups.ask()
    drain()
    for message in answers():
        shipment = Shipment.objects.get(number_key=message.headers["numbers"])
        assert (message.state, message.effect_object_id) == ("processed", shipment.public_id)
        assert message.effect_detail == {"told": 1, "shipments": [shipment.public_id]}
        assert shipment.status == "out_for_delivery"
        assert ups.row(shipment.number_key).is_near


def test_an_answer_nobody_can_read_holds_up_none_that_came_with_it(ups: Desk, drain: Drain) -> None:
    send(ups, NUMBERS[:3])
    for number in NUMBERS[:3]:
        ups.tell(number, Step.OUT)
    ups.ask()
    second = answers()[1]
    InboxMessage.objects.filter(pk=second.pk).update(body=b'{"what": "is this"}')
    drain()
    assert [one.state for one in answers()] == ["processed", "failed", "processed"]
    assert [one.attempts for one in answers()] == [1, 1, 1]
    moved = Shipment.objects.filter(status="out_for_delivery")
    assert moved.count() == 2
    assert EventRecord.objects.filter(type="shipment.out_for_delivery").count() == 2


def test_two_answers_about_one_parcel_are_told_once(ups: Desk, drain: Drain) -> None:
    send(ups, NUMBERS[:1])
    ups.tell(NUMBERS[0], Step.OUT)
    ups.ask()
    ups.clock.at += timedelta(hours=13)
    ups.all_due()
    ups.tell(NUMBERS[0], Step.DELIVERED)
    assert ups.ask() == 1
    drain()
    shipment = Shipment.objects.get(number_key=NUMBERS[0])
    assert shipment.status == "delivered"
    assert {one.effect_object_id for one in answers()} == {shipment.public_id}
    keys = ShipmentEvent.objects.filter(shipment=shipment).values_list("key", flat=True)
    assert len(keys) == len(set(keys))
    assert EventRecord.objects.filter(type="shipment.delivered").count() == 1
    assert not AskedNumber.objects.exists(), "nobody asks about what is over"


def test_of_answers_that_wait_those_after_the_end_have_no_effect(ups: Desk, drain: Drain) -> None:
    send(ups, NUMBERS[:2])
    ups.ask()
    _, second = answers()
    ended = ups.clock() + timedelta(minutes=1)
    InboxMessage.objects.filter(pk=second.pk).update(received_at=ended + timedelta(minutes=1))
    disconnect(service="ups", account=ups.merchant.public_id, at=ended)
    drain()
    assert [one.effect_kind for one in answers()] == ["shipment", "ignored: disconnected"]


def test_a_turn_is_no_longer_for_a_carrier_that_answers_about_many(fedex: Desk) -> None:
    at = fedex.clock()
    count = NUMBERS_AT_ONCE + 10
    numbers = [f"79460001{place:04}" for place in range(count)]
    Shipment.objects.bulk_create(
        Shipment(
            source="test", tracking_number=number, number_key=number, carrier="fedex",
            created_at=at, changed_at=at,
        )
        for number in numbers
    )  # fmt: skip
    AskedNumber.objects.bulk_create(
        AskedNumber(account=fedex.account, number=number, poll_at=at) for number in numbers
    )
    turn = take_turn(fedex.account.pk, at=at)
    assert [len(group) for group in turn.groups] == [30] * (NUMBERS_AT_ONCE // 30)
    claimed = AskedNumber.objects.filter(claimed_until__gt=at)
    assert claimed.count() == NUMBERS_AT_ONCE == turn.looked_at
