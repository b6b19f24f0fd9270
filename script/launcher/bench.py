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
from launcher.layout import ROOT, var
from launcher.processes import Running, stop
from launcher.servers import temporary_servers
from launcher.signals import plain_endings
from launcher.terminal import CannotGoOn
from launcher.test import surroundings

PATIENCE = 60.0


def main() -> None:
    """Measure, print each figure beside its limit, and end with status 1 where one is missed."""
    with plain_endings():
        venv.run_inside("requirements.txt")
        os.chdir(ROOT)
        with temporary_servers(throwaway=False) as servers:
            port = free_port()
            address = base_url(port)
            environment = {
                **surroundings(),
                **make_keys(),
                **servers.environment(),
                "POSTEXP_BASE_URL": address,
                "POSTEXP_LOG_LEVEL": "WARNING",
                "DJANGO_SETTINGS_MODULE": "benchmarks.site",
                "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'script'}",
            }
            prepare(environment)
            with measured_site(environment, port, address):
                run = [sys.executable, "-m", "benchmarks.run", address]
                status = foreground.run(run, environment)
        sys.exit(status)


def free_port() -> int:
    """Return a port nobody uses: a running instance is not disturbed."""
    with socket.create_server(("127.0.0.1", 0)) as attempt:
        return int(attempt.getsockname()[1])


@contextmanager
def measured_site(environment: dict[str, str], port: int, address: str) -> Iterator[None]:
    """Run the web server and the worker as they run for everyone, for as long as we measure."""
    log = var() / "log" / "bench.log"
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
