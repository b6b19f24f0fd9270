"""Entries of a file: the lines that belong together, read as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from integrations.spreadsheets.errors import Refused
from integrations.spreadsheets.kinds import Importer, Row, Setting, Told
from integrations.spreadsheets.reading import Line


def entries_of(lines: Iterator[Line], importer: Importer, setting: Setting) -> Iterator[list[Line]]:
    """Yield the lines that belong together: those of one order, of one product, of one parcel."""
    held: list[Line] = []
    name = ""
    for line in lines:
        row = setting.cells(line.cells)
        group = importer.group(row)
        if held and _is_apart(importer, row, group, name, setting.cells(held[0].cells)):
            yield held
            held = []
        if group or not held:
            name = group
        held.append(line)
    if held:
        yield held


def _is_apart(importer: Importer, row: Row, group: str, name: str, above: Row) -> bool:
    return group != name if group else not importer.belongs(row, above)


def read_entry(
    importer: Importer, lines: Sequence[Line], setting: Setting
) -> Iterator[tuple[Sequence[Line], Told | Refused]]:
    """Yield an entry with what it tells; in parts around lines that are wrong by themselves."""
    while lines:
        rows = [setting.cells(line.cells) for line in lines]
        try:
            told = importer.read(rows, setting)
        except Refused as error:
            if error.row is None:
                yield lines, error
                return
            if error.row:
                yield lines[: error.row], importer.read(rows[: error.row], setting)
            yield lines[error.row : error.row + 1], error
            lines = lines[error.row + 1 :]
        else:
            yield lines, told
            return
