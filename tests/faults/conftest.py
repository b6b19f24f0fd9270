"""Servers of their own to kill, the processes that work on them, and a provider that can stall."""

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dj_database_url
import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from redis import Redis

from integrations.line.fake.account import FakeAccount, Thing
from integrations.line.fake.server import FakeLine
from launcher import application
from launcher.layout import ROOT
from launcher.processes import Program, Running, stop
from launcher.servers import Servers, temporary_servers
from postexp.kernel.tenancy import merchant_scope
from tests.databases import copy_to
from tests.faults import planted

MERCHANT = 1
LEASE_SECONDS = 3
TAKEN = b'{"ErrorCode": 0, "Message": "OK", "MessageID": "m-1"}'
"""What Postmark answers to a mail; nobody else reads it."""


class Provider(ThreadingHTTPServer):
    """A provider that takes every request at once, and answers when it is allowed to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.requests: list[tuple[str, str]] = []
        self.answering = threading.Event()
        self.answering.set()

    @property
    def address(self) -> str:
        """Where it listens, as `host:port`."""
        return f"127.0.0.1:{self.server_port}"

    def keys_of(self, thing: str) -> list[str]:
        """Return the idempotency keys of all requests for a thing."""
        return [key for name, key in list(self.requests) if name == thing]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that died before their answer."""


class Answers(BaseHTTPRequestHandler):
    """One request to the provider."""

    server: Provider

    def do_POST(self) -> None:
        self.server.requests.append((self.path[1:], self.headers["Idempotency-Key"]))
        self.server.answering.wait()
        self.send_response(200)
        self.send_header("Content-Length", str(len(TAKEN)))
        self.end_headers()
        self.wfile.write(TAKEN)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@dataclass
class SlowLine(FakeAccount):
    """An account at LINE that sends at once, and answers when it is allowed to."""

    keys: list[str] = field(default_factory=list)
    answering: threading.Event = field(default_factory=threading.Event)

    def push(self, body: Thing, key: str) -> tuple[str, Thing]:
        self.keys.append(key)
        answer = super().push(body, key)
        self.answering.wait()
        return answer


@dataclass
class House:
    """The servers and the two processes that must survive what is done to them."""

    servers: Servers
    provider: Provider
    drainer: Running
    worker: Running

    @property
    def postgres(self) -> Running:
        return self.servers.children[0]

    @property
    def valkey(self) -> Running:
        return self.servers.children[1]

    def broker(self) -> Redis:
        """Return a connection to the broker."""
        return Redis.from_url(self.servers.redis_url)


def kill(running: Running, by: signal.Signals = signal.SIGKILL) -> None:
    """End a process, and all it started, without a chance to tidy up."""
    if by == signal.SIGKILL:
        os.killpg(running.process.pid, by)
    else:
        running.process.send_signal(by)
    running.process.wait()


def connect_this_thread(url: str) -> None:
    """Let the kernel's functions work on the servers of these tests, in this thread."""
    settings = {**connections.settings["default"], **dj_database_url.parse(url), "OPTIONS": {}}
    connections["default"] = DatabaseWrapper(settings, "default")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The provider, running."""
    with Provider() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        made.answering.set()
        made.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def line() -> Iterator[FakeLine]:
    """LINE, listening."""
    with FakeLine(SlowLine()) as fake:
        yield fake


@pytest.fixture(scope="module")
def migrated(django_db_setup: None, django_db_blocker: Any) -> None:
    """The migrated database of this process, also where no test of the run works on it."""
    with django_db_blocker.unblock():
        if not connection.introspection.table_names():
            connection.close()
            connection.close_pool()  # which goes on with the empty one otherwise
            connection.creation.create_test_db(verbosity=0, serialize=False)


@pytest.fixture(scope="module")
def house(
    provider: Provider,
    line: FakeLine,
    migrated: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """Real servers, a real drainer and a real worker; this process appends and looks."""
    log = tmp_path_factory.mktemp("faults") / "processes.log"
    with temporary_servers() as servers, django_db_blocker.unblock():
        environment = {
            **os.environ,
            **servers.environment(),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "POSTEXP_DELIVERY_LEASE": str(LEASE_SECONDS),
            "FAULTS_PROVIDER": provider.address,
            "POSTEXP_LINE_URL": line.url,
            "POSTEXP_ALLOW_PRIVATE_ADDRESSES": "1",
            "POSTEXP_EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
            "ANYMAIL_POSTMARK_SERVER_TOKEN": "token",
            "ANYMAIL_POSTMARK_API_URL": f"http://{provider.address}/",
            "PYTHONPATH": str(ROOT),
        }
        copy_to(servers.database_url)
        of_tests = connections["default"]
        connect_this_thread(servers.database_url)
        with connections["default"].cursor() as cursor:
            cursor.execute(planted.EFFECTS)
        planted.plant()
        drainer, worker = (
            Running(with_log(program, log))
            for program in application.programs(environment, port=0)
            if program.name in {"events", "worker"}
        )
        try:
            with merchant_scope(MERCHANT):
                yield House(servers, provider, drainer, worker)
        finally:
            provider.answering.set()
            stop(drainer, worker)
            planted.take_away()
            connections["default"].close()
            connections["default"] = of_tests
            sys.stdout.write(log.read_text())  # pytest shows it beside a failure


def with_log(program: Program, log: Path) -> Program:
    """Return a program that writes to a file and finds the repository."""
    return replace(program, log=log, directory=ROOT)


def effects(prefix: str) -> Counter[str]:
    """Return how often each effect of this prefix happened in the database."""
    of_these = "SELECT what, count(*) FROM faults_effect WHERE starts_with(what, %s) GROUP BY what"
    with connections["default"].cursor() as cursor:
        cursor.execute(of_these, [prefix])
        return Counter(dict(cursor.fetchall()))
