"""The forms of accounts at carriers: they check what was typed, services carry it out."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from integrations.models import Service

LEAST_RATE, MOST_RATE = 0.001, 1_000.0
MOST_A_DAY = 100_000_000


# Keys go into headers, which hold nothing else.
_KEY = RegexValidator(
    r"\A[!-~]+\Z",
    _(
        "Copy it as the carrier shows it: half-width letters, digits and signs only, without "
        "blanks."
    ),
)


class CarrierForm(forms.Form):
    """What an application logs in with that was registered at a carrier."""

    client_id = forms.CharField(
        label=_("Client ID"),
        max_length=255,
        validators=(_KEY,),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Client secret"),
        help_text=_("From your application in the carrier’s console. It is kept encrypted."),
        max_length=255,
        validators=(_KEY,),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class DhlForm(forms.Form):
    """The key of an application at DHL, which has no secret."""

    client_id = forms.CharField(
        label=_("API key"),
        help_text=_("Of an app with “Shipment Tracking – Unified” in DHL’s developer portal."),
        max_length=255,
        validators=(_KEY,),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


FORMS: dict[str, type[forms.Form]] = {
    Service.FEDEX: CarrierForm,
    Service.UPS: CarrierForm,
    Service.USPS: CarrierForm,
    Service.DHL: DhlForm,
}


class LimitsForm(forms.Form):
    """How often a carrier may be asked."""

    per_second = forms.FloatField(
        label=_("Calls a second"),
        help_text=_("Fractions are fine: 0.2 is one call in five seconds."),
        min_value=LEAST_RATE,
        max_value=MOST_RATE,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    per_day = forms.IntegerField(
        label=_("Calls a day"),
        help_text=_("They are spread over the day, which begins at midnight UTC."),
        min_value=1,
        max_value=MOST_A_DAY,
    )
