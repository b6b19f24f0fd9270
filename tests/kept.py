"""What fixtures write: kept the first time in a process, and put back from then on.

A shop is opened by some forty statements, and written again as it was by one.
"""

import pickle
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.core.files.storage import storages
from django.db import connection, transaction

from tests.emptying import used_tables

T = TypeVar("T")

COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


@dataclass(frozen=True)
class Kept:
    """One statement that writes the rows, the files they name, and what a fixture gives for them.

    That is pickled, so that no test has what another one changed.
    """

    script: str
    files: dict[Path, bytes]
    made: bytes


_kept: dict[Hashable, Kept] = {}


def kept(key: Hashable, build: Callable[[], T]) -> T:
    """Return what `build` makes and write its rows; those of the first time where `key` is known.

    The key names what is built and the rows it stands on, which have their ids for good. It adds
    rows and changes none that stood before, which is checked as it is kept. Where what else a test
    has set up would make it another one, the test builds its own.
    """
    if key in _kept:
        return _put_back(_kept[key])
    before, files = _look(), _files()
    # What is written in a savepoint has the numbers of transactions that are begun in it.
    with transaction.atomic():
        made = build()
    added = {path: path.read_bytes() for path in _files() - files}
    _kept[key] = Kept(_script(before), added, pickle.dumps(made))
    return made


def _files() -> set[Path]:
    """Return the files that are kept for shops."""
    place = Path(storages["private"].path(""))
    return {path for path in place.rglob("*") if path.is_file()}


def _look() -> dict[str, tuple[int, int]]:
    """Return how many rows each table has, and the newest transaction that wrote one."""
    with connection.cursor() as cursor:
        found = {}
        for table in used_tables():
            cursor.execute(f"SELECT count(*), max(xmin::text::bigint) FROM {table}")
            found[table] = cursor.fetchone()
        return found


def _script(before: dict[str, tuple[int, int]]) -> str:
    """Return the statement that writes the rows that were not there `before`."""
    newest = max((written for _count, written in before.values()), default=0)
    parts = []
    with connection.cursor() as cursor:
        for table, (count, _written) in _look().items():
            cursor.execute(COLUMNS, [table])
            (columns,) = cursor.fetchone()
            cursor.execute(
                f"SELECT count(*), quote_literal(json_agg(t)::text) FROM"
                f" (SELECT {columns} FROM {table} WHERE xmin::text::bigint > {newest}) t"
            )
            added, rows = cursor.fetchone()
            stood = before[table][0] if table in before else 0
            assert added == count - stood, f"A row of {table} that stood before was changed."
            if added:
                parts.append(
                    f"INSERT INTO {table} ({columns}) SELECT {columns}"
                    f" FROM json_populate_recordset(null::{table}, {rows})"
                )
    # No trigger runs: what they would do is among the rows.
    return ";".join(
        (
            "SET LOCAL session_replication_role = replica",
            *parts,
            "SET LOCAL session_replication_role = origin",
        )
    )


def _put_back(state: Kept) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        # Several statements at once cannot be prepared.
        cursor.cursor.execute(state.script, prepare=False)
    for path, content in state.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return pickle.loads(state.made)
