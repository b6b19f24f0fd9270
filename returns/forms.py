"""What shoppers and staff type about returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from returns.enums import DeclineReason, Grade, Outcome
from returns.models import ReturnLine
from returns.rules.commands import Finding, Wish
from returns.selectors import Judged, Judgement, list_replacements

FEW = 10
"""Up to so many units are chosen from a list, more are typed."""


class UnitsForm(forms.Form):
    """The first screen: how many of each line, and why."""

    def __init__(self, data: Any, *, judgement: Judgement, locale: str) -> None:
        super().__init__(data)
        self.open_lines = [one for one in judgement.lines if one.decision.returnable]
        for one in self.open_lines:
            self.fields[f"q_{one.line.public_id}"] = _quantity_field(one)
            self.fields[f"r_{one.line.public_id}"] = forms.ChoiceField(
                label=_("Why?"),
                required=False,
                choices=[
                    ("", _("Choose a reason")),
                    *((reason.code, reason.label[locale]) for reason in one.decision.reasons),
                ],
            )

    def rows(self) -> Iterator[tuple[Judged, forms.BoundField, forms.BoundField]]:
        """Yield each line that can come back, with its two fields."""
        for one in self.open_lines:
            yield one, self[f"q_{one.line.public_id}"], self[f"r_{one.line.public_id}"]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one unit, and for a reason with each line that has some."""
        data = super().clean() or self.cleaned_data
        chosen = False
        for one in self.open_lines:
            quantity, reason = f"q_{one.line.public_id}", f"r_{one.line.public_id}"
            if data.get(quantity):
                chosen = True
                if reason in data and not data[reason]:
                    self.add_error(reason, gettext("Tell us why you return it."))
        if not chosen and not self.errors:
            self.add_error(None, gettext("Choose at least one item."))
        return data

    def wishes(self) -> list[Wish]:
        """Return what was chosen, without replacements."""
        return [
            Wish(
                line=one.line.public_id,
                quantity=int(self.cleaned_data[f"q_{one.line.public_id}"]),
                reason=self.cleaned_data[f"r_{one.line.public_id}"],
            )
            for one in self.open_lines
            if self.cleaned_data.get(f"q_{one.line.public_id}")
        ]


def _quantity_field(one: Judged) -> forms.Field:
    most = one.decision.returnable
    if most > FEW:
        return forms.IntegerField(
            label=_("How many?"), required=False, min_value=0, max_value=most, initial=0
        )
    return forms.TypedChoiceField(
        label=_("How many?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(0, _("None")), *((number, str(number)) for number in range(1, most + 1))],
    )


class OutcomeForm(forms.Form):
    """The second screen: money, credit or another one."""

    outcome = forms.ChoiceField(label=_("What would you like?"), choices=Outcome.choices)

    def __init__(self, data: Any, *, offered: Sequence[Outcome], judged: Sequence[Judged]) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["outcome"])
        field.choices = [(outcome.value, outcome.label) for outcome in offered]
        self.judged = judged if Outcome.EXCHANGE in offered else ()
        for one in self.judged:
            self.fields[f"v_{one.line.public_id}"] = forms.ChoiceField(
                label=one.line.title,
                required=False,
                choices=[
                    (variant.public_id, variant.title or variant.sku or one.line.title)
                    for variant, _free in list_replacements(one.line)
                ],
            )

    def variant_fields(self) -> list[forms.BoundField]:
        """Return the choices of a replacement, one a line."""
        return [self[f"v_{one.line.public_id}"] for one in self.judged]

    def clean(self) -> dict[str, Any]:
        """Ask for a replacement of every line where an exchange was chosen."""
        data = super().clean() or self.cleaned_data
        if data.get("outcome") == Outcome.EXCHANGE:
            for one in self.judged:
                name = f"v_{one.line.public_id}"
                if name in data and not data[name]:
                    self.add_error(name, gettext("Choose what you want instead."))
        return data

    def wishes(self, chosen: Sequence[Wish]) -> list[Wish]:
        """Return the wishes of the first screen with their replacements."""
        if self.outcome_chosen is not Outcome.EXCHANGE:
            return list(chosen)
        return [
            Wish(
                line=wish.line,
                quantity=wish.quantity,
                reason=wish.reason,
                variant=self.cleaned_data[f"v_{wish.line}"],
            )
            for wish in chosen
        ]

    @property
    def outcome_chosen(self) -> Outcome:
        """The outcome that was chosen."""
        return Outcome(self.cleaned_data["outcome"])


class ConfirmForm(forms.Form):
    """The third screen: the sum that was read, and anything else to say."""

    note = forms.CharField(
        label=_("Anything else we should know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    payout = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}", widget=forms.HiddenInput)


class SentForm(forms.Form):
    """The number of the parcel that is on its way back."""

    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DeclineForm(forms.Form):
    """Why a return is declined, in words its shopper reads."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=DeclineReason.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In your own words, to the shopper"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where no ready sentence says why."""
        data = super().clean() or self.cleaned_data
        if data.get("reason") == DeclineReason.OTHER and not data.get("text"):
            self.add_error("text", gettext("Tell the shopper why."))
        return data


class ArrivalForm(forms.Form):
    """How many units of each line arrived, by grade. Nothing is typed twice: they are the count."""

    def __init__(self, data: Any, *, lines: Sequence[ReturnLine]) -> None:
        super().__init__(data)
        self.lines = lines
        for line in lines:
            waiting = line.missing + line.uninspected
            for grade in Grade:
                self.fields[f"{grade}_{line.public_id}"] = forms.IntegerField(
                    label=grade.label,
                    required=False,
                    min_value=0,
                    max_value=waiting,
                    initial=waiting if grade is Grade.NEW else 0,
                )
            self.fields[f"accept_{line.public_id}"] = forms.BooleanField(
                label=_("Accept worn or damaged items as well"), required=False
            )

    def rows(self) -> Iterator[tuple[ReturnLine, list[forms.BoundField], forms.BoundField]]:
        """Yield each line with its counts by grade, and whether worn ones are accepted."""
        for line in self.lines:
            counts = [self[f"{grade}_{line.public_id}"] for grade in Grade]
            yield line, counts, self[f"accept_{line.public_id}"]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one unit, and for no more of a line than was announced."""
        data = super().clean() or self.cleaned_data
        for line in self.lines:
            if self._count(line) > line.missing + line.uninspected:
                self.add_error(
                    f"{Grade.NEW}_{line.public_id}",
                    gettext("These are more items than were announced."),
                )
        if not self.errors and not any(self._count(line) for line in self.lines):
            self.add_error(None, gettext("Count at least one item."))
        return data

    def _count(self, line: ReturnLine) -> int:
        return sum(self._of_grade(line, grade) for grade in Grade)

    def _of_grade(self, line: ReturnLine, grade: Grade) -> int:
        return self.cleaned_data.get(f"{grade}_{line.public_id}") or 0

    def counts(self) -> dict[str, int]:
        """Return how many units of each line arrived with this parcel."""
        return {
            line.public_id: self._count(line) - line.uninspected
            for line in self.lines
            if self._count(line) > line.uninspected
        }

    def findings(self) -> list[Finding]:
        """Return what was found: new and opened goods are accepted, others only if asked for."""
        return [
            Finding(
                line=line.public_id,
                grade=grade,
                quantity=self._of_grade(line, grade),
                accepted=grade in (Grade.NEW, Grade.OPENED)
                or (grade is Grade.WORN and self.cleaned_data[f"accept_{line.public_id}"]),
            )
            for line in self.lines
            for grade in Grade
            if self._of_grade(line, grade)
        ]
