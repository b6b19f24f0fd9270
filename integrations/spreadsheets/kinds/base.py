"""What an importer of one kind of file does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from commerce.selectors import list_currencies_sold
from commerce.services.customers import IMPORT
from integrations.spreadsheets.columns import Field
from integrations.spreadsheets.errors import Refused
from integrations.spreadsheets.reading import cell_at

if TYPE_CHECKING:
    from commerce.models import Merchant

NAMES_OF_ERRORS = 3


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What an importer knows beside the lines: the shop, the columns, and how dates are read.

    `taken_back` are the actors of imports that were undone: what they did is no more.
    """

    merchant: Merchant
    columns: Mapping[str, int]
    date_order: str
    uploaded_at: datetime
    actor: str
    taken_back: tuple[str, ...] = ()

    @cached_property
    def currencies(self) -> frozenset[str]:
        """The currencies the shop sells in: its own, and those its platform told orders in."""
        return frozenset({self.merchant.currency, *list_currencies_sold(aside_from=IMPORT)})

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone, which dates without an offset are in."""
        return self.merchant.zone

    def cells(self, cells: Sequence[str]) -> Row:
        """Return a line whose cells can be asked for by field."""
        return Row(cells, self.columns)


class Row:
    """One line: `row["email"]` is the cell of a field, empty where it has no column."""

    def __init__(self, cells: Sequence[str], columns: Mapping[str, int]) -> None:
        self._cells, self._columns = cells, columns

    def __getitem__(self, name: str) -> str:
        return cell_at(self._cells, self._columns.get(name))

    def has(self, name: str) -> bool:
        """Whether the file has a column for a field."""
        return name in self._columns


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an entry tells: the key it is known by here, and its facts. `print` sums them up.

    `doubt` is what staff had better look at, though the entry can be imported.
    """

    key: str
    facts: Any
    print: str
    doubt: str = ""


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What became of an entry: `outcome` is an Outcome; `before` is what undo puts back."""

    outcome: str
    object_id: str = ""
    before: Any = None
    note: str = ""


class Importer(Protocol):
    """One kind of file. Lines that follow one another with one group are one entry."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields a file may have columns for."""

    def group(self, row: Row) -> str:
        """Return what a line belongs to; empty belongs to the line before it."""

    def belongs(self, row: Row, above: Row) -> bool:
        """Return whether a line that names no group is one of the entry that begins above it."""

    def read(self, rows: Sequence[Row], setting: Setting) -> Told:
        """Return what the lines of an entry tell. Raises Refused.

        Where it names the line that is wrong, the lines above it can be read.
        """

    def known(self, told: Sequence[Told]) -> set[str]:
        """Return the keys of those that are here already."""

    def refusals(self, told: Sequence[Told]) -> dict[str, str]:
        """Return why entries cannot be imported as things are here, by key."""

    def apply(self, told: Told, setting: Setting, *, at: datetime) -> Applied:
        """Take an entry in, in the caller's transaction. Raises Refused."""

    def undo(self, object_id: str, before: Any, setting: Setting, *, at: datetime) -> str:
        """Take it back; return why it was kept instead, or an empty text."""


def fingerprint(told: Any) -> str:
    """Return a short print of plain values: the same values give the same one."""
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def labels_of(fields: Sequence[Field]) -> dict[str, str]:
    """Return how each field is called in the language of the moment."""
    return {field.name: str(field.label) for field in fields}


def refuse_errors(errors: Any, labels: Mapping[str, str]) -> None:
    """Raise Refused with the words of a serializer, each with the name of its field."""
    reasons: list[str] = []

    def gather(part: Any, name: str) -> None:
        if isinstance(part, Mapping):
            for key, inner in part.items():
                gather(inner, str(key) if str(key) in labels else name)
        elif isinstance(part, (list, tuple)):
            for inner in part:
                gather(inner, name)
        else:
            reason = f"{labels[name]}: {part}" if name in labels else str(part)
            if reason not in reasons:
                reasons.append(reason)

    gather(errors, "")
    raise Refused(*reasons[:NAMES_OF_ERRORS])


def require(
    row: Row, fields: Sequence[Field], skip: Callable[[str], bool] = lambda _: False
) -> None:
    """Raise Refused where a field that must be told is empty."""
    empty = [
        str(field.label)
        for field in fields
        if field.required and not skip(field.name) and not row[field.name]
    ]
    if empty:
        raise Refused(*(_("%(field)s is missing.") % {"field": name} for name in empty))
