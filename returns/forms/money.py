"""What staff type about money beyond a return: goodwill, and who credit notes are from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from postexp.kernel.money import Money, MoneyError
from returns.enums import Outcome
from returns.errors import (
    InvalidAmount,
    InvalidRegistrationNumber,
    LostDispute,
    NotReturnable,
    OpenDispute,
    RefundExceedsBalance,
    ReturnsError,
)
from returns.forms.marks import unmarked
from returns.models import CreditNoteIssuer
from returns.rules.credit_notes import reads_as_registration_number
from returns.rules.quotes import NamedUnits

if TYPE_CHECKING:
    from commerce.models import OrderLine

DESPITE = _("Why to pay despite the chargeback")


class GoodwillForm(forms.Form):
    """How much goodwill, how it is given, for what, and why."""

    amount = forms.CharField(
        label=_("Amount"),
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    outcome = forms.ChoiceField(
        label=_("How it is given"),
        choices=[
            (Outcome.REFUND.value, Outcome.REFUND.label),
            (Outcome.STORE_CREDIT.value, Outcome.STORE_CREDIT.label),
        ],
        widget=forms.RadioSelect,
        initial=Outcome.REFUND,
    )
    note = forms.CharField(
        label=_("Why"),
        help_text=_("For your records. The shopper does not see it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    despite = forms.CharField(label=DESPITE, max_length=500)
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}", widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        currency: str,
        left: Sequence[tuple[OrderLine, int]],
        is_disputed: bool,
        key: str = "",
    ) -> None:
        super().__init__(data, initial={"key": key, "outcome": Outcome.REFUND})
        self.currency, self.left = currency, left
        if not is_disputed:
            del self.fields["despite"]
        for line, units in left:
            self.fields[f"q_{line.public_id}"] = forms.IntegerField(
                label=" · ".join(filter(None, (line.title, line.variant_title))),
                required=False,
                min_value=0,
                max_value=units,
                initial=0,
            )

    def rows(self) -> Iterator[forms.BoundField]:
        """Yield the numbers of units goodwill can be for."""
        for line, _units in self.left:
            yield unmarked(self[f"q_{line.public_id}"])

    def clean_amount(self) -> int:
        """Read an amount above zero, written as people write it."""
        try:
            amount = Money.typed(self.cleaned_data["amount"], self.currency).amount
        except MoneyError as error:
            raise forms.ValidationError(InvalidAmount.message) from error
        if amount <= 0:
            raise forms.ValidationError(InvalidAmount.message)
        return amount

    def units(self) -> list[NamedUnits]:
        """Return the units that were named; none where it is for the order."""
        return [
            NamedUnits(line=line.public_id, quantity=quantity)
            for line, _units in self.left
            if (quantity := self.cleaned_data.get(f"q_{line.public_id}") or 0)
        ]

    def refuse(self, error: ReturnsError) -> None:
        """Show an error at the field it is about."""
        field = {
            RefundExceedsBalance: "amount",
            InvalidAmount: "amount",
            NotReturnable: "outcome",
            OpenDispute: "despite",
            LostDispute: "despite",
        }.get(type(error))
        self.add_error(field if field in self.fields else None, str(error.message))


class IssuerForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who credit notes are from."""

    class Meta:
        model = CreditNoteIssuer
        fields = ("name", "address", "registration_number", "prefix")
        help_texts: ClassVar = {
            "name": _("Your shop’s name, unless you say otherwise."),
            "registration_number": _(
                "Only for businesses registered in Japan: T and 13 digits. With it, credit notes "
                "are qualified return invoices."
            ),
            "prefix": _("Stands before the number; CN- unless you say otherwise."),
        }
        widgets: ClassVar = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "registration_number": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def clean_registration_number(self) -> str:
        """Ask for one whose check digit is right."""
        number: str = self.cleaned_data["registration_number"].strip().upper()
        if number and not reads_as_registration_number(number):
            raise forms.ValidationError(InvalidRegistrationNumber.message)
        return number


class PeriodForm(forms.Form):
    """The days a list is about; either end may be open."""

    first = forms.DateField(
        label=pgettext_lazy("first day of a period", "From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    last = forms.DateField(
        label=pgettext_lazy("last day of a period", "To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
