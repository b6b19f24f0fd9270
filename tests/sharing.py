"""The tests shared among processes that are forked once everything is imported and collected.

To import the product, put probes into it and collect ten thousand tests takes as long as hundreds
of them: it is done once, and each process goes on from there. It asks for a test when it is about
to run out of them, and gets a whole file where its set-up is dear.
"""

import os
import signal
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any

import pytest

from launcher.processes import die_with
from tests.databases import Migrated

# Real servers, a house that was prepared, a shop with everything: made once for all of a file.
WHOLE = (
    "tests/faults/test_processes.py",
    "tests/launcher/test_server.py",
    "tests/architecture/",
    "tests/api/test_lists.py",
    "tests/commerce/test_list_exports.py",
    "tests/commerce/test_privacy_shop.py",
    "tests/integrations/test_filled_shop.py",
    "tests/notifications/test_kinds.py",
    "tests/operations/test_backup.py",
    # What one test has kept of its story, the next begins with.
    "tests/returns/",
)

MIGRATED = pytest.StashKey[Migrated]()
WORKER = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--processes`."""
    parser.addoption("--processes", type=int, default=1, help="Share the tests among so many.")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Migrate a database for all processes while the tests are collected."""
    config = session.config
    if config.option.processes > 1 and not config.option.collectonly:
        config.stash[MIGRATED] = Migrated()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Have the tests run by several processes, where there are to be several.

    Each of them leaves by the same way as the first one, which hears of all tests.
    """
    if MIGRATED not in session.config.stash or session.testsfailed:
        return None
    session.config.stash[MIGRATED].wait()
    return Sharing(session).run(session.config.option.processes)


def bundles(items: Sequence[pytest.Item]) -> list[list[int]]:
    """Return the places of tests that one process runs one after another, the longest first."""
    together: defaultdict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        whole = item.nodeid.startswith(WHOLE)
        together[item.nodeid.partition("::")[0] if whole else item.nodeid].append(place)
    return sorted(together.values(), key=len, reverse=True)


@dataclass
class Worker:
    """A process, and the places of the tests it has not run yet: the first is under way."""

    name: str
    pid: int
    pipe: Connection
    left: deque[int] = field(default_factory=deque)


class Sharing:
    """Who hands the tests out, and hears how they went."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._hook = session.config.hook
        self._waiting = deque(bundles(session.items))
        self._workers: list[Worker] = []

    def run(self, processes: int) -> bool:
        """Run all tests in so many processes, and in each of those what it is handed.

        Whatever interrupts us interrupts them as well: Ctrl-C reaches all, and who finds nobody at
        the other end stops by itself.
        """
        self._session.config.pluginmanager.getplugin("terminalreporter").flush()
        try:
            for number in range(processes):
                if handed := self._fork(f"gw{number}"):
                    return handed.run()
            while self._workers:
                for pipe in wait([worker.pipe for worker in self._workers]):
                    if handed := self._hear(next(w for w in self._workers if w.pipe is pipe)):
                        return handed.run()
        finally:
            for worker in self._workers:
                worker.pipe.close()
                os.waitpid(worker.pid, 0)
        if self._session.shouldfail:
            raise self._session.Failed(self._session.shouldfail)
        if self._session.shouldstop:
            raise self._session.Interrupted(self._session.shouldstop)
        return True

    def _fork(self, name: str) -> "Handed | None":
        """Start a process; it returns there what it runs, and nothing here."""
        ours, theirs = Pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            theirs.close()
            self._workers.append(Worker(name, pid, ours))
            return None
        die_with(parent, signal.SIGTERM)()
        for pipe in (ours, *(worker.pipe for worker in self._workers)):
            pipe.close()
        self._workers.clear()
        return Handed(self._session, theirs, name)

    def _hear(self, worker: Worker) -> "Handed | None":
        """Do what a process asks for; where it is gone too early, put another in its place."""
        try:
            kind, told = worker.pipe.recv()
        except EOFError:
            return self._bury(worker)
        if kind == "report":
            config = self._session.config
            report = self._hook.pytest_report_from_serializable(config=config, data=told)
            self._hook.pytest_runtest_logreport(report=report)
        elif kind == "finished":
            worker.left.popleft()
        else:
            stopped = self._session.shouldfail or self._session.shouldstop
            more = self._waiting.popleft() if self._waiting and not stopped else []
            worker.left.extend(more)
            worker.pipe.send(more)
        return None

    def _bury(self, worker: Worker) -> "Handed | None":
        self._workers.remove(worker)
        status = os.waitstatus_to_exitcode(os.waitpid(worker.pid, 0)[1])
        if not worker.left:
            if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
                self._session.shouldfail = f"A process ended with {status} after its last test."
            return None
        item = self._session.items[worker.left.popleft()]
        lost = pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="failed",
            longrepr=f"{item.nodeid}: the process that ran it ended with {status}.",
            when="call",
        )
        self._hook.pytest_runtest_logreport(report=lost)
        self._waiting.appendleft(list(worker.left))
        return self._fork(worker.name)


class Handed:
    """The tests that are handed to this process, which tells the first one how they went."""

    def __init__(self, session: pytest.Session, pipe: Connection, name: str) -> None:
        self._session = session
        self._pipe = pipe
        plugins = session.config.pluginmanager
        plugins.unregister(name="terminalreporter")
        plugins.register(self)
        # What is printed is captured in files, which a fork would share.
        capture = plugins.getplugin("capturemanager")
        capture.stop_global_capturing()
        capture.start_global_capturing()
        session.config.stash[WORKER] = name

    def run(self) -> bool:
        """Run what is handed out until there is nothing left.

        What comes next is known while a test runs, since it says which fixtures are kept.
        """
        items, left = self._session.items, self._ask()
        while left and not self._session.shouldstop:
            place = left.popleft()
            left = left or self._ask()
            upcoming = items[left[0]] if left else None
            hook = self._session.config.hook
            hook.pytest_runtest_protocol(item=items[place], nextitem=upcoming)
            self._tell("finished")
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell how a test went."""
        config = self._session.config
        self._tell(
            "report", config.hook.pytest_report_to_serializable(config=config, report=report)
        )

    def _ask(self) -> deque[int]:
        self._tell("more")
        try:
            return deque(self._pipe.recv())
        except (EOFError, ConnectionError):
            return deque()

    def _tell(self, kind: str, told: Any = None) -> None:
        try:
            self._pipe.send((kind, told))
        except ConnectionError:
            self._session.shouldstop = "Nobody is there to hear how the tests go."
