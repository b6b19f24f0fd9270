"""What is typed about gifts: by who was given one, and by staff who make a code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from returns.forms.marks import unmarked

if TYPE_CHECKING:
    from commerce.models import OrderLine


class GiftLookupForm(forms.Form):
    """The code on a gift receipt."""

    code = forms.CharField(
        label=_("Gift code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class GiftPersonForm(forms.Form):
    """Who was given the present, so that the credit is theirs."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("Your store credit is kept under it. Who gave it to you learns nothing."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}", widget=forms.HiddenInput)


class GiftUnitsForm(forms.Form):
    """How many units of each line of an order a gift code is for."""

    def __init__(self, data: Any, *, lines: Sequence[OrderLine]) -> None:
        super().__init__(data)
        self.lines = lines
        for line in lines:
            self.fields[f"q_{line.public_id}"] = forms.IntegerField(
                label=_("How many?"),
                required=False,
                min_value=0,
                max_value=line.quantity,
                initial=line.quantity if len(lines) == 1 else 0,
            )

    def rows(self) -> Iterator[tuple[OrderLine, forms.BoundField]]:
        """Yield each line with its number."""
        for line in self.lines:
            yield line, unmarked(self[f"q_{line.public_id}"])

    def clean(self) -> dict[str, Any]:
        """Ask for at least one unit."""
        data = super().clean() or self.cleaned_data
        if not any(data.values()) and not self.errors:
            self.add_error(None, gettext("Choose at least one item."))
        return data

    def units(self) -> dict[str, int]:
        """Return the units by line."""
        return {
            name.removeprefix("q_"): count for name, count in self.cleaned_data.items() if count
        }
