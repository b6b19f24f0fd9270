"""The demo has cancellations in several states, made by the services alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commerce.models import Merchant, Order
from commerce.services.orders import take_in_order
from integrations.demo.cancelling import go_on, play
from integrations.demo.journeys import CalledOff, follow_ups, plan
from integrations.demo.seed import settle
from integrations.demo.shops import SHOPS
from returns.enums import CancellationState
from returns.models import Cancellation
from tests.facts import order_facts
from tests.returns.test_cancellations import LATER, NOW, PLACED


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        ("refunded", CancellationState.REFUNDED),
        ("refunding", CancellationState.REFUNDING),
        ("withdrawn", CancellationState.WITHDRAWN),
        ("too_late", CancellationState.TOO_LATE),
    ],
)
def test_a_wish_gets_as_far_as_it_says(scope: Merchant, ends: str, state: str) -> None:
    facts = replace(order_facts(), placed_at=PLACED, updated_at=PLACED)
    order: Order = take_in_order(facts, merchant=scope, at=PLACED).order
    wish = CalledOff(at=NOW, order_external_id=order.external_id, ends=ends)
    play(wish, actor="staff:0", settle=settle)
    for step in follow_ups(wish):
        go_on(wish, move=step.move, at=step.at, actor="staff:0", settle=settle)
    settle(LATER + timedelta(hours=4))
    assert Cancellation.objects.get().state == state


def test_every_end_is_planned_for() -> None:
    ends = {
        step.ends for shop in SHOPS for step in plan(shop, now=LATER) if isinstance(step, CalledOff)
    }
    assert {"too_late", "withdrawn"} <= ends
    assert ends & {"refunded", "refunding"}
