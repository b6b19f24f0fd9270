"""What shoppers type to see their order."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LookupForm(forms.Form):
    """An order number, and something only its buyer would know."""

    number = forms.CharField(
        label=_("Order number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    contact = forms.CharField(
        label=_("E-mail, phone number or postcode"),
        help_text=_("As you gave it when you ordered."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(forms.Form):
    """The six digits from the mail."""

    challenge = forms.CharField(max_length=60, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9 ]*"}
        ),
    )
