"""Refuse a Japanese catalogue that is incomplete, stale or broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from postexp.kernel import catalogue


class Command(BaseCommand):
    """`manage.py check_catalogue`: fails with one line for each thing that is wrong."""

    help = "Check that every message has its Japanese, and that the file is up to date."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        po = catalogue.po_file()
        keys = catalogue.collect(catalogue.source_files())
        words = catalogue.translations(catalogue.read(po))
        found = catalogue.faults(keys, words, catalogue.read_same())
        if po.read_text() != catalogue.written(catalogue.merge(keys, words)):
            found.append("The file is not as the code wants it: run script/messages.")
        if found:
            raise CommandError("\n".join(["The Japanese catalogue is not in order.", *found]))
        self.stdout.write(f"All {len(keys)} messages have their Japanese.")
