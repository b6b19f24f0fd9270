"""What a policy comes to for someone who has not bought yet: the engine's own answer.

Every public face asks here, so that none can say anything else than the decision will.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from returns.enums import FactName, Fault, Outcome, Slot, StartEvent
from returns.rules.policy import Engine, Facts, Line, LineDecision, Policy
from returns.rules.policy.conditions import AllOf, Comparison, Node, comparisons
from returns.rules.policy.slots import ALL, MOST_PHOTOS, Rule
from returns.rules.policy.statutory import pack_for

LINE = "line"

SHOPPER_FACTS = frozenset(
    {
        FactName.COUNTRY,
        FactName.PLACED_ON,
        FactName.DISCOUNT_PERCENT,
        FactName.DISCOUNT_TOTAL,
        FactName.ORDER_VALUE,
        FactName.PRODUCT,
        FactName.CATEGORY,
        FactName.SKU,
        FactName.PRODUCT_TAGS,
        FactName.PRODUCT_TYPE,
        FactName.VENDOR,
        FactName.FINAL_SALE,
        FactName.PRICE,
        FactName.REASON,
        FactName.FAULT,
        FactName.DAYS_SINCE_START,
        FactName.EXEMPTION,
        FactName.ITEM_COUNT,
        FactName.METHOD,
        FactName.OUTCOME,
        FactName.RETURN_VALUE,
        FactName.WHOLE_ORDER,
    }
)
"""What any shopper can know of an order. Rules about anything else, such as how likely a return is
dishonest, are the shop's own affair and stand on no public page.
"""
PRODUCT_FACTS = frozenset(
    {
        FactName.PRODUCT,
        FactName.CATEGORY,
        FactName.SKU,
        FactName.PRODUCT_TAGS,
        FactName.PRODUCT_TYPE,
        FactName.VENDOR,
    }
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whom the terms are for: where an order goes, in what currency, when, and what it is."""

    country: str
    currency: str
    zone: str
    at: datetime
    placed_on: date
    product: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PublicTerms:
    """What a policy comes to. Postage is minor units of the currency asked for, fees basis points.

    `days` and `not_before` are by outcome; a window ends on the later of the two. `free` where a
    rule takes no fees at all.
    """

    returnable: bool
    days: Mapping[Outcome, int]
    not_before: Mapping[Outcome, date]
    start: StartEvent
    restocking: int
    postage: int
    free: bool
    bonus: int
    methods: tuple[str, ...]

    @property
    def longest(self) -> int:
        """The most days any outcome has."""
        return max(self.days.values(), default=0)


def public_terms(engine: Engine, asked: Asked, *, fault: Fault) -> PublicTerms:
    """Return what a policy gives for something that came today and goes back for a reason of
    `fault`; where the policy has no such reason, for none.
    """
    policy = engine.policy
    decision = engine.decide(_facts(policy, asked, fault)).line(LINE)
    pack = pack_for(policy, asked.country) if decision.law else None
    outcomes = [Outcome(name) for name in decision.value(Slot.OUTCOMES)]
    windows = {outcome: _window(policy, decision, outcome) for outcome in outcomes}
    days = {outcome: int(terms["days"]) for outcome, terms in windows.items()}
    if pack is not None:
        days[Outcome.REFUND] = max(days.get(Outcome.REFUND, 0), pack.days)
    fees = decision.value(Slot.FEES)
    return PublicTerms(
        returnable=bool(decision.offers),
        days=days if decision.offers else {},
        not_before={
            outcome: date.fromisoformat(terms["not_before"])
            for outcome, terms in windows.items()
            if terms["not_before"]
        },
        start=StartEvent(decision.value(Slot.START_EVENT)),
        restocking=fees["restocking"],
        postage=fees["postage"].get(asked.currency, 0) if fault is Fault.SHOPPER else 0,
        free=bool(fees["waive"]) or fault is not Fault.SHOPPER,
        bonus=decision.value(Slot.BONUS),
        methods=tuple(decision.value(Slot.METHODS)),
    )


def _facts(policy: Policy, asked: Asked, fault: Fault) -> Facts:
    reason = next((one.code for one in policy.reasons if one.fault is fault), None)
    known = {FactName.COUNTRY.value: asked.country, FactName.PLACED_ON.value: str(asked.placed_on)}
    of_line = {FactName.FINAL_SALE.value: False, FactName.REASON.value: reason, **asked.product}
    line = Line(
        line=LINE,
        quantity=1,
        shipped=asked.at,
        delivered=asked.at,
        photos=MOST_PHOTOS,
        known=of_line,
    )
    return Facts(
        at=asked.at,
        zone=asked.zone,
        currency=asked.currency,
        placed=asked.at,
        known=known,
        lines=(line,),
    )


def _window(policy: Policy, decision: LineDecision, outcome: Outcome) -> Mapping[str, Any]:
    window: Mapping[str, Any] = decision.value(Slot.WINDOW)
    found: Mapping[str, Any] | None = window.get(outcome.value) or window.get(ALL)
    if found is not None:
        return found
    offered = policy.outcome(outcome)
    longest = max(terms.days for terms in policy.outcomes)
    return {"days": offered.days if offered else longest, "not_before": None}


def public_rules(policy: Policy) -> list[Rule]:
    """Return the active rules that concern what a shopper can know, in their order."""
    return [
        rule
        for rule in policy.rules
        if rule.active and {one.fact for one in comparisons(rule.when)} <= SHOPPER_FACTS
    ]


def countries_named(policy: Policy) -> set[str]:
    """Return the countries that public rules name."""
    named: set[str] = set()
    for rule in public_rules(policy):
        for one in comparisons(rule.when):
            if one.fact is FactName.COUNTRY:
                named |= {one.value} if isinstance(one.value, str) else set(one.value)
    return named


def season_of(rule: Rule) -> tuple[date, date] | None:
    """Return the first and last day of orders that a rule about nothing else is for, or None."""
    parts: tuple[Node, ...] = rule.when.parts if isinstance(rule.when, AllOf) else (rule.when,)
    if len(parts) != 1 or not isinstance(parts[0], Comparison):
        return None
    only = parts[0]
    if only.fact is not FactName.PLACED_ON or not isinstance(only.value, tuple | list):
        return None
    first, last = only.value
    return date.fromisoformat(str(first)), date.fromisoformat(str(last))
