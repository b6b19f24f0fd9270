"""Erasing on demand: a person's words from every table, and every row of a merchant.

Both work on the tables as the database knows them, so a table made tomorrow is covered as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import sql
from psycopg.types.json import Jsonb

from postexp.kernel.tenancy import current_merchant_id

BATCH = 2000
TEXT, LIST, JSON, BYTES = "text", "list", "json", "bytes"
KINDS = {
    **{"text": TEXT, "varchar": TEXT, "_text": LIST, "_varchar": LIST},
    **{"jsonb": JSON, "bytea": BYTES},
}


@dataclass(frozen=True)
class Table:
    """A table with rows of merchants: its columns that hold words, by kind."""

    name: str
    columns: dict[str, str]


@contextmanager
def may_erase() -> Iterator[None]:
    """Let append-only tables be changed inside the block, which is one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('postexp.erasing', true)")
        before = cursor.fetchone()[0] or "no"
        cursor.execute("SELECT set_config('postexp.erasing', 'yes', true)")
        yield
        cursor.execute("SELECT set_config('postexp.erasing', %s, true)", [before])


def forget_words(words: Collection[str]) -> int:
    """Take words out of every row of the scope's merchant; return how many rows held any.

    Upper and lower case are one. Raw bytes that hold a word are emptied whole.
    """
    wanted = sorted({word.strip().lower() for word in words if word.strip()})
    if not wanted:
        return 0
    with may_erase():
        return sum(_forget_in(table, wanted) for table in merchant_tables())


def merchant_tables() -> list[Table]:
    """Return every table that has a column `merchant_id`, partitions one by one."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in cursor.fetchall():
            columns = found.setdefault(table, {})
            if kind in KINDS:
                columns[column] = KINDS[kind]
    return [Table(name, columns) for name, columns in found.items()]


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


def _forget_in(table: Table, words: list[str]) -> int:
    if not table.columns:
        return 0
    names = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    found = sql.SQL(
        "SELECT ctid::text, {names} FROM {table} AS row WHERE merchant_id = %s AND EXISTS "
        "(SELECT 1 FROM unnest(%s::text[]) AS word WHERE strpos(lower(row::text), word) > 0) "
        "FOR UPDATE"
    ).format(names=names, table=sql.Identifier(table.name))
    changed = 0
    # Django's wrapper composes no identifiers; the driver's own cursor does.
    with connection.connection.cursor() as cursor:
        cursor.execute(found, [current_merchant_id(), _spellings(words)])
        for place, *values in cursor.fetchall():
            changes = _without(words, dict(zip(table.columns, values, strict=True)), table)
            if changes:
                changed += 1
                cursor.execute(_update(table, changes), [*changes.values(), place])
    return changed


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


def forget_rows(merchant_id: int, *, batch: int = BATCH, keep: Collection[str] = ()) -> int:
    """Delete up to `batch` rows of a merchant from the first table that still has any.

    Tables others point to come after those; `keep` names tables to leave. Returns how many rows
    went; none are left when it returns 0.
    """
    with may_erase(), connection.connection.cursor() as cursor:
        for name in _children_first():
            if name in keep:
                continue
            cursor.execute(
                sql.SQL(
                    "DELETE FROM {table} WHERE ctid = ANY(ARRAY("
                    "SELECT ctid FROM {table} WHERE merchant_id = %s LIMIT %s))"
                ).format(table=sql.Identifier(name)),
                [merchant_id, batch],
            )
            if cursor.rowcount:
                return int(cursor.rowcount)
    return 0


def _children_first() -> list[str]:
    """Return the tables of merchants in an order in which foreign keys let rows go."""
    waiting = {table.name for table in merchant_tables()}
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        points_to = [(child, parent) for child, parent in cursor.fetchall() if child != parent]
    ordered: list[str] = []
    while waiting:
        held = {parent for child, parent in points_to if child in waiting}
        free = sorted(waiting - held) or sorted(waiting)
        ordered += free
        waiting -= set(free)
    return ordered


REFERENCES = """
SELECT child.relname, parent.relname FROM pg_constraint f
JOIN pg_class child ON child.oid = f.conrelid JOIN pg_class parent ON parent.oid = f.confrelid
WHERE f.contype = 'f' AND child.relnamespace = current_schema()::regnamespace
"""
