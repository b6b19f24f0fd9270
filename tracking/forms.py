"""What shoppers type to see their order, and what staff say of a parcel."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tracking.enums import Status, substatus_label
from tracking.rules.carriers import known_carriers


class LookupForm(forms.Form):
    """An order number with something only its buyer would know, or a tracking number alone."""

    number = forms.CharField(
        label=_("Order number or tracking number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    contact = forms.CharField(
        label=_("E-mail, phone number or postcode"),
        help_text=_(
            "As you gave it when you ordered. With a tracking number alone you see where the "
            "parcel is, and nothing else."
        ),
        max_length=254,
        required=False,
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


OTHER_CARRIER = "other"
MOST_CANDIDATES = 5
STAFF_WORDS = (
    (Status.DELIVERED, "delivered"),
    (Status.AVAILABLE_FOR_PICKUP, "at_pickup_point"),
    (Status.IN_TRANSIT, "in_transit"),
    (Status.EXCEPTION, "lost"),
    (Status.EXCEPTION, "damaged"),
    (Status.EXCEPTION, "under_investigation"),
    (Status.RETURNING, "undeliverable"),
    (Status.RETURNED, "returned_to_sender"),
    (Status.CANCELLED, "by_sender"),
)
"""What staff learn of a parcel by telephone or at their own door, as status and substatus."""


class OtherCarrierField(forms.CharField):
    """A name that is asked for where no offered carrier is the right one."""

    conditional = True


class CarrierForm(forms.Form):
    """Which carrier a parcel is with: one its number may belong to, or another by name."""

    carrier = forms.ChoiceField(label=_("Carrier"), widget=forms.RadioSelect)
    other = OtherCarrierField(
        label=_("Name of another carrier"),
        help_text=_("Choose one of the list, or write another name."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-carriers"}),
    )

    def __init__(self, data: Any, *, candidates: Sequence[dict[str, Any]]) -> None:
        super().__init__(data)
        if not candidates:
            self.fields["carrier"].widget = forms.HiddenInput()
            self.fields["other"].label = _("Carrier")
            self.fields["other"].widget.attrs["required"] = True
        choices = [(row["carrier"], _candidate(row)) for row in candidates[:MOST_CANDIDATES]]
        choices.append((OTHER_CARRIER, gettext("Another carrier")))
        self.fields["carrier"].choices = choices  # type: ignore[attr-defined]
        self.fields["carrier"].initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        """Ask for a name where the carrier is another one."""
        data = super().clean() or self.cleaned_data
        if data.get("carrier") == OTHER_CARRIER and not data.get("other"):
            self.add_error("other", gettext("Write the carrier’s name."))
        return data

    @property
    def known_carriers(self) -> list[str]:
        """The names of the carriers we know, to choose from."""
        locale = get_language() or "en"
        return [carrier.name_in(locale) for carrier in known_carriers()]

    @property
    def carrier_name(self) -> str:
        """The chosen carrier's slug, or the name of another."""
        chosen: str = self.cleaned_data["carrier"]
        other: str = self.cleaned_data["other"]
        return other if chosen == OTHER_CARRIER else chosen


class StatusForm(forms.Form):
    """How a parcel stands, in the words of the vocabulary."""

    word = forms.ChoiceField(label=_("State"), widget=forms.RadioSelect)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        locale = get_language() or "en"
        self.fields["word"].choices = [  # type: ignore[attr-defined]
            (f"{status}/{substatus}", substatus_label(status, substatus, locale))
            for status, substatus in STAFF_WORDS
        ]

    @property
    def status(self) -> Status:
        """The chosen status."""
        return Status(self.cleaned_data["word"].partition("/")[0])

    @property
    def substatus(self) -> str:
        """The chosen substatus."""
        substatus: str = self.cleaned_data["word"].partition("/")[2]
        return substatus


_ACTS = ("snooze", "wake", "assign", "close", "write")
SNOOZES = (1, 3, 7)
"""Days for which an incident can be put off."""


class IncidentForm(forms.Form):
    """What is to be done with the incidents that were chosen; `incident` are their ids."""

    act = forms.ChoiceField(choices=[(one, one) for one in _ACTS])
    days = forms.TypedChoiceField(
        choices=[(days, days) for days in SNOOZES], coerce=int, required=False, empty_value=None
    )
    assignee = forms.IntegerField(min_value=1, required=False)
    word = forms.CharField(max_length=200, required=False)


class LetterForm(forms.Form):
    """What to write to the shoppers of the chosen incidents, in each language of the shop."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, locales: Sequence[str], initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)
        self.locales = locales
        for locale in locales:
            self.fields[f"subject_{locale}"] = forms.CharField(
                label=_("Subject"), max_length=150, widget=forms.TextInput(attrs={"lang": locale})
            )
            self.fields[f"text_{locale}"] = forms.CharField(
                label=_("Text"),
                max_length=5000,
                widget=forms.Textarea(attrs={"lang": locale, "rows": 8}),
            )

    @property
    def sides(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """The fields of each language."""
        return [(one, self[f"subject_{one}"], self[f"text_{one}"]) for one in self.locales]

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """What was written, by language."""
        return {
            locale: {
                "subject": " ".join(self.cleaned_data[f"subject_{locale}"].split()),
                "text": self.cleaned_data[f"text_{locale}"],
            }
            for locale in self.locales
        }


class TrackingSettingsForm(forms.Form):
    """How long a problem must last before the shopper hears of it."""

    settle_minutes = forms.IntegerField(
        label=_("Minutes before a shopper hears of a problem"),
        help_text=_(
            "Most problems clear in minutes, and nobody needs to hear of those. 0 tells of them at"
            " once. Lost, damaged and refused parcels are always told at once."
        ),
        min_value=0,
        max_value=24 * 60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


def _candidate(row: dict[str, Any]) -> str:
    return format_html(
        '{} <span class="badge">{}</span><br><span class="small muted">{}</span>',
        row["name"],
        row["likelihood"],
        " ".join(row["reasons"]),
    )
