"""The reasons shoppers choose from, as the shop's owner words and sorts them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from returns.enums import Fault
from returns.enums.reports import ReasonMeaning
from returns.forms.breaches import add_breaches
from returns.rules.policy import Policy, Reason
from returns.rules.policy.reading import LANGUAGES

NEW = "new"
_LONGEST = 200
_LONGEST_CODE = 40


@dataclass(frozen=True, kw_only=True)
class ReasonRow:
    """The fields of one reason; `reason` is None where one can be added."""

    reason: Reason | None
    labels: list[forms.BoundField]
    groups: list[forms.BoundField]
    fault: forms.BoundField
    means: forms.BoundField
    gone: forms.BoundField | None

    @property
    def has_errors(self) -> bool:
        """Whether something of it has to be written anew."""
        asked = [*self.labels, *self.groups, self.fault, self.means]
        return any(one.errors for one in (*asked, self.gone) if one is not None)


class ReasonsForm(forms.Form):
    """Words, heading, fault and meaning of every reason, and a row for one more."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, policy: Policy, version: int) -> None:
        super().__init__(data, initial={"version": version})
        self.policy, self.number = policy, version
        for reason in policy.reasons:
            self._ask(reason.code, reason)
        self._ask(NEW, None)

    def _ask(self, name: str, reason: Reason | None) -> None:
        for language, (label, group) in _WORDS.items():
            self.fields[f"label_{language}:{name}"] = forms.CharField(
                label=label,
                required=reason is not None,
                max_length=_LONGEST,
                initial=reason.label[language] if reason else "",
                widget=forms.TextInput(attrs={"lang": language}),
            )
            self.fields[f"group_{language}:{name}"] = forms.CharField(
                label=group,
                required=False,
                max_length=_LONGEST,
                initial=reason.group.get(language, "") if reason else "",
                widget=forms.TextInput(attrs={"lang": language}),
            )
        self.fields[f"fault:{name}"] = forms.ChoiceField(
            label=_("Whose fault it is"),
            choices=Fault.choices,
            initial=reason.fault if reason else Fault.SHOPPER,
        )
        self.fields[f"means:{name}"] = forms.ChoiceField(
            label=_("Counted in reports as"),
            choices=ReasonMeaning.choices,
            initial=reason.means if reason else ReasonMeaning.OTHER,
        )
        if reason is not None:
            self.fields[f"gone:{name}"] = forms.BooleanField(
                label=_("Take this reason out"), required=False
            )

    def rows(self) -> Iterator[ReasonRow]:
        """Yield the fields of each reason, and at the end those of a new one."""
        for reason in (*self.policy.reasons, None):
            name = reason.code if reason else NEW
            yield ReasonRow(
                reason=reason,
                labels=[self[f"label_{language}:{name}"] for language in LANGUAGES],
                groups=[self[f"group_{language}:{name}"] for language in LANGUAGES],
                fault=self[f"fault:{name}"],
                means=self[f"means:{name}"],
                gone=self[f"gone:{name}"] if reason else None,
            )

    def clean(self) -> dict[str, Any]:
        """Ask for words in both languages, and for at least one reason that no rule misses."""
        data = super().clean() or self.cleaned_data
        if data.get("version") != self.number:
            self.add_error(
                None, gettext("The policy was changed meanwhile. This is how it is now.")
            )
        for name in (*(reason.code for reason in self.policy.reasons), NEW):
            self._check_pair(name, "group")
        self._check_pair(NEW, "label")
        for code in self._gone():
            if code in _codes_in([rule.to_json() for rule in self.policy.rules]):
                self.add_error(
                    f"gone:{code}", gettext("A rule speaks of it. Change the rule first.")
                )
        if not self.errors and not self._reasons():
            self.add_error(None, gettext("Keep at least one reason."))
        if not self.errors:
            add_breaches(self, self.changed())
        return data

    def _check_pair(self, name: str, what: str) -> None:
        words = {one: self.cleaned_data.get(f"{what}_{one}:{name}", "") for one in LANGUAGES}
        if any(words.values()):
            for language in (one for one in LANGUAGES if not words[one]):
                field = f"{what}_{language}:{name}"
                if field not in self.errors:
                    self.add_error(field, gettext("Write it in both languages."))

    def _gone(self) -> list[str]:
        codes = [reason.code for reason in self.policy.reasons]
        return [code for code in codes if self.cleaned_data.get(f"gone:{code}")]

    def changed(self) -> Policy:
        """Return the policy with its reasons as they were filled in."""
        return replace(self.policy, reasons=self._reasons())

    def _reasons(self) -> tuple[Reason, ...]:
        gone = self._gone()
        kept = [self._reason(one.code, one.code) for one in self.policy.reasons]
        found = [one for one in kept if one.code not in gone]
        if self.cleaned_data.get(f"label_en:{NEW}"):
            taken = {one.code for one in self.policy.reasons}
            code = _code_of(self.cleaned_data[f"label_en:{NEW}"], taken)
            found.append(self._reason(NEW, code))
        return tuple(found)

    def _reason(self, name: str, code: str) -> Reason:
        data = self.cleaned_data
        means = ReasonMeaning(data[f"means:{name}"])
        group = {one: data[f"group_{one}:{name}"] for one in LANGUAGES}
        return Reason(
            code=code,
            fault=Fault(data[f"fault:{name}"]),
            label={one: data[f"label_{one}:{name}"] for one in LANGUAGES},
            group=group if any(group.values()) else {},
            meaning="" if means is ReasonMeaning.of_code(code) else means,
        )


_WORDS = {
    "en": (_("Reason, in English"), _("Heading above it, in English")),
    "ja": (_("Reason, in Japanese"), _("Heading above it, in Japanese")),
}


def _code_of(label: str, taken: Collection[str]) -> str:
    """Return a code for a new reason, made of its English words."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[: _LONGEST_CODE - 4] or "reason"
    found, number = plain, 2
    while found in taken or found == NEW:
        found, number = f"{plain}_{number}", number + 1
    return found


def _codes_in(value: Any) -> set[str]:
    """Return every text in the rules of a policy, among which are the codes they speak of."""
    if isinstance(value, dict):
        return {text for one in value.values() for text in _codes_in(one)}
    if isinstance(value, list | tuple):
        return {text for one in value for text in _codes_in(one)}
    return {value} if isinstance(value, str) else set()
