"""What staff type of a parcel that is fetched."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PickUpForm(forms.Form):
    """When a carrier fetches a return."""

    on = forms.DateField(
        label=pgettext_lazy("of a pick-up", "Day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    earliest = forms.TimeField(
        label=pgettext_lazy("range of time", "From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    latest = forms.TimeField(
        label=pgettext_lazy("end of a range of time", "To"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=80)

    def __init__(self, data: Any, *, today: date, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.today = today

    def clean_on(self) -> date:
        """Take no day that is over."""
        on: date = self.cleaned_data["on"]
        if on < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        return on

    def clean(self) -> dict[str, Any]:
        """Take both hours or neither, in their order."""
        data = super().clean() or self.cleaned_data
        earliest, latest = data.get("earliest"), data.get("latest")
        if bool(earliest) != bool(latest):
            missing = "latest" if earliest else "earliest"
            self.add_error(missing, _("Write both hours, or none."))
        elif earliest and latest and earliest >= latest:
            self.add_error("latest", _("This hour has to be the later one."))
        return data
