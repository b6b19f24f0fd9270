"""Photos a browser sends, several in one field, with or without scripts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from commerce.rules.pictures import MOST_PHOTO_BYTES
from returns.errors import BadPhoto, TooManyPhotos
from returns.rules.policy.slots import MOST_PHOTOS


class PhotosInput(forms.FileInput):
    """A control for several pictures; a telephone offers its camera."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"accept": "image/jpeg,image/png,image/webp", "multiple": True})

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, UploadedFile[bytes]], name: str
    ) -> list[UploadedFile[bytes]]:
        """Return every file that was chosen."""
        return files.getlist(name) if files else []


class PhotosField(forms.Field):
    """Photos as the bytes of each, not yet trusted; what nobody would read is refused."""

    widget = PhotosInput

    def clean(self, value: list[UploadedFile[bytes]]) -> list[bytes]:
        """Return the bytes of each file, and refuse more or larger ones than we would read."""
        if not value and self.required:
            raise forms.ValidationError(_("Choose at least one photo."))
        if len(value) > MOST_PHOTOS:
            raise forms.ValidationError(TooManyPhotos.message)
        if any((upload.size or 0) > MOST_PHOTO_BYTES for upload in value):
            raise forms.ValidationError(BadPhoto.message)
        return [upload.read() for upload in value]


class AskPhotosForm(forms.Form):
    """What staff want to see, in words for the shopper."""

    text = forms.CharField(
        label=_("What should the photo show?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """Photos a shopper adds to a return that is under way, and what they say to them."""

    photos = PhotosField(label=_("Photos"), required=True)
    note = forms.CharField(
        label=_("Anything to say about them?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
