"""Migrate without holding up a running site: a lock that is not had soon is given up."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable


class Command(migrate.Command):
    """`manage.py migrate`: Django's own, with POSTEXP_MIGRATION_LOCK_TIMEOUT.

    A change of a table waits for the requests that use it, and all later requests wait behind the
    change. So it waits for a few seconds only. What was done by then stays done; run it again.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        seconds = settings.MIGRATION_LOCK_TIMEOUT
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
        try:
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
