"""What shoppers type to see their order, and what staff say of a parcel."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tracking.enums import Status, substatus_label
from tracking.rules.carriers import known_carriers
from tracking.rules.dispatch import Days
from tracking.serializers.dispatch import CAUSES


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


class CauseField(forms.ChoiceField):
    """A choice of which one says that there is none: it is no optional one."""

    conditional = True


class DispatchDelayForm(forms.Form):
    """What a shop says of an order that leaves later: the cause, the days, and how many units."""

    cause = CauseField(label=_("Cause"), widget=forms.RadioSelect, required=False)
    first_day = forms.DateField(
        label=_("First day on which it leaves now"),
        help_text=_("Leave both days empty if no day can be named yet."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_("Empty: it leaves on the first day."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, data: Any, *, lines: Sequence[tuple[str, str, int]], initial: dict[str, Any]
    ) -> None:
        """Ask of each of `lines` (id, name, units to send) how many leave later."""
        super().__init__(data, initial=initial)
        named = [(cause.value, words) for cause, words in CAUSES.items()]
        self.fields["cause"].choices = [*named, ("", gettext("No cause is named"))]  # type: ignore[attr-defined]
        self.lines = lines
        for line, name, count in lines:
            self.fields[f"units_{line}"] = forms.IntegerField(
                label=name,
                initial=count,
                min_value=0,
                max_value=count,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def clean(self) -> dict[str, Any]:
        """The days are a span, and something leaves later."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if last and not first and "first_day" not in self.errors:
            self.add_error("first_day", gettext("Choose the first day, too."))
        if first and last and last < first:
            self.add_error("last_day", gettext("The last day is before the first."))
        if not self.errors and not self.units:
            self.add_error(None, gettext("Say of at least one unit that it leaves later."))
        return data

    @property
    def units(self) -> dict[str, int]:
        """How many units of each line leave later, by its id."""
        told = {line: self.cleaned_data[f"units_{line}"] for line, _name, _count in self.lines}
        return {line: count for line, count in told.items() if count}

    @property
    def days(self) -> Days | None:
        """The days, or None where none can be named."""
        first = self.cleaned_data["first_day"]
        return Days(first=first, last=self.cleaned_data["last_day"] or first) if first else None

    @property
    def is_split(self) -> bool:
        """Whether part of the order can leave later than the rest."""
        return sum(count for _line, _name, count in self.lines) > 1

    @property
    def unit_fields(self) -> list[forms.BoundField]:
        """The fields of the lines."""
        return [self[f"units_{line}"] for line, _name, _count in self.lines]


class TrackingSettingsForm(forms.Form):
    """How long a problem must last before the shopper hears of it, and when orders are late."""

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
    leaves_within_days = forms.IntegerField(
        label=_("Working days within which orders leave"),
        help_text=_(
            "Counted from the day after the order, without weekends and public holidays. Later,"
            " the order is in the list of orders under “Late to leave”, and staff get an alert, as"
            " each has chosen. 0 watches no order."
        ),
        min_value=0,
        max_value=60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


def _candidate(row: dict[str, Any]) -> str:
    return format_html(
        '{} <span class="badge">{}</span><br><span class="small muted">{}</span>',
        row["name"],
        row["likelihood"],
        " ".join(row["reasons"]),
    )
