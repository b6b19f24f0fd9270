"""`script/server`: everything a running Postexp needs, in one terminal."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from launcher import addresses, dotenv, venv
from launcher.application import (
    application_environment,
    life_of_demo,
    prepare_demo,
    programs,
)
from launcher.layout import ROOT, VAR
from launcher.lock import Lock, refuse_second_start, server_lock
from launcher.processes import Program
from launcher.servers import running_servers
from launcher.signals import plain_endings
from launcher.supervisor import Supervisor
from launcher.terminal import paint, say

# After this long without an answer from every part, we say which ones are missing.
LONG_START = 60.0
PAUSE = 0.5


def main() -> None:
    """Run until Ctrl-C, SIGTERM or the end of the terminal; status 1 where it cannot start."""
    # Entering the virtual environment begins this program anew, but not the wait for it.
    began = float(os.environ.setdefault("LAUNCHER_BEGAN", str(time.time())))
    with plain_endings():
        lock = server_lock()
        refuse_second_start(lock)
        dotenv.load()
        venv.run_inside("requirements.txt")
        os.environ.pop("LAUNCHER_BEGAN")
        os.chdir(ROOT)
        serve(lock, began)


def serve(lock: Lock, began: float) -> None:
    """Start the servers and the application, and keep them running until Stopped."""
    port = addresses.port()
    address = addresses.base_url(port)
    with running_servers() as servers:
        environment = application_environment(servers.environment(), address)
        keep_environment(environment)
        login = prepare_demo(environment)
        supervisor = Supervisor(servers.children)
        try:
            for program in programs(environment, port):
                supervisor.add(program)
            lock.tell({"pid": os.getpid(), "address": address})
            # The demo comes last: it takes no time from the start.
            live = partial(add_all, supervisor, life_of_demo(environment))
            supervisor.run(Announcement(address, login, began, live))
        finally:
            say("Stopping; press Ctrl-C again to end everything at once.")
            supervisor.stop()


def add_all(supervisor: Supervisor, those: list[Program]) -> None:
    """Start programs and keep them running."""
    for program in those:
        supervisor.add(program)


def keep_environment(environment: Mapping[str, str]) -> None:
    """Write down what `manage.py` needs to reach this instance from another terminal."""
    wanted = ("DATABASE_URL", "REDIS_URL")
    facts = {
        name: value
        for name, value in environment.items()
        if name in wanted or name.startswith(("POSTEXP_", "ANYMAIL_"))
    }
    file = VAR / "environment.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(facts, indent=2))


def read_health(address: str) -> dict[str, dict[str, object]]:
    """Return what `/health/` says of each part, well or not.

    Raises OSError, ValueError or KeyError while nothing sensible answers there.
    """
    try:
        with urllib.request.urlopen(f"{address}/health/", timeout=2) as answer:  # noqa: S310
            health = json.load(answer)
    except urllib.error.HTTPError as answer:
        health = json.load(answer)
    parts: dict[str, dict[str, object]] = health["parts"]
    return parts


class Announcement:
    """Says once that every part works and where, or which parts keep us waiting.

    `then` is called once everything was said.
    """

    def __init__(self, address: str, login: str, began: float, then: Callable[[], None]) -> None:
        self.then = then
        self.address = address
        self.login = login
        self.began = began
        self.programs_began = time.time()
        self.done = False
        self.complained = False
        self.next_look = began

    def __call__(self) -> None:
        """Look whether it is time to say something."""
        if self.done or time.time() < self.next_look:
            return
        missing = self.missing_parts()
        self.next_look = time.time() + PAUSE
        if not missing:
            self.done = True
            self.announce()
            self.then()
        elif time.time() - self.programs_began > LONG_START and not self.complained:
            self.complained = True
            say(f"Still waiting for: {', '.join(missing)}. The lines above may say why.")

    def missing_parts(self) -> list[str]:
        """Return the parts that do not work yet, as `/health/` tells."""
        try:
            parts = read_health(self.address)
        except (OSError, ValueError, KeyError):
            return ["web"]
        return [name for name, part in parts.items() if not self.is_well(part)]

    def is_well(self, part: dict[str, object]) -> bool:
        """Return whether a part works, and was not only well before we started."""
        seen = part.get("seen_at")
        if isinstance(seen, str) and datetime.fromisoformat(seen).timestamp() < self.began:
            return False
        return part["ok"] is True

    def announce(self) -> None:
        """Print the addresses and the log-in."""
        say("")
        say(paint(f"Postexp is running at {self.address}/", "green"))
        for line in self.login.splitlines():
            say(f"  {line}")
        say(f"  Every part works ({time.time() - self.began:.1f} s). Press Ctrl-C to stop.")
        say("")
