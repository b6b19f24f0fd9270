"""What a shopper chooses for units that could not be accepted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from postexp.kernel.money import Money, MoneyError
from returns.enums.receiving import RefusedChoice
from returns.errors import InvalidAmount


class DecideForm(forms.Form):
    """One choice, with the amount that was shown beside it."""

    refused = forms.CharField(max_length=40)
    choice = forms.ChoiceField(label=_("What shall we do?"), choices=RefusedChoice.choices)

    def __init__(self, data: Any, *, auto_id: str = "id_%s") -> None:
        super().__init__(data, auto_id=auto_id)
        self.fields["choice"].error_messages["required"] = gettext("Choose one of these.")
        for choice in RefusedChoice:
            self.fields[f"shown_{choice}"] = forms.IntegerField(min_value=0, required=False)

    @property
    def shown(self) -> int | None:
        """The amount that was shown beside the choice."""
        return self.cleaned_data.get(f"shown_{self.cleaned_data['choice']}")


class OfferAmountForm(forms.Form):
    """A partial refund for units that were not accepted."""

    amount = forms.CharField(
        label=_("Partial refund"),
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, currency: str) -> None:
        super().__init__(data)
        self.currency = currency

    def clean_amount(self) -> int:
        """Read the amount as people write it."""
        try:
            return Money.typed(self.cleaned_data["amount"], self.currency).amount
        except MoneyError as error:
            raise forms.ValidationError(InvalidAmount.message) from error
