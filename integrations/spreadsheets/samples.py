"""Files to begin from, made of the fields themselves, in the language of the reader."""

from __future__ import annotations

from integrations.spreadsheets.kinds import IMPORTERS
from postexp.kernel.spreadsheets import Cell


def sample_of(kind: str, locale: str) -> tuple[list[str], list[list[Cell]]]:
    """Return the names of the columns and a few lines of a kind of file."""
    fields = [field for field in IMPORTERS[kind].fields if any(field.sample_en) or field.required]
    lines = max(len(field.sample_en) for field in fields)
    header = [str(field.label) for field in fields]
    rows: list[list[Cell]] = [[] for _line in range(lines)]
    for field in fields:
        told = field.sample_ja if locale == "ja" else field.sample_en
        for line in range(lines):
            rows[line].append(told[line] if line < len(told) else "")
    return header, rows
