"""Bring the Japanese catalogue up to date with the messages of the code."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from postexp.kernel import catalogue


class Command(BaseCommand):
    """`manage.py collect_messages`: keeps every translation whose English words still stand."""

    help = "Collect the messages of modules and templates into locale/ja/LC_MESSAGES/django.po."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "more", nargs="*", type=Path, help="Other .po files whose translations are taken over."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        po = catalogue.po_file()
        words: dict[catalogue.Key, str] = {}
        for file in [po, *options["more"]]:
            words |= catalogue.translations(catalogue.read(file))
        keys = catalogue.collect(catalogue.source_files())
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_text(catalogue.written(catalogue.merge(keys, words)))
        missing = sum(key not in words for key in keys)
        self.stdout.write(f"{len(keys)} messages, {missing} without a translation.")
