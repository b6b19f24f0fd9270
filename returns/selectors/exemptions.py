"""Reads of goods that the law exempts from withdrawal, and of what may be declined therefore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from returns.enums import EXEMPT, DeclineReason, Exemption
from returns.models import Return, WithdrawalSettings
from returns.rules.policy.statutory import PACKS
from returns.rules.withdrawals import REASON

if TYPE_CHECKING:
    from commerce.models import OrderLine

Marks = Mapping[str, Exemption]
"""Tags of products, in lower case, with why the law exempts the goods."""


def exempt_marks() -> Marks:
    """Return the tags by which a shop marks goods that the law exempts."""
    return {
        tag.casefold(): Exemption(exemption)
        for exemption, tags in exempt_tags().items()
        for tag in tags
    }


def exempt_tags() -> Mapping[str, list[str]]:
    """Return these tags as the shop wrote them, by exemption."""
    kept: WithdrawalSettings | None = WithdrawalSettings.objects.first()
    tags: Mapping[str, list[str]] = kept.exempt_tags if kept else {}
    return tags


def exemption_of(line: OrderLine, marks: Marks) -> Exemption | None:
    """Return why the law exempts a line, None where nobody said.

    What its order says comes before the tags it had when it was sold.
    """
    if line.exemption:
        return Exemption(line.exemption)
    found = (marks.get(tag.casefold()) for tag in line.tags)
    return next((exemption for exemption in found if exemption), None)


def reasons_to_decline(case: Return) -> tuple[DeclineReason, ...]:
    """Return for what a return may be declined.

    What the law gave a right to when it was asked for is declined for an exemption of that law
    alone, and not at all where it has none.
    """
    laws = _laws_of(case)
    if laws is None:
        return tuple(DeclineReason)
    return EXEMPT if all(pack.exempting for pack in PACKS if pack.code in laws) else ()


def _laws_of(case: Return) -> frozenset[str] | None:
    """Return the laws that gave a right to any of the lines, None where none did."""
    decided = getattr(case, "policy_decision", None)
    lines = decided.decision["lines"][: len(decided.wishes)] if decided else []
    laws = frozenset(line["law"] for line in lines if line["law"])
    withdrawn = any(line.reason == REASON for line in case.lines.all())
    return laws if laws or withdrawn else None


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A line that comes back, and why the law may exempt it, in the language of the moment."""

    title: str
    exemption: str


def marked_lines(case: Return) -> list[Marked]:
    """Return the lines of a return that the shop marked as exempt from withdrawal."""
    marks = exempt_marks()
    found = [
        (line.order_line.title, exemption_of(line.order_line, marks)) for line in case.lines.all()
    ]
    return [
        Marked(title=title, exemption=str(exemption.label))
        for title, exemption in found
        if exemption not in (None, Exemption.NONE)
    ]
