"""Overdue returns are closed for every shop, by its own calendar."""

from datetime import UTC, datetime

import pytest
import time_machine

from commerce.models import Merchant, Order
from postexp.celery import app
from returns import services
from returns.enums import ReturnState
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


def test_the_schedule_knows_the_task() -> None:
    assert app.conf.beat_schedule["returns.end_overdue"]["task"] == "returns.end_overdue"
