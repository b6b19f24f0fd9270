"""Show which carriers a tracking number may belong to."""

from __future__ import annotations

import json
from typing import Any

from babel.core import get_global
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracking.rules.detection import detect_carriers
from tracking.serializers.candidates import represent_candidates

_NOWHERE = frozenset({"001", "ZZ"})


def _exists(country: str) -> bool:
    """Say whether two capitals are the code of a country (ISO 3166-1 alpha-2)."""
    return country in get_global("territory_zones") and country not in _NOWHERE


class Command(BaseCommand):
    """`manage.py detect_carrier NUMBER`: a JSON list, likeliest first; no database.

    Ends with status 1 and one line for a country that does not exist.
    """

    help = "Print the carriers a tracking number may belong to, with reasons."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", metavar="NUMBER")
        parser.add_argument(
            "--country",
            default="",
            metavar="CC",
            help="where the shop sends from, as two letters, such as JP",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        country = options["country"].strip().upper()
        if country and not _exists(country):
            raise CommandError(
                f"{options['country']!r} is no country: name it by two letters, such as JP."
            )
        candidates = detect_carriers(options["number"], country=country)
        self.stdout.write(json.dumps(represent_candidates(candidates), ensure_ascii=False))
