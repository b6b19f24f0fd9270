"""Conditions: a tree of all, any and not over comparisons, in Kleene's logic of three values.

What is not known is neither true nor false, and stays so through the tree unless the known parts
decide alone. In JSON a node is `{"all": [...]}`, `{"any": [...]}`, `{"not": node}` or
`{"fact", "operator", "value"}`. An empty `all` is true.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from returns.enums import FactName, FactType, Operator
from returns.errors import InvalidPolicy
from returns.rules.policy import reading
from returns.rules.policy.facts import FACTS, Fact

MOST_NODES = 100
DEEPEST = 6


class Truth(IntEnum):
    """Kleene's three values, in order: `all` is the least of its parts, `any` the greatest."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """One fact against a value. Amounts are `{currency: minor units}`, ranges two values."""

    fact: FactName
    operator: Operator
    value: Any

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain JSON."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        if isinstance(value, dict):
            value = {
                key: list(one) if isinstance(one, tuple) else one for key, one in value.items()
            }
        return {"fact": self.fact.value, "operator": self.operator.value, "value": value}


@dataclass(frozen=True, slots=True)
class AllOf:
    """True where every part is."""

    parts: tuple["Node", ...]

    def to_json(self) -> dict[str, Any]:
        """Return the node as plain JSON."""
        return {"all": [part.to_json() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where one part is."""

    parts: tuple["Node", ...]

    def to_json(self) -> dict[str, Any]:
        """Return the node as plain JSON."""
        return {"any": [part.to_json() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is false."""

    part: "Node"

    def to_json(self) -> dict[str, Any]:
        """Return the node as plain JSON."""
        return {"not": self.part.to_json()}


Node = AllOf | AnyOf | Not | Comparison
ALWAYS = AllOf(())

_EQUAL = (Operator.IS, Operator.IS_NOT)
_LIST = (Operator.IN, Operator.NOT_IN)
_SIZE = (Operator.AT_LEAST, Operator.AT_MOST, Operator.BETWEEN)
OPERATORS: Mapping[FactType, tuple[Operator, ...]] = {
    FactType.TEXT: (*_EQUAL, *_LIST, Operator.BEGINS_WITH, Operator.CONTAINS),
    FactType.TEXTS: (Operator.CONTAINS, Operator.CONTAINS_ANY, Operator.CONTAINS_NONE),
    FactType.CHOICE: (*_EQUAL, *_LIST),
    FactType.COUNTRY: (*_EQUAL, *_LIST),
    FactType.COUNT: (*_EQUAL, *_SIZE),
    FactType.DAYS: (*_EQUAL, *_SIZE),
    FactType.PERCENT: (*_EQUAL, *_SIZE),
    FactType.MONEY: _SIZE,
    FactType.DATE: (*_EQUAL, *_SIZE),
    FactType.FLAG: (Operator.IS,),
}
"""How a fact of each type can be compared."""

_MANY = (*_LIST, Operator.CONTAINS_ANY, Operator.CONTAINS_NONE)
_MOST: Mapping[FactType, int] = {
    FactType.MONEY: reading.MOST_MONEY,
    FactType.PERCENT: 10_000,
    FactType.COUNT: 10**6,
    FactType.DAYS: 10**6,
}
_COUNTRY = re.compile(r"[A-Z]{2}")


def read_condition(data: object, path: str) -> Node:
    """Return the tree that plain JSON describes; raises InvalidPolicy naming the node."""
    node = _read(data, path, DEEPEST)
    if sum(1 for _ in nodes(node)) > MOST_NODES:
        raise InvalidPolicy(f"{path}: at most {MOST_NODES} conditions")
    return node


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it."""
    yield node
    below: tuple[Node, ...] = ()
    if isinstance(node, AllOf | AnyOf):
        below = node.parts
    elif isinstance(node, Not):
        below = (node.part,)
    for part in below:
        yield from nodes(part)


def comparisons(node: Node) -> Iterator[Comparison]:
    """Yield the comparisons of a tree from left to right."""
    return (one for one in nodes(node) if isinstance(one, Comparison))


def _read(data: object, path: str, depth: int) -> Node:
    if depth == 0:
        raise InvalidPolicy(f"{path}: conditions nested at most {DEEPEST} deep")
    if not isinstance(data, dict):
        raise InvalidPolicy(f"{path}: an object with all, any, not or fact, operator, value")
    if data.keys() in ({"all"}, {"any"}):
        ((kind, parts),) = data.items()
        if not isinstance(parts, list) or (kind == "any" and not parts):
            raise InvalidPolicy(f"{path}.{kind}: a list of conditions")
        read = tuple(
            _read(part, f"{path}.{kind}[{index}]", depth - 1) for index, part in enumerate(parts)
        )
        return AllOf(read) if kind == "all" else AnyOf(read)
    if data.keys() == {"not"}:
        return Not(_read(data["not"], f"{path}.not", depth - 1))
    return _comparison(data, path)


def _comparison(data: object, path: str) -> Comparison:
    fields = reading.an_object(data, path, Comparison.__slots__)
    fact = FACTS[reading.choice(FactName, fields["fact"], f"{path}.fact")]
    operator = reading.choice(Operator, fields["operator"], f"{path}.operator")
    if operator not in OPERATORS[fact.kind]:
        names = ", ".join(OPERATORS[fact.kind])
        raise InvalidPolicy(f"{path}.operator: one of {names} for {fact.name.value}")
    return Comparison(fact.name, operator, _value(fact, operator, fields["value"], f"{path}.value"))


def _value(fact: Fact, operator: Operator, value: object, path: str) -> Any:
    if fact.kind is FactType.MONEY:
        given = reading.require_currencies(value, path)
        if not given:
            raise InvalidPolicy(f"{path}: an amount in at least one currency")
        return {
            currency: _range(fact, amount, f"{path}.{currency}")
            if operator is Operator.BETWEEN
            else _single(fact, amount, f"{path}.{currency}")
            for currency, amount in given.items()
        }
    if operator is Operator.BETWEEN:
        return _range(fact, value, path)
    if operator in _MANY:
        listed = reading.texts(value, path)
        return tuple(_single(fact, one, f"{path}[{index}]") for index, one in enumerate(listed))
    return _single(fact, value, path)


def _range(fact: Fact, value: object, path: str) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidPolicy(f"{path}: the lowest and the highest value")
    low, high = (_single(fact, one, f"{path}[{index}]") for index, one in enumerate(value))
    if low > high:
        raise InvalidPolicy(f"{path}: the lowest value first")
    return low, high


def _single(fact: Fact, value: object, path: str) -> Any:
    kind = fact.kind
    if kind is FactType.FLAG:
        return reading.flag(value, path)
    if kind is FactType.DATE:
        return reading.day(value, path)
    if kind in _MOST:
        return reading.whole(value, path, 0, _MOST[kind])
    if kind is FactType.COUNTRY:
        if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
            raise InvalidPolicy(f"{path}: a country as two capitals")
        return value
    if fact.choices is not None:
        return reading.choice(fact.choices, value, path).value
    return reading.text(value, path)


def folded(value: Any) -> Any:
    """Return a value as it is compared: texts without regard to capitals, ranges as lists."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, list | tuple):
        return [folded(one) for one in value]
    return value


def compare(comparison: Comparison, value: Any, currency: str) -> Truth:
    """Return how a fact compares; None is unknown, amounts are of `currency`.

    An amount the comparison does not name in that currency cannot be compared: unknown.
    """
    against = comparison.value
    if FACTS[comparison.fact].kind is FactType.MONEY:
        against = against.get(currency)
    if value is None or against is None:
        return Truth.UNKNOWN
    holds = HOLDS[comparison.operator](folded(value), folded(against))
    return Truth.TRUE if holds else Truth.FALSE


HOLDS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: lambda value, against: bool(value == against),
    Operator.IS_NOT: lambda value, against: bool(value != against),
    Operator.IN: lambda value, against: value in against,
    Operator.NOT_IN: lambda value, against: value not in against,
    Operator.AT_LEAST: lambda value, against: bool(value >= against),
    Operator.AT_MOST: lambda value, against: bool(value <= against),
    Operator.BETWEEN: lambda value, against: bool(against[0] <= value <= against[1]),
    Operator.BEGINS_WITH: lambda value, against: bool(value.startswith(against)),
    Operator.CONTAINS: lambda value, against: against in value,
    Operator.CONTAINS_ANY: lambda value, against: any(one in value for one in against),
    Operator.CONTAINS_NONE: lambda value, against: not any(one in value for one in against),
}
"""Whether a folded value holds against a folded one, for each operator."""


def evaluate(node: Node, truth_of: Callable[[Comparison], Truth]) -> Truth:
    """Return the truth of a tree from that of its comparisons."""
    if isinstance(node, Comparison):
        return truth_of(node)
    if isinstance(node, Not):
        return Truth(Truth.TRUE - evaluate(node.part, truth_of))
    truths = [evaluate(part, truth_of) for part in node.parts]
    return min(truths, default=Truth.TRUE) if isinstance(node, AllOf) else max(truths)
