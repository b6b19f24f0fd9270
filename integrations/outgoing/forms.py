"""The forms of the webhooks: they check what was typed, services carry it out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from integrations.outgoing import catalogue


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of events to choose from: their type and what people call them."""
    return [(kind.type, f"{kind.type} – {kind.title}") for kind in catalogue.list_kinds()]


class EndpointForm(forms.Form):
    """Where webhooks go, and which."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_("An https address that answers with 2xx within 15 seconds."),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/webhooks"}),
    )
    description = forms.CharField(
        label=_("What it is for"),
        max_length=120,
        required=False,
    )
    every = forms.BooleanField(
        label=_("Tell it of every kind of event, new ones included"), required=False
    )
    events = forms.MultipleChoiceField(
        label=_("Kinds of events"),
        choices=kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a choice: nothing chosen would otherwise mean everything."""
        cleaned = super().clean() or {}
        if not cleaned.get("every") and not cleaned.get("events") and "events" in cleaned:
            self.add_error("events", _now("Choose at least one, or every kind."))
        return cleaned

    def chosen(self) -> list[str]:
        """Return the kinds chosen; none stands for every kind."""
        return [] if self.cleaned_data["every"] else self.cleaned_data["events"]


class ReplayForm(forms.Form):
    """A range of time whose events are sent again, in the shop's zone."""

    since = forms.DateTimeField(
        label=pgettext_lazy("range of time", "From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    until = forms.DateTimeField(
        label=pgettext_lazy("range of time", "Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it begins."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _now("Choose a time after the beginning."))
        return cleaned
