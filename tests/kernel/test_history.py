"""Reading the log: stories, failures, and how events read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import pytest
from django.http import Http404

from commerce.models import Merchant, Order
from commerce.selectors import timeline
from postexp.kernel import history
from postexp.kernel.events import Event
from postexp.kernel.models import Delivery, DeliveryState, EventRecord, InboxMessage, InboxState
from postexp.kernel.tenancy import merchant_scope


@dataclass(frozen=True, kw_only=True)
class ParcelPainted(Event):
    """A parcel of an order was painted."""

    type: ClassVar[str] = "parcel.painted"
    order_id: str

    @property
    def subject(self) -> str:
        return "parcel:1"


@pytest.fixture
def painted() -> Iterator[None]:
    """Let people read that a parcel was painted."""
    history.describe(
        ParcelPainted, "Painted", icon="palette", detail=lambda payload: payload["order_id"][:3]
    )
    yield
    del history._words["parcel.painted"]


def record(kind: str, order_id: str, at: datetime, subject: str = "parcel:1") -> EventRecord:
    made: EventRecord = EventRecord.objects.create(
        public_id=f"evt_{EventRecord.objects.count()}",
        type=kind,
        subject=subject,
        payload={"order_id": order_id},
        occurred_at=at,
    )
    return made


def test_an_orders_story_holds_its_parcels(order: Order, at: datetime, painted: None) -> None:
    record("parcel.painted", order.public_id, at)
    record("parcel.measured", order.public_id, at)
    record("parcel.painted", "ord_another", at)
    story = timeline(history.story_of_order(order.public_id))
    assert [entry["title"] for entry in story] == ["Painted", "Order placed"]
    assert (story[0]["text"], story[0]["icon"]) == ("ord", "palette")


def test_an_objects_story_is_its_own(order: Order, at: datetime) -> None:
    record("parcel.measured", order.public_id, at)
    assert [row.type for row in history.story_of("parcel:1")] == ["parcel.measured"]
    assert timeline(history.story_of("parcel:1")) == []


def dead(event: EventRecord, handler: str, at: datetime) -> Delivery:
    made: Delivery = Delivery.objects.create(
        event=event,
        handler=handler,
        subject=event.subject,
        outside=False,
        state=DeliveryState.DEAD,
        next_at=at,
    )
    return made


def test_what_waits_behind_a_dead_letter(scope: Merchant, at: datetime) -> None:
    first, second, other = (
        record("t", "o", at, subject) for subject in ("parcel:1", "parcel:1", "parcel:2")
    )
    ahead, behind, apart = dead(first, "h", at), dead(second, "h", at), dead(other, "h", at)
    dead(second, "another", at)
    assert history.waiting_behind([ahead, behind, apart]) == {ahead.pk: 1}
    Delivery.objects.filter(pk=ahead.pk).update(state=DeliveryState.OUTCOME_UNKNOWN)
    ahead.refresh_from_db()
    assert history.waiting_behind([ahead]) == {}
    assert history.waiting_behind([]) == {}


def test_failures_are_counted_for_one_shop(
    scope: Merchant, other_merchant: Merchant, at: datetime
) -> None:
    assert history.count_failures() == history.Failures()
    event = record("t", "o", at)
    dead(event, "a", at)
    Delivery.objects.filter(pk=dead(event, "b", at).pk).update(state=DeliveryState.OUTCOME_UNKNOWN)
    for key, state in (("1", InboxState.FAILED), ("2", InboxState.PROCESSED)):
        InboxMessage.objects.create(
            public_id=f"inb_{key}",
            source="s",
            topic="t",
            provider_key=key,
            headers={},
            body=b"",
            state=state,
            next_at=at,
            received_at=at,
        )
    found = history.count_failures()
    assert (found.dead, found.unknown, found.requests, found.total) == (1, 1, 1, 3)
    assert [one.source for one in history.list_requests(source="s", state="failed")] == ["s"]
    with merchant_scope(other_merchant.pk):
        assert history.count_failures().total == 0
        with pytest.raises(Http404):
            history.access_event(event.public_id)
        with pytest.raises(Http404):
            history.access_request("inb_1")
