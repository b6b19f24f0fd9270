"""When a rule applies, as its author fills it in: comparisons, and groups of them.

Rows are posted in order under keys: `c1` is a comparison, `g2` a group, `g2.c3` a comparison in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from postexp.design import formats
from returns.enums import FactLevel, FactName, FactType, Operator
from returns.forms.typed import (
    AmountField,
    DayField,
    FlagField,
    LinesField,
    OneField,
    PercentField,
    SeveralField,
    all_countries,
    conditional,
)
from returns.rules.policy import Policy
from returns.rules.policy.conditions import (
    MOST_NODES,
    OPERATORS,
    AllOf,
    AnyOf,
    Comparison,
    Node,
)
from returns.rules.policy.facts import FACTS, Fact

MODES = (
    ("all", _("All of these hold")),
    ("any", _("At least one of these holds")),
    ("none", _("None of these holds")),
)
MOST_ROWS = 2 * MOST_NODES
_AGAIN = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-target": "#rule",
    "hx-swap": "outerHTML",
    "hx-vals": '{"do": "again"}',
}
"""What asks for the form again once a choice decides which fields there are."""
_KEY_OF_GROUP = re.compile(r"g[0-9]{1,3}")
_KEY = re.compile(r"(g[0-9]{1,3}\.)?c[0-9]{1,3}|g[0-9]{1,3}")
_MANY = (Operator.IN, Operator.NOT_IN, Operator.CONTAINS_ANY, Operator.CONTAINS_NONE)


class ComparisonForm(forms.Form):
    """One comparison. Its operators follow from the fact, its values from both."""

    fact = forms.ChoiceField(
        label=pgettext_lazy("condition of a rule", "What"),
        error_messages={"required": _("Choose what the rule asks about.")},
    )

    def __init__(
        self,
        data: Any,
        *,
        key: str,
        policy: Policy,
        currencies: Sequence[str],
        one: Comparison | None = None,
        asked: bool = True,
    ) -> None:
        self.key, self.currencies, self.asked = key, currencies, asked
        super().__init__(data, prefix=key, initial=_initial(one) if one else {})
        self.fields["fact"].choices = _facts()  # type: ignore[attr-defined]
        self.fields["fact"].widget.attrs.update(_AGAIN)
        self.about = _known_fact(self._now("fact"))
        if self.about is not None:
            offered = OPERATORS[self.about.kind]
            self.fields["operator"] = forms.ChoiceField(
                label=pgettext_lazy("condition of a rule", "How"),
                choices=[(operator.value, operator.label) for operator in offered],
                error_messages={"invalid_choice": _("Choose how it is compared.")},
                widget=forms.Select(attrs=_AGAIN),
            )
            now = self._now("operator")
            self.operator = Operator(now) if now in offered else offered[0]
            values = _value_fields(self.about, self.operator, policy, currencies, one)
            self.fields |= {name: conditional(field) for name, field in values.items()}

    def _now(self, name: str) -> Any:
        if self.is_bound:
            return self.data.get(self.add_prefix(name))
        return self.initial.get(name)

    def full_clean(self) -> None:
        """Check what was typed, unless a button was pressed that asks for more fields."""
        super().full_clean()
        if not self.asked:
            self._errors = ErrorDict()

    @property
    def values(self) -> list[Any]:
        """The fields of the value, bound."""
        return [self[name] for name in self.fields if name not in ("fact", "operator")]

    def clean(self) -> dict[str, Any]:
        """Ask for the value; a range needs both ends in order."""
        data = super().clean() or self.cleaned_data
        if self.about is not None and not self.errors:
            error = self._missing(data)
            if error:
                self.add_error(self.values[0].name, error)
        return data

    def _missing(self, data: Mapping[str, Any]) -> Any:
        if self.about is not None and self.about.kind is FactType.MONEY:
            pairs = [(data[f"value_{code}"], data.get(f"upper_{code}")) for code in self.currencies]
            pairs = [pair for pair in pairs if pair != (None, None)]
        else:
            pairs = [(data.get("value"), data.get("upper"))]
        if not pairs or any(first is None for first, _last in pairs):
            return _("Say what it is compared with.")
        if self.operator is Operator.BETWEEN:
            if any(last is None for _first, last in pairs):
                return _("Say from where to where.")
            if any(first > last for first, last in pairs):
                return _("The first value is above the second.")
        return None

    def comparison(self) -> dict[str, Any]:
        """Return the comparison as plain JSON."""
        data = self.cleaned_data
        between = self.operator is Operator.BETWEEN
        if self.about is not None and self.about.kind is FactType.MONEY:
            value: Any = {
                code: [data[f"value_{code}"], data[f"upper_{code}"]]
                if between
                else data[f"value_{code}"]
                for code in self.currencies
                if data[f"value_{code}"] is not None
            }
        else:
            value = [data["value"], data["upper"]] if between else data["value"]
        return {"fact": data["fact"], "operator": self.operator.value, "value": value}


@dataclass
class Group:
    """Comparisons and groups under one word; the top one has the empty key."""

    key: str
    mode: str = "all"
    rows: list[ComparisonForm | Group] = field(default_factory=list)
    error: Any = ""

    @property
    def is_group(self) -> bool:
        """Tell a template that this is no comparison."""
        return True

    def to_json(self) -> dict[str, Any]:
        """Return the group as plain JSON; one comparison alone needs no group."""
        parts = [row.to_json() if isinstance(row, Group) else row.comparison() for row in self.rows]
        if self.mode == "none":
            return {"not": parts[0] if len(parts) == 1 else {"any": parts}}
        return parts[0] if len(parts) == 1 else {self.mode: parts}


class ConditionsForm:
    """The whole condition of a rule. `top` is None for one that this form cannot show."""

    def __init__(
        self,
        data: Any,
        *,
        when: Node,
        policy: Policy,
        currencies: Sequence[str],
        asked: bool = True,
    ) -> None:
        self.when, self.policy, self.currencies, self.asked = when, policy, currencies, asked
        self.top = _group_of(when, "", 2, self._form) if data is None else None
        if data is not None and "rows" in data:
            self.top = self._posted(data)

    def _form(self, key: str, one: Comparison | None = None, data: Any = None) -> ComparisonForm:
        return ComparisonForm(
            data,
            key=key,
            policy=self.policy,
            currencies=self.currencies,
            one=one,
            asked=self.asked,
        )

    def _posted(self, data: Any) -> Group:
        top = Group("", _mode(data.get("mode")))
        groups = {"": top}
        for key in data.getlist("rows")[:MOST_ROWS]:
            inside = groups.get(key.rpartition(".")[0])
            if inside is None or not _KEY.fullmatch(key):
                continue
            if _KEY_OF_GROUP.fullmatch(key):
                groups[key] = Group(key, _mode(data.get(f"{key}-mode")))
                inside.rows.append(groups[key])
            else:
                inside.rows.append(self._form(key, data=data))
        return top

    def change(self, command: str) -> None:
        """Carry out a press of a button: `add`, `add:g2`, `group`, `drop:g2.c3`."""
        if self.top is None:
            return
        what, _colon, key = command.partition(":")
        keys = [one for one, _row in self._every()]
        numbers = (int(one.rpartition(".")[2][1:]) for one in keys)
        number = max(numbers, default=0) + 1
        if what == "add":
            inside = next((row for _key, row in self._every() if _key == key), self.top)
            if isinstance(inside, Group):
                prefix = f"{key}." if inside.key else ""
                inside.rows.append(self._form(f"{prefix}c{number}"))
        elif what == "group":
            group = Group(f"g{number}", "any")
            group.rows.append(self._form(f"g{number}.c{number + 1}"))
            self.top.rows.append(group)
        elif what == "drop":
            for inside in [self.top, *(row for _key, row in self._every())]:
                if isinstance(inside, Group):
                    inside.rows = [row for row in inside.rows if row.key != key]

    def _every(self) -> Iterable[tuple[str, ComparisonForm | Group]]:
        for row in self.top.rows if self.top else ():
            yield row.key, row
            if isinstance(row, Group):
                yield from ((inner.key, inner) for inner in row.rows)

    def is_valid(self) -> bool:
        """Check every comparison, and that no group is empty."""
        if self.top is None:
            return True
        good = True
        for _key, row in [("", self.top), *self._every()]:
            if isinstance(row, ComparisonForm):
                good = row.is_valid() and good
            elif not row.rows and (row.key or row.mode != "all"):
                row.error = _("Add a condition, or take the group away.")
                good = False
        return good

    @property
    def errors(self) -> list[tuple[str, Any, Any]]:
        """The id of each wrong field, its label, and what is wrong."""
        told: list[tuple[str, Any, Any]] = []
        for _key, row in [("", self.top), *self._every()] if self.top else ():
            if isinstance(row, Group):
                if row.error:
                    told.append((f"id_{row.key or 'top'}-mode", _("Conditions"), row.error))
                continue
            for bound in row:
                told += [(bound.id_for_label, bound.label, error) for error in bound.errors]
        return told

    def to_json(self) -> dict[str, Any]:
        """Return the condition as plain JSON."""
        return self.top.to_json() if self.top is not None else self.when.to_json()


def _mode(value: Any) -> str:
    return value if value in dict(MODES) else "all"


def _group_of(node: Node, key: str, deep: int, form: Any) -> Group | None:
    """Return a tree as groups nested so deep, or None where it does not fit."""
    mode, parts = _as_group(node)
    if mode is None or deep == 0:
        return None
    group = Group(key, mode)
    for index, part in enumerate(parts, 1):
        prefix = f"{key}." if key else ""
        if isinstance(part, Comparison):
            group.rows.append(form(f"{prefix}c{index}", part))
            continue
        inner = _group_of(part, f"{prefix}g{index}", deep - 1, form)
        if inner is None:
            return None
        group.rows.append(inner)
    return group


def _as_group(node: Node) -> tuple[str | None, tuple[Node, ...]]:
    if isinstance(node, Comparison):
        return "all", (node,)
    if isinstance(node, AllOf):
        return "all", node.parts
    if isinstance(node, AnyOf):
        return "any", node.parts
    if isinstance(node.part, Comparison):
        return "none", (node.part,)
    if isinstance(node.part, AnyOf):
        return "none", node.part.parts
    return None, ()


def _facts() -> list[Any]:
    groups: list[Any] = [("", "–")]
    for level in FactLevel:
        of_level = [fact for fact in FACTS.values() if fact.level is level]
        groups.append((level.label, [(fact.name.value, _called(fact)) for fact in of_level]))
    return groups


def _called(fact: Fact) -> Any:
    """Name a fact; one that nothing tells yet says so."""
    if fact.told:
        return fact.name.label
    return _("%(fact)s (not known yet)") % {"fact": fact.name.label}


def _known_fact(name: Any) -> Fact | None:
    return FACTS[FactName(name)] if name in FactName.values else None


def _initial(one: Comparison) -> dict[str, Any]:
    told: dict[str, Any] = {"fact": one.fact.value, "operator": one.operator.value}
    between = one.operator is Operator.BETWEEN
    if FACTS[one.fact].kind is not FactType.MONEY:
        ends = one.value if between else (one.value,)
        return told | dict(zip(("value", "upper"), ends, strict=False))
    for code, value in one.value.items():
        ends = value if between else (value,)
        told |= dict(zip((f"value_{code}", f"upper_{code}"), ends, strict=False))
    return told


def _value_fields(
    fact: Fact,
    operator: Operator,
    policy: Policy,
    currencies: Sequence[str],
    one: Comparison | None,
) -> dict[str, forms.Field]:
    between = operator is Operator.BETWEEN
    value = pgettext_lazy("condition of a rule", "Value")
    labels = {"value": _("From") if between else value}
    if between:
        labels["upper"] = pgettext_lazy("the end of a range", "To")
    if fact.kind is FactType.MONEY:
        return {
            f"{name}_{code}": AmountField(code, label=f"{label} ({code})")
            for code in currencies
            for name, label in labels.items()
        }
    return {name: _field(fact, operator, policy, one, label) for name, label in labels.items()}


def _field(
    fact: Fact, operator: Operator, policy: Policy, one: Comparison | None, label: Any
) -> forms.Field:
    many = operator in _MANY
    if fact.kind is FactType.PERCENT:
        return PercentField(label=label)
    if fact.kind is FactType.DATE:
        return DayField(label=label)
    if fact.kind in (FactType.COUNT, FactType.DAYS):
        return forms.IntegerField(label=label, min_value=0, max_value=10**6, required=False)
    if fact.kind is FactType.FLAG:
        return FlagField(yes=_("Yes"), no=_("No"), label=label)
    choices = _choices(fact, operator, policy, one)
    if choices is None:
        if many:
            return LinesField(label=label, help_text=_("One a line."))
        return forms.CharField(label=label, max_length=200, required=False, empty_value=None)
    if not many:
        return OneField(choices, label=label)
    if fact.kind is FactType.COUNTRY:
        widget = forms.SelectMultiple(attrs={"size": 7})
        return SeveralField(
            choices,
            label=label,
            widget=widget,
            help_text=_("Hold Ctrl or ⌘ to choose several."),
        )
    return SeveralField(choices, label=label)


def _choices(
    fact: Fact, operator: Operator, policy: Policy, one: Comparison | None
) -> list[tuple[str, Any]] | None:
    if fact.choices is not None:
        return [(choice.value, choice.label) for choice in fact.choices]  # type: ignore[attr-defined]
    if fact.kind is FactType.COUNTRY:
        return all_countries()
    if fact.name is not FactName.REASON or operator in (Operator.BEGINS_WITH, Operator.CONTAINS):
        return None
    known = [(reason.code, reason.label[formats.language()]) for reason in policy.reasons]
    given = one.value if one and one.fact is FactName.REASON else ()
    named = [given] if isinstance(given, str) else list(given)
    return known + [(code, code) for code in named if code not in dict(known)]
