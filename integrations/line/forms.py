"""What shoppers type to say whose orders are to be linked."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProofForm(forms.Form):
    """An order number with what only its buyer would know; a postcode alone proves too little."""

    number = forms.CharField(
        label=_("Order number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact = forms.CharField(
        label=_("E-mail address or phone number"),
        help_text=_("As you gave it when you ordered."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )
