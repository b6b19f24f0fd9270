"""Migrate without holding up a running site: a lock that is not had soon is given up."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder
from psycopg.errors import LockNotAvailable

from postexp.kernel.development import missing_from_before


class Command(migrate.Command):
    """`manage.py migrate`: Django's own, with POSTEXP_MIGRATION_LOCK_TIMEOUT.

    A change of a table waits for the requests that use it, and all later requests wait behind the
    change. So it waits for a few seconds only. What was done by then stays done; run it again.

    A database that stands between two development versions is refused.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        seconds = settings.MIGRATION_LOCK_TIMEOUT
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
        try:
            applied = MigrationRecorder(connection).applied_migrations()
            if missing := missing_from_before(applied):
                raise CommandError(
                    f"This database is of a development version and lacks {missing[0]}, which this "
                    "version does not bring any more. See “From a development version” in "
                    "docs/guide/upgrade.md."
                )
            super().handle(*args, **options)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                f"A table was in use for {seconds} seconds, so this was given up and the site "
                "was not held up. Run it again; what was migrated before stays."
            ) from error
        finally:
            if connection.connection is not None and not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', '0', false)")
