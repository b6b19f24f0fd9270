"""What shoppers search drop-off points by, and what staff fill in about one."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from commerce.rules.addresses import country_name
from postexp.design import formats
from returns.enums import OpenWhen
from returns.forms.sending import COUNTRIES
from returns.models import DropOffPoint
from returns.rules.distances import Spot
from returns.rules.drop_off import PointFacts

LONGEST_SEARCH = 200


class NearForm(forms.Form):
    """A place to look around, and when the points are to be open.

    A spot on the map, told by the browser, comes before what was typed.
    """

    near = forms.CharField(
        label=_("Postcode, town or address"),
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "search"}),
    )
    open = forms.ChoiceField(choices=OpenWhen.choices, required=False)
    lat = forms.FloatField(
        required=False, min_value=-90, max_value=90, widget=forms.HiddenInput(attrs={"step": "any"})
    )
    lon = forms.FloatField(
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.HiddenInput(attrs={"step": "any"}),
    )

    def searched(self) -> tuple[str, Spot | None, OpenWhen]:
        """Return what is searched for; a part that cannot be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        lat, lon = data.get("lat"), data.get("lon")
        spot = Spot(lat, lon) if lat is not None and lon is not None else None
        return data.get("near", ""), spot, OpenWhen(data.get("open", ""))


class PointForm(forms.ModelForm):  # type: ignore[type-arg]
    """A drop-off point as staff fill it in."""

    country = forms.ChoiceField(label=_("Country"))
    carriers = forms.CharField(
        label=_("Carriers whose parcels it takes"),
        required=False,
        max_length=400,
        help_text=_("Separated by commas; empty for any."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        required=False,
        max_length=60,
        help_text=_("Such as Asia/Tokyo; empty takes the one of its place on the map."),
    )

    class Meta:
        model = DropOffPoint
        fields = (
            *("name", "operator", "source_id", "takes_label", "takes_qr"),
            *("address1", "address2", "city", "province", "postcode", "country"),
            *("latitude", "longitude", "time_zone", "opening_hours"),
        )
        help_texts: ClassVar = {
            "source_id": _("A list that is imported again finds the point by it."),
            "opening_hours": _(
                "As in OpenStreetMap: Mo-Fr 09:00-18:00; Sa 10:00-14:00; PH off. Empty where"
                " nobody knows them."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = {*COUNTRIES, self.instance.country} - {""}
        named = [(country_name(code, formats.language()), code) for code in codes]
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, name) for name, code in sorted(named)]
        self.fields["carriers"].initial = ", ".join(self.instance.carriers)

    def clean_time_zone(self) -> str:
        """Refuse what is no zone."""
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone and zone not in available_timezones():
            raise forms.ValidationError(_("This is no time zone."))
        return zone

    def validate_unique(self) -> None:
        """Whether an ID is taken is told by the service, where it is locked."""

    def validate_constraints(self) -> None:
        """What the database holds to is told by the service, in words."""

    def facts(self) -> PointFacts:
        """Return what was filled in."""
        data = dict(self.cleaned_data)
        carriers = tuple(part.strip() for part in data.pop("carriers").split(",") if part.strip())
        return PointFacts(carriers=carriers, **data)
