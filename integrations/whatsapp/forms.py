"""The forms of the templates: they check what was typed, services carry it out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from integrations.whatsapp.enums import Filling
from integrations.whatsapp.models import Template
from integrations.whatsapp.parts import Shape

CONTENT_SID = re.compile(r"HX[0-9a-f]{32}")
MOST_AT_TWILIO = 8
_UNUSED = [("", _("Not used")), *Filling.choices]


class FillingsForm(forms.Form):
    """What each variable of a template at WhatsApp holds."""

    def __init__(self, shape: Shape, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for place, name in enumerate((*shape.header, *shape.body)):
            self.fields[f"variable_{place}"] = forms.ChoiceField(
                label="{{" + name + "}}", choices=Filling.choices
            )

    def fillings(self) -> list[str]:
        """Return what was chosen, in the order of the variables."""
        return [self.cleaned_data[name] for name in self.fields]


class ContentForm(forms.Form):
    """A content at Twilio, and what its variables hold."""

    name = forms.CharField(
        label=_("Content SID"),
        help_text=_("Of a content that WhatsApp approved, in Twilio’s Content Template Builder."),
        max_length=34,
        widget=forms.TextInput(
            attrs={"placeholder": "HX…", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for place in range(1, MOST_AT_TWILIO + 1):
            self.fields[f"variable_{place}"] = forms.ChoiceField(
                label=f"{{{{{place}}}}}", choices=_UNUSED, required=False
            )

    def clean_name(self) -> str:
        """Return the id of a content."""
        typed: str = self.cleaned_data["name"].strip()
        if not CONTENT_SID.fullmatch(typed):
            raise forms.ValidationError(_now("It begins with HX and has 34 characters."))
        return typed

    def fillings(self) -> list[str]:
        """Return what was chosen, up to the first variable that is not used."""
        chosen = [self.cleaned_data[f"variable_{place}"] for place in range(1, MOST_AT_TWILIO + 1)]
        return chosen[: chosen.index("")] if "" in chosen else chosen


def initial_of(fillings: Sequence[str], *, first: int) -> dict[str, str]:
    """Return what the fields of the variables show, the first of them numbered so."""
    return {f"variable_{place}": one for place, one in enumerate(fillings, first)}


def choices_of(templates: Sequence[Template]) -> list[tuple[str, str]]:
    """Return the templates to choose from: their id here, and name, language and state."""
    return [
        (str(one.pk), f"{one.name} · {one.language} · {one.get_state_display()}")
        for one in templates
    ]
