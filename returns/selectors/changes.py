"""What a return that is on nobody's way yet can be changed to."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from returns.models import Return
from returns.selectors.cases import list_lines_of
from returns.selectors.eligibility import Judgement, judge
from returns.selectors.limits import limited


def judge_change(case: Return, *, at: datetime) -> Judgement:
    """Return what can be asked for instead of a return, whose own units count as free.

    What was asked for in time stays possible: where the time for its lines is over by now, they are
    judged as of then, and nothing may be added.
    """
    asked = Counter[str]()
    for line in list_lines_of(case):
        asked[line.order_line.public_id] += line.quantity
    now = judge(case.order, at=at, apart_from=case)
    free = {one.line.public_id: one.decision.returnable for one in now.lines}
    if all(free.get(line, 0) >= units for line, units in asked.items()):
        return now
    return limited(judge(case.order, at=case.requested_at, apart_from=case), asked)
