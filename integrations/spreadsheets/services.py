"""Imports from the upload to the end: checked, run and undone in steps that can be interrupted.

A step works for a while and says whether more is left. What it did and how far it came are written
in one transaction, so a worker that dies loses nothing and repeats nothing.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from commerce.selectors import get_merchant
from integrations.spreadsheets.columns import guess, missing
from integrations.spreadsheets.enums import DateOrder, Kind, Outcome, State
from integrations.spreadsheets.errors import ImportRefused, NotNow, Refused, Unreadable
from integrations.spreadsheets.events import (
    ImportFinished,
    ImportStarted,
    ImportUndone,
    ImportUndoStarted,
)
from integrations.spreadsheets.kinds import IMPORTERS, Applied, Setting, Told
from integrations.spreadsheets.models import Import, ImportItem
from integrations.spreadsheets.reading import (
    BLOCK,
    Form,
    Line,
    find_form,
    look_at,
    read_plain,
    write_plain,
)
from integrations.spreadsheets.selectors import (
    KEEP,
    STALLED,
    actors_taken_back,
    latest_prints,
)
from postexp.kernel import ids
from postexp.kernel.events import append
from postexp.kernel.files import delete_after_commit, private_files
from postexp.kernel.tenancy import current_merchant_id

if TYPE_CHECKING:
    from commerce.models import Merchant, User

CHECK_CHUNK = 200
RUN_CHUNK = 50
MOST_SHOWN = 40
MOST_TRIES = 3
"""How many workers in a row may come no further with an import before it is given up."""


class _Overtaken(Exception):
    """Another worker is at the import now, or staff decided otherwise."""


def upload(*, kind: Kind, file: File[bytes], by: User, locale: str, at: datetime) -> Import:
    """Keep a file to be imported, with its columns guessed. Raises ImportRefused."""
    size = file.size or 0
    if size > settings.IMPORT_MAX_BYTES:
        raise ImportRefused(
            _("The file has more than %(most)s MB. Split it into several files.")
            % {"most": settings.IMPORT_MAX_BYTES // 1024 // 1024}
        )
    stream = _stream(file)
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
    batch.path = private_files().save(f"{_folder()}/{batch.public_id}.upload", file)
    batch.save()
    return batch


def _stream(file: File[bytes]) -> IO[bytes]:
    """Return the bytes of a file themselves: they can be read from any place on."""
    assert file.file is not None
    return file.file


def _folder() -> str:
    return f"m{current_merchant_id()}/imports"


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
        append(ImportStarted(**_named(locked)), at=at, actor=by.actor)


def stop(batch: Import, *, by: User, at: datetime) -> None:
    """Stop what goes on: a check begins anew later, a run ends with what it has done."""
    with transaction.atomic():
        locked = _locked(batch, State.CHECKING, State.RUNNING)
        if locked.state == State.CHECKING:
            locked.state = State.MAPPING
            locked.save()
        else:
            _finish(locked, at=at, actor=by.actor)


def begin_undo(batch: Import, *, by: User, at: datetime) -> None:
    """Take an import back. Publishes ImportUndoStarted. Raises NotNow."""
    with transaction.atomic():
        locked = _locked(batch, State.DONE)
        locked.state, locked.problem = State.UNDOING, ""
        _leave_to_workers(locked)
        locked.save()
        append(ImportUndoStarted(**_named(locked)), at=at, actor=by.actor)


def _locked(batch: Import, *states: State) -> Import:
    locked: Import = Import.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in states:
        raise NotNow
    return locked


def _leave_to_workers(batch: Import) -> None:
    batch.claim, batch.beat_at, batch.tries = "", None, 0


def _named(batch: Import) -> dict[str, str]:
    return {
        "merchant_public_id": get_merchant().public_id,
        "detail": batch.file_name,
        "import_id": batch.public_id,
        "kind": batch.kind,
    }


def work(public_id: str, *, until: datetime, now: Callable[[], datetime]) -> bool:
    """Go on with an import for a while; return whether more is left for another step.

    Nothing is done where another worker is at it. What several in a row came no further with is
    given up, in words for staff: a check fails, a run ends with what it has done (publishes
    ImportFinished), and of an undo the rest stays.
    """
    batch = _claim(public_id, now())
    if batch is None:
        return False
    with translation.override(batch.locale):
        try:
            if batch.tries > MOST_TRIES:
                _give_up(batch, at=now())
                return False
            return STEPS[State(batch.state)](batch, until, now)
        except _Overtaken:
            return False
        except Unreadable as error:
            _claimed(batch).update(state=State.FAILED, problem=str(error.message))
            return False
        finally:
            _claimed(batch).update(claim="", beat_at=None)


def _claim(public_id: str, at: datetime) -> Import | None:
    """Take an import nobody works on. From then on whoever had it before writes nothing of it."""
    idle = Q(beat_at=None) | Q(beat_at__lt=at - STALLED)
    claim = ids.new_id("clm")
    waiting = Import.objects.filter(idle, public_id=public_id, state__in=list(STEPS))
    waiting.update(beat_at=at, claim=claim, tries=F("tries") + 1)
    return Import.objects.filter(public_id=public_id, claim=claim).first()


def _claimed(batch: Import) -> QuerySet[Import]:
    """Return the import as long as it is this worker's."""
    mine: QuerySet[Import] = Import.objects.filter(pk=batch.pk, claim=batch.claim)
    return mine


def _locked_claimed(batch: Import) -> Import:
    """Return the import locked. Raises _Overtaken where it is no longer this worker's."""
    locked = _claimed(batch).select_for_update().filter(state=batch.state).first()
    if locked is None:
        raise _Overtaken
    return locked


def _come_further(batch: Import, at: datetime) -> None:
    """Save what a chunk of work changed, with a sign of life."""
    batch.beat_at, batch.tries = at, 0
    batch.save()


@transaction.atomic
def _give_up(batch: Import, *, at: datetime) -> None:
    locked = _locked_claimed(batch)
    if locked.state == State.CHECKING:
        locked.state = State.FAILED
        locked.problem = _(
            "Reading it took too long, several times. Split it into smaller files, or save it as "
            "CSV, then try again."
        )
        locked.save()
    elif locked.state == State.RUNNING:
        locked.problem = _(
            "It stopped several times at the same place and was ended there. What came in stays, "
            "and what stood below did not come in."
        )
        _finish(locked, at=at, actor=locked.actor)
    else:
        locked.state = State.DONE
        locked.problem = _(
            "Taking it back stopped several times at the same place. What was taken back stays so, "
            "and the rest is still here."
        )
        locked.save()


def setting_of(batch: Import, merchant: Merchant) -> Setting:
    """Return what an importer knows beside the lines."""
    return Setting(
        merchant=merchant,
        columns=batch.columns,
        date_order=batch.date_order,
        uploaded_at=batch.uploaded_at,
        actor=batch.actor,
    )


def _check(batch: Import, until: datetime, now: Callable[[], datetime]) -> bool:
    if not batch.plain_path:
        _make_plain(batch, now)
    setting = setting_of(batch, get_merchant())
    with private_files().open(batch.plain_path) as file:
        entries = _entries(read_plain(_stream(file), batch.position), batch, setting)
        while chunk := list(islice(entries, CHECK_CHUNK)):
            with transaction.atomic():
                locked = _locked_claimed(batch)
                _check_chunk(locked, chunk, setting)
                _come_further(locked, now())
            if now() >= until:
                return True
    with transaction.atomic():
        locked = _locked_claimed(batch)
        locked.state, locked.line = State.CHECKED, locked.lines
        locked.save()
    return False


def _make_plain(batch: Import, now: Callable[[], datetime]) -> None:
    """Write the upload as plain CSV beside it. Raises Unreadable, _Overtaken."""
    form = Form(encoding=batch.encoding, delimiter=batch.delimiter)
    with private_files().open(batch.path) as file, tempfile.TemporaryFile() as out:
        batch.lines = write_plain(_stream(file), form, out, alive=lambda: _beat(batch, now()))
        out.seek(0)
        batch.plain_path = private_files().save(f"{_folder()}/{batch.public_id}.csv", File(out))
    kept = _claimed(batch).filter(state=batch.state)
    if not kept.update(lines=batch.lines, plain_path=batch.plain_path, beat_at=now(), tries=0):
        private_files().delete(batch.plain_path)
        raise _Overtaken


def _beat(batch: Import, at: datetime) -> None:
    if not _claimed(batch).filter(state=batch.state).update(beat_at=at):
        raise _Overtaken


def _entries(lines: Iterator[Line], batch: Import, setting: Setting) -> Iterator[list[Line]]:
    """Return the lines that belong together: those of one order, of one product, of one parcel."""
    importer = IMPORTERS[batch.kind]
    held: list[Line] = []
    name = ""
    for line in lines:
        group = importer.group(setting.cells(line.cells))
        if held and group and group != name:
            yield held
            held = []
        if group or not held:
            name = group
        held.append(line)
    if held:
        yield held


def _check_chunk(batch: Import, chunk: Sequence[list[Line]], setting: Setting) -> None:
    importer = IMPORTERS[batch.kind]
    items = [_item(batch, lines) for lines in chunk]
    told: dict[int, Told] = {}
    for place, lines in enumerate(chunk):
        try:
            told[place] = importer.read([setting.cells(line.cells) for line in lines], setting)
        except Refused as error:
            _refuse(items[place], lines, *error.reasons)
    keys = [one.key for one in told.values()]
    known, refusals = importer.known(list(told.values())), importer.refusals(list(told.values()))
    prints = latest_prints(batch, keys)
    first = dict(
        ImportItem.objects.filter(batch=batch, key__in=keys, outcome=Outcome.READY).values_list(
            "key", "line"
        )
    )
    for place, one in told.items():
        item = items[place]
        if one.key in first:
            reason = _("Line %(line)s of this file tells of the same.") % {"line": first[one.key]}
            _refuse(item, chunk[place], reason)
        elif one.key in refusals:
            _refuse(item, chunk[place], refusals[one.key])
        else:
            first[one.key] = item.line
            item.key, item.fingerprint = one.key, one.print
            batch.entries += 1
            batch.known += one.key in known
            batch.same += one.key in known and prints.get(one.key) == one.print
    ImportItem.objects.bulk_create(items)
    batch.refused += sum(item.outcome == Outcome.REFUSED for item in items)
    batch.line += sum(len(lines) for lines in chunk)
    batch.position = chunk[-1][-1].ends


def _item(batch: Import, lines: Sequence[Line]) -> ImportItem:
    return ImportItem(
        batch=batch,
        kind=batch.kind,
        line=lines[0].number,
        lines=len(lines),
        position=lines[0].begins,
        outcome=Outcome.READY,
    )


def _refuse(item: ImportItem, lines: Sequence[Line], *reasons: str) -> None:
    item.outcome, item.reason = Outcome.REFUSED, " ".join(reasons)
    item.cells = [line.cells for line in lines]


def _run(batch: Import, until: datetime, now: Callable[[], datetime]) -> bool:
    setting = setting_of(batch, get_merchant())
    with private_files().open(batch.plain_path) as file:
        while True:
            with transaction.atomic():
                locked = _locked_claimed(batch)
                items = list(
                    ImportItem.objects.filter(batch=locked, outcome=Outcome.READY).order_by("id")[
                        :RUN_CHUNK
                    ]
                )
                if not items:
                    _finish(locked, at=now(), actor=locked.actor)
                    return False
                prints = latest_prints(locked, [item.key for item in items])
                for item in items:
                    _run_one(item, _stream(file), setting, prints, now())
                _count(locked, items)
                _come_further(locked, now())
            if now() >= until:
                return True


def _run_one(
    item: ImportItem,
    file: IO[bytes],
    setting: Setting,
    prints: Mapping[str, str],
    at: datetime,
) -> None:
    importer = IMPORTERS[item.kind]
    lines = list(islice(read_plain(file, item.position), item.lines))
    try:
        with transaction.atomic():
            told = importer.read([setting.cells(line.cells) for line in lines], setting)
            if prints.get(told.key) == told.print and importer.known([told]):
                applied = Applied(outcome=Outcome.UNCHANGED)
            else:
                applied = importer.apply(told, setting, at=at)
    except Refused as error:
        _refuse(item, lines, *error.reasons)
        return
    item.outcome, item.object_id = applied.outcome, applied.object_id
    item.before, item.reason = applied.before, applied.note


def _count(batch: Import, items: Sequence[ImportItem]) -> None:
    ImportItem.objects.bulk_update(items, ["outcome", "object_id", "before", "reason", "cells"])
    for item in items:
        setattr(batch, item.outcome, getattr(batch, item.outcome) + 1)
        batch.entries -= item.outcome == Outcome.REFUSED


def _finish(batch: Import, *, at: datetime, actor: str) -> None:
    batch.state, batch.finished_at = State.DONE, at
    batch.save()
    append(
        ImportFinished(
            **_named(batch),
            created=batch.created,
            changed=batch.changed,
            unchanged=batch.unchanged,
            refused=batch.refused,
        ),
        at=at,
        actor=actor,
    )


def _undo(batch: Import, until: datetime, now: Callable[[], datetime]) -> bool:
    setting = replace(setting_of(batch, get_merchant()), taken_back=actors_taken_back())
    effects = (Outcome.CREATED, Outcome.CHANGED)
    while True:
        with transaction.atomic():
            locked = _locked_claimed(batch)
            items = list(
                ImportItem.objects.filter(batch=locked, outcome__in=effects).order_by("-id")[
                    :RUN_CHUNK
                ]
            )
            if not items:
                _end_undo(locked, at=now())
                return False
            for item in items:
                _undo_one(item, setting, now())
            _count(locked, items)
            _come_further(locked, now())
        if now() >= until:
            return True


def _undo_one(item: ImportItem, setting: Setting, at: datetime) -> None:
    if item.before is None:
        kept = _("Its personal data was erased since.")
    else:
        with transaction.atomic():
            kept = IMPORTERS[item.kind].undo(item.object_id, item.before, setting, at=at)
    item.outcome, item.reason = (Outcome.KEPT, kept) if kept else (Outcome.UNDONE, "")


def _end_undo(batch: Import, *, at: datetime) -> None:
    batch.state, batch.undone_at = State.UNDONE, at
    batch.save()
    append(
        ImportUndone(**_named(batch), undone=batch.undone, kept=batch.kept),
        at=at,
        actor=batch.actor,
    )


STEPS = {State.CHECKING: _check, State.RUNNING: _run, State.UNDOING: _undo}


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
    for item in items.iterator(chunk_size=CHECK_CHUNK):
        for place, cells in enumerate(item.cells or [[]]):
            yield [item.line + place, item.reason, *cells]
