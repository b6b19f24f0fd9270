"""What needs doing in returns, and how they are going."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from postexp.kernel.replica import from_replica
from returns.enums import Outcome, RefundState, ReplacementState, ReturnState, SettlementKind
from returns.models import Refund, Replacement, Return, Settlement
from returns.selectors.cases import seeming_lost

SPAN = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Todo:
    """How many returns, refunds and replacements wait for a person."""

    to_review: int
    to_grade: int
    to_settle: int
    to_pay: int
    unclear: int
    to_ship: int
    lost: int

    @property
    def total(self) -> int:
        """Everything together."""
        return (
            self.to_review
            + self.to_grade
            + self.to_settle
            + self.to_pay
            + self.unclear
            + self.to_ship
            + self.lost
        )


def todo() -> Todo:
    """Return what waits for staff, in three queries."""
    cases = Return.objects.aggregate(
        to_review=Count("id", filter=Q(state=ReturnState.IN_REVIEW)),
        to_grade=Count("id", filter=Q(state=ReturnState.RECEIVED)),
        resolving=Count("id", filter=Q(state=ReturnState.RESOLVING)),
        lost=Count("id", filter=seeming_lost()),
    )
    refunds = Refund.objects.exclude(state=RefundState.SUCCEEDED).aggregate(
        to_pay=Count("id", filter=Q(state=RefundState.PENDING, provider="manual")),
        unclear=Count("id", filter=Q(state__in=[RefundState.FAILED, RefundState.OUTCOME_UNKNOWN])),
        being_paid=Count(
            "settlement__case",
            filter=Q(settlement__case__state=ReturnState.RESOLVING),
            distinct=True,
        ),
    )
    return Todo(
        to_review=cases["to_review"],
        to_grade=cases["to_grade"],
        to_settle=cases["resolving"] - refunds["being_paid"],
        to_pay=refunds["to_pay"],
        unclear=refunds["unclear"],
        to_ship=Replacement.objects.filter(state=ReplacementState.READY).count(),
        lost=cases["lost"],
    )


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What returns came to: money refunded, and value kept as credit or exchange."""

    requests: int
    refunded: int
    kept: int


@from_replica
def kept_value(*, at: datetime, currency: str) -> Kept:
    """Return what the settlements of thirty days came to, in one currency's minor units.

    Returns of test orders count nowhere.
    """
    settled = Settlement.objects.filter(
        kind=SettlementKind.RETURN, at__gt=at - SPAN, currency=currency, order__test=False
    ).aggregate(
        refunded=Coalesce(Sum("total", filter=Q(outcome=Outcome.REFUND)), 0),
        kept=Coalesce(Sum("total", filter=~Q(outcome=Outcome.REFUND)), 0),
    )
    requests = Return.objects.filter(requested_at__gt=at - SPAN, order__test=False).count()
    return Kept(requests=requests, refunded=settled["refunded"], kept=settled["kept"])
