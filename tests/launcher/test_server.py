"""`script/server` with real processes: the small house stands in for the application."""

import json
import os
import pty
import signal
import socket
import subprocess
from collections.abc import Iterator

import pytest

from launcher.lock import Lock
from tests.launcher.conftest import House, wait_for

pytestmark = pytest.mark.faults

PROGRAMS = {"granian", "run_events", "send_webhooks", "worker", "beat", "postgres", "valkey-server"}
COUNT = (
    *("shell", "--no-imports", "-c"),
    "from django.db import connection as c; k = c.cursor(); "
    "k.execute('SELECT count(*) FROM start'); print(k.fetchone())",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that runs, on a port named in its `.env`."""
    house = House(tmp_path_factory.mktemp("running") / "house")
    (house.path / ".env").write_text(f"# my settings\nexport PORT={free_port()}\n")
    try:
        house.start()
        house.address()
        yield house
    finally:
        house.remove()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that was started once, and stopped when it was asked to.

    Its long path with spaces is no obstacle to anything that is done in it.
    """
    house = House(tmp_path_factory.mktemp("a long way") / ("注文 " + "x" * 100) / "house")
    try:
        server = house.start()
        house.address()
        server.terminate()
        assert server.wait(30) == 0
        assert house.living() == []
        yield house
    finally:
        house.remove()


@pytest.fixture
def rested(prepared: House) -> Iterator[House]:
    """The prepared house, which runs no longer and has said nothing yet."""
    prepared.output.unlink(missing_ok=True)
    yield prepared
    prepared.end()


def free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as attempt:
        return int(attempt.getsockname()[1])


def test_starts_everything_and_tells_where(running: House) -> None:
    port = (running.path / ".env").read_text().rpartition("=")[2].strip()
    assert running.address() == f"http://127.0.0.1:{port}/"
    assert running.health()["parts"]["worker"]["ok"] is True
    assert set(running.children()) == PROGRAMS
    assert "  start number 1" in running.said()
    assert "drained 注文" in running.said()


def test_a_second_start_says_where_the_first_one_runs(running: House) -> None:
    second = running.run("script/server")
    assert second.returncode == 1
    assert f"Postexp is running already at {running.address().rstrip('/')}" in second.stderr
    assert f"process {running.server.pid}" in second.stderr


def test_what_dies_is_started_again(running: House) -> None:
    before = running.children()
    victims = ("granian", "run_events", "postgres", "valkey-server")
    for name in victims:
        os.kill(before[name], signal.SIGKILL)

    def all_back() -> bool:
        now = running.children()
        return set(now) == PROGRAMS and all(now[name] != before[name] for name in victims)

    wait_for("the programs to be back", all_back)
    wait_for("an answer of the new web server", lambda: running.health().get("parts"))
    assert "web       ended by SIGKILL; starts again in 0.5 s" in running.said()
    assert "postgres  ended by SIGKILL" in running.said()
    counted = wait_for(
        "the database to be back", lambda: running.run("script/console", *COUNT).stdout
    )
    assert counted == "(1,)\n"


def test_bytecode_is_kept_where_containers_forbid_it(running: House) -> None:
    ask = ("shell", "--no-imports", "-c", "import sys; print(sys.dont_write_bytecode)")
    said = running.run("script/console", *ask, PYTHONDONTWRITEBYTECODE="1")
    assert said.stdout == "False\n"


def test_the_console_works_on_a_database_that_is_named(running: House) -> None:
    ask = ("shell", "--no-imports", "-c", "import os; print(os.environ['DATABASE_URL'])")
    other = "postgresql://postexp@localhost/trial"
    assert running.run("script/console", *ask, DATABASE_URL=other).stdout == f"{other}\n"


def test_it_can_be_pointed_at_other_servers(running: House, house: House) -> None:
    facts = json.loads((running.path / "var/environment.json").read_text())
    servers = {name: facts[name] for name in ("DATABASE_URL", "REDIS_URL")}
    wait_for("the database", lambda: running.run("script/console", *COUNT).stdout)

    house.start(**servers)
    house.address()

    assert set(house.children()) == PROGRAMS - {"postgres", "valkey-server"}
    assert not (house.path / "var/postgres").exists()
    assert running.run("script/console", *COUNT).stdout == "(2,)\n"


def test_finds_its_data_again_and_nothing_outlives_a_killed_launcher(rested: House) -> None:
    server = rested.start()
    rested.address()
    assert rested.run("script/console", *COUNT).stdout == "(1,)\n"
    assert "Installing" not in rested.said(), "what is there already is not made again"
    assert "Migrating" not in rested.said(), "nothing changed, so nothing is to be prepared"
    server.kill()
    server.wait()
    wait_for("the programs to end", lambda: not rested.living())
    # And what it left behind does not keep the next one from starting.
    rested.output.unlink()
    rested.start()
    rested.address()
    assert rested.run("script/console", *COUNT).stdout == "(1,)\n"


def test_ends_with_its_terminal(rested: House) -> None:
    ours, theirs = pty.openpty()
    server = rested.start(output=theirs)
    os.close(theirs)
    printed = b""
    while b"Every part works" not in printed:
        printed += os.read(ours, 4096)
    assert b"\x1b[32mPostexp is running at" in printed, "a terminal gets colours"
    os.close(ours)
    assert server.wait(30) == 0
    assert rested.living() == []


def test_ends_when_nobody_reads_its_output(rested: House) -> None:
    server = rested.start(output=subprocess.PIPE)
    assert server.stdout is not None
    while b"Every part works" not in server.stdout.readline():
        pass
    server.stdout.close()
    assert server.wait(30) == 0
    assert rested.living() == []


def test_what_changed_is_prepared_anew_and_the_demo_lives_once_all_else_does(
    rested: House,
) -> None:
    (rested.path / "small/changed.py").write_text("")
    rested.start(POSTEXP_DEMO_LIVES="1")
    rested.address()
    wait_for("the demo to live", lambda: "lives at 60" in rested.said())
    both = {*PROGRAMS, "simulate", "fake_stripe"}
    wait_for("the account beside it", lambda: set(rested.children()) == both)
    before, _, after = rested.said().partition("Every part works")
    assert "  start number 2" in before
    assert "Migrating" in before
    assert "demo " not in before
    assert "demo      lives at 60" in after


def test_a_port_that_is_taken_is_said_in_one_sentence(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = house.run("script/server", PORT=str(port))
    assert refused.returncode == 1
    assert refused.stderr == f"Port {port} is in use by another program; choose another PORT.\n"


def test_a_start_that_is_not_ready_yet_is_told_apart(house: House) -> None:
    (house.path / "var").mkdir()
    lock = Lock(house.path / "var/server.lock")
    assert lock.take()
    refused = house.run("script/server")
    lock.release()
    assert refused.returncode == 1
    assert "running already (still starting)" in refused.stderr
