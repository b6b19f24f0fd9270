"""The forms of imports: an upload, and which column is which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.spreadsheets.enums import DateOrder, Kind
from integrations.spreadsheets.kinds import IMPORTERS
from integrations.spreadsheets.models import Import

NONE = ""


class UploadForm(forms.Form):
    """A file, and what its lines tell of."""

    kind = forms.ChoiceField(
        label=_("What is in the file?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        initial=Kind.ORDERS,
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or Excel (.xlsx); drop-off points from GeoJSON as well. Shift_JIS, UTF-8 and"
            " UTF-16 are all read."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.geojson,.json"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
            "missing": _("Choose a file."),
        },
    )


class ColumnsForm(forms.Form):
    """One choice of a column for each field; names are those of the file."""

    def __init__(self, *args: Any, batch: Import, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(NONE, _("– not in the file –"))] + [
            (str(place), title or f"#{place + 1}") for place, title in enumerate(batch.header)
        ]
        for field in IMPORTERS[batch.kind].fields:
            place = batch.columns.get(field.name)
            self.fields[field.name] = forms.ChoiceField(
                label=field.label,
                choices=choices,
                required=field.required,
                initial=NONE if place is None else str(place),
                error_messages={"required": _("Choose the column this is in.")},
            )
        self.fields["date_order"] = forms.ChoiceField(
            label=_("Dates such as 03/04/2026"),
            choices=DateOrder.choices,
            initial=batch.date_order,
        )

    def columns(self) -> dict[str, int]:
        """Return the place of each field that has a column."""
        return {
            name: int(place)
            for name, place in self.cleaned_data.items()
            if name != "date_order" and place != NONE
        }
