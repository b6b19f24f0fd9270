"""`script/test`: the tests, on real servers and in a real browser."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from launcher import foreground, venv
from launcher.chromium import chromium
from launcher.keys import make_keys
from launcher.layout import ROOT, var
from launcher.servers import temporary_servers
from launcher.signals import plain_endings

# Settings of the surrounding machine must not reach the tests: they name their own.
OURS = ("POSTEXP_", "ANYMAIL_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
KEPT = ("POSTEXP_CHROMIUM", "POSTEXP_SAMPLES")

# Twice the cores we count on: a test that waits for a server or a browser leaves its own to others.
PROCESSES = "4"


def main() -> None:
    """Run everything and count what it covers, or only the named paths and pytest options."""
    arguments = sys.argv[1:]
    with plain_endings():
        venv.run_inside("requirements-dev.txt")
        os.chdir(ROOT)
        sys.exit(run_tests(*arguments))


def run_tests(*arguments: str) -> int:
    """Run pytest on servers of its own and return its status; without arguments, run everything."""
    browser = chromium()
    with temporary_servers() as servers, tempfile.TemporaryDirectory(dir=var()) as counts:
        environment = test_environment(servers.environment(), browser)
        environment["POSTEXP_METRICS_DIR"] = counts
        if arguments:
            return foreground.run(pytest(*arguments), environment)
        return run_everything(environment)


def test_environment(servers: Mapping[str, str], browser: Path) -> dict[str, str]:
    """Return the environment of the tests, free of this machine's own settings."""
    return {
        **surroundings(),
        **make_keys(),
        **servers,
        "POSTEXP_CHROMIUM": str(browser),
        "PYTHONPATH": str(ROOT),
    }


def surroundings() -> dict[str, str]:
    """Return the environment without the settings of an instance on this machine."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) or name in KEPT
    }


def pytest(*arguments: str) -> list[str]:
    """Return the command line of pytest."""
    return [sys.executable, "-m", "pytest", *arguments]


def run_everything(environment: Mapping[str, str]) -> int:
    """Run all tests, report what they cover, and return the first failure.

    Too little coverage is one: `pyproject.toml` sets how much is enough.
    """
    with tempfile.TemporaryDirectory(dir=var()) as counts:
        counting = {**environment, "COUNTS_OF_TESTS": counts}
        tested = foreground.run(pytest("-p", "tests.counting", "--processes", PROCESSES), counting)
        counted = [str(kept) for kept in Path(counts).glob("*.json")]
        added_up = ["-m", "slipcover", "--out", f"{counts}/all", "--merge", *counted]
        covered = foreground.run([sys.executable, *added_up], environment)
    return tested or covered
