"""What a simulation found: its summary, and each changed answer with its reasons in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from commerce.serializers import instant, money
from postexp.kernel.money import Money
from postexp.kernel.spreadsheets import Cell
from returns.enums import (
    DenialCode,
    FactName,
    KeepItem,
    Outcome,
    ProcessingEvent,
    Slot,
    StatutoryPack,
    Verdict,
)
from returns.enums.simulating import ChangeOf, Segment
from returns.models import PolicySimulation, SimulatedChange
from returns.rules.policy import LANGUAGES, Denial, Policy
from returns.rules.simulation import WEIGHED
from returns.serializers.policy_changes import rule_title
from returns.serializers.words import denial_words

LAW = "law:"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """An amount under either policy, in minor units of `currency`."""

    currency: str
    before: int
    after: int

    @property
    def money(self) -> tuple[Money, Money]:
        """Both amounts."""
        return Money(self.before, self.currency), Money(self.after, self.currency)

    @property
    def more(self) -> Money:
        """How much more goes back under the simulated policy; negative for less."""
        return Money(self.after - self.before, self.currency)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many requests came to something under either policy, and the money of them."""

    label: str
    code: str
    before: int
    after: int
    money: tuple[Moved, ...] = ()
    requests: int = 0
    changed: int = 0


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The summary of a simulation. `unknown` are facts nobody had stored, with their requests."""

    requests: int
    changed: int
    changed_lines: int
    asked_again: int
    by_law: int
    unreckoned: int
    money: tuple[Moved, ...]
    verdicts: tuple[Counted, ...]
    outcomes: tuple[Counted, ...]
    segments: tuple[Counted, ...]
    unknown: tuple[tuple[FactName, int], ...]


def summary_of(simulation: PolicySimulation) -> Summary:
    """Return what a simulation has found so far."""
    found: Mapping[str, int] = simulation.summary
    told = {
        name: found.get(name, 0)
        for name in (
            *("requests", "changed", "changed_lines", "asked_again", "by_law", "unreckoned"),
        )
    }
    currencies = sorted({name.split(":")[1] for name in found if name.startswith("money:")})
    return Summary(
        **told,
        money=tuple(
            Moved(
                currency=currency,
                before=sum(found.get(f"money:{currency}:{one}:before", 0) for one in Outcome),
                after=sum(found.get(f"money:{currency}:{one}:after", 0) for one in Outcome),
            )
            for currency in currencies
        ),
        verdicts=tuple(
            Counted(
                label=str(verdict.label),
                code=verdict.value,
                before=found.get(f"verdict:{verdict.value}:before", 0),
                after=found.get(f"verdict:{verdict.value}:after", 0),
            )
            for verdict in Verdict
        ),
        outcomes=tuple(
            Counted(
                label=str(outcome.label),
                code=outcome.value,
                before=found.get(f"outcome:{outcome.value}:before", 0),
                after=found.get(f"outcome:{outcome.value}:after", 0),
                money=_moved(found, "money:{currency}:" + outcome.value, currencies),
            )
            for outcome in Outcome
        ),
        segments=tuple(
            Counted(
                label=str(segment.label),
                code=segment.value,
                before=found.get(f"segment:{segment.value}:granted:before", 0),
                after=found.get(f"segment:{segment.value}:granted:after", 0),
                money=_moved(found, f"segment:{segment.value}:money:" + "{currency}", currencies),
                requests=found.get(f"segment:{segment.value}:requests", 0),
                changed=found.get(f"segment:{segment.value}:changed", 0),
            )
            for segment in Segment
            if found.get(f"segment:{segment.value}:requests")
        ),
        unknown=tuple(
            (name, found[f"unknown:{name.value}"])
            for name in FactName
            if f"unknown:{name.value}" in found
        ),
    )


def _moved(found: Mapping[str, int], pattern: str, currencies: list[str]) -> tuple[Moved, ...]:
    names = [(currency, pattern.format(currency=currency)) for currency in currencies]
    return tuple(
        Moved(
            currency=currency,
            before=found.get(f"{name}:before", 0),
            after=found.get(f"{name}:after", 0),
        )
        for currency, name in names
        if found.get(f"{name}:before") or found.get(f"{name}:after")
    )


def why_changed(change: SimulatedChange, policy: Policy, locale: str) -> list[str]:
    """Return why the simulated policy says otherwise, in sentences that name rule or law."""
    with override(locale):
        denials = [_denied(denial, policy, locale) for denial in change.denials]
        named = {denial["rule"] for denial in change.denials}
        told = [
            _("%(what)s: %(by)s") % {"what": Slot(slot).label, "by": _by(by, policy)}
            for slot, by in change.slots
            if not denials or (Slot(slot) in _AGAINST and by not in named)
        ]
        if ChangeOf.KEEP_ITEM in change.what:
            told.append(_pair(*(str(KeepItem(one).label) for one in change.kept)))
        if ChangeOf.PROCESSING in change.what:
            told.append(_pair(*(str(ProcessingEvent(one).label) for one in change.paid)))
        return [*denials, *told] or [_("Another line of the request is decided otherwise.")]


_AGAINST = WEIGHED[:5]
"""The slots that can be why something does not come back."""


def _denied(denial: Mapping[str, Any], policy: Policy, locale: str) -> str:
    rule = next((one for one in policy.rules if one.id == denial["rule"]), None)
    words = denial_words(
        Denial(
            code=DenialCode(denial["code"]),
            outcome=Outcome(denial["outcome"]) if denial["outcome"] else None,
            until=datetime.fromisoformat(denial["until"]) if denial["until"] else None,
            said=rule.say if rule else {},
        ),
        locale,
    )
    return f"{words} ({_by(denial['rule'], policy)})" if rule else words


def _by(by: str, policy: Policy) -> str:
    if by.startswith(LAW):
        return str(StatutoryPack(by.removeprefix(LAW)).label)
    if not by:
        return _("what applies by default")
    return _("rule %(title)s") % {"title": rule_title(policy.rules, by)}


def _pair(before: str, after: str) -> str:
    return f"{before} → {after}"


def unknown_words(change: SimulatedChange) -> str:
    """Return the facts a rule asks about that nobody had stored, in the language in force."""
    return ", ".join(str(FactName(name).label) for name in change.unknown)


def change_header() -> list[str]:
    """Return the names of the columns of `change_cells`."""
    return [
        pgettext("when a return was asked for", "Requested"),
        pgettext("column of a file", "Order number"),
        _("Return"),
        _("Product"),
        _("Quantity"),
        _("Reason"),
        _("Outcome"),
        _("Customer"),
        _("Before"),
        _("After"),
        _("Currency"),
        _("Amount before"),
        _("Amount after"),
        _("Why"),
        _("Not known then"),
        _("Asked again later"),
    ]


def change_cells(
    simulation: PolicySimulation, changes: Iterator[SimulatedChange]
) -> Iterator[list[Cell]]:
    """Return changed answers as rows of a spreadsheet, in the language in force."""
    policy, locale = simulation.policy, get_language() or "en"
    for one in changes:
        yield [
            one.request.at,
            one.order.number,
            one.case.number if one.case else "",
            " ".join(filter(None, (one.order_line.title, one.order_line.variant_title))),
            one.quantity,
            one.reason,
            one.get_outcome_display(),
            one.get_segment_display(),
            one.get_verdict_before_display(),
            one.get_verdict_after_display(),
            one.currency,
            Decimal(money(one.money_before, one.currency)["amount"]),
            Decimal(money(one.money_after, one.currency)["amount"]),
            " ".join(why_changed(one, policy, locale)),
            unknown_words(one),
            one.asked_again,
        ]


def represent_simulation(simulation: PolicySimulation) -> dict[str, Any]:
    """Return a simulation with its summary; labels are left to who shows them."""
    told = summary_of(simulation)
    return {
        "id": simulation.public_id,
        "state": simulation.state,
        "days": simulation.days,
        "policy_hash": simulation.hash,
        "asked_at": instant(simulation.asked_at),
        "finished_at": instant(simulation.finished_at),
        "requests": simulation.total,
        "judged_requests": simulation.done,
        "summary": {
            "changed_requests": told.changed,
            "changed_lines": told.changed_lines,
            "asked_again": told.asked_again,
            "by_law": told.by_law,
            "not_reckoned": told.unreckoned,
            "money": [_wire(one) for one in told.money],
            "verdicts": [
                {"verdict": one.code, "before": one.before, "after": one.after}
                for one in told.verdicts
            ],
            "outcomes": [
                {
                    "outcome": one.code,
                    "before": one.before,
                    "after": one.after,
                    "money": [_wire(part) for part in one.money],
                }
                for one in told.outcomes
            ],
            "segments": [
                {
                    "segment": one.code,
                    "requests": one.requests,
                    "changed_requests": one.changed,
                    "before": one.before,
                    "after": one.after,
                    "money": [_wire(part) for part in one.money],
                }
                for one in told.segments
            ],
            "unknown_facts": [
                {"fact": name.value, "requests": count} for name, count in told.unknown
            ],
        },
    }


def _wire(moved: Moved) -> dict[str, Any]:
    before, after = moved.money
    return {"before": before.to_wire(), "after": after.to_wire()}


def represent_change(change: SimulatedChange, policy: Policy) -> dict[str, Any]:
    """Return a changed answer, with what decides it and why in every language."""
    return {
        "order_id": change.order.public_id,
        "order_number": change.order.number,
        "return_id": change.case.public_id if change.case else None,
        "line_id": change.order_line.public_id,
        "title": change.order_line.title,
        "quantity": change.quantity,
        "reason": change.reason,
        "outcome": change.outcome,
        "segment": change.segment,
        "asked_at": instant(change.request.at),
        "asked_again": change.asked_again,
        "changed": change.what,
        "before": {
            "verdict": change.verdict_before,
            "total": money(change.money_before, change.currency),
        },
        "after": {
            "verdict": change.verdict_after,
            "total": money(change.money_after, change.currency),
        },
        "decided_by": [{"slot": slot, "by": by} for slot, by in change.slots],
        "why": {
            language: " ".join(why_changed(change, policy, language)) for language in LANGUAGES
        },
        "unknown_facts": change.unknown,
    }
