"""Imports as people decide on them: upload, columns, start, stop, undo; `steps` does the work."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from integrations.spreadsheets.columns import guess, missing
from integrations.spreadsheets.enums import DateOrder, Kind, Outcome, State
from integrations.spreadsheets.errors import ImportRefused, NotNow
from integrations.spreadsheets.events import (
    ImportStarted,
    ImportUndoStarted,
)
from integrations.spreadsheets.kinds import IMPORTERS
from integrations.spreadsheets.models import Import, ImportItem
from integrations.spreadsheets.reading import (
    BLOCK,
    find_form,
    look_at,
)
from integrations.spreadsheets.selectors import KEEP
from integrations.spreadsheets.steps import finish, folder, named, stream_of
from postexp.kernel.events import append
from postexp.kernel.files import delete_after_commit, private_files

if TYPE_CHECKING:
    from commerce.models import User

MOST_SHOWN = 40
AT_ONCE = 200


def upload(*, kind: Kind, file: File[bytes], by: User, locale: str, at: datetime) -> Import:
    """Keep a file to be imported, with its columns guessed. Raises ImportRefused."""
    size = file.size or 0
    if size > settings.IMPORT_MAX_BYTES:
        raise ImportRefused(
            _("The file has more than %(most)s MB. Split it into several files.")
            % {"most": settings.IMPORT_MAX_BYTES // 1024 // 1024}
        )
    stream = stream_of(file)
    form = find_form(stream)
    header, sample = look_at(stream, form)
    batch = Import(
        kind=kind,
        file_name=(file.name or "")[:200],
        digest=_digest(stream),
        size=size,
        encoding=form.encoding,
        delimiter=form.delimiter,
        header=[title[:120] for title in header],
        sample=[[cell[:MOST_SHOWN] for cell in row] for row in sample],
        columns=guess(header, IMPORTERS[kind].fields),
        date_order=DateOrder.MONTH_FIRST,
        locale=locale,
        asked_by=by,
        uploaded_at=at,
    )
    stream.seek(0)
    batch.path = private_files().save(f"{folder()}/{batch.public_id}.upload", file)
    batch.save()
    return batch


def _digest(file: IO[Any]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def choose_columns(
    batch: Import, *, columns: Mapping[str, int], date_order: str, at: datetime
) -> None:
    """Say which column is which, and have the file checked. Raises ImportRefused, NotNow."""
    fields = IMPORTERS[batch.kind].fields
    if without := missing(fields, columns):
        names = ", ".join(str(field.label) for field in without)
        raise ImportRefused(_("Choose a column for: %(names)s.") % {"names": names})
    with transaction.atomic():
        locked = _locked(batch, State.MAPPING, State.CHECKED, State.FAILED)
        if not locked.path:
            raise NotNow
        ImportItem.objects.filter(batch=locked).delete()
        locked.columns, locked.date_order = dict(columns), date_order
        locked.state, locked.problem = State.CHECKING, ""
        _leave_to_workers(locked)
        locked.line = locked.position = locked.entries = locked.refused = 0
        locked.known = locked.same = 0
        locked.save()


def start(batch: Import, *, by: User, at: datetime) -> None:
    """Let a checked import run. Publishes ImportStarted. Raises NotNow."""
    with transaction.atomic():
        locked = _locked(batch, State.CHECKED)
        locked.state, locked.started_at = State.RUNNING, at
        _leave_to_workers(locked)
        locked.save()
        append(ImportStarted(**named(locked)), at=at, actor=by.actor)


def stop(batch: Import, *, by: User, at: datetime) -> None:
    """Stop what goes on: a check begins anew later, a run ends with what it has done."""
    with transaction.atomic():
        locked = _locked(batch, State.CHECKING, State.RUNNING)
        if locked.state == State.CHECKING:
            locked.state = State.MAPPING
            locked.save()
        else:
            finish(locked, at=at, actor=by.actor)


def begin_undo(batch: Import, *, by: User, at: datetime) -> None:
    """Take an import back. Publishes ImportUndoStarted. Raises NotNow."""
    with transaction.atomic():
        locked = _locked(batch, State.DONE)
        locked.state, locked.problem = State.UNDOING, ""
        _leave_to_workers(locked)
        locked.save()
        append(ImportUndoStarted(**named(locked)), at=at, actor=by.actor)


def _locked(batch: Import, *states: State) -> Import:
    locked: Import = Import.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.state not in states:
        raise NotNow
    return locked


def _leave_to_workers(batch: Import) -> None:
    batch.claim, batch.beat_at, batch.tries = "", None, 0


def forget_file(batch: Import) -> None:
    """Delete what was uploaded, and the lines that were kept to be mended."""
    for path in (batch.path, batch.plain_path):
        if path:
            delete_after_commit(path)
    batch.path = batch.plain_path = ""
    batch.sample = []
    batch.save(update_fields=["path", "plain_path", "sample"])
    ImportItem.objects.filter(batch=batch).exclude(cells=None).update(cells=None)


def forget_old_files(*, at: datetime) -> int:
    """Delete the files of the scope's imports uploaded a month ago; return how many."""
    old = list(Import.objects.filter(uploaded_at__lt=at - KEEP).exclude(path=""))
    for batch in old:
        forget_file(batch)
    return len(old)


def problem_rows(batch: Import, outcome: Outcome) -> Iterator[list[Any]]:
    """Return the lines of an import that came to an outcome: number, reason, and their cells."""
    items = ImportItem.objects.filter(batch=batch, outcome=outcome).order_by("line", "id")
    for item in items.iterator(chunk_size=AT_ONCE):
        for place, cells in enumerate(item.cells or [[]]):
            yield [item.line + place, item.reason, *cells]
