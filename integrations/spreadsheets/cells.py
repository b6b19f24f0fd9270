"""Imports as rows of a spreadsheet, in the words of the reader."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from integrations.spreadsheets.models import Import
from postexp.kernel.spreadsheets import Cell

CHUNK = 100


def import_header() -> list[str]:
    """Return the names of the columns of `import_cells`."""
    return [
        _("File"),
        _("Kind"),
        _("State"),
        _("By"),
        _("Uploaded"),
        pgettext("import of a file", "Finished"),
        _("Lines"),
        pgettext("entries of an import", "New"),
        pgettext("entries of an import", "Changed"),
        pgettext("entries of an import", "Unchanged"),
        pgettext("entries of an import", "Not imported"),
        pgettext("entries of an import", "Taken back"),
        _("Id"),
    ]


def import_cells(imports: QuerySet[Import]) -> Iterator[list[Cell]]:
    """Return imports with what came of each."""
    for batch in imports.iterator(chunk_size=CHUNK):
        yield [
            batch.file_name,
            str(batch.get_kind_display()),
            str(batch.get_state_display()),
            str(batch.asked_by) if batch.asked_by else "",
            batch.uploaded_at,
            batch.finished_at,
            batch.lines,
            batch.created,
            batch.changed,
            batch.unchanged,
            batch.refused,
            batch.undone,
            batch.public_id,
        ]
