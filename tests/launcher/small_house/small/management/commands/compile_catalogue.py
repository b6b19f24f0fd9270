"""Stands in for compiling the words."""

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """There are none."""

    def handle(self, *args: Any, **options: Any) -> None:
        pass
