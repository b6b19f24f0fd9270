"""Show how we read a carrier's payload."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.generic.parse import EVENTS, parse_answers, parse_events, topic_of
from integrations.readout import read_out
from integrations.reception import opened
from integrations.sources import SOURCES
from postexp.kernel import clock
from postexp.kernel.inbox import Unreadable

GENERIC = "generic"
"""What any system may send: tracking events, or an answer in a format that it names."""


class Command(BaseCommand):
    """`manage.py parse_tracking SOURCE FILE`: one JSON object on standard output, no database."""

    help = "Print the shipments that a payload of a source tells of, in our words."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=sorted((*SOURCES, GENERIC)), metavar="SOURCE")
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = _read(options["source"], options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        except Unreadable as error:
            raise CommandError(" ".join(str(error).split())) from error
        self.stdout.write(json.dumps(told, ensure_ascii=False))


def _read(source: str, body: bytes) -> dict[str, Any]:
    """Return what a payload tells; of tracking events one shipment each, and those refused.

    Raises Unreadable.
    """
    if source != GENERIC:
        return {"shipments": [read_out(one) for one in SOURCES[source](body)]}
    at = clock.now()
    if topic_of(opened(body, source)) not in ("", EVENTS):
        return {"shipments": [read_out(one) for one in parse_answers(body, at=at)]}
    batch = parse_events(body, at=at)
    return {
        "shipments": [read_out(scan.told) for scan in batch.scans.values()],
        "refused": batch.refused,
    }
