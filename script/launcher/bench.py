"""`script/bench`: the figures of `script/benchmarks`, on servers and processes of their own."""

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from launcher import foreground, venv
from launcher.addresses import base_url
from launcher.application import prepare, programs
from launcher.keys import make_keys
from launcher.layout import ROOT, private_directory, var
from launcher.processes import Running, stop
from launcher.servers import Servers, temporary_servers
from launcher.signals import plain_endings
from launcher.terminal import CannotGoOn
from launcher.test import surroundings

PATIENCE = 60.0
PARTS = (
    *("decisions", "delays", "messages", "money", "points", "polling", "preview"),
    *("reports", "requests", "returned", "sent", "simulate"),
)
WITH_SERVERS = frozenset(
    {"decisions", "messages", "points", "polling", "preview", "reports", "returned", "sent"}
)
"""Parts that need a database, though no site."""
WITH_SITE = frozenset({"requests"})


def main() -> None:
    """Measure, print each figure beside its limit, and end with status 1 where one is missed.

    Without an argument the site is measured; a part that is named is measured alone.
    """
    with plain_endings():
        venv.run_inside("requirements.txt")
        os.chdir(ROOT)
        sys.exit(measure_part(*sys.argv[1:]) if len(sys.argv) > 1 else measure_with_site("run"))


def measure_part(name: str, *arguments: str) -> int:
    """Run the part of `script/benchmarks` with that name, alone; return its status."""
    if name not in PARTS:
        raise CannotGoOn(f"There is no part {name!r}; there are: {', '.join(PARTS)}.")
    if name in WITH_SITE:
        return measure_with_site(name, *arguments)
    run = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    environment = {**surroundings(), "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'script'}"}
    if name not in WITH_SERVERS:
        return foreground.run(run, environment)
    with temporary_servers(throwaway=False) as servers:
        environment |= measured_environment(servers)
        prepare(environment)
        return foreground.run(run, environment)


def measure_with_site(name: str, *arguments: str) -> int:
    """Run a part of `script/benchmarks` beside a site of its own; return its status."""
    port = free_port()
    address = base_url(port)
    with temporary_servers(throwaway=False) as servers:
        environment = {
            **surroundings(),
            **measured_environment(servers),
            "POSTEXP_BASE_URL": address,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'script'}",
        }
        prepare(environment)
        with measured_site(environment, port, address):
            run = [sys.executable, "-m", f"benchmarks.{name}", address, *arguments]
            return foreground.run(run, environment)


def measured_environment(servers: Servers) -> dict[str, str]:
    """Return the environment of what is measured on these servers."""
    return {
        **make_keys(),
        **servers.environment(),
        "POSTEXP_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "benchmarks.site",
    }


def free_port() -> int:
    """Return a port nobody uses: a running instance is not disturbed."""
    with socket.create_server(("127.0.0.1", 0)) as attempt:
        return int(attempt.getsockname()[1])


@contextmanager
def measured_site(environment: dict[str, str], port: int, address: str) -> Iterator[None]:
    """Run the web server and the worker as they run for everyone, for as long as we measure."""
    log = private_directory(var() / "log") / "bench.log"
    log.write_bytes(b"")
    web, _events, _webhooks, worker, _scheduler = programs(environment, port)
    site = [Running(program.writing_to(log)) for program in (web, worker)]
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(address):
            if time.monotonic() > deadline or site[0].has_ended():
                raise CannotGoOn(f"The site did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield
    finally:
        stop(*site)


def answers(address: str) -> bool:
    """Return whether the site serves."""
    try:
        with urllib.request.urlopen(f"{address}/health/live/", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
