"""What else belongs to a return, and everything that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from postexp.kernel import history
from returns.events import RefundMoved, RefusedUnitsMoved, ReturnMoved
from returns.models import (
    Cancellation,
    Refund,
    RefusedUnits,
    Return,
    ReturnParcelCase,
    TransitionLog,
    UnannouncedGoods,
    Withdrawal,
)
from returns.selectors.receiving import list_refused_of, list_surplus_of

if TYPE_CHECKING:
    from postexp.kernel.models import EventRecord

FEW = 20
"""So many rows of a kind are looked at."""


@dataclass(frozen=True, kw_only=True)
class Belongings:
    """What belongs to one return beside its own lines, oldest first.

    `replaced` is the return that was changed into this one, `replaced_by` what this one became.
    """

    refused: list[RefusedUnits]
    surplus: list[UnannouncedGoods]
    withdrawals: list[Withdrawal]
    cancellations: list[Cancellation]
    replaced: Return | None
    replaced_by: Return | None


def belongings_of(case: Return) -> Belongings:
    """Return what belongs to a return beside its own lines."""
    return Belongings(
        refused=list_refused_of(case),
        surplus=list_surplus_of(case),
        withdrawals=list(Withdrawal.objects.filter(case=case).order_by("id")[:FEW]),
        cancellations=list(Cancellation.objects.filter(case=case).order_by("id")[:FEW]),
        replaced=case.replaces,
        replaced_by=Return.objects.filter(replaces=case).first(),
    )


def story_of_return(case: Return, around: Belongings) -> list[EventRecord]:
    """Return what happened to a return and to all that belongs to it, newest first.

    That a state changed is left out where another event says what happened: `list_moves` has it.
    """
    parcels = ReturnParcelCase.objects.filter(case=case)
    refunds = Refund.objects.filter(settlement__case=case)
    return history.story_of(
        f"return:{case.public_id}",
        *(f"return_parcel:{one}" for one in parcels.values_list("parcel__public_id", flat=True)),
        *(f"refund:{one}" for one in refunds.values_list("public_id", flat=True)),
        *(f"unannounced:{one.public_id}" for one in around.surplus),
        *(f"withdrawal:{one.public_id}" for one in around.withdrawals),
        *(f"cancellation:{one.public_id}" for one in around.cancellations),
        ignoring=(ReturnMoved.type, RefundMoved.type, RefusedUnitsMoved.type),
    )


def list_moves(case: Return) -> list[TransitionLog]:
    """Return every change of a return's own state, newest first."""
    found = TransitionLog.objects.filter(case=case, exchange=None, cancellation=None, refund=None)
    return list(found.order_by("-id")[: history.STORY])
