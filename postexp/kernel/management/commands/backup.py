"""Write the whole house into one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from postexp.kernel import backup, clock


class Command(BaseCommand):
    """`manage.py backup FILE`: database and files; the keys stay where they are."""

    help = "Write the database and the uploaded files into FILE while the site goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The archive to write, such as postexp.tar.")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            manifest = backup.back_up(file, at=clock.now())
        except backup.BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{file} holds {sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables and "
            f"all files, {file.stat().st_size / 1_000_000:,.1f} MB. Keep the keys elsewhere: "
            "without POSTEXP_ENCRYPTION_KEYS its stored secrets cannot be read."
        )
