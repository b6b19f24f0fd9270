"""`script/console`: the Django shell, or any management command, beside the servers."""

import json
import os
import sys

from launcher import dotenv, foreground, venv
from launcher.addresses import FIRST_PORT, base_url
from launcher.application import application_environment, manage
from launcher.layout import VAR
from launcher.lock import server_lock
from launcher.servers import running_servers
from launcher.signals import plain_endings


def main() -> None:
    """Use the running instance; where none runs, start its servers for as long as this takes.

    What the caller sets goes first, such as DATABASE_URL for a database to restore a backup into.
    """
    command = manage(*(sys.argv[1:] or ["shell"]))
    with plain_endings():
        dotenv.load()
        venv.run_inside("requirements.txt")
        lock = server_lock()
        if lock.take():
            with running_servers() as servers:
                address = base_url(FIRST_PORT)
                environment = application_environment(servers.environment(), address)
                status = foreground.run(command, environment)
        else:
            facts = json.loads((VAR / "environment.json").read_text())
            status = foreground.run(command, {**facts, **os.environ})
        sys.exit(status)
