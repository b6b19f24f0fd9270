"""Bring a backup into an empty house."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from postexp.kernel import backup


class Command(BaseCommand):
    """`manage.py restore FILE`: into an empty database and empty directories, and nothing else."""

    help = "Bring a file of `manage.py backup` into an empty database, and check all of it came."
    # The checks would ask for tables that only this brings.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="A file that `manage.py backup` wrote.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backup.restore(options["file"])
        except backup.BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored as it was at {manifest.made_at} (Postexp {manifest.version}): "
            f"{sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables, each counted. "
            "Now run `manage.py migrate` and `manage.py doctor`."
        )
