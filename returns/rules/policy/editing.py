"""Changing a policy and its rules one at a time: pure, each answer a new value."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace

from returns.rules.policy.document import Policy
from returns.rules.policy.slots import Rule


def position_of(rules: Sequence[Rule], rule_id: str) -> int:
    """Return where a rule stands; raises KeyError for one that is not there."""
    for index, rule in enumerate(rules):
        if rule.id == rule_id:
            return index
    raise KeyError(rule_id)


def moved(rules: Sequence[Rule], rule_id: str, by: int) -> tuple[Rule, ...]:
    """Move a rule up (below zero) or down; at either end it stays."""
    index = position_of(rules, rule_id)
    changed = list(rules)
    changed.insert(min(max(index + by, 0), len(rules) - 1), changed.pop(index))
    return tuple(changed)


def doubled(rules: Sequence[Rule], rule_id: str) -> tuple[Rule, ...]:
    """Put a copy of a rule right below it, switched off until it was changed."""
    index = position_of(rules, rule_id)
    copy = replace(rules[index], id=free_id([rule.id for rule in rules]), active=False)
    return (*rules[: index + 1], copy, *rules[index + 1 :])


def without(rules: Sequence[Rule], rule_id: str) -> tuple[Rule, ...]:
    """Take a rule out."""
    index = position_of(rules, rule_id)
    return (*rules[:index], *rules[index + 1 :])


def switched(rules: Sequence[Rule], rule_id: str) -> tuple[Rule, ...]:
    """Switch a rule off, or on again."""
    rule = rules[position_of(rules, rule_id)]
    return put(rules, replace(rule, active=not rule.active))


def put(rules: Sequence[Rule], rule: Rule) -> tuple[Rule, ...]:
    """Put a rule in the place of the one with its id, else below all others."""
    if all(one.id != rule.id for one in rules):
        return (*rules, rule)
    return tuple(rule if one.id == rule.id else one for one in rules)


def rebased(draft: Policy, *, before: Policy, onto: Policy) -> Policy:
    """Put a draft that was begun from one policy on another: all its rules, and what it changed."""
    changed = {
        one.name: getattr(draft, one.name)
        for one in fields(Policy)
        if getattr(draft, one.name) != getattr(before, one.name)
    }
    return replace(onto, **{**changed, "rules": draft.rules})


def free_id(taken: Collection[str]) -> str:
    """Return an id for a new rule."""
    number = len(taken) + 1
    while f"rule_{number}" in taken:
        number += 1
    return f"rule_{number}"
