#!/usr/bin/env python
"""Django's command line for Postexp."""

import json
import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

RUNNING = Path(__file__).resolve().parent / "var" / "environment.json"


def join_running_instance() -> None:
    """Take over the settings of the instance script/server runs, unless a database was named."""
    if "DATABASE_URL" not in os.environ and RUNNING.exists():
        for name, value in json.loads(RUNNING.read_text()).items():
            os.environ.setdefault(name, value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postexp.settings")
    join_running_instance()
    execute_from_command_line(sys.argv)
