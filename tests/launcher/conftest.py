"""A small house for the launcher to run, and a way to talk to what it started."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SMALL_HOUSE = Path(__file__).resolve().parent / "small_house"
PATIENCE = 60.0


def wait_for(what: str, condition: Callable[[], Any]) -> Any:
    """Return what the condition returns once it is true; fail after a minute."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


class House:
    """A repository of its own with the small application and the real scripts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(SMALL_HOUSE, path)
        shutil.copytree(REPOSITORY / "script", path / "script")
        # What is installed already is enough: the environment of the tests holds more than that.
        (path / "requirements.txt").write_text("")
        (path / ".venv").symlink_to(sys.prefix)
        self.output = path.with_suffix(".log")
        self.started: list[subprocess.Popen[bytes]] = []

    def environment(self, **settings: str) -> dict[str, str]:
        """Return a plain environment: no setting of the surrounding test run, and no demo."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "LANG": "C.UTF-8",
            "POSTEXP_DEMO_LIVES": "0",
            **settings,
        }

    def start(self, output: Any = None, **settings: str) -> subprocess.Popen[bytes]:
        """Start script/server in a session of its own, as a terminal would."""
        with self.output.open("ab") as log:
            process = subprocess.Popen(
                [self.path / "script/server"],
                env=self.environment(**settings),
                stdin=subprocess.DEVNULL,
                stdout=output or log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts to its end."""
        return subprocess.run(
            [self.path / command[0], *command[1:]],
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def said(self) -> str:
        """Return everything script/server printed."""
        return self.output.read_text()

    def address(self) -> str:
        """Return the address that is printed once every part works."""

        def printed() -> str | None:
            for line in self.said().splitlines():
                if line.startswith("Postexp is running at "):
                    return line.split()[-1]
            return None

        found: str = wait_for(f"an address in:\n{self.said()}", printed)
        return found

    def health(self) -> dict[str, Any]:
        """Return what the running house answers; an empty answer where nothing listens."""
        try:
            with urllib.request.urlopen(self.address(), timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
        except OSError:
            return {}
        return found

    @property
    def server(self) -> subprocess.Popen[bytes]:
        """The script/server that was started last."""
        return self.started[-1]

    def children(self) -> dict[str, int]:
        """Return the children of the running script/server: name -> process number."""
        found = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                _, _, rest = stat.read_text().rpartition(") ")
                if int(rest.split()[1]) == self.server.pid:
                    command = stat.with_name("cmdline").read_bytes().decode()
                    found[kind_of(command)] = int(stat.parent.name)
        return found

    def living(self) -> list[str]:
        """Return the command lines of all processes that work inside this house."""
        found = []
        for cwd in Path("/proc").glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):
                if Path(os.readlink(cwd)).is_relative_to(self.path):
                    found.append(cwd.with_name("cmdline").read_bytes().decode())
        return found

    def end(self) -> None:
        """End what still runs."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE)

    def remove(self) -> None:
        """End everything, and remove what root had to keep outside of pytest's directory."""
        self.end()
        note = self.path / "var/postgres-elsewhere"
        if note.exists():
            shutil.rmtree(note.read_text())


def kind_of(command: str) -> str:
    """Return which of our programs a command line belongs to."""
    words = {Path(word).name for word in re.split(r"[\0 ]", command)}
    for kind in (
        "simulate",
        "fake_stripe",
        "granian",
        "run_events",
        "send_webhooks",
        "beat",
        "worker",
        "postgres",
        "valkey-server",
    ):
        if kind in words:
            return kind
    return command


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A small house that nothing survives."""
    made = House(tmp_path / "house")
    yield made
    made.remove()
