"""A decision of the policy as staff read it: what it said of each line, and what made it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from postexp.design import formats
from returns.enums import (
    DenialCode,
    FactName,
    Outcome,
    Slot,
    StartBasis,
    StatutoryPack,
    Verdict,
)
from returns.models import PolicyDecision
from returns.rules.policy import Denial, Policy, Rule, Step, Trace
from returns.rules.policy.conditions import Comparison, Truth
from returns.rules.policy.decisions import ALIKE
from returns.selectors.policies import engine_of
from returns.serializers.last_days import last_moment
from returns.serializers.rule_words import condition_in_words, rule_sentence
from returns.serializers.words import denial_words

_TONES = {Truth.TRUE: "good", Truth.UNKNOWN: "attention", Truth.FALSE: "neutral"}
_VERDICTS = {
    Verdict.OPEN: "good",
    Verdict.REVIEW: "attention",
    Verdict.EVIDENCE_NEEDED: "attention",
    Verdict.DENIED: "problem",
}
_LAW = "law:"


@dataclass(frozen=True, kw_only=True)
class ToldStep:
    """One condition of a rule, and whether it held."""

    words: str
    truth: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class ToldRule:
    """A rule that held, or of which it is not known, with its conditions."""

    sentence: str
    truth: str
    tone: str
    steps: list[ToldStep]


@dataclass(frozen=True, kw_only=True)
class ToldLine:
    """What was said of one line; `idle` counts the rules that did not hold."""

    title: str
    verdict: str
    tone: str
    start: str
    offers: list[str]
    denials: list[str]
    decided: list[tuple[str, str]]
    rules: list[ToldRule]
    idle: int


def tell_decision(kept: PolicyDecision, titles: list[str], *, currency: str) -> list[ToldLine]:
    """Return what a stored decision said of each line, in the order of `titles`.

    The steps of rules are told where the engine of today reads the trace of then.
    """
    policy = kept.policy_version.policy
    return [
        _line(kept, line, title, policy, currency)
        for line, title in zip(kept.decision["lines"], titles, strict=False)
    ]


def _line(
    kept: PolicyDecision, line: Mapping[str, Any], title: str, policy: Policy, currency: str
) -> ToldLine:
    verdict, letters = Verdict(line["verdict"]), line["trace"]["rules"]
    country = kept.facts["known"].get(FactName.COUNTRY.value) or ""
    locale = get_language() or "en"
    return ToldLine(
        title=title,
        verdict=str(verdict.label),
        tone=_VERDICTS[verdict],
        start=_start(line["start"]),
        offers=[_offer(offer, country) for offer in line["offers"]],
        denials=[denial_words(_denial(one), locale, country=country) for one in line["denials"]],
        decided=[
            (str(Slot(slot).label), _by(one["by"], policy)) for slot, one in line["slots"].items()
        ],
        rules=list(_rules(kept, line, policy, currency)),
        idle=letters.count("F"),
    )


def _start(start: Mapping[str, str] | None) -> str:
    if start is None:
        return _("Not sent yet: no window has begun.")
    return _("Counted from %(day)s: %(basis)s.") % {
        "day": formats.day(date.fromisoformat(start["day"]), "year"),
        "basis": StartBasis(start["basis"]).label,
    }


def _offer(offer: Mapping[str, str], country: str) -> str:
    return _("%(outcome)s until %(moment)s") % {
        "outcome": Outcome(offer["outcome"]).label,
        "moment": last_moment(datetime.fromisoformat(offer["until"]), country),
    }


def _denial(told: Mapping[str, Any]) -> Denial:
    return Denial(
        code=DenialCode(told["code"]),
        outcome=Outcome(told["outcome"]) if told["outcome"] else None,
        until=datetime.fromisoformat(told["until"]) if told["until"] else None,
        rule=told["rule"],
    )


def _by(name: str, policy: Policy) -> str:
    """Name what decided a slot: a law, or a rule by its note or its place in the order."""
    if name.startswith(_LAW):
        return str(StatutoryPack(name.removeprefix(_LAW)).label)
    for place, rule in enumerate(policy.rules, start=1):
        if rule.id == name:
            return rule.note or _("Rule %(place)s") % {"place": place}
    return name


def _rules(
    kept: PolicyDecision, line: Mapping[str, Any], policy: Policy, currency: str
) -> Iterator[ToldRule]:
    told = line["trace"]
    trace = Trace(
        rules=told["rules"],
        true=int(told["true"], 16),
        unknown=int(told["unknown"], 16),
        start=None,
    )
    known = {**kept.facts["known"], **_known_of(kept, line["line"])}
    for rule, letter in zip(policy.rules, told["rules"], strict=False):
        truth = {"T": Truth.TRUE, "U": Truth.UNKNOWN}.get(letter)
        if truth is None:
            continue
        yield ToldRule(
            sentence=rule_sentence(rule, policy, currency=currency),
            truth=_("Applied") if truth is Truth.TRUE else _("Not known"),
            tone=_TONES[truth],
            steps=_steps(kept, rule, trace, policy, currency, known),
        )


def _known_of(kept: PolicyDecision, name: str) -> Mapping[str, Any]:
    lines = kept.facts["lines"]
    found: Mapping[str, Any] = next((one["known"] for one in lines if one["line"] == name), {})
    return found


def _steps(
    kept: PolicyDecision,
    rule: Rule,
    trace: Trace,
    policy: Policy,
    currency: str,
    known: Mapping[str, Any],
) -> list[ToldStep]:
    if kept.decision["engine"] not in ALIKE:
        return []
    step = engine_of(kept.policy_version).explain(rule.id, trace)
    if step is None:
        return []
    return [
        ToldStep(
            words=condition_in_words(one.node, policy, currency=currency),
            truth=_truth(one, known),
            tone=_TONES[one.truth],
        )
        for one in _comparisons(step)
    ]


def _comparisons(step: Step) -> Iterator[Step]:
    if isinstance(step.node, Comparison):
        yield step
    for part in step.parts:
        yield from _comparisons(part)


def _truth(step: Step, known: Mapping[str, Any]) -> str:
    if step.truth is Truth.TRUE:
        return _("Yes")
    if step.truth is Truth.UNKNOWN:
        return _("Not known")
    assert isinstance(step.node, Comparison)
    if step.node.fact in (FactName.COUNTRY, FactName.SKU, FactName.DAYS_SINCE_START):
        return _("No: %(value)s") % {"value": known.get(step.node.fact.value, "–")}
    return _("No")
