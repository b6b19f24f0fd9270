"""Undo withdraws messages an import planned; what went out is a reason to keep."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from commerce.models import Merchant, Order
from integrations.spreadsheets.enums import Outcome
from integrations.spreadsheets.models import Import
from notifications.enums import Reason, State
from notifications.models import Message
from notifications.services import stop_messages
from notifications.services.desk import HANDLER
from postexp.kernel import clock
from postexp.kernel.models import Delivery, DeliveryState, EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.integrations.spreadsheets.conftest import Bring
from tracking.models import Shipment
from tracking.services import refold_shipments

Undo = Callable[[Import], Import]
Drain = Callable[[], None]


def fresh(number: str = "#1") -> str:
    """A file of one order that was placed an hour ago."""
    placed = (clock.now() - timedelta(hours=1)).isoformat()
    header = "注文番号,注文日時,メールアドレス,合計金額,商品名,数量,単価"
    return f"{header}\n{number},{placed},a@example.jp,100,Mug,1,100\n"


def parcels() -> str:
    sent = clock.now().isoformat()
    return f"注文番号,追跡番号,配送会社,発送日\n#1,1234-1234-1233,ヤマト運輸,{sent}\n"


def kept_reasons(batch: Import) -> list[str]:
    return [item.reason for item in batch.items.filter(outcome=Outcome.KEPT)]


@pytest.fixture(autouse=True)
def _dry(scope: Merchant) -> None:
    """The shop tries things out: its messages are written, and not sent."""
    stop_messages(at=clock.now(), actor="staff:0")


@pytest.fixture
def planned(run: Bring, drain: Drain) -> Import:
    """A fresh order was imported: its thanks are planned, and wait for a worker."""
    batch = run("orders", fresh())
    drain()
    Message.objects.update(state=State.PLANNED, reason="", settled_at=None)
    Delivery.objects.filter(handler=HANDLER).update(state=DeliveryState.PENDING)
    return batch


def test_a_message_in_dry_run_is_no_reason_to_keep(run: Bring, undo: Undo, drain: Drain) -> None:
    batch = run("orders", fresh())
    drain()
    assert Message.objects.get().state == State.DRY_RUN
    gone = undo(batch)
    assert (gone.undone, gone.kept) == (1, 0), kept_reasons(gone)
    assert not Order.objects.exists()


def test_a_message_that_waits_is_withdrawn(planned: Import, undo: Undo, drain: Drain) -> None:
    gone = undo(planned)
    assert (gone.undone, gone.kept) == (1, 0), kept_reasons(gone)
    message = Message.objects.get()
    assert (message.state, message.reason) == (State.REFUSED, Reason.NO_LONGER_TRUE)
    drain()
    message.refresh_from_db()
    assert message.state == State.REFUSED
    assert not Delivery.objects.exclude(state=DeliveryState.DONE).exists()


@pytest.mark.parametrize("state", [DeliveryState.CLAIMED, DeliveryState.RUNNING])
def test_a_message_on_its_way_out_keeps_the_order(
    planned: Import, undo: Undo, state: DeliveryState
) -> None:
    Delivery.objects.filter(handler=HANDLER).update(state=state)
    gone = undo(planned)
    assert (gone.undone, gone.kept) == (0, 1)
    assert kept_reasons(gone) == ["A message about it is being sent."]
    assert Message.objects.get().state == State.PLANNED


@pytest.mark.parametrize("state", [State.SENT, State.OUTCOME_UNKNOWN])
def test_a_message_that_may_have_arrived_keeps_the_order(
    planned: Import, undo: Undo, state: State
) -> None:
    reason = "" if state == State.SENT else Reason.INTERRUPTED
    Message.objects.update(state=state, reason=reason, settled_at=clock.now())
    gone = undo(planned)
    assert (gone.undone, gone.kept) == (0, 1)
    assert kept_reasons(gone) == ["A message about it went out."]
    assert Order.objects.get().number == "#1"


def test_an_order_taken_back_before_anyone_reacted_harms_nobody(
    run: Bring, undo: Undo, drain: Drain
) -> None:
    orders = run("orders", fresh())
    assert undo(orders).kept == 0
    drain()
    left = Delivery.objects.exclude(state=DeliveryState.DONE)
    assert not left.exists(), [(one.handler, one.last_error) for one in left]
    assert not Message.objects.exists()


def test_parcels_go_with_their_messages(run: Bring, undo: Undo, drain: Drain) -> None:
    orders = run("orders", fresh())
    shipments = run("shipments", parcels())
    drain()
    about = Message.objects.get(kind="shipment.shipped")
    assert about.state == State.DRY_RUN
    gone = undo(shipments)
    assert (gone.undone, gone.kept) == (1, 0), kept_reasons(gone)
    assert not Shipment.objects.exists()
    assert undo(orders).undone == 1


def test_what_time_alone_brings_about_is_no_reason_to_keep(
    run: Bring, undo: Undo, drain: Drain
) -> None:
    orders = run("orders", fresh())
    shipments = run("shipments", parcels())
    drain()
    # Nobody scans the label: an incident opens, and the parcel is called late in the end.
    for days in (4, 30):
        with merchant_scope(orders.merchant_id):
            rows = list(Shipment.objects.values_list("pk", flat=True))
            refold_shipments(rows, at=clock.now() + timedelta(days=days))
    assert EventRecord.objects.filter(type="incident.opened").exists()
    gone = undo(shipments)
    assert (gone.undone, gone.kept) == (1, 0), kept_reasons(gone)
    gone = undo(orders)
    assert (gone.undone, gone.kept) == (1, 0), kept_reasons(gone)
