"""What staff type at the returns desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from postexp.kernel.money import Money, MoneyError
from returns.enums import DeclineReason, Grade, Outcome, ReturnState
from returns.errors import InvalidAmount, QuoteChanged, ReturnsError
from returns.forms.marks import unmarked
from returns.models import ReturnLine
from returns.rules.commands import Finding


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
            waiting = _waiting(line)
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
            counts = [unmarked(self[f"{grade}_{line.public_id}"]) for grade in Grade]
            yield line, counts, self[f"accept_{line.public_id}"]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one unit, and for no more of a line than was announced."""
        data = super().clean() or self.cleaned_data
        for line in self.lines:
            if self._count(line) > _waiting(line):
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
            line.public_id: self._count(line)
            for line in self.lines
            if self._count(line) and line.case.state != ReturnState.RECEIVED
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


def _waiting(line: ReturnLine) -> int:
    """Return how many units can be counted now: those on the table, else those still to come."""
    here = line.case.state == ReturnState.RECEIVED
    return line.uninspected if here else line.missing


class SettleForm(forms.Form):
    """The sum staff saw, and what they changed about it.

    Each other way has a sum of its own, in `shown_refund` and the like.
    """

    shown = forms.IntegerField(min_value=0)
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}")
    pay = forms.CharField(required=False, max_length=24)
    outcome = forms.ChoiceField(required=False, choices=Outcome.choices)

    def __init__(self, data: Any, *, currency: str) -> None:
        super().__init__(data)
        self.currency = currency
        for outcome in Outcome:
            self.fields[f"shown_{outcome}"] = forms.IntegerField(min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        """Take the sum of the way that was chosen; without one nothing is paid."""
        data = super().clean() or self.cleaned_data
        if chosen := data.get("outcome"):
            data["shown"] = data.get(f"shown_{chosen}")
            if data["shown"] is None:
                self.add_error("shown", self.fields["shown"].error_messages["required"])
        return data

    def clean_pay(self) -> int | None:
        """Read a lower amount, written as people write it; nothing means the whole sum."""
        text = self.cleaned_data["pay"].replace(",", "").strip()
        if not text:
            return None
        try:
            return Money.parse(text, self.currency).amount
        except MoneyError as error:
            raise forms.ValidationError(_("Write an amount.")) from error

    def refusal(self) -> ReturnsError:
        """Return why the form cannot be used."""
        return InvalidAmount() if "pay" in self.errors else QuoteChanged()


class PaidForm(forms.Form):
    """Where a payment by hand can be found again."""

    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("Such as the number of the bank transfer, or of the refund on the platform."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ShipForm(forms.Form):
    """How a replacement travels."""

    carrier_name = forms.CharField(label=_("Carrier"), required=False, max_length=80)
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
