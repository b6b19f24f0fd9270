"""Stands in for the sender of webhooks."""

import time
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Go on until it is stopped."""

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            time.sleep(1)
