"""`script/server` with real processes: the small house stands in for the application."""

import os
import pty
import signal
import socket
import subprocess
import time

import psycopg
import pytest

from launcher.lock import Lock
from tests.launcher.conftest import House, wait_for

pytestmark = pytest.mark.faults

PROGRAMS = {"granian", "run_events", "worker", "beat", "postgres", "valkey"}


def test_starts_everything_tells_where_and_ends_everything(house: House) -> None:
    server = house.start()
    address = house.address()

    assert house.health()["parts"]["worker"]["ok"] is True
    assert set(house.children(server)) == PROGRAMS
    assert "  start number 1" in house.said()
    assert "drained 注文" in house.said()

    second = house.run("script/server")
    assert second.returncode == 1
    assert f"Postexp is running already at {address.rstrip('/')}" in second.stderr
    assert f"process {server.pid}" in second.stderr

    server.terminate()
    assert server.wait(30) == 0
    assert house.living() == []


def test_the_second_start_is_quick_and_finds_the_data(house: House) -> None:
    house.start()
    house.address()
    house.end()
    house.output.unlink()

    began = time.monotonic()
    house.start()
    house.address()
    assert time.monotonic() - began < 10
    assert "  start number 2" in house.said()


def test_what_dies_is_started_again(house: House) -> None:
    server = house.start()
    house.address()
    before = house.children(server)

    for name in ("granian", "run_events", "postgres", "valkey"):
        os.kill(before[name], signal.SIGKILL)

    def all_back() -> bool:
        now = house.children(server)
        return set(now) == PROGRAMS and all(
            now[name] != before[name] for name in ("granian", "run_events", "postgres", "valkey")
        )

    wait_for("the programs to be back", all_back)
    wait_for("an answer of the new web server", lambda: house.health().get("parts"))
    assert "web       ended by SIGKILL; starts again in 0.5 s" in house.said()
    assert "postgres  ended by SIGKILL" in house.said()
    shell = "from django.db import connection as c; k = c.cursor(); "
    shell += "k.execute('SELECT count(*) FROM start'); print(k.fetchone())"
    counted = wait_for(
        "the database to be back",
        lambda: house.run("script/console", "shell", "-c", shell).stdout,
    )
    assert "(1,)" in counted


def test_nothing_outlives_a_killed_launcher(house: House) -> None:
    server = house.start()
    house.address()
    server.kill()
    server.wait()
    wait_for("the programs to end", lambda: not house.living())
    # And what it left behind does not keep the next one from starting.
    house.output.unlink()
    house.start()
    house.address()
    assert "  start number 2" in house.said()


def test_ends_with_its_terminal(house: House) -> None:
    ours, theirs = pty.openpty()
    server = house.start(output=theirs)
    os.close(theirs)
    printed = b""
    while b"Every part works" not in printed:
        printed += os.read(ours, 4096)
    assert b"\x1b[32mPostexp is running at" in printed, "a terminal gets colours"
    os.close(ours)
    assert server.wait(30) == 0
    assert house.living() == []


def test_ends_when_nobody_reads_its_output(house: House) -> None:
    server = house.start(output=subprocess.PIPE)
    assert server.stdout is not None
    while b"Every part works" not in server.stdout.readline():
        pass
    server.stdout.close()
    assert server.wait(30) == 0
    assert house.living() == []


def test_uses_the_servers_it_is_pointed_at(house: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = House(tmp_path_factory.mktemp("other") / "house")
    host = other.start()
    other.address()
    try:
        facts = other.run("script/console", "shell", "-c", "import os; print(os.environ['DATABASE_URL']); print(os.environ['REDIS_URL'])")
        database, redis = [line for line in facts.stdout.splitlines() if "://" in line]
        server = house.start(DATABASE_URL=database, REDIS_URL=redis)
        house.address()
        assert set(house.children(server)) == PROGRAMS - {"postgres", "valkey"}
        assert not (house.path / "var/postgres").exists()
        with psycopg.connect(database) as connection:
            counted = connection.execute("SELECT count(*) FROM start").fetchone()
        assert counted == (2,)
    finally:
        house.end()
        host.terminate()
        host.wait(30)


def test_a_long_path_with_spaces_is_no_obstacle(tmp_path_factory: pytest.TempPathFactory) -> None:
    house = House(tmp_path_factory.mktemp("a long way") / ("注文 " + "x" * 100) / "house")
    try:
        house.start()
        house.address()
    finally:
        house.end()
    assert house.living() == []


def test_a_port_that_is_taken_is_said_in_one_sentence(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = house.run("script/server", PORT=str(port))
    assert refused.returncode == 1
    assert refused.stderr == f"Port {port} is in use by another program; choose another PORT.\n"


def test_the_port_that_is_asked_for_is_used(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (house.path / ".env").write_text(f"# my settings\nPORT={port}\n")
    house.start()
    assert house.address() == f"http://127.0.0.1:{port}/"


def test_a_start_that_is_not_ready_yet_is_told_apart(house: House) -> None:
    (house.path / "var").mkdir()
    lock = Lock(house.path / "var/server.lock")
    assert lock.take()
    refused = house.run("script/server")
    lock.release()
    assert refused.returncode == 1
    assert "running already (still starting)" in refused.stderr
