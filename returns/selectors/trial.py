"""Reads of the test return: how far staff have got with trying it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from commerce.selectors.setup import TEST, count_orders_by_source, newest_order_by_source
from returns.enums import ReturnState
from returns.models import TransitionLog
from returns.selectors.cases import list_returns_of_order

if TYPE_CHECKING:
    from commerce.models import Order
    from returns.models import Return

WAITING = (ReturnState.REQUESTED, ReturnState.IN_REVIEW)
ENDED = (ReturnState.REJECTED, ReturnState.CANCELLED, ReturnState.EXPIRED, ReturnState.LOST)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The newest test order and its return, as far as there are any."""

    order: Order | None
    case: Return | None

    @property
    def approved(self) -> bool:
        """Whether the return was asked for and approved."""
        return self.case is not None and self.case.state not in (*WAITING, *ENDED)


def newest_trial() -> Trial:
    """Return how far the newest test return is."""
    order = newest_order_by_source(TEST)
    cases = list_returns_of_order(order) if order else []
    return Trial(order=order, case=cases[0] if cases else None)


def has_approved_trial() -> bool:
    """Whether any test return was ever approved, whatever became of it and however many follow."""
    approvals = TransitionLog.objects.filter(case__order__source=TEST, after=ReturnState.APPROVED)
    return bool(approvals.exists())


def count_test_orders() -> int:
    """Return how many test orders were made."""
    return count_orders_by_source(TEST)
