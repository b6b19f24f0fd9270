"""Compile the Japanese catalogue, so that Django can read it."""

from typing import Any

from django.core.management.base import BaseCommand

from postexp.kernel import catalogue


class Command(BaseCommand):
    """`manage.py compile_catalogue`: quick where nothing changed; needs no database."""

    help = "Compile the translations where they changed since the last time."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        compiled = catalogue.compile_file(catalogue.po_file())
        if options["verbosity"]:
            self.stdout.write("Compiled the catalogue." if compiled else "Nothing changed.")
