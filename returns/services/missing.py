"""Units that had left before their cancellation: a return is approved for when they arrive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from postexp.kernel.events import append
from returns.enums import CancellationMove, Fault, Outcome
from returns.events import CancellationTooLate
from returns.models import Cancellation, Return
from returns.models.cases import return_id
from returns.rules.commands import Wish
from returns.rules.paid import Units
from returns.selectors import judge
from returns.selectors.cancellations import list_cancelled_lines
from returns.services.decisions import approve_by_policy
from returns.services.policies import saved_version
from returns.services.requests import Checked, open_return, quote_wishes
from returns.services.transitions import move_cancellation

if TYPE_CHECKING:
    from commerce.models import Order
    from returns.rules.policy import Policy, Reason


def note_missed(
    cancellation: Cancellation, units: Mapping[int, int], *, at: datetime, actor: str
) -> None:
    """Note that units of lines (by row id) had left; the caller holds the order's lock.

    Where none are left the cancellation came too late. Publishes CancellationTooLate and the events
    of the return.
    """
    gone = {row: quantity for row, quantity in units.items() if quantity}
    if not gone:
        return
    lines = list_cancelled_lines(cancellation)
    for line in lines:
        line.too_late += gone.get(line.order_line_id, 0)
        line.save()
    whole = not any(line.left for line in lines)
    if whole:
        move_cancellation(cancellation, CancellationMove.MISS, at=at, actor=actor)
        cancellation.closed_at = at
        cancellation.save()
    names = {line.order_line_id: line.order_line.public_id for line in lines}
    case = open_return_ahead(
        cancellation.order,
        {names[row]: quantity for row, quantity in gone.items()},
        at=at,
        locale=cancellation.locale,
    )
    cancellation.case = case
    cancellation.save()
    append(
        CancellationTooLate(
            order_id=cancellation.order.public_id,
            cancellation_id=cancellation.public_id,
            units=sum(gone.values()),
            whole=whole,
            return_id=case.public_id,
        ),
        at=at,
        actor=actor,
    )


def open_return_ahead(
    order: Order, units: Mapping[str, int], *, at: datetime, locale: str
) -> Return:
    """Open a return of units (by the public id of their line) that have not arrived, approved.

    It has no last day yet: that is counted from their arrival. The caller holds the order's lock.
    Publishes ReturnRequested and ReturnApproved.
    """
    version = saved_version(order, at=at)
    judgement = judge(order, at=at)
    reason = _own_wish(judgement.policy)
    checked = [
        Checked(
            wish=Wish(line=one.line.public_id, quantity=quantity, reason=reason.code),
            judged=one,
            units=Units(line=one.line.public_id, quantity=quantity, fault=reason.fault),
            variant=None,
        )
        for one in judgement.lines
        if (quantity := units.get(one.line.public_id, 0))
    ]
    quoted = quote_wishes(judgement, checked, Outcome.REFUND)
    case = open_return(
        judgement,
        checked,
        quoted,
        version=version,
        key=return_id(),
        at=at,
        actor="shopper",
        locale=locale,
    )
    approve_by_policy(case, at=at)
    case.send_by = None
    case.save()
    return case


def _own_wish(policy: Policy) -> Reason:
    """Return the policy's reason of somebody who no longer wants it, or what comes nearest."""
    own = [reason for reason in policy.reasons if reason.fault is Fault.SHOPPER]
    named = [reason for reason in own if reason.code == "changed_mind"]
    return (named or own or list(policy.reasons))[0]
