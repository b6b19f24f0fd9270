"""Overdue returns are closed for every shop, by its own calendar."""

from datetime import UTC, datetime

import pytest
import time_machine

from commerce.models import Merchant, Order
from postexp.celery import app
from returns import services
from returns.enums import ReturnState
from returns.models import Return
from returns.tasks import end_overdue_returns
from tests.returns.conftest import STAFF, ask, fresh


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        # The last day, 19 December in Tokyo, ends at 15:00 UTC.
        (datetime(2026, 12, 19, 14, 59, 59, tzinfo=UTC), ReturnState.APPROVED),
        (datetime(2026, 12, 19, 15, 0, tzinfo=UTC), ReturnState.EXPIRED),
    ],
)
def test_a_return_expires_with_its_day(
    bought: Order, scope: Merchant, at: datetime, moment: datetime, state: ReturnState
) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    with time_machine.travel(moment, tick=False):
        end_overdue_returns()
    assert fresh(case).state == state


def test_a_return_that_cannot_be_ended_holds_no_other_up(
    bought: Order, scope: Merchant, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [ask(bought, at, (place, 1, "too_small")) for place in (0, 1)]
    for case in cases:
        services.approve_return(return_id=case.public_id, at=at, actor=STAFF)

    def end(*, return_id: str, at: datetime) -> Return:
        if return_id == cases[0].public_id:
            raise ValueError("a fault")
        return services.end_overdue(return_id=return_id, at=at)

    monkeypatch.setattr("returns.tasks.end_overdue", end)
    with time_machine.travel(datetime(2026, 12, 20, tzinfo=UTC), tick=False):
        end_overdue_returns()
    assert [fresh(case).state for case in cases] == [ReturnState.APPROVED, ReturnState.EXPIRED]


def test_the_schedule_knows_the_task() -> None:
    assert app.conf.beat_schedule["returns.end_overdue"]["task"] == "returns.end_overdue"
