"""Reads of what the policy decided about the goods themselves, and about when they are paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from returns.enums import KeepItem, ProcessingEvent, Slot
from returns.models import Return, ReturnLine
from returns.rules.terms import settled_value
from returns.selectors.cases import list_lines_of
from returns.selectors.policies import decision_of, engine_of

if TYPE_CHECKING:
    from returns.models import PolicyDecision


def decided_slot(case: Return, line: ReturnLine, slot: Slot) -> Any:
    """Return the value of a slot as it was decided for a line of a return, None for older ones."""
    return _value(decision_of(case), line, slot)


def _value(kept: PolicyDecision | None, line: ReturnLine, slot: Slot) -> Any:
    if kept is None or line.position >= len(kept.decision["lines"]):
        return None
    policy = engine_of(kept.policy_version).policy
    return settled_value(policy, kept.decision["lines"][line.position], slot)


def lines_that_stay(case: Return, how: KeepItem) -> list[ReturnLine]:
    """Return the lines of a return whose goods stay where they are in that way, and do not yet."""
    kept = decision_of(case)
    return [
        line
        for line in list_lines_of(case)
        if not (line.kept or line.received) and _value(kept, line, Slot.KEEP_ITEM) == how.value
    ]


def pays_on(case: Return, line: ReturnLine) -> ProcessingEvent:
    """Return what a line waits for until it is paid."""
    decided = decided_slot(case, line, Slot.PROCESSING_EVENT)
    return ProcessingEvent(decided) if decided else ProcessingEvent.INSPECTED
