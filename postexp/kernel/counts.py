"""Counting several sets of rows in one statement, for frames that show many small numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def count_each(sets: Sequence[QuerySet[Any, Any]], *, most: int | None = None) -> list[int]:
    """Return how many rows each set has, in the order given. One statement; none for no sets.

    Counting a set stops at `most`, so that it takes no longer the more rows there are.
    """
    if not sets:
        return []
    counts: list[str] = []
    parameters: list[Any] = []
    for rows in sets:
        sql, values = rows.order_by().values("pk")[:most].query.sql_with_params()
        # The statement is Django's own, and its values stay parameters.
        counts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", parameters)
        return list(cursor.fetchone())
