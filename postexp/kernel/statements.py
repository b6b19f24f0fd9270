"""Statements the server keeps parsed and planned, for what nearly every request runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection


def fetch_kept(query: LiteralString, parameters: Sequence[Any]) -> tuple[Any, ...] | None:
    """Run a statement that each connection keeps after a few runs; return its first row.

    The ORM's statements are written out and planned anew each time, which costs more than running
    one by a unique key. Where a pooler between us and the server forbids kept statements
    (POSTEXP_KEEP_STATEMENTS=0), these are sent like all others.
    """
    with connection.cursor() as cursor:
        # Django's wrapper stays, which counts queries and translates errors.
        cursor.cursor = psycopg.Cursor(connection.connection)
        cursor.execute(query, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
