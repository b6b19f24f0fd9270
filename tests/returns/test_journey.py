"""A return from the request to the money, through the services."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from commerce.models import Merchant, Order, StoreCreditEntry
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import DeclineReason, Outcome, RefundState, ReplacementState, ReturnState
from returns.errors import (
    CountsDoNotAddUp,
    InvalidTransition,
    NotReturnable,
    NothingToSettle,
    OutOfStock,
    QuantityExceedsReturnable,
    QuoteChanged,
    RefundExceedsBalance,
    UndoTimeOver,
)
from returns.models import LedgerEntry, PolicyVersion, Refund, Replacement, Return, Settlement
from returns.selectors import judge, list_transitions
from tests.returns.conftest import STAFF, arrive, ask, fresh, grade, line_ids, resolve

Publish = Callable[..., PolicyVersion]


def types(subject: str) -> list[str]:
    return list(
        EventRecord.objects.filter(subject=subject).order_by("id").values_list("type", flat=True)
    )


def settle(case: Return, at: datetime, key: str = "k1", **more: object) -> Settlement:
    return services.settle_return(
        return_id=case.public_id, key=key, at=at, actor=STAFF, **more  # type: ignore[arg-type]
    )


def test_from_request_to_refund(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    assert (case.number, case.state) == ("R-1001-1", ReturnState.IN_REVIEW)
    assert case.quote["payout"] == 2500
    resolve(case, at)
    settlement = settle(case, at, shown=2500)
    bought.refresh_from_db()
    assert (settlement.total, bought.given_back) == (2500, 2500)
    assert fresh(case).state == ReturnState.RESOLVING
    refund = Refund.objects.get()
    assert (refund.provider, refund.amount, refund.state) == ("manual", 2500, RefundState.PENDING)
    services.refund_succeeded(refund.public_id, reference="bank-77", at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.COMPLETED
    assert types(f"return:{case.public_id}") == [
        "return.requested",
        "return.approved",
        "return.received",
        "return.inspected",
        "return.completed",
    ]
    assert types(f"order:{bought.public_id}")[-2:] == ["settlement.booked", "settlement.paid"]
    assert [step.event for step in list_transitions(case)] == [
        "flag",
        "approve",
        "receive",
        "inspect",
        "succeed",
        "settle",
    ]
