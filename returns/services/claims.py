"""Units of a return that let go of them, held again while they are still free."""

from __future__ import annotations

from datetime import datetime

from returns.errors import UnitAlreadySettled
from returns.models import Return
from returns.selectors import judge, list_lines_of


def claim_late(case: Return, *, at: datetime) -> None:
    """Make sure that the units of a return which had ended are still its own.

    The caller holds the order's lock. Raises UnitAlreadySettled where they were settled otherwise,
    or promised, meanwhile.
    """
    free = {
        one.line.pk: one.facts.quantity - one.facts.settled - one.facts.reserved - one.facts.refused
        for one in judge(case.order, at=at, apart_from=case).lines
    }
    for line in list_lines_of(case):
        # What this return has settled itself counts as settled there.
        free[line.order_line_id] -= line.quantity - line.settled
    if min(free.values()) < 0:
        raise UnitAlreadySettled
