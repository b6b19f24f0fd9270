"""Fields of each kind of import, and which column of a file is which, by its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class Field:
    """Something a column can tell. `names` are what it is called in files, in any language."""

    name: str
    label: StrOrPromise
    names: tuple[str, ...]
    required: bool = False
    sample_en: tuple[str, ...] = ("", "")
    sample_ja: tuple[str, ...] = ("", "")


def guess(header: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    """Return the place of each field whose name is in a header; the first column of a name wins.

    A field is also known by its name in the API.
    """
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        places.setdefault(simple(title), place)
    found: dict[str, int] = {}
    for field in fields:
        for name in (*field.names, *_labels(field), field.name):
            known = places.get(simple(name))
            if known is not None and known not in found.values():
                found[field.name] = known
                break
    return found


def _labels(field: Field) -> list[str]:
    """Return what our own files call a field, in every language."""
    labels = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            labels.append(str(field.label))
    return labels


def simple(title: str) -> str:
    """Return a title as it is compared: without case, width, spaces and signs."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title).lower())


def missing(fields: Sequence[Field], columns: Mapping[str, int]) -> list[Field]:
    """Return the fields that must have a column and have none."""
    return [field for field in fields if field.required and field.name not in columns]
