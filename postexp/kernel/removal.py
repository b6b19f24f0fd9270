"""Taking rows out with everything that points to them, as the database knows its foreign keys."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from psycopg import sql

from postexp.kernel.erasing import may_erase
from postexp.kernel.tenancy import current_merchant_id

REFERENCES = """
SELECT child.relname, a.attname
FROM pg_constraint f
JOIN pg_class child ON child.oid = f.conrelid
JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
WHERE f.contype = 'f' AND f.conparentid = 0 AND f.confrelid = %s::regclass
ORDER BY 1, 2
"""


def remove_rows(table: str, ids: Sequence[int]) -> None:
    """Delete rows of the scope's merchant, and all rows that point to them, ledgers included.

    `table` is a name in the database; rows of other merchants stay, whatever their id.
    """
    if not ids:
        return
    with may_erase():
        _remove(table, list(ids))


def remove_events(*, order_ids: Sequence[str], subjects: Sequence[str]) -> None:
    """Delete the events of orders (by public id) and of subjects, with their deliveries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM kernel_event WHERE merchant_id = %s "
            "AND (payload ->> 'order_id' = ANY(%s) OR subject = ANY(%s))",
            [current_merchant_id(), list(order_ids), list(subjects)],
        )
        ids = [row[0] for row in cursor.fetchall()]
    remove_rows("kernel_event", ids)


def remove_messages(order_ids: Sequence[str]) -> None:
    """Delete the rows that name orders by public id in a column `order_id` or `order_ref`."""
    with connection.cursor() as cursor:
        cursor.execute(NAMING)
        named = cursor.fetchall()
    for table, column in named:
        find = sql.SQL("SELECT id FROM {table} WHERE merchant_id = %s AND {column} = ANY(%s)")
        with connection.connection.cursor() as cursor:
            cursor.execute(
                find.format(table=sql.Identifier(table), column=sql.Identifier(column)),
                [current_merchant_id(), list(order_ids)],
            )
            found = [row[0] for row in cursor.fetchall()]
        remove_rows(table, found)


NAMING = """
SELECT c.relname, a.attname FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('order_id', 'order_ref')
JOIN pg_type t ON t.oid = a.atttypid AND t.typname = 'varchar'
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
  AND EXISTS (SELECT 1 FROM pg_attribute m WHERE m.attrelid = c.oid AND m.attname = 'merchant_id')
ORDER BY 1, 2
"""


def remove_requests(source: str) -> None:
    """Delete the raw requests of one source."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kernel_inbox WHERE merchant_id = %s AND source = %s",
            [current_merchant_id(), source],
        )


def _remove(table: str, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES, [table])
        references = cursor.fetchall()
    for child, column in references:
        named = {"child": sql.Identifier(child), "column": sql.Identifier(column)}
        find = sql.SQL("SELECT id FROM {child} WHERE {column} = ANY(%s)").format(**named)
        # Django's wrapper composes no identifiers; the driver's own cursor does.
        with connection.connection.cursor() as cursor:
            cursor.execute(find, [ids])
            found = [row[0] for row in cursor.fetchall()]
        if found:
            _remove(child, found)
    gone = sql.SQL("DELETE FROM {table} WHERE id = ANY(%s) AND merchant_id = %s").format(
        table=sql.Identifier(table)
    )
    with connection.connection.cursor() as cursor:
        cursor.execute(gone, [ids, current_merchant_id()])
