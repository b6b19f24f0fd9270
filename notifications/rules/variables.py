"""The variables in a shop's own words: `{{ order.number }}`, `{{ settlement.total|money }}`.

They are read by a grammar of our own and never by a template engine: a path of names and numbers
into the facts of a message, and filters out of a closed list. Nothing can be called, and nothing is
read but keys of mappings and places in lists. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Fault = Literal["tag", "grammar", "unknown", "filter", "argument", "missing", "unfit", "no_words"]

FILTERS = ("money", "day", "moment", "estimate", "hours", "default")
"""What can turn a value into words. `default:"…"` stands in where there is no value."""

STYLES = ("short", "long", "year")
"""What `day` and `moment` can be asked for."""

EMPTY: tuple[Any, ...] = (None, "", [], {})
"""What counts as no value."""

LONGEST = 20_000
"""Characters of one text of a shop at most."""

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = rf"{_NAME}(?:\.(?:{_NAME}|\d{{1,3}})){{0,7}}"
_ARGUMENT = r'"[^"\\{}\r\n]{0,120}"'
_FILTER = rf"\s*\|\s*{_NAME}(?:\s*:\s*{_ARGUMENT})?"
_VARIABLE = re.compile(rf"\s*(?P<path>{_PATH})(?P<filters>(?:{_FILTER}){{0,4}})\s*\Z")
_ONE_FILTER = re.compile(rf"\|\s*(?P<name>{_NAME})(?:\s*:\s*(?P<argument>{_ARGUMENT}))?")
_PLACE = re.compile(r"\{\{(?P<inside>.*?)\}\}", re.DOTALL)


class VariableFault(Exception):
    """A variable that cannot be read or has nothing to say. `variable` names it as it was written,
    and `known` what could stand there instead.
    """

    def __init__(self, fault: Fault, variable: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(f"{fault}: {variable}")
        self.fault, self.variable, self.known = fault, variable, known


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: the path to its value, and what turns the value into words, in order."""

    path: str
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def default(self) -> str | None:
        """What stands in where there is no value, or None."""
        return next((argument for name, argument in self.filters if name == "default"), None)


Filters = Mapping[str, Callable[..., Any]]


def parse(text: str) -> list[str | Variable]:
    """Return a text as what stands there literally, and its variables. Raises VariableFault."""
    parts: list[str | Variable] = []
    begun = 0
    for place in _PLACE.finditer(text):
        parts.append(_literal(text[begun : place.start()]))
        parts.append(_variable(place["inside"]))
        begun = place.end()
    parts.append(_literal(text[begun:]))
    return [part for part in parts if part != ""]


def variables_of(text: str) -> Iterator[Variable]:
    """Yield the variables of a text. Raises VariableFault."""
    return (part for part in parse(text) if isinstance(part, Variable))


def fill(
    text: str,
    facts: Mapping[str, Any],
    *,
    filters: Filters,
    escape: Callable[[str], str] = str,
) -> str:
    """Return a text with its variables' values in it, each of them through `escape`.

    Raises VariableFault for a variable that is unknown, or has no value and no default.
    """
    return "".join(
        escape(value_in_words(part, facts, filters)) if isinstance(part, Variable) else part
        for part in parse(text)
    )


def value_in_words(variable: Variable, facts: Mapping[str, Any], filters: Filters) -> str:
    """Return what a variable says of some facts. Raises VariableFault."""
    written = f"{{{{ {variable.path} }}}}"
    value = value_at(variable.path, facts)
    if value in EMPTY:
        if variable.default is None:
            raise VariableFault("missing", written)
        return variable.default
    for name, argument in variable.filters:
        if name != "default":
            value = _filtered(variable, value, filters[name], argument)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise VariableFault("no_words", written, FILTERS)
    return str(value)


def value_at(path: str, facts: Mapping[str, Any]) -> Any:
    """Return the value at a path; None where a part of the way is null, absent from a list, or not
    told this time. Raises VariableFault where the first name is no fact at all.
    """
    steps = path.split(".")
    if steps[0] not in facts:
        raise VariableFault("unknown", f"{{{{ {path} }}}}", tuple(sorted(facts)))
    value: Any = facts
    for step in steps:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def check_known(variable: Variable, facts: Mapping[str, Any]) -> None:
    """Raise VariableFault unless the facts of a sample have the path, which names what there is."""
    value: Any = facts
    for step in variable.path.split("."):
        if isinstance(value, list) and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        elif value is None:
            return
        else:
            known = tuple(sorted(value)) if isinstance(value, Mapping) else ()
            raise VariableFault("unknown", f"{{{{ {variable.path} }}}}", known)


def _literal(text: str) -> str:
    """Return a text that stands beside variables, as it is. Raises VariableFault for what looks
    like code.
    """
    for sign in ("{%", "{#"):
        if sign in text:
            raise VariableFault("tag", sign)
    if "{{" in text:
        raise VariableFault("grammar", _beginning(text[text.index("{{") :]))
    return text


def _variable(inside: str) -> Variable:
    written = "{{" + _beginning(inside) + "}}"
    found = _VARIABLE.match(inside)
    if found is None:
        raise VariableFault("grammar", written)
    filters = []
    for one in _ONE_FILTER.finditer(found["filters"]):
        name, argument = one["name"], (one["argument"] or '""')[1:-1]
        if name not in FILTERS:
            raise VariableFault("filter", name, FILTERS)
        if (name in {"day", "moment"} and argument and argument not in STYLES) or (
            name in {"money", "estimate", "hours"} and one["argument"]
        ):
            raise VariableFault("argument", written, STYLES)
        if name == "default" and not one["argument"]:
            raise VariableFault("argument", written)
        filters.append((name, argument))
    return Variable(found["path"], tuple(filters))


def _filtered(
    variable: Variable, value: Any, turn: Callable[..., Any], argument: str
) -> str | int | float:
    try:
        turned = turn(value, argument) if argument else turn(value)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise VariableFault("unfit", f"{{{{ {variable.path} }}}}") from error
    return str(turned)


def _beginning(text: str) -> str:
    """Return the beginning of what was typed, in one line, for a message of error."""
    return " ".join(text.split())[:60]
