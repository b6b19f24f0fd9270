"""PostgreSQL and Valkey: ours under `var/`, or the ones that DATABASE_URL and REDIS_URL name."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from launcher import postgres, valkey
from launcher.accounts import Account, unprivileged_account
from launcher.layout import fits_a_socket, private_directory, temporary_directory, var
from launcher.postgres import Postgres
from launcher.processes import Running, stop
from launcher.terminal import CannotGoOn, say
from launcher.valkey import Valkey

# Where PostgreSQL's files may live when its account cannot enter `var/`, in the order of trying.
ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 (random names)


@dataclass
class Servers:
    """The servers of one start: how they are reached, and those that are our children."""

    database_url: str = ""
    redis_url: str = ""
    children: list[Running] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """Return the two settings that point the application at them."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Run the servers of this repository, or none where the environment names others."""
    servers = Servers(os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", ""))
    account = None if servers.database_url else unprivileged_account()
    home = var()
    if account and not account.can_enter(home):
        home = reachable_directory()
    with ExitStack() as stack:
        start_missing(servers, stack, home=home, ours=var(), account=account)
        yield servers


@contextmanager
def temporary_servers(*, throwaway: bool = True) -> Iterator[Servers]:
    """Run servers that nobody else sees and that leave nothing behind: for tests and benches.

    A bench wants them to write as carefully as the real ones do: `throwaway=False`.
    """
    account = unprivileged_account()
    with ExitStack() as stack:
        home = short_lived(stack, var())
        private_directory(home, 0o711 if account else 0o700)
        if account and not account.can_enter(home):
            home = private_directory(short_lived(stack), 0o711)
        servers = Servers()
        start_missing(servers, stack, home=home, ours=home, account=account, throwaway=throwaway)
        yield servers


def start_missing(
    servers: Servers,
    stack: ExitStack,
    *,
    home: Path,
    ours: Path,
    account: Account | None,
    throwaway: bool = False,
) -> None:
    """Start what has no address yet; leaving the stack stops it and removes its temporary files.

    PostgreSQL's account can enter `home`; what we keep ourselves is in `ours`.
    """
    log = private_directory(ours / "log")
    if not servers.database_url:
        files = private_directory(home / "postgres")
        sockets = socket_directory(stack, files / "run", postgres.SOCKET_NAME)
        if account:
            account.owns(files)
            account.owns(sockets)
        database = Postgres(files, sockets, log / "postgres.log", account, throwaway=throwaway)
        keep(servers, stack, database.start())
        servers.database_url = database.url
    if not servers.redis_url:
        files = private_directory(ours / "valkey")
        sockets = socket_directory(stack, files / "run", valkey.SOCKET_NAME)
        broker = Valkey(files, sockets, log / "valkey.log", throwaway=throwaway)
        keep(servers, stack, broker.start())
        servers.redis_url = broker.url


def keep(servers: Servers, stack: ExitStack, server: Running) -> None:
    """Remember a server, and stop it when the stack is left."""
    servers.children.append(server)
    stack.callback(stop, server)


def socket_directory(stack: ExitStack, wanted: Path, name: str) -> Path:
    """Return a 0700 directory for a socket; a short temporary one where the wanted is too long."""
    return private_directory(wanted) if fits_a_socket(wanted, name) else short_lived(stack)


def short_lived(stack: ExitStack, parent: Path | None = None) -> Path:
    """Return a new directory that is removed when the stack is left."""
    directory = temporary_directory(parent)
    stack.callback(shutil.rmtree, directory, ignore_errors=True)
    return directory


def reachable_directory() -> Path:
    """Return a directory of this repository's own that PostgreSQL's account can enter.

    A repository under a private home such as /root hides `var/` from that account, and no one's
    home is opened for it. The name is random and kept in `var/`, so a new clone starts anew.
    """
    note = var() / "postgres-elsewhere"
    if note.exists():
        return private_directory(Path(note.read_text()), 0o711)
    for parent in ELSEWHERE:
        directory = parent / f"postexp-{secrets.token_hex(8)}"
        try:
            private_directory(directory, 0o711)
        except OSError:
            continue
        note.write_text(str(directory))
        say(f"The account of PostgreSQL cannot enter {var()}; its files are in {directory}.")
        return directory
    raise CannotGoOn(
        f"PostgreSQL's account cannot enter {var()}, and no directory could be made in "
        f"{' or '.join(map(str, ELSEWHERE))}; move the repository, or set DATABASE_URL."
    )
