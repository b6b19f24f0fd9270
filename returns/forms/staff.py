"""What staff type at the returns desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from postexp.design import formats
from postexp.kernel.money import Money, MoneyError
from returns.enums import DeclineReason, Grade, Outcome, ReturnState
from returns.errors import (
    ExchangeIsWhole,
    InvalidAmount,
    NotAnExchange,
    NotReturnable,
    RefundExceedsBalance,
    ReturnsError,
)
from returns.forms.marks import unmarked
from returns.models import ReturnLine
from returns.rules.commands import Finding
from returns.rules.quotes import Quote


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
    pay = forms.CharField(
        label=_("A lower amount"),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    outcome = forms.ChoiceField(label=_("Another way"), required=False, choices=Outcome.choices)

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
            raise forms.ValidationError(InvalidAmount.message) from error

    def refuse(self, error: ReturnsError) -> bool:
        """Show an error at the field it is about; return whether it is about one."""
        if isinstance(error, RefundExceedsBalance | ExchangeIsWhole) and self.data.get("pay"):
            self.add_error("pay", str(error.message))
        elif isinstance(error, NotAnExchange | NotReturnable):
            self.add_error("outcome", str(error.message))
        return self.to_mend

    @property
    def to_mend(self) -> bool:
        """Whether what staff chose themselves is wrong, and not the sum they saw."""
        return bool({"pay", "outcome"} & self.errors.keys())

    def offering(self, quoted: Quote, others: Sequence[Quote]) -> Self:
        """Offer each way with its sum, and say what may be paid; the first error has the focus."""
        outcome = cast(forms.ChoiceField, self.fields["outcome"])
        own, *more = (
            (one.outcome.value, f"{one.outcome.label} · {formats.money(_payout(one))}")
            for one in (quoted, *others)
        )
        outcome.choices = [("", own[1]), *more]
        if quoted.outcome is Outcome.EXCHANGE:
            self["pay"].help_text = gettext(
                "Only with another way: an exchange gives the whole value."
            )
        else:
            most = formats.money(Money(quoted.total, quoted.currency))
            self["pay"].help_text = gettext("At most %(most)s. The shopper sees a deduction.") % {
                "most": most
            }
        for name in ("pay", "outcome"):
            if name in self.errors:
                self.fields[name].widget.attrs["data-focus"] = True
                break
        return self


def _payout(quoted: Quote) -> Money:
    return Money(quoted.payout, quoted.currency)


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
