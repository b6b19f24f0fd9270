"""Whether a condition implies another, or excludes it: sound, not complete.

An answer of yes is certain. Where the trees are too entangled to tell, the answer is no.
"""

from typing import Any

from returns.enums import FactName, FactType, Operator
from returns.rules.policy.conditions import (
    HOLDS,
    AllOf,
    AnyOf,
    Comparison,
    Node,
    Not,
    folded,
)
from returns.rules.policy.facts import FACTS

Range = tuple[Any, Any]
"""The least and the greatest value that hold, None where there is no limit."""

_OPPOSITE = {
    Operator.IS: Operator.IS_NOT,
    Operator.IS_NOT: Operator.IS,
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
    Operator.CONTAINS_ANY: Operator.CONTAINS_NONE,
    Operator.CONTAINS_NONE: Operator.CONTAINS_ANY,
}


def implies(one: Node, other: Node) -> bool:
    """Whether `other` is certainly true wherever `one` is."""
    one, other = positive(one), positive(other)
    if isinstance(other, AllOf):
        return all(implies(one, part) for part in other.parts)
    if isinstance(one, AnyOf):
        return all(implies(part, other) for part in one.parts)
    if isinstance(one, AllOf) and any(implies(part, other) for part in one.parts):
        return True
    if isinstance(other, AnyOf):
        return any(implies(one, part) for part in other.parts)
    if isinstance(one, Comparison) and isinstance(other, Comparison):
        return one.fact == other.fact and _narrower(one, other)
    return one == other


def exclude(one: Node, other: Node) -> bool:
    """Whether two conditions are certainly never true together."""
    return not possible(AllOf((one, other)))


def possible(node: Node) -> bool:
    """Whether a condition may be true at all; no is certain."""
    node = positive(node)
    if isinstance(node, AnyOf):
        return any(possible(part) for part in node.parts)
    if not isinstance(node, AllOf):
        return True
    parts = _flat(node)
    for index, part in enumerate(parts):
        if isinstance(part, AnyOf):
            rest = [one for other, one in enumerate(parts) if other != index]
            if not any(possible(AllOf((choice, *_plain(rest)))) for choice in part.parts):
                return False
        if isinstance(part, Comparison) and any(_apart(part, one) for one in _plain(parts[:index])):
            return False
    return True


def positive(node: Node) -> Node:
    """Return a tree that says the same with `not` only where a comparison has no opposite."""
    if not isinstance(node, Not):
        if isinstance(node, AllOf | AnyOf):
            return type(node)(tuple(positive(part) for part in node.parts))
        return node
    part = node.part
    if isinstance(part, Not):
        return positive(part.part)
    if isinstance(part, AllOf | AnyOf) and part.parts:
        turned = AnyOf if isinstance(part, AllOf) else AllOf
        return turned(tuple(positive(Not(one)) for one in part.parts))
    if isinstance(part, Comparison):
        if FACTS[part.fact].kind is FactType.FLAG:
            return Comparison(part.fact, Operator.IS, not part.value)
        if part.operator in _OPPOSITE:
            return Comparison(part.fact, _OPPOSITE[part.operator], part.value)
        if part.operator is Operator.CONTAINS and FACTS[part.fact].kind is FactType.TEXTS:
            return Comparison(part.fact, Operator.CONTAINS_NONE, (part.value,))
    return node


def days_from(node: Node) -> int:
    """Return from which day after the start a condition can be true at the earliest."""
    node = positive(node)
    if isinstance(node, AnyOf):
        return min(days_from(part) for part in node.parts)
    if isinstance(node, AllOf):
        return max((days_from(part) for part in node.parts), default=0)
    if isinstance(node, Comparison) and node.fact is FactName.DAYS_SINCE_START:
        least: int = (_range(node) or (0, None))[0] or 0
        return least
    return 0


def _flat(node: AllOf) -> list[Node]:
    parts: list[Node] = []
    for part in node.parts:
        parts.extend(_flat(part) if isinstance(part, AllOf) else [part])
    return parts


def _plain(parts: list[Node]) -> list[Comparison]:
    return [part for part in parts if isinstance(part, Comparison)]


def _values(comparison: Comparison) -> frozenset[Any] | None:
    """Return the values of which a fact has to be one, None where that is not how it compares."""
    if FACTS[comparison.fact].kind in (FactType.MONEY, FactType.TEXTS):
        return None
    if comparison.operator is Operator.IS:
        return frozenset({folded(comparison.value)})
    if comparison.operator is Operator.IN:
        return frozenset(folded(comparison.value))
    return None


def _barred(comparison: Comparison) -> frozenset[Any] | None:
    if comparison.operator is Operator.IS_NOT:
        return frozenset({folded(comparison.value)})
    if comparison.operator is Operator.NOT_IN:
        return frozenset(folded(comparison.value))
    return None


def _range(comparison: Comparison) -> Range | None:
    if FACTS[comparison.fact].kind is FactType.MONEY:
        return None
    if comparison.operator is Operator.AT_LEAST:
        return comparison.value, None
    if comparison.operator is Operator.AT_MOST:
        return None, comparison.value
    return comparison.value if comparison.operator is Operator.BETWEEN else None


def _narrower(one: Comparison, other: Comparison) -> bool:
    """Whether every value that fits `one` fits `other`, for comparisons of the same fact."""
    if one == other:
        return True
    values = _values(one)
    if values is not None and FACTS[one.fact].kind is not FactType.MONEY:
        against = folded(other.value)
        return all(HOLDS[other.operator](value, against) for value in values)
    mine, theirs = _range(one), _range(other)
    if mine is not None and theirs is not None:
        return _within(mine, theirs)
    here, there = _barred(one), _barred(other)
    if here is not None and there is not None:
        return there <= here
    if FACTS[one.fact].kind is FactType.TEXTS:
        return _tags_narrower(one, other)
    if one.operator is other.operator is Operator.BEGINS_WITH:
        return bool(folded(one.value).startswith(folded(other.value)))
    return FACTS[one.fact].kind is FactType.MONEY and _money_narrower(one, other)


def _tags_narrower(one: Comparison, other: Comparison) -> bool:
    mine = set(folded(one.value if isinstance(one.value, tuple) else [one.value]))
    theirs = set(folded(other.value if isinstance(other.value, tuple) else [other.value]))
    if Operator.CONTAINS_NONE in (one.operator, other.operator):
        return one.operator == other.operator and theirs <= mine
    if other.operator is Operator.CONTAINS:
        return mine == theirs
    return mine <= theirs


def _money_narrower(one: Comparison, other: Comparison) -> bool:
    """In every currency `one` can be true in, `other` has to be wider."""
    ends = {Operator.AT_LEAST: lambda amount: (amount, None), Operator.AT_MOST: _at_most}
    mine = ends.get(one.operator, tuple)
    theirs = ends.get(other.operator, tuple)
    return all(
        currency in other.value and _within(mine(amount), theirs(other.value[currency]))
        for currency, amount in one.value.items()
    )


def _at_most(amount: int) -> Range:
    return None, amount


def _within(mine: Range, theirs: Range) -> bool:
    low = theirs[0] is None or (mine[0] is not None and mine[0] >= theirs[0])
    high = theirs[1] is None or (mine[1] is not None and mine[1] <= theirs[1])
    return bool(low and high)


def _apart(one: Comparison, other: Comparison) -> bool:
    """Whether no value fits both; facts of several texts may fit anything."""
    if one.fact != other.fact:
        return False
    for first, second in ((one, other), (other, one)):
        values = _values(first)
        if values is not None:
            against = folded(second.value)
            return not any(HOLDS[second.operator](value, against) for value in values)
    mine, theirs = _range(one), _range(other)
    if mine is None or theirs is None:
        return False
    return _below(mine, theirs) or _below(theirs, mine)


def _below(one: Range, other: Range) -> bool:
    return one[1] is not None and other[0] is not None and bool(one[1] < other[0])
