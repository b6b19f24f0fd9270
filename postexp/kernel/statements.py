"""Statements the server keeps parsed and planned, for what nearly every request runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg_pool import ConnectionPool

from postexp.kernel.postgres import KeptConnection

Row = tuple[Any, ...]


def fetch_kept(query: LiteralString, parameters: Sequence[Any]) -> Row | None:
    """Run a statement that each connection keeps after a few runs; return its first row.

    The ORM's statements are written out and planned anew each time, which costs more than running
    one by a unique key. Where a pooler between us and the server forbids kept statements
    (POSTEXP_KEEP_STATEMENTS=0), these are sent like all others.

    Where Django holds a connection it runs there, in the same transaction as everything else.
    Otherwise it borrows one from the pool, and is committed when this returns: Django would set up
    and put back its own for more than the statement costs. Without a pool Django connects.
    """
    django = connections[DEFAULT_DB_ALIAS]
    # Of Django's PostgreSQL alone, so its type stubs leave it out.
    pool: ConnectionPool[KeptConnection] | None = django.pool  # type: ignore[attr-defined]
    if pool is None or django.connection is not None or django.in_atomic_block:
        return _fetch_on(django, query, parameters)
    with django.wrap_database_errors:
        pool.open()
        with pool.connection() as borrowed:
            return borrowed.kept_cursor(query).execute(query, parameters).fetchone()


def _fetch_on(
    django: BaseDatabaseWrapper, query: LiteralString, parameters: Sequence[Any]
) -> Row | None:
    with django.cursor() as cursor:
        # Django's wrapper stays, which counts queries and translates errors.
        cursor.cursor = psycopg.Cursor(django.connection)
        cursor.execute(query, parameters)
        row: Row | None = cursor.fetchone()
        return row
