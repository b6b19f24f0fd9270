"""Taking rows out with everything that points to them, as the models know their foreign keys."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from psycopg import sql

from postexp.kernel.erasing import may_erase
from postexp.kernel.tenancy import current_merchant_id


def remove_rows(table: str, ids: Sequence[int]) -> None:
    """Delete rows of the scope's merchant, and all rows that point to them, ledgers included.

    `table` is a name in the database; rows of other merchants stay, whatever their id.
    """
    if not ids:
        return
    with may_erase():
        _remove(table, list(ids))


def remove_events(*, order_ids: Sequence[str], subjects: Sequence[str]) -> list[int]:
    """Delete the events of orders (by public id) and of subjects, with their deliveries.

    With them go the events that tell what became of them (a reaction that died, a replay by staff),
    and the rows that name what any of them were about in a column `object_id`. Returns the ids of
    the deleted rows of the log.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            EVENTS,
            {
                "merchant": current_merchant_id(),
                "orders": list(order_ids),
                "subjects": list(subjects),
            },
        )
        found = cursor.fetchall()
    event_ids = [pk for pk, _, _ in found]
    remove_rows("kernel_event", event_ids)
    about = {subject.partition(":")[2] for _, subject, _ in found}
    about |= {refund_id for _, _, refund_id in found if refund_id}
    _remove_naming(("object_id",), sorted(about))
    return event_ids


EVENTS = """
WITH theirs AS (
    SELECT id, public_id, subject, payload FROM kernel_event
    WHERE merchant_id = %(merchant)s
      AND (payload ->> 'order_id' = ANY(%(orders)s) OR subject = ANY(%(subjects)s))
), told AS (
    SELECT id, public_id, subject, payload FROM kernel_event
    WHERE merchant_id = %(merchant)s
      AND (payload ->> 'target' IN (SELECT public_id FROM theirs)
           OR subject IN (SELECT 'event:' || public_id FROM theirs))
)
SELECT id, subject, payload ->> 'refund_id' FROM theirs
UNION SELECT id, subject, payload ->> 'refund_id' FROM told
"""


def remove_messages(order_ids: Sequence[str]) -> None:
    """Delete the rows that name orders by public id in a column `order_id` or `order_ref`."""
    _remove_naming(("order_id", "order_ref"), order_ids)


def _remove_naming(columns: Sequence[str], public_ids: Sequence[str]) -> None:
    """Delete the rows that name an object by public id, alone or before a colon."""
    with connection.cursor() as cursor:
        cursor.execute(NAMING, [list(columns)])
        named = cursor.fetchall()
    for table, column in named:
        find = sql.SQL(
            "SELECT id FROM {table} "
            "WHERE merchant_id = %s AND split_part({column}, ':', 1) = ANY(%s)"
        ).format(
            table=sql.Identifier(table),
            column=sql.Identifier(column),
        )
        with connection.connection.cursor() as cursor:
            cursor.execute(find, [current_merchant_id(), list(public_ids)])
            found = [row[0] for row in cursor.fetchall()]
        remove_rows(table, found)


NAMING = """
SELECT c.relname, a.attname FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY(%s)
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
    for child, column, has_id in _references(table):
        if has_id:
            find = sql.SQL("SELECT id FROM {child} WHERE {column} = ANY(%s)").format(
                child=sql.Identifier(child), column=sql.Identifier(column)
            )
            # Django's wrapper composes no identifiers; the driver's own cursor does.
            with connection.connection.cursor() as cursor:
                cursor.execute(find, [ids])
                found = [row[0] for row in cursor.fetchall()]
            if found:
                _remove(child, found)
        else:
            _delete(child, column, ids)
    _delete(table, "id", ids)


def _delete(table: str, column: str, values: list[int]) -> None:
    gone = sql.SQL("DELETE FROM {table} WHERE {column} = ANY(%s) AND merchant_id = %s").format(
        table=sql.Identifier(table), column=sql.Identifier(column)
    )
    with connection.connection.cursor() as cursor:
        cursor.execute(gone, [values, current_merchant_id()])


def _references(table: str) -> list[tuple[str, str, bool]]:
    """Return the tables and columns that point to a table, also where no constraint holds them.

    Nothing can point to a table without an id of its own, such as that of the scans.
    """
    return sorted(
        (model._meta.db_table, field.column, model._meta.pk.column == "id")
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model._meta.db_table == table
    )
