"""The databases of a run of several processes: one is migrated, and the others are copies of it."""

import os
from contextlib import ExitStack
from subprocess import PIPE, Popen, run

from django.db import connection
from psycopg.conninfo import make_conninfo

from postexp.kernel.backup import server_version, tools_for
from postexp.kernel.postgres import connection_parameters

# Any number will do that nothing else takes for a lock.
TURNS = 7_340_021


class Copying:
    """How one process of a run comes to its database; the copied one goes with the servers."""

    def __init__(self, run: str) -> None:
        self.copied = f"migrated_{run}"
        self._turn = ExitStack()

    @classmethod
    def of_this_process(cls) -> "Copying | None":
        """Return how this process does, or None where it is the only one."""
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
        return cls(run) if run else None

    def begin(self) -> None:
        """Wait until a migrated database is there to be copied, or it is our turn to make it."""
        cursor = self._turn.enter_context(connection._nodb_cursor())
        cursor.execute("SELECT pg_advisory_lock(%s)", [TURNS])
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [self.copied])
        if cursor.rowcount:
            self._turn.close()
            connection.settings_dict["TEST"]["TEMPLATE"] = self.copied

    def end(self) -> None:
        """Leave a copy to the others of what was migrated here, before any test has written."""
        if connection.settings_dict["TEST"]["TEMPLATE"] == self.copied:
            return
        ours = connection.ops.quote_name(connection.settings_dict["NAME"])
        connection.close()
        connection.close_pool()
        with self._turn, connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {self.copied} TEMPLATE {ours}")


def copy_to(url: str) -> None:
    """Bring what our database holds to an empty one elsewhere, which need not migrate then."""
    tools, ours = tools_for(server_version()), make_conninfo(**connection_parameters())
    dump = [tools / "pg_dump", "--format=custom", "--compress=none", f"--dbname={ours}"]
    restore = [tools / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}"]
    with Popen(dump, stdout=PIPE) as dumping:
        run(restore, stdin=dumping.stdout, check=True)
    assert dumping.returncode == 0
