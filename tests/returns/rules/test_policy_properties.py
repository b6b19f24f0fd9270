"""What holds for every policy and every set of facts, however they are drawn."""

import json
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returns.enums import FactName, IfUnknown, Operator, Outcome, Slot, StatutoryPack
from returns.rules.policy import Engine, Facts, Policy, decide, read_facts, read_policy
from returns.rules.policy import statutory as law
from returns.rules.policy.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Node,
    Not,
    Truth,
    compare,
    evaluate,
    read_condition,
)
from returns.rules.policy.engine import usual_slots
from returns.rules.policy.overlap import exclude, implies, positive, possible
from tests.returns.rules.policy_generated import all_facts, conditions, known, policies

FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@FEW
@given(policies(), all_facts(), st.sampled_from(["DE", "GB", "JP"]))
def test_of_every_decision(policy: Policy, asked: Facts, country: str) -> None:
    """All of it of the same examples: to draw them takes far longer than to decide."""
    it_is_total_and_replays(policy, asked)
    the_first_rule_that_matches_sets_a_slot(policy, asked)
    a_trace_tells_what_the_rules_say(policy, asked)
    under_law = replace(asked, known={**asked.known, "country": country})
    a_law_only_improves(policy, under_law)
    where_it_went_only_ever_gives_more_time(policy, under_law)


def it_is_total_and_replays(policy: Policy, asked: Facts) -> None:
    decision = decide(policy, asked)
    assert [line.line for line in decision.lines] == [line.line for line in asked.lines]
    version, before, stored = json.loads(
        json.dumps([policy.to_json(), asked.to_json(), decision.to_json()])
    )
    again = decide(read_policy(version), read_facts(before))
    assert json.dumps(again.to_json(), sort_keys=True) == json.dumps(stored, sort_keys=True)
    for line, given_line in zip(decision.lines, asked.lines, strict=True):
        assert set(line.slots) == set(Slot)
        assert bool(line.returnable) == bool(line.offers)
        assert line.returnable in (0, given_line.left)
        assert line.offers or line.denials
        assert not {offer.outcome for offer in line.offers} & given_line.barred


def the_first_rule_that_matches_sets_a_slot(policy: Policy, asked: Facts) -> None:
    for line in decide(policy, asked).lines:
        for slot in Slot:
            by = line.slots[slot].by
            first = next(
                (
                    rule.id
                    for rule, letter in zip(policy.rules, line.trace.rules, strict=True)
                    if slot in rule.effects
                    and (letter == "T" or (letter == "U" and rule.if_unknown is IfUnknown.MATCH))
                ),
                "",
            )
            reviewed = slot is Slot.REVIEW and by != first
            if not by.startswith("law:") and not reviewed:
                assert by == first


def a_trace_tells_what_the_rules_say(policy: Policy, asked: Facts) -> None:
    engine = Engine(policy)
    for line in engine.decide(asked).lines:
        for rule, letter in zip(policy.rules, line.trace.rules, strict=True):
            step = engine.explain(rule.id, line.trace)
            assert letter == (step.truth.name[0] if step else ".")


def a_law_only_improves(policy: Policy, asked: Facts) -> None:
    with_law = decide(policy, asked)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(law, "PACKS", ())
        without = decide(policy, asked)
    for better, plain in zip(with_law.lines, without.lines, strict=True):
        for offer in plain.offers:
            kept = better.offer(offer.outcome)
            assert kept is not None
            assert kept.until >= offer.until
        assert better.returnable >= plain.returnable
        ours, theirs = (
            line.terms(policy, Outcome.REFUND, asked.currency) for line in (better, plain)
        )
        assert ours.restocking <= theirs.restocking
        assert ours.postage <= theirs.postage
        if better.law is not None:
            assert ours.restocking == 0
            assert better.law in StatutoryPack


def where_it_went_only_ever_gives_more_time(policy: Policy, asked: Facts) -> None:
    alone = decide(policy, replace(asked, zones=()))
    for there, here in zip(decide(policy, asked).lines, alone.lines, strict=True):
        if here.law is not None:
            assert there.law is here.law
            until = {offer.outcome: offer.until for offer in there.offers}
            assert all(until[offer.outcome] >= offer.until for offer in here.offers)
        if here.law is there.law:
            assert there.returnable >= here.returnable


@given(policies())
def test_a_policy_survives_json_and_keeps_its_hash(policy: Policy) -> None:
    again = read_policy(json.loads(json.dumps(policy.to_json())))
    assert again == policy
    assert again.hash == policy.hash


def truths(node: Node, facts: dict[str, Any]) -> Truth:
    """The truth of a tree by the book, without bits."""
    return evaluate(node, lambda one: compare(one, facts.get(one.fact.value), "JPY"))


EVERY_LEVEL = known("customer", "order", "line", "return")


@FEW
@given(conditions(), conditions(), EVERY_LEVEL)
def test_kleene_laws(one: dict[str, Any], other: dict[str, Any], facts: dict[str, Any]) -> None:
    a, b = read_condition(one, "a"), read_condition(other, "b")

    def same(left: Node, right: Node) -> bool:
        return truths(left, facts) is truths(right, facts)

    assert same(Not(Not(a)), a)
    assert same(Not(AllOf((a, b))), AnyOf((Not(a), Not(b))))
    assert same(Not(AnyOf((a, b))), AllOf((Not(a), Not(b))))
    assert same(AllOf((a, b)), AllOf((b, a)))
    assert same(AllOf((a, AnyOf((a, b)))), a)
    assert same(AnyOf((a, AllOf((a, b)))), a)
    assert same(positive(a), a)
    if truths(a, facts) is Truth.UNKNOWN:
        assert truths(AnyOf((a, Not(a))), facts) is Truth.UNKNOWN


def marked(marks: dict[str, Truth], comparison: Comparison) -> Truth:
    return marks[comparison.value]


@pytest.mark.parametrize(("kind", "table"), [(AllOf, "FFFFUUFUT"), (AnyOf, "FUTUUTTTT")])
def test_kleene_tables(kind: type[AllOf | AnyOf], table: str) -> None:
    first = Comparison(FactName.SKU, Operator.IS, "a")
    second = Comparison(FactName.SKU, Operator.IS, "b")
    for (one, other), expected in zip(product(Truth, repeat=2), table, strict=True):
        mark = {"a": one, "b": other}
        assert evaluate(kind((first, second)), partial(marked, mark)).name[0] == expected
        assert evaluate(Not(first), partial(marked, mark)) == Truth.TRUE - one


@settings(parent=FEW, max_examples=150)
@given(conditions(), conditions(), st.lists(EVERY_LEVEL, min_size=3, max_size=3))
def test_what_is_said_of_two_conditions_is_certain(
    one: dict[str, Any], other: dict[str, Any], several: list[dict[str, Any]]
) -> None:
    a, b = read_condition(one, "a"), read_condition(other, "b")
    for facts in several:
        true_a, true_b = (truths(node, facts) is Truth.TRUE for node in (a, b))
        assert possible(a) or not true_a
        assert not (implies(a, b) and true_a) or true_b
        assert not exclude(a, b) or not (true_a and true_b)
    assert implies(a, a)


@given(policies(most=0), all_facts())
def test_without_rules_the_defaults_hold(policy: Policy, asked: Facts) -> None:
    usual = usual_slots(policy)
    for line in decide(policy, asked).lines:
        changed = {slot for slot, one in line.slots.items() if one != usual[slot]}
        assert line.law is not None or changed <= {Slot.ELIGIBLE}
