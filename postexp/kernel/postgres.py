"""PostgreSQL: the oldest version we run on, and the connections a process keeps in its pool."""

import select
from typing import Any, LiteralString

import psycopg
from django.db import connection
from django.db.backends.postgresql.features import DatabaseFeatures

# Checked wherever a connection is opened, and tested on it: docs/guide/upgrade.md.
OLDEST = 16

# What the pool asks a connection before it lends it out, to know that it is alive.
CHECK: LiteralString = ""


class KeptConnection(psycopg.Connection[Any]):
    """A connection whose check costs a round trip only where the server has something to say.

    A server that ends says so and closes the line, so a line on which nothing waits is alive. That
    spares every request of a prepared page the second of its two round trips.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept_cursors: dict[LiteralString, psycopg.Cursor[Any]] = {}

    def kept_cursor(self, query: LiteralString) -> psycopg.Cursor[Any]:
        """Return the cursor for a statement that is run again and again.

        It remembers how parameters and columns are written and read, which a new one finds out.
        """
        cursor = self._kept_cursors.get(query)
        if cursor is None:
            cursor = self._kept_cursors[query] = psycopg.Cursor(self)
        return cursor

    def execute(self, query: Any, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        if query == CHECK and not _has_said_something(self):
            return self.kept_cursor(CHECK)
        return super().execute(query, *args, **options)


def _has_said_something(connection: psycopg.Connection[Any]) -> bool:
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))


def insist_on_version() -> None:
    """Let every connection to an older PostgreSQL fail with words that say so.

    Django asks each new connection already; its own limit is what Django needs, not what we do.
    """
    DatabaseFeatures.minimum_database_version = (OLDEST,)


def connection_parameters() -> dict[str, Any]:
    """Return how to open a connection beside the pool: Django's own, without cursor and pool."""
    parameters = connection.get_connection_params()
    return {
        name: value
        for name, value in parameters.items()
        if name not in {"cursor_factory", "context", "prepare_threshold", "pool"}
    }
