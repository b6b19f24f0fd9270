"""What staff fill in about sending goods back: the ways, the addresses, labels and numbers."""

from __future__ import annotations

from io import BytesIO
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from PIL import Image, UnidentifiedImageError

from commerce.rules.addresses import country_name
from commerce.selectors import get_merchant
from postexp.design import formats
from returns.enums import LabelFileKind, ReturnMethod
from returns.errors import LabelFileRefused
from returns.models import ReturnAddress, SendingSettings
from returns.ports import PaperFile
from returns.rules.policy import LANGUAGES

LARGEST_FILE = 2 * 1024 * 1024
LONGEST_SIDE = 6000
# What a label has no use for, and a reader may run or open by itself.
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/Encrypt")
COUNTRIES = (
    *("JP", "US", "GB", "DE", "FR", "IT", "ES", "NL", "BE", "AT", "IE", "SE", "DK", "FI", "PL"),
    *("PT", "CZ", "GR", "HU", "RO", "BG", "HR", "SK", "SI", "EE", "LV", "LT", "LU", "MT", "CY"),
    *("NO", "CH", "CA", "AU", "NZ", "SG", "HK", "TW", "KR", "CN"),
)


def country_choices(one: str) -> list[tuple[str, str]]:
    """Return the countries to choose from by their names, with `one` that may not be among them."""
    codes = {*COUNTRIES, one} - {""}
    named = [(country_name(code, formats.language()), code) for code in codes]
    return [(code, name) for name, code in sorted(named)]


class SendingForm(forms.Form):
    """The ways a shop offers, what it says about each, and what a usual parcel is like."""

    methods = forms.MultipleChoiceField(
        label=_("Ways shoppers can choose from"),
        choices=ReturnMethod.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A rule of the policy may close some of them, or charge for one."),
    )
    weight = forms.IntegerField(
        label=_("Weight of a parcel, in grams"), min_value=1, max_value=70_000
    )
    length = forms.IntegerField(label=_("Length, in millimetres"), min_value=0, max_value=5_000)
    width = forms.IntegerField(label=_("Width, in millimetres"), min_value=0, max_value=5_000)
    height = forms.IntegerField(label=_("Height, in millimetres"), min_value=0, max_value=5_000)

    def __init__(self, data: Any, *, kept: SendingSettings) -> None:
        super().__init__(
            data,
            initial={
                "methods": kept.methods,
                "weight": kept.weight,
                "length": kept.length,
                "width": kept.width,
                "height": kept.height,
            },
        )
        own = get_merchant().default_locale
        self.languages = sorted(LANGUAGES, key=lambda language: language != own)
        for method in ReturnMethod:
            for language in self.languages:
                self.fields[f"words_{method}_{language}"] = forms.CharField(
                    label=_("In English") if language == "en" else _("In Japanese"),
                    required=False,
                    max_length=500,
                    initial=kept.words.get(method.value, {}).get(language, ""),
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def word_fields(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields of each way's words, with its name; the shop's own language first."""
        return [
            (str(method.label), [self[f"words_{method}_{language}"] for language in self.languages])
            for method in ReturnMethod
        ]

    def settings(self) -> dict[str, Any]:
        """Return what was filled in, as `change_sending` takes it."""
        data = self.cleaned_data
        words = {
            method.value: {
                language: data[f"words_{method}_{language}"].replace("\r\n", "\n")
                for language in LANGUAGES
                if data[f"words_{method}_{language}"]
            }
            for method in ReturnMethod
        }
        return {
            "methods": [one.value for one in ReturnMethod if one.value in data["methods"]],
            "words": {method: said for method, said in words.items() if said},
            **{name: data[name] for name in ("weight", "length", "width", "height")},
        }


class AddressForm(forms.ModelForm):  # type: ignore[type-arg]
    """A place returns are sent to."""

    country = forms.ChoiceField(label=_("Country"))

    class Meta:
        model = ReturnAddress
        fields = (
            *("name", "company", "address1", "address2", "city", "province", "postcode"),
            *("country", "phone", "is_usual"),
        )
        help_texts: ClassVar = {
            "name": _("A rule of the policy that sends goods elsewhere calls the place by it."),
            "phone": _("Carriers ask for one; yours is taken where this is empty."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = country_choices(self.instance.country)


class LabelUploadForm(forms.Form):
    """A label that staff made elsewhere, and the number on it."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("file of a parcel", "What it is"), choices=LabelFileKind.choices
    )
    file = forms.FileField(
        label=pgettext_lazy("file of a parcel", "File"),
        help_text=_("A PDF, PNG or JPEG of at most 2 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=120,
        help_text=_("With it the parcel is followed, and its first scan moves the return."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=80)

    def clean_file(self) -> PaperFile:
        """Return the file, looked into and written anew where it is a picture."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(LabelFileRefused.message)
        return read_paper(upload.read())


class NumberForm(forms.Form):
    """The number of a parcel that is being sent back."""

    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=80)


def read_paper(body: bytes) -> PaperFile:
    """Return a label as it may be handed out; raises ValidationError for anything else.

    A picture is drawn anew, so that it carries nothing but itself. A PDF that is locked, or would
    do something when it is opened, is refused.
    """
    if body.startswith(b"%PDF-"):
        if b"%%EOF" not in body[-1024:] or any(mark in body for mark in _ACTIVE):
            raise forms.ValidationError(LabelFileRefused.message)
        return PaperFile(content_type="application/pdf", body=body)
    try:
        with Image.open(BytesIO(body), formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > LONGEST_SIDE:
                raise forms.ValidationError(LabelFileRefused.message)
            drawn = BytesIO()
            picture.convert("RGB").save(drawn, "PNG")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise forms.ValidationError(LabelFileRefused.message) from error
    return PaperFile(content_type="image/png", body=drawn.getvalue())
