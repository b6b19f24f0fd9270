"""The databases of a run of several processes: one is migrated, and each has a copy of it."""

import os
import sys
from subprocess import PIPE, Popen, run
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from postexp.kernel.backup import server_version, tools_for
from postexp.kernel.postgres import connection_parameters


class Migrated:
    """A database that is migrated beside us, while we do something else.

    It goes with the server that it is on.
    """

    def __init__(self) -> None:
        ours = os.environ["DATABASE_URL"]
        self.name = f"migrated_{os.getpid()}"
        with psycopg.connect(ours, autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        url = urlsplit(ours)._replace(path=f"/{self.name}").geturl()
        self._migrating = Popen(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": url},
        )

    def wait(self) -> None:
        """Wait until it can be copied."""
        if self._migrating.wait():
            raise RuntimeError("No database could be migrated; what it said is above.")


def copy_to(url: str) -> None:
    """Bring what our database holds to an empty one elsewhere, which need not migrate then."""
    tools, ours = tools_for(server_version()), make_conninfo(**connection_parameters())
    dump = [tools / "pg_dump", "--format=custom", "--compress=none", f"--dbname={ours}"]
    restore = [tools / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}"]
    with Popen(dump, stdout=PIPE) as dumping:
        run(restore, stdin=dumping.stdout, check=True)
    assert dumping.returncode == 0
