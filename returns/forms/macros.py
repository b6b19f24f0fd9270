"""What staff type into saved texts, and into what they write to one shopper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from returns.models import Macro
from returns.rules.clocks import DeskTimes
from returns.rules.macros import LONGEST_SUBJECT, LONGEST_TEXT, VARIABLES, unknown_in


class MacroForm(forms.Form):
    """A saved text in each language of the shop."""

    name = forms.CharField(label=_("Name, for staff"), max_length=80)

    def __init__(self, data: Any, *, locales: Sequence[str], macro: Macro | None = None) -> None:
        super().__init__(data, initial=_of(macro) if macro else {})
        self.locales = locales
        for locale in locales:
            self.fields[f"subject_{locale}"] = forms.CharField(
                label=_("Subject"),
                max_length=LONGEST_SUBJECT,
                widget=forms.TextInput(attrs={"lang": locale}),
            )
            self.fields[f"text_{locale}"] = forms.CharField(
                label=_("Text"),
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"lang": locale, "rows": 6}),
            )
        self.fields["waits"] = forms.BooleanField(
            label=_("It asks something: wait for the shopper’s answer"), required=False
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what nobody could fill in."""
        data = super().clean() or self.cleaned_data
        for locale in self.locales:
            for part in ("subject", "text"):
                if unknown := unknown_in(data.get(f"{part}_{locale}", "")):
                    self.add_error(
                        f"{part}_{locale}",
                        gettext("There is no {%(unknown)s}. You can use %(known)s.")
                        % {
                            "unknown": unknown[0],
                            "known": " ".join(f"{{{name}}}" for name in VARIABLES),
                        },
                    )
        return data

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


def _of(macro: Macro) -> dict[str, Any]:
    sides = {
        f"{part}_{locale}": written
        for locale, words in macro.words.items()
        for part, written in words.items()
    }
    return {"name": macro.name, "waits": macro.waits, **sides}


class WriteForm(forms.Form):
    """What is written to the shopper of a return, in their language."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8})
    )
    waits = forms.BooleanField(label=_("Wait for the shopper’s answer"), required=False)

    def words(self, locales: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return what was written, the same for every language: it is read in one of them."""
        written = {
            "subject": " ".join(self.cleaned_data["subject"].split()),
            "text": self.cleaned_data["text"],
        }
        return dict.fromkeys(locales, written)


class DeskTimesForm(forms.Form):
    """How soon the shop means to deal with returns, and when it works."""

    decide_hours = forms.IntegerField(
        label=_("Working hours to decide on a return"), min_value=1, max_value=200
    )
    inspect_days = forms.IntegerField(
        label=_("Working days to check what arrived"), min_value=0, max_value=30
    )
    refund_days = forms.IntegerField(
        label=_("Working days to give the money back after that"), min_value=0, max_value=30
    )
    opens = forms.IntegerField(label=_("Work begins at (hour)"), min_value=0, max_value=23)
    closes = forms.IntegerField(label=_("Work ends at (hour)"), min_value=1, max_value=24)

    def clean(self) -> dict[str, Any]:
        """Refuse a day that ends before it begins."""
        data = super().clean() or self.cleaned_data
        if data.get("opens", 0) >= data.get("closes", 24):
            self.add_error("closes", gettext("Work must end after it begins."))
        return data

    @property
    def times(self) -> DeskTimes:
        """The times that were chosen."""
        chosen: Mapping[str, int] = self.cleaned_data
        return DeskTimes(**chosen)
