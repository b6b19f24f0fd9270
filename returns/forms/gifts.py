"""What is typed about gifts: by who was given one, and by staff who make a code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commerce.ports import AddressFacts
from returns.enums import ReturnMethod
from returns.forms.marks import unmarked
from returns.forms.sending import country_choices

WITHOUT_POSTCODES = ("HK",)

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
        help_text=_(
            "We write to you there, and your store credit is kept under it. Who gave it to you "
            "learns nothing."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}", widget=forms.HiddenInput)


class GiftAddressForm(forms.Form):
    """Where who was given a present lives: it is on their label, and what they get goes there."""

    country = forms.ChoiceField(
        label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"})
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    province = forms.CharField(
        label=_("State or prefecture"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    city = forms.CharField(
        label=_("City"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    address1 = forms.CharField(
        label=_("Street and number"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    address2 = forms.CharField(
        label=_("Building, floor"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        help_text=_("Carriers ask for one."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, data: Any, *, country: str) -> None:
        super().__init__(data, initial={"country": country})
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = country_choices(country)
        self.fields["postcode"].required = self["country"].value() not in WITHOUT_POSTCODES

    def address(self) -> AddressFacts:
        """Return what was typed."""
        return AddressFacts(**self.cleaned_data)


class GiftMethodForm(forms.Form):
    """How a present is sent back, where there is a choice."""

    method = forms.ChoiceField(
        label=_("How will you send it?"), required=False, choices=ReturnMethod.choices
    )


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
