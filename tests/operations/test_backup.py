"""A shop is backed up for real and brought into a new database, where all of it is as it was."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import override_settings

from postexp.kernel import backup
from tests.standing import stand

ROOT = Path(__file__).resolve().parent.parent.parent
LEDGER = "SELECT coalesce(sum(amount), 0), count(*) FROM returns_ledgerentry"


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A filled shop whose rows are committed, with a picture in its media."""
    stand()
    media = tmp_path / "media"
    (media / "logos").mkdir(parents=True)
    logo = media / "logos" / "komorebi.png"
    logo.write_bytes(b"\x89PNG leaf")
    logo.chmod(0o600)
    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, media
    yield
    settings.MEDIA_ROOT = before


@pytest.fixture
def new_database() -> Iterator[str]:
    """The name of an empty database on the same server."""
    name = f"restored_{os.getpid()}"
    parameters = {**backup.connection_parameters(), "dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        yield name
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def environment(database: str, media: Path) -> dict[str, str]:
    """Return the environment of a process that works on another database of the same server."""
    given = backup.connection_parameters()
    host, user = quote(str(given["host"]), safe=""), given["user"]
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{user}@{host}/{database}",
        "POSTEXP_MEDIA_ROOT": str(media),
        "POSTEXP_PRIVATE_ROOT": str(media.parent / f"private-{media.name}"),
        "POSTEXP_DEBUG": "1",
        "POSTEXP_ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "postexp.settings",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def working_on(database: str, media: Path) -> Iterator[None]:
    """Let this process work on another database of the same server, as one would that began so."""
    ours, told = connections["default"], environment(database, media)
    there = {**ours.settings_dict, "NAME": database, "OPTIONS": {}}
    connections["default"] = DatabaseWrapper(there, "default")
    try:
        with override_settings(MEDIA_ROOT=media, PRIVATE_ROOT=Path(told["POSTEXP_PRIVATE_ROOT"])):
            yield
    finally:
        connections["default"].close()
        connections["default"] = ours


def manage(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a management command as an operator would."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def pages(database: str, media: Path) -> dict[str, str]:
    """Return what the shop's pages show from a database."""
    script = Path(__file__).with_name("pages_of_shop.py")
    done = subprocess.run(
        [sys.executable, str(script), "komorebi", "owner@example.com"],
        env=environment(database, media),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return shown


def counted(database: str) -> dict[str, Any]:
    """Return each table's rows, and the sums of the ledger, read by another client than ours."""
    with psycopg.connect(**{**backup.connection_parameters(), "dbname": database}) as reader:
        names = reader.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        rows: dict[str, Any] = {
            name: reader.execute(f'SELECT count(*) FROM "{name}"'.encode()).fetchall()
            for (name,) in names
        }
        rows["orders"] = reader.execute(
            "SELECT sum(total), sum(captured), sum(given_back) FROM commerce_order"
        ).fetchall()
        rows["ledger"] = reader.execute(LEDGER).fetchall()
        rows["triggers"] = reader.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        ).fetchall()
        rows["constraints"] = reader.execute(
            "SELECT conname FROM pg_constraint ORDER BY 1"
        ).fetchall()
    return rows


@pytest.mark.usefixtures("house")
def test_a_backup_brings_everything_back(new_database: str, tmp_path: Path) -> None:
    file = tmp_path / "postexp.tar"
    said = io.StringIO()
    call_command("backup", file, stdout=said)
    with tarfile.open(file, "a") as archive:
        archive.addfile(tarfile.TarInfo(f"media/{tmp_path}/planted"))
    assert f"{file} holds " in said.getvalue()
    assert file.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.glob(".backup-*")] == [], "nothing half-made is left"

    media = tmp_path / "media-restored"
    done = manage("restore", str(file), env=environment(new_database, media))
    assert done.returncode == 0, done.stderr
    assert "each counted" in done.stdout
    ours = str(connection.settings_dict["NAME"])
    before, after = counted(ours), counted(new_database)
    assert before["commerce_order"] != [(0,)]
    assert before["ledger"] != [(0, 0)]
    assert after == before
    logo = media / "logos" / "komorebi.png"
    assert (logo.read_bytes(), logo.stat().st_mode & 0o777) == (b"\x89PNG leaf", 0o600)
    assert not (tmp_path / "planted").exists(), "what follows two slashes stays inside"
    shown = pages(new_database, media)
    assert shown == pages(ours, tmp_path / "media")
    assert {page[:3] for page in shown.values()} == {"200"}
    assert any("佐藤" in page for page in shown.values())

    with (
        working_on(new_database, tmp_path / "other"),
        pytest.raises(CommandError, match="The database is not empty"),
    ):
        call_command("restore", file)


@pytest.mark.usefixtures("house")
def test_a_backup_without_its_keys_changes_nothing(new_database: str, tmp_path: Path) -> None:
    file = tmp_path / "postexp.tar"
    call_command("backup", file, stdout=io.StringIO())
    other_key = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMDE="
    env = environment(new_database, tmp_path / "m") | {"POSTEXP_ENCRYPTION_KEYS": other_key}
    done = manage("restore", str(file), env=env)
    assert done.returncode == 1
    assert "Set the keys of that time. Nothing was changed." in done.stderr
    assert "Traceback" not in done.stderr
    assert counted_tables(new_database) == 0


@pytest.mark.usefixtures("house")
def test_a_damaged_backup_changes_nothing(new_database: str, tmp_path: Path) -> None:
    file, damaged = tmp_path / "postexp.tar", tmp_path / "damaged.tar"
    call_command("backup", file, stdout=io.StringIO())
    with tarfile.open(file) as archive, tarfile.open(damaged, "w") as out:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            assert content is not None
            body = content.read()
            if member.name == backup.DUMP:
                body = body[:-10] + bytes(10)
            out.addfile(member, io.BytesIO(body))
    garbage = tmp_path / "garbage.tar"
    garbage.write_bytes(b"no archive")
    with working_on(new_database, tmp_path / "m"):
        with pytest.raises(CommandError, match="is damaged"):
            call_command("restore", damaged)
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("restore", garbage)
    assert counted_tables(new_database) == 0
    assert not (tmp_path / "m").exists()


@pytest.mark.usefixtures("house")
def test_a_backup_that_would_write_elsewhere_changes_nothing(
    new_database: str, tmp_path: Path
) -> None:
    file = tmp_path / "postexp.tar"
    call_command("backup", file, stdout=io.StringIO())
    with tarfile.open(file, "a") as archive:
        archive.addfile(tarfile.TarInfo("media/../../planted"))
    with (
        working_on(new_database, tmp_path / "m"),
        pytest.raises(CommandError, match="would be written elsewhere"),
    ):
        call_command("restore", file)
    assert counted_tables(new_database) == 0
    assert not (tmp_path / "m").exists()


@pytest.mark.usefixtures("house")
def test_a_backup_that_broke_off_changes_nothing(new_database: str, tmp_path: Path) -> None:
    file, broken = tmp_path / "postexp.tar", tmp_path / "broken.tar"
    call_command("backup", file, stdout=io.StringIO())
    with tarfile.open(file) as archive:
        picture = archive.getmember("media/logos/komorebi.png")
    # Within the dump, within a file behind it, and where one more file would have begun.
    for size in (100_000, picture.offset_data + 5, picture.offset):
        broken.write_bytes(file.read_bytes()[:size])
        with (
            working_on(new_database, tmp_path / "m"),
            pytest.raises(CommandError, match="is damaged"),
        ):
            call_command("restore", broken)
        assert counted_tables(new_database) == 0
        assert not (tmp_path / "m").exists()


@pytest.mark.usefixtures("house")
def test_a_drill_beside_a_local_instance_takes_its_keys(new_database: str, tmp_path: Path) -> None:
    file, local = tmp_path / "postexp.tar", tmp_path / "local"
    call_command("backup", file, stdout=io.StringIO())
    env = environment(new_database, tmp_path / "m")
    keys = {name: env.pop(name) for name in ("POSTEXP_SECRET_KEY", "POSTEXP_ENCRYPTION_KEYS")}
    (local / "var").mkdir(parents=True)
    program = shutil.copy(ROOT / "manage.py", local)
    command = [sys.executable, program, "restore", str(file)]

    lost = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert lost.returncode == 1
    assert lost.stderr.startswith("POSTEXP_SECRET_KEY is empty.")

    (local / "var" / "keys.json").write_text(json.dumps(keys))
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "each counted" in done.stdout


def counted_tables(database: str) -> int:
    """Return how many tables a database has."""
    with psycopg.connect(**{**backup.connection_parameters(), "dbname": database}) as reader:
        row = reader.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    return int(row[0]) if row else 0


def test_a_directory_that_is_not_there_is_said(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no directory"):
        call_command("backup", tmp_path / "nowhere" / "postexp.tar")


def test_a_server_newer_than_every_pg_dump_is_said() -> None:
    with pytest.raises(backup.BackupFailed, match="postgresql-client-99"):
        backup.tools_for(990_001)
