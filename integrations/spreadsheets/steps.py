"""The work on imports, in steps that can be interrupted: check, run, undo.

A step works for a while and says whether more is left. What it did and how far it came are written
in one transaction, so a worker that dies loses nothing and repeats nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import IO, TYPE_CHECKING

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from commerce.selectors import get_merchant
from integrations.spreadsheets.entries import entries_of, read_entry
from integrations.spreadsheets.enums import Outcome, State
from integrations.spreadsheets.errors import Refused, Unreadable
from integrations.spreadsheets.events import ImportFinished, ImportUndone
from integrations.spreadsheets.kinds import IMPORTERS, Applied, Setting, Told
from integrations.spreadsheets.models import Import, ImportItem
from integrations.spreadsheets.reading import Form, Line, read_plain, write_plain
from integrations.spreadsheets.selectors import STALLED, actors_taken_back, latest_prints
from postexp.kernel import ids
from postexp.kernel.events import append
from postexp.kernel.files import private_files
from postexp.kernel.tenancy import current_merchant_id

if TYPE_CHECKING:
    from commerce.models import Merchant

CHECK_CHUNK = 200
RUN_CHUNK = 50
MOST_TRIES = 3
"""How many workers in a row may come no further with an import before it is given up."""


class _Overtaken(Exception):
    """Another worker is at the import now, or staff decided otherwise."""


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
    locked = _claimed(batch).select_for_update(no_key=True).filter(state=batch.state).first()
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
        finish(locked, at=at, actor=locked.actor)
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
        entries = entries_of(
            read_plain(stream_of(file), batch.position), IMPORTERS[batch.kind], setting
        )
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
        batch.lines = write_plain(stream_of(file), form, out, alive=lambda: _beat(batch, now()))
        out.seek(0)
        batch.plain_path = private_files().save(f"{folder()}/{batch.public_id}.csv", File(out))
    kept = _claimed(batch).filter(state=batch.state)
    if not kept.update(lines=batch.lines, plain_path=batch.plain_path, beat_at=now(), tries=0):
        private_files().delete(batch.plain_path)
        raise _Overtaken


def _beat(batch: Import, at: datetime) -> None:
    if not _claimed(batch).filter(state=batch.state).update(beat_at=at):
        raise _Overtaken


def _check_chunk(batch: Import, chunk: Sequence[list[Line]], setting: Setting) -> None:
    importer = IMPORTERS[batch.kind]
    parts = [part for lines in chunk for part in read_entry(importer, lines, setting)]
    items: list[ImportItem] = []
    told: dict[int, Told] = {}
    for place, (lines, outcome) in enumerate(parts):
        items.append(_item(batch, lines))
        if isinstance(outcome, Refused):
            _refuse(items[place], lines, *outcome.reasons)
        else:
            told[place] = outcome
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
            _refuse(item, parts[place][0], reason)
        elif one.key in refusals:
            _refuse(item, parts[place][0], refusals[one.key])
        else:
            first[one.key] = item.line
            item.key, item.fingerprint, item.reason = one.key, one.print, one.doubt
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
                    finish(locked, at=now(), actor=locked.actor)
                    return False
                prints = latest_prints(locked, [item.key for item in items])
                for item in items:
                    _run_one(item, stream_of(file), setting, prints, now())
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
    item.before, item.reason = applied.before, applied.note or told.doubt


def _count(batch: Import, items: Sequence[ImportItem]) -> None:
    ImportItem.objects.bulk_update(items, ["outcome", "object_id", "before", "reason", "cells"])
    for item in items:
        setattr(batch, item.outcome, getattr(batch, item.outcome) + 1)
        batch.entries -= item.outcome == Outcome.REFUSED


def finish(batch: Import, *, at: datetime, actor: str) -> None:
    """End a run with what it has done. Publishes ImportFinished."""
    batch.state, batch.finished_at = State.DONE, at
    batch.save()
    append(
        ImportFinished(
            **named(batch),
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
        ImportUndone(**named(batch), undone=batch.undone, kept=batch.kept),
        at=at,
        actor=batch.actor,
    )


STEPS = {State.CHECKING: _check, State.RUNNING: _run, State.UNDOING: _undo}


def stream_of(file: File[bytes]) -> IO[bytes]:
    """Return the bytes of a file themselves: they can be read from any place on."""
    assert file.file is not None
    return file.file


def folder() -> str:
    """Return where the files of the scope's imports are kept."""
    return f"m{current_merchant_id()}/imports"


def named(batch: Import) -> dict[str, str]:
    """Return what every event of an import says of it."""
    return {
        "merchant_public_id": get_merchant().public_id,
        "detail": batch.file_name,
        "import_id": batch.public_id,
        "kind": batch.kind,
    }
