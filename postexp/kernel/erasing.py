"""Erasing on demand: a person's words from every table, and every row of a merchant.

Both work on the tables as the database knows them, so a table made tomorrow is covered as well, and
stretch by stretch, so that a large shop takes many short transactions rather than a long one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import sql
from psycopg.types.json import Jsonb

from postexp.kernel.tenancy import current_merchant_id

# A stretch is so many ids, or blocks of a table whose rows have none.
STRETCH_IDS, STRETCH_BLOCKS = 2000, 250
WORDS_A_PATTERN = 100
EVENT_LOG = "kernel_event"
TEXT, LIST, JSON, BYTES = "text", "list", "json", "bytes"
KINDS = {
    **{"text": TEXT, "varchar": TEXT, "_text": LIST, "_varchar": LIST},
    **{"jsonb": JSON, "bytea": BYTES},
}


@dataclass(frozen=True)
class Table:
    """A table with rows of merchants: its columns that hold words, by kind, and whether it has ids.

    A table without is one whose rows stay where they were written.
    """

    name: str
    columns: dict[str, str]
    has_id: bool = True


@dataclass(frozen=True)
class Stretch:
    """The rows of a table from position `start` to before `end`: ids, or blocks without any."""

    table: Table
    start: int
    end: int


@contextmanager
def may_erase() -> Iterator[None]:
    """Let append-only tables be changed inside the block, which is one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('postexp.erasing', true)")
        before = cursor.fetchone()[0] or "no"
        cursor.execute("SELECT set_config('postexp.erasing', 'yes', true)")
        yield
        cursor.execute("SELECT set_config('postexp.erasing', %s, true)", [before])


def first_stretch(tables: Sequence[Table], name: str, start: int) -> Stretch | None:
    """Return the stretch to look through from a position in the table of that name on.

    A name that is none of the tables' begins with the first; None means that all were gone through.
    """
    names = [table.name for table in tables]
    here = names.index(name) if name in names else 0
    for table in tables[here:]:
        begin = start if table.name == name else 0
        if begin <= _last_position(table):
            size = STRETCH_IDS if table.has_id else STRETCH_BLOCKS
            return Stretch(table, begin, begin + size)
    return None


def _last_position(table: Table) -> int:
    if table.has_id:
        last = sql.SQL("SELECT coalesce(max(id), -1) FROM {table}")
    else:
        last = sql.SQL(
            "SELECT pg_relation_size({name}::regclass) / current_setting('block_size')::int"
        )
    named = last.format(table=sql.Identifier(table.name), name=sql.Literal(f'"{table.name}"'))
    with connection.connection.cursor() as cursor:
        cursor.execute(named)
        return int(cursor.fetchone()[0])


def forget_words(words: Collection[str], stretch: Stretch) -> int:
    """Take words out of the scope's merchant's rows of a stretch; return how many held any.

    Upper and lower case are one. Raw bytes that hold a word are emptied whole.
    """
    wanted = sorted({word.strip().lower() for word in words if word.strip()})
    if not wanted:
        return 0
    with may_erase():
        return _forget_in(stretch, wanted)


def patterns_of(words: Sequence[str]) -> list[str]:
    """Return regular expressions of PostgreSQL that find words, many each: a text is read once."""
    escaped = [re.escape(word) for word in words]
    starts = range(0, len(escaped), WORDS_A_PATTERN)
    return ["|".join(escaped[start : start + WORDS_A_PATTERN]) for start in starts]


def merchant_tables() -> list[Table]:
    """Return every table that has a column `merchant_id`, partitions one by one."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        found: dict[str, dict[str, str]] = {}
        with_id: set[str] = set()
        for table, column, kind in cursor.fetchall():
            columns = found.setdefault(table, {})
            if kind in KINDS:
                columns[column] = KINDS[kind]
            if (column, kind) == ("id", "int8"):
                with_id.add(table)
    return [Table(name, columns, name in with_id) for name, columns in sorted(found.items())]


TABLES = """
SELECT c.relname, a.attname, t.typname
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attgenerated = ''
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
  AND EXISTS (SELECT 1 FROM pg_attribute m WHERE m.attrelid = c.oid AND m.attname = 'merchant_id')
ORDER BY c.relname, a.attnum
"""


def _forget_in(stretch: Stretch, words: list[str]) -> int:
    found = sql.SQL(
        "SELECT ctid::text, {names} FROM {table} AS row "
        "WHERE {within} AND row::text ~* ANY(%s) FOR NO KEY UPDATE"
    ).format(
        names=sql.SQL(", ").join(map(sql.Identifier, stretch.table.columns)),
        table=sql.Identifier(stretch.table.name),
        within=_within(stretch),
    )
    changed = 0
    # Django's wrapper composes no identifiers; the driver's own cursor does.
    with connection.connection.cursor() as cursor:
        cursor.execute(found, [current_merchant_id(), patterns_of(_spellings(words))])
        for place, *values in cursor.fetchall():
            row = dict(zip(stretch.table.columns, values, strict=True))
            changes = _without(words, row, stretch.table)
            if changes:
                changed += 1
                cursor.execute(_update(stretch.table, changes), [*changes.values(), place])
    return changed


def _within(stretch: Stretch) -> sql.Composed:
    """Return the condition of a merchant's rows of a stretch; it takes the merchant."""
    if stretch.table.has_id:
        return sql.SQL("merchant_id = %s AND id >= {} AND id < {}").format(
            sql.Literal(stretch.start), sql.Literal(stretch.end)
        )
    return sql.SQL("merchant_id = %s AND ctid >= {}::tid AND ctid < {}::tid").format(
        sql.Literal(f"({stretch.start},0)"), sql.Literal(f"({stretch.end},0)")
    )


def _update(table: Table, changes: dict[str, Any]) -> sql.Composed:
    return sql.SQL("UPDATE {table} SET {changes} WHERE ctid = %s::tid").format(
        table=sql.Identifier(table.name),
        changes=sql.SQL(", ").join(
            sql.SQL("{} = %s").format(sql.Identifier(name)) for name in changes
        ),
    )


def _spellings(words: list[str]) -> list[str]:
    """Return how words may stand in the text of a row: plain, escaped in JSON, or as bytes."""
    spelt: set[str] = set()
    for word in words:
        escaped = json.dumps(word)[1:-1]
        spelt |= {word, escaped.replace("\\", "\\\\")}
        spelt |= {word.encode().hex(), escaped.encode().hex()}
        # Bytes keep the case in which a word came.
        spelt |= {word.upper().encode().hex(), word.title().encode().hex()}
    return sorted(spelt)


def _without(words: list[str], row: dict[str, Any], table: Table) -> dict[str, Any]:
    """Return the columns of a row that change, with what they are without the words."""
    pattern = re.compile(
        "|".join(
            re.escape(spelt)
            for word in sorted(words, key=len, reverse=True)
            for spelt in dict.fromkeys((word, json.dumps(word)[1:-1]))
        ),
        re.IGNORECASE,
    )
    changes: dict[str, Any] = {}
    for name, value in row.items():
        if value is None:
            continue
        kind = table.columns[name]
        if kind == BYTES:
            if pattern.search(bytes(value).decode("utf-8", "replace")):
                changes[name] = b""
            continue
        told = json.loads(value) if kind == JSON else value
        rest = _strip(told, pattern)
        if rest != told:
            changes[name] = Jsonb(rest) if kind == JSON else rest
    return changes


def _strip(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub("", value)
    if isinstance(value, list):
        return [_strip(part, pattern) for part in value]
    if isinstance(value, dict):
        return {_strip(key, pattern): _strip(part, pattern) for key, part in value.items()}
    return value


def forget_rows(merchant_id: int, stretch: Stretch) -> int:
    """Delete a merchant's rows of a stretch; return how many went.

    Raises IntegrityError, at the latest at the commit, where others still point to any.
    """
    return _delete(merchant_id, stretch.table, _within(stretch))


def forget_what_is_left(merchant_id: int) -> int:
    """Delete all rows of a merchant, of every table; return how many went."""
    every = sql.SQL("merchant_id = %s").format()
    return sum(_delete(merchant_id, table, every) for table in children_first())


def _delete(merchant_id: int, table: Table, condition: sql.Composed) -> int:
    gone = sql.SQL("DELETE FROM {table} WHERE {condition}").format(
        table=sql.Identifier(table.name), condition=condition
    )
    with (
        may_erase(),
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
    ):
        cursor.execute(gone, [merchant_id])
        return int(cursor.rowcount)


def children_first() -> list[Table]:
    """Return the tables of merchants in an order in which foreign keys let rows go.

    The log comes last: what works on events that wait finds them for as long as it is there.
    """
    waiting = {table.name: table for table in merchant_tables()}
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        points_to = [(child, parent) for child, parent in cursor.fetchall() if child != parent]
    ordered: list[Table] = []
    while waiting:
        held = {parent for child, parent in points_to if child in waiting}
        free = sorted(waiting.keys() - held) or sorted(waiting)
        ordered += [waiting.pop(name) for name in free]
    return sorted(ordered, key=lambda table: table.name == EVENT_LOG)


REFERENCES = """
SELECT child.relname, parent.relname FROM pg_constraint f
JOIN pg_class child ON child.oid = f.conrelid JOIN pg_class parent ON parent.oid = f.confrelid
WHERE f.contype = 'f' AND child.relnamespace = current_schema()::regnamespace
"""
