"""Stands in for the sender of webhooks."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Leave a mark every second."""

    def handle(self, *args: Any, **options: Any) -> None:
        Path("var/alive").mkdir(exist_ok=True)
        while True:
            Path("var/alive/webhooks").touch()
            time.sleep(1)
