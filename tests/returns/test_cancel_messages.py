"""What a shopper who cancels is told, in their language, and what is never told twice."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order
from commerce.ports import Person
from commerce.services.orders import take_in_order
from notifications.models import Message, StaffAlert
from returns.models import Cancellation
from returns.rules.cancellations import CancelTerms
from returns.services.cancel_personal import CANCELLATIONS
from returns.services.cancellations import (
    decline_cancellation,
    set_cancel_terms,
    withdraw_cancellation,
)
from returns.services.cancelling import carry_out_cancellation
from tests.facts import order_facts
from tests.returns.conftest import STAFF
from tests.returns.test_cancellations import (
    LATER,
    MINUTE,
    NOW,
    PLACED,
    cancel,
    pay_by_hand,
    pick,
    send,
)
from tests.shops import drain_all
from tracking.enums import Status
from tracking.models import Shipment
from tracking.serializers.notices import represent_notice


@pytest.fixture
def placed(scope: Merchant) -> Order:
    facts = order_facts(placed_at=PLACED, updated_at=PLACED)
    return take_in_order(facts, merchant=scope, at=PLACED).order


def settle_down(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        drain_all()


def told() -> list[tuple[str, str]]:
    found = Message.objects.filter(kind__regex="^(cancellation|return)").order_by("id")
    return list(found.values_list("kind", "state"))


def message(kind: str) -> Any:
    return Message.objects.get(kind=kind)


def test_the_notice_of_a_delay_leads_to_where_the_order_can_be_cancelled(
    placed: Order, client: Client
) -> None:
    unsent = Shipment(order=placed, status=Status.PENDING, carrier="yamato", tracking_number="1")

    def cancel_url(at: datetime) -> str:
        with time_machine.travel(at, tick=False):
            return represent_notice(unsent, today=at.date(), locale="ja")["cancel_url"]

    address = cancel_url(NOW)
    with time_machine.travel(NOW, tick=False):
        assert client.get(urlsplit(address).path, {"lang": "ja"}).status_code == 200
    assert address.endswith("?lang=ja")
    assert cancel_url(PLACED + timedelta(days=1)) == ""
    unsent.dispatched_at = NOW
    assert cancel_url(NOW) == ""


def test_confirmed_and_refunded(placed: Order) -> None:
    cancellation = cancel(placed, NOW)
    settle_down(NOW)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    pay_by_hand(LATER)
    settle_down(LATER)
    assert told() == [("cancellation.confirmed", "sent"), ("cancellation.refunded", "sent")]
    assert message("cancellation.confirmed").subject == "キャンセルを承りました（C-1001-1）"
    assert "¥7,500 をご返金いたしました" in message("cancellation.refunded").subject


def test_too_late_is_told_once_with_what_happens_now(placed: Order) -> None:
    cancel(placed, NOW)
    send(placed, NOW + MINUTE, 2, 1)
    settle_down(NOW + MINUTE)
    kinds = [kind for kind, state in told() if state == "sent"]
    assert kinds == ["cancellation.too_late"]


def test_what_was_picked_before_is_only_told_as_too_late(placed: Order) -> None:
    pick(placed, NOW, 2, 1)
    cancel(placed, NOW)
    settle_down(NOW)
    assert told() == [("cancellation.too_late", "sent")]


def test_what_was_taken_back_in_time_is_no_news(placed: Order) -> None:
    cancellation = cancel(placed, NOW)
    withdraw_cancellation(cancellation_id=cancellation.public_id, at=NOW, actor="shopper")
    settle_down(NOW)
    assert told() == [("cancellation.confirmed", "refused")]


def test_staff_hear_of_one_to_decide_and_the_shopper_of_the_answer(placed: Order) -> None:
    set_cancel_terms(CancelTerms(review=True), at=NOW, actor=STAFF)
    cancellation = cancel(placed, NOW)
    settle_down(NOW)
    assert StaffAlert.objects.filter(kind="cancellation.requested").count() == 1
    decline_cancellation(
        cancellation_id=cancellation.public_id, text="製作中です。", at=LATER, actor=STAFF
    )
    settle_down(LATER)
    assert told()[-1] == ("cancellation.declined", "sent")


def test_what_a_person_wrote_is_handed_out_and_forgotten(placed: Order) -> None:
    cancel(placed, NOW, note="Wrong size")
    person = Person(customer_id="", order_ids=(placed.public_id,), emails=(), words=())
    assert "Wrong size" in str(CANCELLATIONS.export(person))
    CANCELLATIONS.erase(person, LATER)
    assert Cancellation.objects.get().note == ""
