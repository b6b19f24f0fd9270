"""Deciding: for each slot the first rule that matches, then the law, then windows and reasons.

Pure and total: the same policy and facts give the same decision, to the last bit of its trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from returns.enums import (
    DenialCode,
    Exemption,
    FactName,
    Fault,
    IfUnknown,
    KeepItem,
    Outcome,
    ProcessingEvent,
    ReturnMethod,
    Slot,
    StartEvent,
    Verdict,
)
from returns.rules.paid import WHOLE
from returns.rules.policy.compiled import TRUE, UNKNOWN, Bits, Compiled, Step
from returns.rules.policy.decisions import (
    Decision,
    Denial,
    Facts,
    Line,
    LineDecision,
    Offer,
    Settled,
    Trace,
)
from returns.rules.policy.document import Policy
from returns.rules.policy.slots import ALL
from returns.rules.policy.statutory import (
    Pack,
    arrived_whole,
    improved,
    is_exempt,
    pack_for,
    period_of_law,
    zones_of_law,
)
from returns.rules.windows import WindowStart, is_open, window_end, window_start
from returns.rules.withdrawals import next_working_day

_LETTERS = "FUT"
_PLACE = {slot: place for place, slot in enumerate(Slot)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What is worked out once for all lines: `open` are the rules each has to be asked about.

    Where a law binds, `zones` are those its days are counted in, and `whole` is the day on which
    all had arrived.
    """

    facts: Facts
    zone: ZoneInfo
    pack: Pack | None
    zones: tuple[ZoneInfo, ...]
    whole: date
    shared: Bits
    before: list[int]
    open: list[int]
    seen: dict[Any, Bits] = field(default_factory=dict)


class Engine:
    """A policy made ready to decide; worth keeping, as making it takes longer than deciding."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._compiled = Compiled(policy.rules)
        self._usual = usual_slots(policy)
        self._effects = [
            [
                (_PLACE[slot], Settled(self._whole(slot, value), rule.id))
                for slot, value in rule.effects.items()
            ]
            for rule in self._compiled.rules
        ]
        self._says = {rule.id: rule.say for rule in self._compiled.rules}
        self._matches_from = [
            UNKNOWN if rule.if_unknown is IfUnknown.MATCH else TRUE for rule in self._compiled.rules
        ]
        self._reviewing = [
            index
            for index, rule in enumerate(self._compiled.rules)
            if rule.if_unknown is IfUnknown.REVIEW
        ]

    @property
    def differs_by_reason(self) -> bool:
        """Whether a rule may decide another way for another reason."""
        by_rule = not self.asks.isdisjoint({FactName.REASON, FactName.FAULT})
        return by_rule or any(Slot.REASONS in rule.effects for rule in self._compiled.rules)

    @property
    def asks(self) -> frozenset[FactName]:
        """The facts that active rules ask about; for all others any value decides the same."""
        return self._compiled.facts

    def decide(self, facts: Facts) -> Decision:
        """Return what the policy says about every line, and why."""
        shared = self._compiled.shared(facts.known, facts.currency)
        before = self._compiled.beforehand(shared)
        pack = pack_for(self.policy, facts.known.get(FactName.COUNTRY.value))
        zones = zones_of_law(facts) if pack else ()
        order = _Order(
            facts=facts,
            zone=ZoneInfo(facts.zone),
            pack=pack,
            zones=zones,
            whole=arrived_whole(facts, zones),
            shared=shared,
            before=before,
            open=[index for index, truth in enumerate(before) if truth == UNKNOWN],
        )
        return Decision(lines=tuple(self._line(line, order) for line in facts.lines))

    def explain(self, rule_id: str, trace: Trace) -> Step | None:
        """Return each step of an active rule in a decision with its truth, None for another one."""
        for rule in self._compiled.rules:
            if rule.id == rule_id:
                return self._compiled.explain(rule, trace.true, trace.unknown)
        return None

    def _line(self, line: Line, order: "_Order") -> LineDecision:
        facts, zone, pack = order.facts, order.zone, order.pack
        known = self._known(line, facts, zone)
        own = self._compiled.of_line(known, facts.currency, order.seen)
        true, unknown = order.shared[0] | own[0], order.shared[1] | own[1]
        truths = order.before.copy()
        for index in order.open:
            truths[index] = self._compiled.tests[index](true, unknown)
        slots = self._slots(truths, known)
        start = self._start(line, facts, zone, StartEvent(slots[Slot.START_EVENT].value))
        law_until = self._law_until(line, order)
        exempt = pack is not None and pack.exempting and is_exempt(known)
        by_exemption = exempt and law_until is not None
        if exempt:
            law_until = None
        if pack is not None and law_until is not None:
            slots = improved(pack, slots, self.policy, is_exempt(known))
        ends = self._ends(line, facts, zone, slots, start, law_until)
        offers = [end for end in ends if is_open(end.until, facts.at)]
        against = _against(line, slots, known, by_law=law_until is not None)
        if against is not None and (words := self._says.get(against.rule)):
            against = replace(against, said=words)
        denials = [*_why_not_now(line, start, ends, facts.at), *([against] if against else [])]
        if not ends and not denials:
            # Nothing that is offered can be had for this line, such as credit without a customer.
            denials = [Denial(code=DenialCode.NOT_ELIGIBLE, rule=slots[Slot.OUTCOMES].by)]
        barred = against is not None and against.code is not DenialCode.EVIDENCE_NEEDED
        open_for = bool(offers) and not barred
        if by_exemption and not open_for and line.left > 0:
            denials.append(Denial(code=_EXEMPT[known[FactName.EXEMPTION.value]]))
        return LineDecision(
            line=line.line,
            verdict=_verdict(open_for, slots, line),
            returnable=line.left if open_for else 0,
            offers=tuple(offers) if open_for else (),
            denials=tuple(denials),
            slots=slots,
            law=pack.code if pack is not None and law_until is not None else None,
            trace=Trace(rules=self._letters(truths), true=true, unknown=unknown, start=start),
        )

    def _known(self, line: Line, facts: Facts, zone: ZoneInfo) -> Mapping[str, Any]:
        """Return a line's facts with those the policy makes of them."""
        known = dict(line.known)
        reason = self.policy.reason(str(known.get(FactName.REASON.value)))
        known[FactName.FAULT.value] = reason.fault.value if reason else None
        start = self._start(line, facts, zone, StartEvent.DELIVERED)
        days = (facts.at.astimezone(zone).date() - start.day).days if start else None
        known[FactName.DAYS_SINCE_START.value] = None if days is None else max(0, days)
        return known

    def _slots(self, truths: Sequence[int], known: Mapping[str, Any]) -> dict[Slot, Settled]:
        slots = list(self._usual.values())
        if known.get(FactName.FINAL_SALE.value) and known[FactName.FAULT.value] in _OWN_CHOICE:
            slots[_PLACE[Slot.ELIGIBLE]] = _FINAL_SALE
        matching = [
            effects
            for truth, least, effects in zip(truths, self._matches_from, self._effects, strict=True)
            if truth >= least
        ]
        for effects in reversed(matching):  # so that the first that matches has the last word
            for place, settled in effects:
                slots[place] = settled
        unsure = next((index for index in self._reviewing if truths[index] == UNKNOWN), None)
        if unsure is not None and not slots[_PLACE[Slot.REVIEW]].value:
            slots[_PLACE[Slot.REVIEW]] = Settled(True, self._compiled.rules[unsure].id)
        return dict(zip(_PLACE, slots, strict=True))

    def _whole(self, slot: Slot, value: Any) -> Any:
        """Return a rule's value with the policy's own for the parts it leaves open."""
        if slot is not Slot.FEES:
            return value
        fees = {**self._usual[Slot.FEES].value, **value}
        if fees.pop("waive"):
            fees |= {"restocking": 0, "postage": {}}
        return {**fees, "waive": bool(value.get("waive"))}

    def _start(
        self, line: Line, facts: Facts, zone: ZoneInfo, event: StartEvent
    ) -> WindowStart | None:
        return window_start(
            shipped=line.shipped,
            delivered=line.delivered,
            transit_allowance=self.policy.transit_allowance,
            zone=zone,
            event=event,
            placed=facts.placed,
        )

    def _ends(
        self,
        line: Line,
        facts: Facts,
        zone: ZoneInfo,
        slots: Mapping[Slot, Settled],
        start: WindowStart | None,
        law_until: datetime | None,
    ) -> list[Offer]:
        """Return every outcome the line can have, open or over, with its last second."""
        if start is None or line.left <= 0:
            return []
        ends = []
        for name in slots[Slot.OUTCOMES].value:
            outcome = Outcome(name)
            if outcome in line.barred:
                continue
            until = self._until(outcome, slots[Slot.WINDOW].value, facts, zone, start)
            if outcome is Outcome.REFUND and law_until is not None:
                until = max(until, law_until)
            ends.append(Offer(outcome=outcome, until=max(until, line.promised.get(outcome, until))))
        return ends

    def _law_until(self, line: Line, order: _Order) -> datetime | None:
        """Return until when the law gives anything, None where it does not or no longer.

        What it exempts is left to `_line`.
        """
        pack, facts = order.pack, order.facts
        if pack is None or not line.goods:
            return None
        starts = [
            start
            for zone in order.zones
            if (start := self._start(line, facts, zone, StartEvent.DELIVERED))
        ]
        if not starts:
            return None
        arrived = max(start.day for start in starts)
        until = period_of_law(pack, facts, arrived=arrived, whole=order.whole, zones=order.zones)
        return until if is_open(until, facts.at) else None

    def _until(
        self,
        outcome: Outcome,
        window: Mapping[str, Any],
        facts: Facts,
        zone: ZoneInfo,
        start: WindowStart,
    ) -> datetime:
        terms = window.get(outcome.value) or window.get(ALL) or self._usual_days(outcome)
        until = window_end(start.day, terms["days"], zone)
        if terms["not_before"]:
            until = max(until, window_end(date.fromisoformat(terms["not_before"]), 0, zone))
        if self.policy.working_days:
            last = next_working_day(until.astimezone(zone).date(), facts.days_off.__contains__)
            until = window_end(last, 0, zone)
        return until

    def _usual_days(self, outcome: Outcome) -> Mapping[str, Any]:
        offered = self.policy.outcome(outcome)
        longest = max(terms.days for terms in self.policy.outcomes)
        return {"days": offered.days if offered else longest, "not_before": None}

    def _letters(self, truths: Sequence[int]) -> str:
        if len(truths) == len(self.policy.rules):
            return "".join(map(_LETTERS.__getitem__, truths))
        letters = ["."] * len(self.policy.rules)
        for position, truth in zip(self._compiled.positions, truths, strict=True):
            letters[position] = _LETTERS[truth]
        return "".join(letters)


_OWN_CHOICE = (None, Fault.SHOPPER.value)
_FINAL_SALE = Settled(False, "")
_EXEMPT = {
    Exemption.DIGITAL.value: DenialCode.EXEMPT_DIGITAL,
    Exemption.CUSTOM_MADE.value: DenialCode.EXEMPT_CUSTOM_MADE,
    Exemption.PERISHABLE.value: DenialCode.EXEMPT_PERISHABLE,
}


def decide(policy: Policy, facts: Facts) -> Decision:
    """Return what a policy says about every line; for more than one decision keep an Engine."""
    return Engine(policy).decide(facts)


MOST_USUAL = 64
_USUAL: dict[int, tuple[Policy, Mapping[Slot, Settled]]] = {}
"""The slots of policies by their place in memory, which is theirs as long as they are kept here."""


def usual_slots(policy: Policy) -> Mapping[Slot, Settled]:
    """Return every slot as it is where no rule matches."""
    known = _USUAL.get(id(policy))
    if known is not None:
        return known[1]
    if len(_USUAL) >= MOST_USUAL:
        _USUAL.clear()
    usual = _usual_slots(policy)
    _USUAL[id(policy)] = (policy, usual)
    return usual


def _usual_slots(policy: Policy) -> dict[Slot, Settled]:
    credit = policy.outcome(Outcome.STORE_CREDIT)
    usual = {
        Slot.ELIGIBLE: True,
        Slot.REASONS: [reason.code for reason in policy.reasons],
        Slot.START_EVENT: StartEvent.DELIVERED.value,
        Slot.WINDOW: {
            terms.outcome.value: {"days": terms.days, "not_before": None}
            for terms in policy.outcomes
        },
        Slot.OUTCOMES: [terms.outcome.value for terms in policy.outcomes],
        Slot.METHODS: [method.value for method in ReturnMethod],
        Slot.FEES: {
            "restocking": policy.restocking,
            "postage": dict(policy.postage),
            "refund_shipping": policy.refund_shipping.value,
            "waive": False,
        },
        Slot.BONUS: credit.bonus if credit else 0,
        Slot.PART_CREDIT: WHOLE,
        Slot.SHOP_NOW: 0,
        # As the settings of exchanges say.
        Slot.EXCHANGE_TIMING: "",
        Slot.EVIDENCE: 0,
        Slot.REVIEW: policy.review,
        Slot.PROCESSING_EVENT: ProcessingEvent.INSPECTED.value,
        Slot.DESTINATION: {"name": "", "address": list(policy.address)},
        Slot.KEEP_ITEM: KeepItem.SEND.value,
        Slot.MESSAGE: {"en": "", "ja": ""},
    }
    return {slot: Settled(usual[slot]) for slot in Slot}


def _why_not_now(
    line: Line, start: WindowStart | None, ends: Sequence[Offer], at: datetime
) -> list[Denial]:
    """Return what stands against a line before its policy is asked, and windows that are over."""
    if line.left <= 0:
        return [Denial(code=why_nothing_left(line))]
    if start is None:
        return [Denial(code=DenialCode.NOT_SHIPPED)]
    return [
        Denial(code=DenialCode.WINDOW_ENDED, outcome=end.outcome, until=end.until)
        for end in ends
        if not is_open(end.until, at)
    ]


def _against(
    line: Line, slots: Mapping[Slot, Settled], known: Mapping[str, Any], *, by_law: bool
) -> Denial | None:
    """Return the policy's own reason against a line, if it has one."""
    eligible, evidence = slots[Slot.ELIGIBLE], slots[Slot.EVIDENCE]
    if eligible is _FINAL_SALE:
        return Denial(code=DenialCode.FINAL_SALE)
    if not eligible.value:
        return Denial(code=DenialCode.NOT_ELIGIBLE, rule=eligible.by)
    reason, offered = known.get(FactName.REASON.value), slots[Slot.REASONS]
    if reason is not None and reason not in offered.value and not by_law:
        return Denial(code=DenialCode.REASON_NOT_ELIGIBLE, rule=offered.by)
    if line.photos < evidence.value and line.left > 0:
        return Denial(code=DenialCode.EVIDENCE_NEEDED, rule=evidence.by)
    return None


def why_nothing_left(line: Line) -> DenialCode:
    """Name the first thing that used a line's units up, most final first."""
    if not line.goods:
        return DenialCode.NOT_GOODS
    if line.settled == line.quantity:
        return DenialCode.ALREADY_SETTLED
    return DenialCode.RETURN_OPEN if line.reserved else DenialCode.REFUSED_BEFORE


def _verdict(open_for: bool, slots: Mapping[Slot, Settled], line: Line) -> Verdict:
    if not open_for:
        return Verdict.DENIED
    if line.photos < slots[Slot.EVIDENCE].value:
        return Verdict.EVIDENCE_NEEDED
    return Verdict.REVIEW if slots[Slot.REVIEW].value else Verdict.OPEN


def for_reason(facts: Facts, reason: str) -> Facts:
    """Return the facts as they are where every line comes back for a reason."""
    named = {FactName.REASON.value: reason}
    lines = tuple(replace(line, known={**line.known, **named}) for line in facts.lines)
    return replace(facts, lines=lines)
