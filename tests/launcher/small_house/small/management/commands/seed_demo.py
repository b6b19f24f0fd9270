"""Stands in for the demo data: counts how often it was asked for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection


class Command(BaseCommand):
    """Keep one row for each start."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print-login", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS start (at timestamptz DEFAULT now())")
            cursor.execute("INSERT INTO start DEFAULT VALUES")
            cursor.execute("SELECT count(*) FROM start")
            self.stdout.write(f"start number {cursor.fetchone()[0]}")
