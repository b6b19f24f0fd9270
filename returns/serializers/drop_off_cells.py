"""Drop-off points as rows of a spreadsheet, in the columns that the import takes."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from postexp.kernel.spreadsheets import Cell
from returns.models import DropOffPoint
from returns.services.drop_off import facts_of

CHUNK = 500
COLUMNS = (
    *("source_id", "name", "operator", "carriers", "takes_label", "takes_qr"),
    *("address1", "address2", "city", "province", "postcode", "country"),
    *("latitude", "longitude", "time_zone", "opening_hours"),
)
"""The columns, by their names in the API: the import knows each by it, in any language."""


def point_cells(points: QuerySet[DropOffPoint]) -> Iterator[list[Cell]]:
    """Return points with all that is told of them."""
    for point in points.order_by("pk").iterator(chunk_size=CHUNK):
        told = facts_of(point)
        yield [_cell(getattr(told, name)) for name in COLUMNS]


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
