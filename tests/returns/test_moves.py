"""Every change of a state is told: who keeps a copy by the log of events never falls behind."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from commerce.models import Merchant, Order
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Outcome, ReturnState
from returns.events import ExchangeMoved, RefundMoved, RefusedUnitsMoved, ReturnMoved
from returns.models import Exchange, PolicyVersion, Refund, RefusedUnits
from returns.rules.states import EXCHANGE_MOVES, REFUND_MOVES, REFUSED_MOVES, RETURN_MOVES
from returns.services.refused import move_refused
from returns.services.refused_fees import waive_fee
from returns.services.transitions import move_exchange, move_refund, move_return
from tests.returns.conftest import SENT, STAFF, ask, fresh, resolve
from tests.returns.test_desk import at_desk, staff
from tests.returns.test_journey import variant_id

__all__ = ("staff",)

NOW = SENT + timedelta(days=1)
Publish = Callable[..., PolicyVersion]


def told(kind: type) -> list[dict[str, Any]]:
    found = EventRecord.objects.filter(type=kind.type).order_by("id")  # type: ignore[attr-defined]
    return [one.payload for one in found]


def carry_out(
    moves: Mapping[tuple[Any, Any], Any], thing: Any, move: Callable[..., None], kind: type
) -> None:
    """Make each move of a table, and see that it is told with where it leads."""
    assert moves
    for (before, event), after in moves.items():
        thing.state = before
        with transaction.atomic():
            move(thing, event, at=NOW, actor=STAFF)
        last = EventRecord.objects.order_by("-id")[0]
        assert (last.type, last.actor) == (kind.type, STAFF)  # type: ignore[attr-defined]
        assert (last.payload["move"], last.payload["state"]) == (event.value, after.value)
        assert thing.state == after


@pytest.fixture
def refused(bought: Order) -> RefusedUnits:
    """A unit of two that came back worn."""
    case = resolve(ask(bought, NOW, (0, 2, "too_small")), NOW, refused=1)
    return RefusedUnits.objects.select_related("case__order").get(case=case)


def test_every_move_of_a_return_is_told(bought: Order) -> None:
    carry_out(RETURN_MOVES, ask(bought, NOW, (0, 1, "too_small")), move_return, ReturnMoved)


def test_every_move_of_a_refund_is_told(bought: Order) -> None:
    case = resolve(ask(bought, NOW, (0, 1, "too_small")), NOW)
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    carry_out(REFUND_MOVES, Refund.objects.get(), move_refund, RefundMoved)
    assert {one["refund_id"] for one in told(RefundMoved)} == {Refund.objects.get().public_id}


def test_every_move_of_an_exchange_is_told(bought: Order) -> None:
    ask(
        bought,
        NOW,
        (0, 1, "too_small"),
        outcome=Outcome.EXCHANGE,
        variant=variant_id(bought, "青"),
    )
    carry_out(EXCHANGE_MOVES, Exchange.objects.get(), move_exchange, ExchangeMoved)


def test_every_move_of_refused_units_is_told(refused: RefusedUnits) -> None:
    carry_out(REFUSED_MOVES, refused, move_refused, RefusedUnitsMoved)


def test_a_copy_of_the_state_is_right_from_the_request_to_the_end(bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    states = [ReturnState.IN_REVIEW]
    assert [one["state"] for one in told(ReturnMoved)] == states
    case = resolve(case, NOW)
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    refund = Refund.objects.get()
    services.refund_succeeded(refund.public_id, reference="bank", at=NOW, actor=STAFF)
    moves = told(ReturnMoved)
    assert [one["move"] for one in moves] == ["flag", "approve", "receive", "inspect", "settle"]
    assert {one["return_id"] for one in moves} == {case.public_id}
    assert {one["order_id"] for one in moves} == {bought.public_id}
    assert moves[-1]["state"] == fresh(case).state == ReturnState.COMPLETED
    assert [one["state"] for one in told(RefundMoved)] == ["succeeded"]


def test_a_fee_that_is_waived_is_told(refused: RefusedUnits) -> None:
    RefusedUnits.objects.filter(pk=refused.pk).update(state="fee_due")
    waive_fee(refused_id=refused.public_id, at=NOW, actor=STAFF)
    [moved] = told(RefusedUnitsMoved)
    assert (moved["move"], moved["state"]) == ("waive_fee", "to_send")
    assert moved["refused_id"] == refused.public_id


def test_a_story_says_what_happened_once(staff: Client, bought: Order, merchant: Merchant) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    page = staff.get(at_desk(f"{case.public_id}/")).content.decode()
    assert "Return approved" in page
    assert "Return went on" not in page
    log = staff.get(f"/d/{merchant.slug}/events/").content.decode()
    assert "Return went on" in log
