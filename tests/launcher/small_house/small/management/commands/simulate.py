"""Stands in for the life of the demo shops."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Say how it was asked to play, and go on until it is stopped."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patient", action="store_true")
        parser.add_argument("--speed")
        parser.add_argument("--rate")

    def handle(self, *args: Any, **options: Any) -> None:
        print(f"lives at {options['speed']}", flush=True)
        while True:
            time.sleep(1)
