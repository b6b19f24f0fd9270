#!/usr/bin/env python
"""Django's command line for Postexp."""

import json
import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

VAR = Path(__file__).resolve().parent / "var"
# What script/server writes down: the settings of the instance it runs, and the keys of them all.
RUNNING = VAR / "environment.json"
KEYS = VAR / "keys.json"
# They sign nothing, and ask no database: any keys will do where no instance has made some.
PURE = ("parse_tracking", "detect_carrier")
ANY_KEYS = {
    "POSTEXP_SECRET_KEY": "signs-nothing-0123456789-0123456789-0123456789-0123456789",
    "POSTEXP_ENCRYPTION_KEYS": "ZW5jcnlwdHMtbm90aGluZy0wMTIzNDU2Nzg5LTAxMjM=",
}


def join_running_instance() -> None:
    """Take over the settings of the instance script/server runs, as far as they were not given.

    Whoever names another database, such as one to restore a backup into, gets its keys alone.
    """
    known = KEYS if "DATABASE_URL" in os.environ else RUNNING
    if known.exists():
        for name, value in json.loads(known.read_text()).items():
            os.environ.setdefault(name, value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postexp.settings")
    join_running_instance()
    if sys.argv[1:2] and sys.argv[1] in PURE:
        for name, value in ANY_KEYS.items():
            os.environ.setdefault(name, value)
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
