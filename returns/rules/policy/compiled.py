"""The rules of a policy made ready to be asked many times: comparisons as bits, trees as tests.

The truth of all comparisons is two whole numbers, one bit each: those that are true and those that
are unknown. Equal comparisons share a bit, so each is made once for a line however many rules ask.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from returns.enums import FactLevel, FactName, FactType, Operator
from returns.rules.policy.conditions import (
    HOLDS,
    AllOf,
    Comparison,
    Node,
    Not,
    Truth,
    folded,
)
from returns.rules.policy.facts import FACTS
from returns.rules.policy.slots import Rule

Bits = tuple[int, int]
"""Comparisons that are true, and those that are unknown."""
Test = Callable[[int, int], int]
FALSE, UNKNOWN, TRUE = (truth.value for truth in Truth)


@dataclass(frozen=True, slots=True)
class Step:
    """A node of a rule with its truth in one decision, and the steps below it."""

    node: Node
    truth: Truth
    parts: tuple["Step", ...] = ()


class Asked:
    """All that rules ask about one fact."""

    def __init__(self, fact: FactName) -> None:
        self.name = fact.value
        self.is_of_line = FACTS[fact].level is FactLevel.LINE
        self._is_money = FACTS[fact].kind is FactType.MONEY
        self.mask = 0
        self._equal: dict[Any, int] = {}
        self._tests: list[tuple[int, Callable[[Any, Any], bool], Any]] = []

    def add(self, bit: int, comparison: Comparison) -> None:
        """Ask one thing more."""
        self.mask |= bit
        against = comparison.value if self._is_money else folded(comparison.value)
        if comparison.operator is Operator.IS:
            self._equal[against] = self._equal.get(against, 0) | bit
        else:
            self._tests.append((bit, HOLDS[comparison.operator], against))

    def bits(self, value: Any, currency: str) -> Bits:
        """Return the bits of all that is asked about a value; amounts are of `currency`."""
        if value is None:
            return 0, self.mask
        if self._is_money:
            return self._of_amount(value, currency)
        value = folded(value)
        true = self._equal.get(value, 0) if self._equal else 0
        for bit, holds, against in self._tests:
            if holds(value, against):
                true |= bit
        return true, 0

    def _of_amount(self, value: int, currency: str) -> Bits:
        true = unknown = 0
        for bit, holds, amounts in self._tests:
            if currency not in amounts:
                unknown |= bit
            elif holds(value, amounts[currency]):
                true |= bit
        return true, unknown


class Compiled:
    """Rules that can be asked. `rules` are the active ones, `tests` their trees, in order."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.positions = [index for index, rule in enumerate(rules) if rule.active]
        self.rules = [rules[index] for index in self.positions]
        self._bits: dict[str, int] = {}
        self._asked: dict[FactName, Asked] = {}
        self.tests = [self._test(rule.when) for rule in self.rules]
        self.facts = frozenset(self._asked)
        self._of_line = [one for one in self._asked.values() if one.is_of_line]
        self._shared = [one for one in self._asked.values() if not one.is_of_line]
        self._of_line_mask = sum(one.mask for one in self._of_line)

    def shared(self, known: Mapping[str, Any], currency: str) -> Bits:
        """Return the bits of the facts that are the same for every line."""
        true = unknown = 0
        for asked in self._shared:
            bits = asked.bits(known.get(asked.name), currency)
            true, unknown = true | bits[0], unknown | bits[1]
        return true, unknown

    def beforehand(self, shared: Bits) -> list[int]:
        """Return the truth of every rule while nothing is known of a line.

        Knowing more never turns what is true or false then, so only the rest has to be asked again.
        """
        true, unknown = shared[0], shared[1] | self._of_line_mask
        return [test(true, unknown) for test in self.tests]

    def of_line(self, known: Mapping[str, Any], currency: str, seen: dict[Any, Bits]) -> Bits:
        """Return the bits of a line's own facts; `seen` spares equal values of other lines."""
        true = unknown = 0
        for asked in self._of_line:
            value = known.get(asked.name)
            key = (asked.name, tuple(value) if isinstance(value, list) else value)
            bits = seen.get(key)
            if bits is None:
                bits = seen[key] = asked.bits(value, currency)
            true |= bits[0]
            unknown |= bits[1]
        return true, unknown

    def explain(self, rule: Rule, true: int, unknown: int) -> Step:
        """Return each step of a rule with its truth, from the bits of a decision's trace."""
        return self._step(rule.when, true, unknown)

    def _step(self, node: Node, true: int, unknown: int) -> Step:
        if isinstance(node, Comparison):
            bit = 1 << self._bits[_key(node)]
            return Step(node, Truth(TRUE if true & bit else bool(unknown & bit)))
        if isinstance(node, Not):
            part = self._step(node.part, true, unknown)
            return Step(node, Truth(TRUE - part.truth), (part,))
        parts = tuple(self._step(part, true, unknown) for part in node.parts)
        truths = [part.truth for part in parts]
        truth = min(truths, default=Truth.TRUE) if isinstance(node, AllOf) else max(truths)
        return Step(node, truth, parts)

    def _bit(self, comparison: Comparison) -> int:
        key = _key(comparison)
        if key not in self._bits:
            self._bits[key] = len(self._bits)
            asked = self._asked.setdefault(comparison.fact, Asked(comparison.fact))
            asked.add(1 << self._bits[key], comparison)
        return 1 << self._bits[key]

    def _test(self, node: Node) -> Test:
        if isinstance(node, Comparison):
            return _one(self._bit(node))
        if isinstance(node, Not):
            return _opposite(self._test(node.part))
        plain = [part for part in node.parts if isinstance(part, Comparison)]
        mask = sum({self._bit(part) for part in plain})
        below = [self._test(part) for part in node.parts if not isinstance(part, Comparison)]
        if isinstance(node, AllOf):
            return _least([_every(mask), *below]) if below else _every(mask)
        tests = [_some(mask)] if plain else []
        return _greatest([*tests, *below]) if below else _some(mask)


def _key(comparison: Comparison) -> str:
    return repr(comparison.to_json())


def _one(bit: int) -> Test:
    return lambda true, unknown: TRUE if true & bit else UNKNOWN if unknown & bit else FALSE


def _every(mask: int) -> Test:
    def test(true: int, unknown: int) -> int:
        if true & mask == mask:
            return TRUE
        return UNKNOWN if (true | unknown) & mask == mask else FALSE

    return test


def _some(mask: int) -> Test:
    return lambda true, unknown: TRUE if true & mask else UNKNOWN if unknown & mask else FALSE


def _opposite(test: Test) -> Test:
    return lambda true, unknown: TRUE - test(true, unknown)


def _least(tests: list[Test]) -> Test:
    def test(true: int, unknown: int) -> int:
        least = TRUE
        for part in tests:
            truth = part(true, unknown)
            if truth < least:
                if truth == FALSE:
                    return FALSE
                least = truth
        return least

    return test


def _greatest(tests: list[Test]) -> Test:
    def test(true: int, unknown: int) -> int:
        greatest = FALSE
        for part in tests:
            truth = part(true, unknown)
            if truth > greatest:
                if truth == TRUE:
                    return TRUE
                greatest = truth
        return greatest

    return test
