"""What the launcher does around PostgreSQL when things were left in disorder."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launcher import postgres
from launcher.accounts import Account, unprivileged_account
from launcher.layout import private_directory
from launcher.postgres import Postgres
from launcher.processes import Running, stop
from launcher.servers import short_lived, socket_directory
from launcher.terminal import CannotGoOn
from tests.launcher.conftest import wait_for

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory that PostgreSQL's account can enter, also when we are root."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield private_directory(short_lived(stack), 0o711)


@pytest.fixture(scope="module")
def database(home: Path) -> Iterator[Postgres]:
    """A PostgreSQL with its cluster made, not running."""
    from contextlib import ExitStack

    account = unprivileged_account()
    with ExitStack() as stack:
        files = private_directory(home / "postgres")
        sockets = socket_directory(stack, files / "run", postgres.SOCKET_NAME)
        for directory in (files, sockets):
            if account:
                account.owns(directory)
        made = Postgres(files, sockets, home / "postgres.log", account, throwaway=True)
        made.make_cluster()
        yield made


def ask(database: Postgres, question: str) -> object:
    """Return the first value of an answer."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_keeps_japanese_in_utf8_with_checksums_and_listens_on_a_socket_only(
    database: Postgres,
) -> None:
    server = database.start()
    try:
        assert ask(database, "SHOW server_encoding") == "UTF8"
        assert ask(database, "SHOW data_checksums") == "on"
        assert ask(database, "SHOW listen_addresses") == ""
        assert ask(database, "SELECT datlocale FROM pg_database WHERE datname = 'postexp'") == (
            "C.UTF-8"
        )
        assert ask(database, "SELECT lower('ÀÉ') || upper('ｶﾀ ß')") == "àéｶﾀ ß"
        assert database.sockets.stat().st_mode & 0o777 == 0o700
    finally:
        stop(server)


def test_starts_again_at_once_after_a_crash(database: Postgres) -> None:
    server = database.start()
    busy = psycopg.connect(database.url, autocommit=True)
    busy.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
    busy.execute("INSERT INTO kept VALUES (1)")
    server.process.kill()
    server.process.wait()
    # Its last children may still be leaving: PostgreSQL itself refuses, the launcher tries again.
    server = database.start()
    try:
        assert ask(database, "SELECT count(*) FROM kept") == 1
    finally:
        stop(server)


def test_a_number_that_belongs_to_someone_else_by_now_is_no_lock(database: Postgres) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    lock = database.cluster / "postmaster.pid"
    lock.write_text(f"{stranger.pid}\n{database.cluster}\n0\n5432\n\n\n\n\n")
    try:
        server = database.start()
        assert ask(database, "SELECT 1") == 1
        stop(server)
        assert stranger.poll() is None, "no one else's process is touched"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_that_was_left_behind_is_stopped_first(database: Postgres) -> None:
    left_behind = Running(database.program())
    assert database.wait_until_ready(left_behind, time.monotonic() + 30)
    server = database.start()
    try:
        assert left_behind.process.wait(30) == 0
        assert ask(database, "SELECT 1") == 1
    finally:
        stop(server)


def test_a_half_made_cluster_is_made_anew(home: Path, database: Postgres) -> None:
    files = private_directory(home / "half")
    if database.account:
        database.account.owns(files)
    (files / "cluster.new").mkdir()
    (files / "cluster.new" / "PG_VERSION").write_text("18\n")
    half = Postgres(files, database.sockets, database.log, database.account, throwaway=True)
    half.make_cluster()
    assert (half.cluster / "PG_VERSION").read_text() == "18\n"
    assert not (files / "cluster.new").exists()


def test_a_cluster_of_another_major_version_is_left_alone(tmp_path: Path) -> None:
    old = Postgres(tmp_path, tmp_path, tmp_path / "log")
    old.cluster.mkdir()
    (old.cluster / "PG_VERSION").write_text("16\n")
    with pytest.raises(CannotGoOn, match="was made by PostgreSQL 16, and this is 18: dump it"):
        old.make_cluster()


def test_a_server_that_cannot_start_is_quoted(database: Postgres) -> None:
    broken = Postgres(
        database.home, Path("/nowhere"), database.log, database.account, throwaway=True
    )
    with pytest.raises(CannotGoOn, match="could not create lock file"):
        broken.start()


def test_a_server_that_hangs_is_ended(tmp_path: Path) -> None:
    from launcher.processes import Program

    said = tmp_path / "log"
    deaf = Program(
        "deaf",
        ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"],
        patience=0.3,
        log=said,
    )
    running = Running(deaf)
    wait_for("its deafness", said.read_text)
    stop(running)
    assert running.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends an account")
def test_root_copies_the_programs_where_the_account_cannot_read_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = unprivileged_account()
    assert account is not None
    monkeypatch.setattr(Account, "can_read", lambda *_: False)
    files = private_directory(home / "copied")
    account.owns(files)
    copied = Postgres(files, files, home / "copied.log", account, throwaway=True)
    programs = copied.programs()
    assert programs.is_relative_to(files)
    said = subprocess.run(
        [programs / "initdb", "--version"],
        capture_output=True,
        text=True,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    assert said.stdout.startswith("initdb (PostgreSQL) 18."), said.stderr
    assert copied.programs() == programs, "the copy is made once"


def test_ready_means_ready(database: Postgres) -> None:
    server = database.start()
    try:
        wait_for("nothing", lambda: True)
        assert ask(database, "SELECT pg_is_in_recovery()") is False
    finally:
        stop(server)
