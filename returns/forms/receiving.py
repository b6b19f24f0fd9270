"""What people at receiving upload and type, and how a shop receives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from postexp.kernel.money import Money, MoneyError
from returns.enums import Grade
from returns.enums.receiving import Disposition, RefusedChoice
from returns.errors import InvalidAmount
from returns.models import ReceivingSettings
from returns.rules.receiving import USUAL_MATRIX, Matrix, ReceivingTerms

BLANK = 3
"""Rows for categories that have none yet."""


class PhotoForm(forms.Form):
    """One photo."""

    photo = forms.FileField(
        label=_("Photo"),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


class UnannouncedForm(forms.Form):
    """A parcel nobody announced."""

    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    quantity = forms.IntegerField(label=_("Items"), min_value=1, max_value=9999, initial=1)
    note = forms.CharField(
        label=_("What is in it, and whose name is on it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


class OwnerForm(forms.Form):
    """Whose goods they are: a return's or an order's number."""

    number = forms.CharField(
        label=_("Number of the return or the order"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EndForm(forms.Form):
    """What became of goods whose owner is not known."""

    answer = forms.CharField(
        label=_("What became of it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FeeForm(forms.Form):
    """How the fee for sending something back was paid; empty waives it."""

    reference = forms.CharField(
        label=_("How the fee was paid"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SendForm(forms.Form):
    """The parcel in which something goes back to its shopper."""

    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReceivingForm(forms.Form):
    """How the shop receives. Each row of the matrix is a category; the first is every other one."""

    blind_count = forms.BooleanField(
        label=_("Count blind"),
        help_text=_("What was announced is shown once it was counted."),
        required=False,
    )
    hold_above = forms.CharField(
        label=_("A second person checks above this value"),
        help_text=_("The value of the goods of one return. Empty: one person is enough."),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    send_back_fee = forms.CharField(
        label=_("Fee for sending an item back to its shopper"),
        help_text=_("Empty: the return postage of your policy."),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    answer_days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=90, initial=14
    )
    without_answer = forms.ChoiceField(
        label=_("Without an answer"),
        help_text=_("An item goes back free of charge then."),
        choices=[
            (RefusedChoice.SEND_BACK.value, _("Send it back to the shopper")),
            (RefusedChoice.DONATE.value, _("Give it to charity")),
            (RefusedChoice.PART_REFUND.value, _("Pay the partial refund, where one is offered")),
        ],
    )

    def __init__(self, data: Any, *, settings: ReceivingSettings, currency: str) -> None:
        self.currency = currency
        self.categories = [name for name in sorted(settings.matrix) if name]
        super().__init__(data, initial=_initial(settings, currency))
        for row, name in enumerate(["", *self.categories, *[""] * BLANK]):
            if row:
                self.fields[f"category_{row}"] = forms.CharField(
                    label=_("Category"), required=False, max_length=120, initial=name
                )
            for grade in Grade:
                kept = settings.matrix.get(name, {}) if name or not row else {}
                self.fields[f"{grade}_{row}"] = forms.ChoiceField(
                    label=grade.label,
                    choices=Disposition.choices,
                    initial=kept.get(grade.value, USUAL_MATRIX[grade]),
                )

    def rows(self) -> list[tuple[forms.BoundField | None, list[forms.BoundField]]]:
        """Return the rows of the matrix: its category, none for every other, and its fields."""
        return [self._row(row) for row in range(len(self.categories) + 1)]

    def blank_rows(self) -> list[tuple[forms.BoundField | None, list[forms.BoundField]]]:
        """Return the rows in which more categories can be named."""
        first = len(self.categories) + 1
        return [self._row(row) for row in range(first, first + BLANK)]

    def _row(self, row: int) -> tuple[forms.BoundField | None, list[forms.BoundField]]:
        category = self[f"category_{row}"] if row else None
        return category, [self[f"{grade}_{row}"] for grade in Grade]

    def clean_hold_above(self) -> int | None:
        """Read the amount as people write it."""
        return self._amount("hold_above")

    def clean_send_back_fee(self) -> int | None:
        """Read the amount as people write it."""
        return self._amount("send_back_fee")

    def _amount(self, name: str) -> int | None:
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        try:
            return Money.typed(text, self.currency).amount
        except MoneyError as error:
            raise forms.ValidationError(InvalidAmount.message) from error

    def terms(self) -> ReceivingTerms:
        """Return what was chosen."""
        data = self.cleaned_data
        return ReceivingTerms(
            blind_count=data["blind_count"],
            hold_above=data["hold_above"],
            matrix=self._matrix(),
            send_back_fee=data["send_back_fee"],
            answer_days=data["answer_days"],
            without_answer=RefusedChoice(data["without_answer"]),
        )

    def _matrix(self) -> Matrix:
        data, matrix = self.cleaned_data, {}
        for row in range(len(self.categories) + 1 + BLANK):
            name = data[f"category_{row}"].strip() if row else ""
            if name or not row:
                matrix[name] = {grade.value: data[f"{grade}_{row}"] for grade in Grade}
        return matrix


def _initial(settings: ReceivingSettings, currency: str) -> dict[str, Any]:
    def written(amount: int | None) -> str:
        return "" if amount is None else Money(amount, currency).to_wire()["amount"]

    return {
        "blind_count": settings.blind_count,
        "hold_above": written(settings.hold_above),
        "send_back_fee": written(settings.send_back_fee),
        "answer_days": settings.answer_days,
        "without_answer": settings.without_answer,
    }
