"""A policy on past requests: what was decided of each, what another policy decides, and the money.

Every request is judged by itself from the facts stored with its decision. Money is that of the real
quote under either policy, on the order's books as they were. Dates that the earlier policy promised
do not bind the other one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from returns.enums import (
    FactLevel,
    FactName,
    Fault,
    KeepItem,
    Outcome,
    ProcessingEvent,
    Slot,
    Verdict,
)
from returns.enums.simulating import ChangeOf, Segment
from returns.errors import ReturnsError
from returns.rules.money import quote
from returns.rules.paid import PaidOrder, Units
from returns.rules.policy import Engine, Facts, Policy
from returns.rules.policy.facts import FACTS
from returns.rules.quotes import Quote
from returns.rules.terms import Decided, restocking_of, settled_value, terms_of
from returns.rules.withdrawals import REASON

WEIGHED = (
    *(Slot.ELIGIBLE, Slot.REASONS, Slot.START_EVENT, Slot.WINDOW, Slot.OUTCOMES, Slot.FEES),
    *(Slot.BONUS, Slot.PART_CREDIT, Slot.EVIDENCE, Slot.REVIEW, Slot.PROCESSING_EVENT),
    *(Slot.KEEP_ITEM, Slot.SHOP_NOW, Slot.EXCHANGE_TIMING),
)
"""The slots that may have changed an answer, in the order in which they are told."""

_STRICTEST = list(Verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWish:
    """Units of an order line that were asked for, for a reason of the policy of that time."""

    line: str
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A request as it was decided: by which policy, of what facts, and what came of it.

    `decided` are the lines of the decision in the order of `wishes`. `paid` is the order's money as
    it was then. `promised` is the sum of the return that was opened, None where it was refused.
    `asked_again`: the same units were asked for once more later, which counts instead.
    """

    policy: Policy
    facts: Facts
    decided: tuple[Decided, ...]
    wishes: tuple[PastWish, ...]
    outcome: Outcome
    paid: PaidOrder
    promised: int | None
    segment: Segment
    asked_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a policy says to units of a line for the outcome that was wanted.

    `money` is what they add to the payout of the lines before them, in minor units: return postage
    lies on the first line that pays it, and the lines of a request add up to its payout.
    """

    verdict: Verdict
    money: int
    keep: KeepItem
    pays: ProcessingEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Units that another policy decides otherwise about, and why.

    `denials` are its reasons against as in a stored decision; `slots` names each that differs with
    what decides it now, a rule's id, a law's name or nothing for the default.
    """

    wish: PastWish
    before: Answer
    after: Answer
    what: tuple[ChangeOf, ...]
    denials: tuple[Mapping[str, Any], ...]
    slots: tuple[tuple[Slot, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A past request under both policies; None for answers that could not be reckoned.

    `unknown` are facts the other policy asks about that were not stored. `by_law`: it was opened
    whatever the policy said, so that none changes it.
    """

    past: Past
    before: tuple[Answer, ...] | None
    after: tuple[Answer, ...] | None
    changed: tuple[Changed, ...]
    unknown: tuple[FactName, ...]
    by_law: bool = False


def compare(past: Past, engine: Engine) -> Compared:
    """Return a past request under its own policy and under another."""
    if _is_by_law(past):
        return Compared(past=past, before=None, after=None, changed=(), unknown=(), by_law=True)
    again = engine.decide(_unbound(past.facts))
    decided = tuple(line.to_json() for line in again.lines[: len(past.wishes)])
    unreckoned = Compared(past=past, before=None, after=None, changed=(), unknown=())
    if not {wish.line for wish in past.wishes} <= {line.id for line in past.paid.lines}:
        return unreckoned
    try:
        before = _answers(past, past.policy, past.decided)
        after = _answers(past, engine.policy, decided)
    except ReturnsError:
        # The order was changed since, and does not hold what was asked for then.
        return unreckoned
    return Compared(
        past=past,
        before=before,
        after=after,
        changed=tuple(_changes(past, engine.policy, decided, before, after)),
        unknown=_unknown(past, engine),
    )


def _is_by_law(past: Past) -> bool:
    """Whether a return was opened without asking the policy, as for a withdrawal."""
    withdrawn = any(wish.reason == REASON for wish in past.wishes)
    granted = all(
        _is_granted(past, wish, line) for wish, line in zip(past.wishes, past.decided, strict=True)
    )
    return withdrawn or (past.promised is not None and not granted)


def _unbound(facts: Facts) -> Facts:
    return replace(facts, lines=tuple(replace(line, promised={}) for line in facts.lines))


def _is_granted(past: Past, wish: PastWish, decided: Decided) -> bool:
    offered = any(offer["outcome"] == past.outcome.value for offer in decided["offers"])
    return offered and decided["returnable"] >= wish.quantity


def _answers(past: Past, policy: Policy, decided: Sequence[Decided]) -> tuple[Answer, ...]:
    """Return a policy's answer to each wish; raises ReturnsError where there is no sum."""
    granted = [
        place for place, wish in enumerate(past.wishes) if _is_granted(past, wish, decided[place])
    ]
    money = dict.fromkeys(range(len(past.wishes)), 0)
    so_far = 0
    for count, place in enumerate(granted, 1):
        together = [(past.wishes[one], decided[one]) for one in granted[:count]]
        payout = _quote(past, policy, together).payout
        money[place], so_far = payout - so_far, payout
    return tuple(
        Answer(
            verdict=Verdict(line["verdict"]) if place in granted else Verdict.DENIED,
            money=money[place],
            keep=KeepItem(settled_value(policy, line, Slot.KEEP_ITEM)),
            pays=ProcessingEvent(settled_value(policy, line, Slot.PROCESSING_EVENT)),
        )
        for place, line in enumerate(decided)
    )


def _quote(past: Past, policy: Policy, granted: Sequence[tuple[PastWish, Decided]]) -> Quote:
    """Return the sum of what comes back together, as when it was asked for."""
    held = {line.line: line.settled + line.reserved for line in past.facts.lines}
    order = replace(
        past.paid,
        lines=tuple(
            replace(line, settled=held.get(line.id, line.settled)) for line in past.paid.lines
        ),
    )
    faults = [_fault(policy, wish) for wish, _line in granted]
    lines = [(line, fault) for (_wish, line), fault in zip(granted, faults, strict=True)]
    units = [
        Units(
            line=wish.line,
            quantity=wish.quantity,
            fault=fault,
            restocking=restocking_of(policy, line),
        )
        for (wish, line), fault in zip(granted, faults, strict=True)
    ]
    terms = terms_of(policy, lines, past.outcome, order.currency)
    return quote(order, units, terms, past.outcome)


def _fault(policy: Policy, wish: PastWish) -> Fault:
    reason = policy.reason(wish.reason)
    return reason.fault if reason else Fault.SHOPPER


def _changes(
    past: Past,
    policy: Policy,
    decided: Sequence[Decided],
    before: Sequence[Answer],
    after: Sequence[Answer],
) -> Iterator[Changed]:
    for wish, was, now, then, line in zip(
        past.wishes, before, after, past.decided, decided, strict=True
    ):
        what = tuple(_differences(was, now))
        if what:
            yield Changed(
                wish=wish,
                before=was,
                after=now,
                what=what,
                denials=tuple(_relevant(line, past.outcome, now)),
                slots=tuple(_slots(past.policy, then, policy, line)),
            )


def _differences(was: Answer, now: Answer) -> Iterator[ChangeOf]:
    if was.verdict is not now.verdict:
        yield ChangeOf.VERDICT
    if was.money != now.money:
        yield ChangeOf.MONEY
    if Verdict.DENIED in (was.verdict, now.verdict):
        return  # what does not come back is neither sent nor paid
    if was.keep is not now.keep:
        yield ChangeOf.KEEP_ITEM
    if was.pays is not now.pays:
        yield ChangeOf.PROCESSING


def _relevant(line: Decided, outcome: Outcome, now: Answer) -> Iterator[Mapping[str, Any]]:
    """Return the reasons against what was wanted; none where it is granted."""
    if now.verdict is Verdict.DENIED:
        for denial in line["denials"]:
            if denial["outcome"] in (None, outcome.value):
                yield denial


def _slots(old: Policy, was: Decided, new: Policy, now: Decided) -> Iterator[tuple[Slot, str]]:
    for slot in WEIGHED:
        if settled_value(old, was, slot) != settled_value(new, now, slot):
            kept = now["slots"].get(slot.value)
            yield slot, kept["by"] if kept else ""


def _unknown(past: Past, engine: Engine) -> tuple[FactName, ...]:
    """Return what the policy asks about and nobody had written down, in the vocabulary's order."""
    known = past.facts.known
    wished = past.facts.lines[: len(past.wishes)]
    return tuple(
        name
        for name, fact in FACTS.items()
        if name in engine.asks and not fact.derived
        if (
            any(line.known.get(name.value) is None for line in wished)
            if fact.level is FactLevel.LINE
            else known.get(name.value) is None
        )
    )


def tally(compared: Compared) -> Counter[str]:
    """Return what a request adds to the summary, as counts by name.

    Names have their parts between colons, the side (before, after) last: `requests`,
    `changed`, `changed_lines`, `asked_again`, `by_law`, `unreckoned`, `unknown:<fact>`,
    `verdict:<verdict>:<side>`, `outcome:<outcome>:<side>`,
    `money:<currency>:<outcome>:<side>`, `segment:<segment>:requests`,
    `segment:<segment>:changed`, `segment:<segment>:granted:<side>` and
    `segment:<segment>:money:<currency>:<side>`. What was asked again later counts there alone.
    """
    past, found = compared.past, Counter[str]()
    found["requests"] = 1
    found.update({f"unknown:{name.value}": 1 for name in compared.unknown})
    if compared.changed:
        found["changed"], found["changed_lines"] = 1, len(compared.changed)
    if past.asked_again:
        found["asked_again"] = 1
        return found
    segment = f"segment:{past.segment.value}"
    found[f"{segment}:requests"] = 1
    found[f"{segment}:changed"] = int(bool(compared.changed))
    if compared.before is None or compared.after is None:
        found["by_law" if compared.by_law else "unreckoned"] = 1
        return found
    for side, answers in (("before", compared.before), ("after", compared.after)):
        verdict = max((one.verdict for one in answers), key=_STRICTEST.index)
        found[f"verdict:{verdict.value}:{side}"] = 1
        if all(one.verdict is Verdict.DENIED for one in answers):
            continue
        paid, outcome = sum(one.money for one in answers), past.outcome.value
        found[f"outcome:{outcome}:{side}"] = 1
        found[f"money:{past.paid.currency}:{outcome}:{side}"] = paid
        found[f"{segment}:granted:{side}"] = 1
        found[f"{segment}:money:{past.paid.currency}:{side}"] = paid
    return found
