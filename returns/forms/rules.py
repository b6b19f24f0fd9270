"""A rule as its author fills it in: when it applies, what it does, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from returns.enums import IfUnknown
from returns.errors import InvalidPolicy
from returns.forms.conditions import MODES, ConditionsForm
from returns.forms.effects import EffectsForm, lines
from returns.rules.policy import LANGUAGES, Policy, Rule
from returns.rules.policy.slots import read_rule

SAVE = "save"


class WordsForm(forms.Form):
    """What a rule is called, what it says to the shopper, and what it does with gaps."""

    note = forms.CharField(
        label=_("Name of the rule, for your staff"), max_length=200, required=False
    )
    active = forms.BooleanField(label=_("Switched on"), required=False)
    if_unknown = forms.ChoiceField(
        label=_("Where something it asks about is not known"), choices=IfUnknown.choices
    )
    say_en = forms.CharField(
        label=_("Why, to the shopper (English)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Empty: the rule is told as it stands."),
    )
    say_ja = forms.CharField(
        label=_("Why, to the shopper (Japanese)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, *, rule: Rule, asked: bool = True) -> None:
        self.asked = asked
        super().__init__(
            data,
            initial={
                "note": rule.note,
                "active": rule.active,
                "if_unknown": rule.if_unknown.value,
                **{f"say_{language}": rule.say.get(language, "") for language in LANGUAGES},
            },
        )

    def full_clean(self) -> None:
        """Check what was typed, unless a button was pressed that asks for more fields."""
        super().full_clean()
        if not self.asked:
            self._errors = ErrorDict()


class RuleForm:
    """The three parts together. `data` is what was posted, None for a rule as it stands.

    Any button but the one that saves gives the same form again, with rows more or less.
    """

    modes = MODES

    def __init__(self, data: Any, *, rule: Rule, policy: Policy, currencies: Sequence[str]) -> None:
        self.rule, self.problem = rule, ""
        command = data.get("do", SAVE) if data is not None else ""
        self.saves = command == SAVE
        self.when = ConditionsForm(
            data, when=rule.when, policy=policy, currencies=currencies, asked=self.saves
        )
        self.effects = EffectsForm(
            data, effects=rule.effects, policy=policy, currencies=currencies, asked=self.saves
        )
        self.words = WordsForm(data, rule=rule, asked=self.saves)
        if data is not None and not self.saves:
            self.when.change(command)

    def is_valid(self) -> bool:
        """Check all parts, so that everything wrong is told at once."""
        good = [self.when.is_valid(), self.effects.is_valid(), self.words.is_valid()]
        if not all(good):
            return False
        try:
            self.changed()
        except InvalidPolicy as error:
            self.problem = error.detail
            return False
        return True

    @property
    def errors(self) -> list[tuple[str, Any, Any]]:
        """Everything wrong: the id of the field, its label and words."""
        if not self.saves:
            return []
        told: list[tuple[str, Any, Any]] = [("", "", self.problem)] if self.problem else []
        told += self.when.errors
        for form in (self.effects, self.words):
            told += [("", "", error) for error in form.non_field_errors()]
            for bound in form:
                at = bound.id_for_label or bound.auto_id
                told += [(at, bound.label, error) for error in bound.errors]
        return told

    def changed(self) -> Rule:
        """Return the rule as it was filled in; raises InvalidPolicy."""
        data: Mapping[str, Any] = self.words.cleaned_data
        return read_rule(
            {
                "id": self.rule.id,
                "when": self.when.to_json(),
                "effects": self.effects.effects(),
                "if_unknown": data["if_unknown"],
                "say": {language: lines(data[f"say_{language}"]) for language in LANGUAGES},
                "note": data["note"],
                "active": data["active"],
            },
            "rule",
        )
