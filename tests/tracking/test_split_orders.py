"""An order in several parcels: those that leave together are told of together, each once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from commerce.models import Merchant, Order
from commerce.ports import FulfilmentLineFacts, RefundFacts, RefundLineFacts
from commerce.services.refunds import take_in_refund
from notifications import services as notifications
from notifications.enums import Hold, Reason, State
from notifications.models import Flow, Message
from notifications.ports import get_kind
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.parallel import overlap
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import scan
from tracking import services
from tracking.events import ShipmentDispatched
from tracking.messages.journey import shipped_variables
from tracking.models import Shipment
from tracking.rules import NormalisedShipment

pytestmark = pytest.mark.django_db
GATHERED = timedelta(minutes=11)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> list[datetime]:
    moment = [at]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


def send_mugs(order: Order, at: datetime, quantity: int = 2) -> Shipment:
    lines = (FulfilmentLineFacts(line_external_id="l1", quantity=quantity),)
    return services.take_in_shipment(fulfilment_facts(order, at, lines=lines), at=at)[0]


def send_towel(order: Order, at: datetime) -> Shipment:
    facts = fulfilment_facts(
        order,
        at,
        external_id="f2",
        tracking_numbers=("4000-9999-1111",),
        lines=(FulfilmentLineFacts(line_external_id="l2", quantity=1),),
    )
    return services.take_in_shipment(facts, at=at)[0]


def tell(parcel: Shipment, at: datetime, status: str) -> None:
    event = scan(0, status, occurred_at=at, zone="Asia/Tokyo")
    told = NormalisedShipment(source="test", tracking_number="", events=(event,))
    services.ingest_tracking(parcel, told, at=at)


def shipped(parcel: Shipment) -> Message:
    found: Message = Message.objects.get(kind="shipment.shipped", object_id=parcel.public_id)
    return found


def test_parcels_that_leave_together_go_in_one_message(
    order: Order, now: list[datetime], drain: Callable[[], None]
) -> None:
    mugs = send_mugs(order, now[0])
    drain()
    assert shipped(mugs).state == State.HELD
    assert shipped(mugs).holding == Hold.GATHERING
    now[0] += timedelta(minutes=5)
    towel = send_towel(order, now[0])
    drain()
    now[0] += GATHERED
    drain()
    first, second = shipped(mugs), shipped(towel)
    assert (first.state, second.state) == (State.SENT, State.MERGED)
    assert second.merged_into == first.public_id
    assert "2個口" in first.subject
    for words in ("4000-1234-5675", "4000-9999-1111", "マグカップ", "タオル"):
        assert words in first.text
    assert "これから発送する商品" not in first.text


def test_what_is_not_sent_yet_is_named(
    order: Order, now: list[datetime], drain: Callable[[], None]
) -> None:
    mug = send_mugs(order, now[0], quantity=1)
    drain()
    now[0] += GATHERED
    drain()
    text = shipped(mug).text
    assert shipped(mug).state == State.SENT
    rest = text[text.index("これから発送する商品\n") :]
    assert "マグカップ  × 1" in rest
    assert "タオル      × 1" in rest
    assert "一部を発送" in shipped(mug).subject


def test_a_parcel_after_the_message_was_written_has_its_own(
    order: Order, now: list[datetime], drain: Callable[[], None]
) -> None:
    mugs = send_mugs(order, now[0])
    drain()
    now[0] += GATHERED
    drain()
    towel = send_towel(order, now[0])
    drain()
    now[0] += GATHERED
    drain()
    assert [shipped(one).state for one in (mugs, towel)] == [State.SENT, State.SENT]
    assert "4000-1234-5675" not in shipped(towel).text


def test_an_order_in_one_parcel_is_told_at_once(
    order: Order, now: list[datetime], drain: Callable[[], None]
) -> None:
    lines = (
        FulfilmentLineFacts(line_external_id="l1", quantity=2),
        FulfilmentLineFacts(line_external_id="l2", quantity=1),
    )
    facts = fulfilment_facts(order, now[0], lines=lines)
    parcel = services.take_in_shipment(facts, at=now[0])[0]
    drain()
    assert shipped(parcel).state == State.SENT
    assert shipped(parcel).merge_key == ""


def test_what_was_paid_back_does_not_follow(
    order: Order, now: list[datetime], drain: Callable[[], None]
) -> None:
    take_in_refund(
        RefundFacts(
            external_id="r1",
            order_external_id=order.external_id,
            processed_at=now[0],
            amount=2000,
            currency="JPY",
            lines=(RefundLineFacts(line_external_id="l2", quantity=1, goods=2000, tax=0),),
        ),
        at=now[0],
    )
    mugs = send_mugs(order, now[0])
    drain()
    assert shipped(mugs).state == State.SENT
    assert "タオル" not in shipped(mugs).text


def test_told_again_nothing_changes(
    order: Order, now: list[datetime], drain: Callable[[], None]
) -> None:
    mugs, towel = send_mugs(order, now[0]), send_towel(order, now[0])
    drain()
    kind, event = get_kind("shipment.shipped"), ShipmentDispatched
    assert kind is not None
    for parcel in (towel, mugs):
        variables = shipped_variables(event(shipment_id=parcel.public_id, order_id=order.public_id))
        assert variables is not None
        notifications.plan_message(
            kind,
            object_id=parcel.public_id,
            variables=variables,
            event_id=1,
            occurred_at=now[0],
            at=now[0],
        )
    now[0] += GATHERED
    drain()
    assert [shipped(mugs).repeats, shipped(towel).repeats] == [1, 1]
    states = Message.objects.filter(kind="shipment.shipped").values_list("state", flat=True)
    assert sorted(states) == [State.MERGED, State.SENT]
    assert shipped(mugs).text.count("4000-9999-1111") == 1


@pytest.mark.parametrize("arrives_first", ["mugs", "towel"])
def test_a_parcel_that_arrived_meanwhile_is_left_out(
    order: Order, now: list[datetime], drain: Callable[[], None], arrives_first: str
) -> None:
    parcels = {"mugs": send_mugs(order, now[0]), "towel": send_towel(order, now[0])}
    drain()
    arrived = parcels.pop(arrives_first)
    tell(arrived, now[0] + timedelta(minutes=1), "delivered")
    now[0] += GATHERED
    drain()
    carrier = Message.objects.get(kind="shipment.shipped", state=State.SENT)
    (left,) = parcels.values()
    assert left.tracking_number in carrier.text
    assert arrived.tracking_number not in carrier.text
    assert "個口" not in carrier.subject
    if arrives_first == "towel":
        assert shipped(arrived).reason == Reason.NO_LONGER_TRUE
        assert shipped(arrived).merged_into == ""


def test_nothing_is_said_once_all_of_it_has_arrived(
    order: Order, now: list[datetime], drain: Callable[[], None]
) -> None:
    parcels = [send_mugs(order, now[0]), send_towel(order, now[0])]
    drain()
    for parcel in parcels:
        tell(parcel, now[0] + timedelta(minutes=1), "delivered")
    now[0] += GATHERED
    drain()
    first, second = (shipped(parcel) for parcel in parcels)
    assert (first.state, first.reason) == (State.REFUSED, Reason.NO_LONGER_TRUE)
    assert (second.state, second.merged_into) == (State.MERGED, first.public_id)


def test_all_delivered_is_said_once_where_the_shop_wants_it(
    order: Order, now: list[datetime], drain: Callable[[], None]
) -> None:
    Flow.objects.create(kind="order.all_delivered", changed_at=now[0])
    parcels = [send_mugs(order, now[0]), send_towel(order, now[0])]
    drain()
    now[0] += GATHERED
    drain()
    for parcel in parcels:
        assert not Message.objects.filter(kind="order.all_delivered").exists()
        tell(parcel, now[0], "delivered")
        drain()
    told = Message.objects.get(kind="order.all_delivered")
    assert told.state == State.SENT
    assert "すべて" in told.subject
    assert all(parcel.tracking_number in told.text for parcel in parcels)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """Two workers plan, or one plans while the other sends."""

    def plan(self, parcel: Shipment, order: Order, at: datetime) -> Message:
        kind = get_kind("shipment.shipped")
        event = ShipmentDispatched(shipment_id=parcel.public_id, order_id=order.public_id)
        variables = shipped_variables(event)
        assert kind is not None
        assert variables is not None
        return notifications.plan_message(
            kind,
            object_id=parcel.public_id,
            variables=variables,
            event_id=1,
            occurred_at=at,
            at=at,
        )

    def told(self, message: Message) -> set[str]:
        return {parcel["id"] for parcel in message.facts["shipments"]}

    def test_two_plans_become_one_message(
        self, scope: Merchant, order: Order, at: datetime
    ) -> None:
        mugs, towel = send_mugs(order, at), send_towel(order, at)
        overlap(scope, lambda: self.plan(mugs, order, at), lambda: self.plan(towel, order, at))
        with merchant_scope(scope.pk):
            carrier = Message.objects.get(kind="shipment.shipped", state=State.HELD)
            merged = Message.objects.get(kind="shipment.shipped", state=State.MERGED)
        assert merged.merged_into == carrier.public_id
        assert self.told(carrier) == {mugs.public_id, towel.public_id}

    def test_the_same_parcel_twice_is_told_once(
        self, scope: Merchant, order: Order, at: datetime
    ) -> None:
        mugs = send_mugs(order, at)
        overlap(scope, lambda: self.plan(mugs, order, at), lambda: self.plan(mugs, order, at))
        with merchant_scope(scope.pk):
            message = Message.objects.get(kind="shipment.shipped")
        assert message.repeats == 1
        assert len(message.facts["shipments"]) == 1

    def test_a_parcel_beside_the_sending_is_neither_lost_nor_told_twice(
        self, scope: Merchant, order: Order, at: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "now", lambda: at + GATHERED)
        mugs, towel = send_mugs(order, at), send_towel(order, at)
        with merchant_scope(scope.pk):
            first = self.plan(mugs, order, at)

        def send() -> None:
            notifications.send_message(first.public_id, step=0, key="k1", at=at + GATHERED)

        overlap(scope, send, lambda: self.plan(towel, order, at + GATHERED))
        with merchant_scope(scope.pk):
            sent, own = shipped(mugs), shipped(towel)
        assert sent.state in (State.SENT, State.DRY_RUN)
        assert towel.tracking_number not in sent.text
        assert own.state == State.HELD
        assert self.told(own) == {towel.public_id}
