"""Pages of long lists, cut by the keys of their rows: page 900 is as quick as page one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import QueryDict

SIZE = 30
OLDER, NEWER = "before", "after"
FIRST: dict[str, str | None] = {OLDER: None, NEWER: None}
"""What an address leaves out to lead to the first page."""

M = TypeVar("M", bound=Model)
Mark = tuple[Any, int]


@dataclass(frozen=True, kw_only=True)
class Page(Generic[M]):
    """Rows, newest first; `newer` and `older` are the addresses beside this page, or empty."""

    rows: list[M]
    newer: str = ""
    older: str = ""


def cut(rows: QuerySet[M], query: QueryDict, *, by: str = "id", size: int = SIZE) -> Page[M]:
    """Return the page that `?before=` or `?after=` names: the newest one where neither can be read.

    Rows are put in descending order of the field `by`, equal ones by id. One query, or two where
    `?after=` reaches past the newest row.
    """
    newer_than = _read(rows, query.get(NEWER, ""), by)
    if newer_than is not None:
        beyond = rows.filter(_past(by, newer_than, "gt")).order_by(by, "id")[: size + 1]
        found = list(beyond)
        if len(found) > size:
            return _page(found[:size][::-1], query, by, newer=True, older=True)
        return _newest(rows, query, by, size)
    older_than = _read(rows, query.get(OLDER, ""), by)
    if older_than is None:
        return _newest(rows, query, by, size)
    found = list(rows.filter(_past(by, older_than, "lt")).order_by(f"-{by}", "-id")[: size + 1])
    return _page(found[:size], query, by, newer=True, older=len(found) > size)


def _newest(rows: QuerySet[M], query: QueryDict, by: str, size: int) -> Page[M]:
    found = list(rows.order_by(f"-{by}", "-id")[: size + 1])
    return _page(found[:size], query, by, newer=False, older=len(found) > size)


def _page(found: list[M], query: QueryDict, by: str, *, newer: bool, older: bool) -> Page[M]:
    if not found:
        return Page(rows=[])
    return Page(
        rows=found,
        newer=address(query, **{OLDER: None, NEWER: _mark(found[0], by)}) if newer else "",
        older=address(query, **{OLDER: _mark(found[-1], by), NEWER: None}) if older else "",
    )


def address(query: QueryDict, **changes: str | None) -> str:
    """Return the query of an address with some parts changed; None takes a part out."""
    params = query.copy()
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        else:
            params[name] = value
    return f"?{params.urlencode()}"


def _past(by: str, mark: Mark, side: str) -> Q:
    """Compare two keys at once, in the form an index on both can answer."""
    value, row_id = mark
    if by == "id":
        return Q(**{f"id__{side}": row_id})
    return Q(**{f"{by}__{side}e": value}) & (
        Q(**{f"{by}__{side}": value}) | Q(**{f"id__{side}": row_id})
    )


def _mark(row: M, by: str) -> str:
    value = getattr(row, by)
    shown = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"{shown}~{row.pk}"


def _read(rows: QuerySet[M], mark: str, by: str) -> Mark | None:
    """Return the keys a mark holds, or None for one we did not write."""
    shown, _tilde, row_id = mark.rpartition("~")
    if not (row_id.isascii() and row_id.isdigit()) or int(row_id[:20]) >= 2**63:
        return None
    field = rows.model._meta.get_field(by)
    kept = cast("Field[Any, Any]", getattr(field, "output_field", field))
    try:
        value = kept.to_python(shown)
    except ValidationError:
        return None
    if value is None or (isinstance(value, datetime) and value.tzinfo is None):
        return None
    return value, int(row_id)
