"""One at a time: a lock that the system gives back however its holder ends."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.layout import var
from launcher.terminal import CannotGoOn, say


class Lock:
    """A locked file that tells who holds it, and where it is reached."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> bool:
        """Return whether the lock is ours now."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self.tell({"pid": os.getpid()})
        return True

    def tell(self, facts: dict[str, object]) -> None:
        """Write what a second start shall be told."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(facts).encode(), 0)

    def holder(self) -> dict[str, object]:
        """Return what the holder told; empty in the instant before it did."""
        text = os.pread(self._file, 10_000, 0)
        facts: dict[str, object] = json.loads(text) if text else {}
        return facts

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._file)


def server_lock() -> Lock:
    """Return the lock of the one running Postexp of this repository, not yet taken."""
    return Lock(var() / "server.lock")


def refuse_second_start(lock: Lock) -> None:
    """Raise CannotGoOn, saying where the first one runs, unless the lock becomes ours."""
    if lock.take():
        return
    facts = lock.holder()
    where = f" at {facts['address']}" if "address" in facts else " (still starting)"
    raise CannotGoOn(
        f"Postexp is running already{where}, as process {facts.get('pid', 'unknown')}. "
        "Stop that one first, with Ctrl-C in its terminal."
    )


@contextmanager
def one_at_a_time(name: str, waiting: str) -> Iterator[None]:
    """Hold a lock during the block; wait for it, saying why, while another process holds it."""
    with (var() / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
