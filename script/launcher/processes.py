"""Child processes that never outlive us, whatever ends us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from launcher.accounts import Account

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """A program to run: what, as whom, and how it wants to be asked to stop."""

    name: str
    command: list[str]
    environment: Mapping[str, str] | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    patience: float = 10.0
    log: Path | None = None
    directory: Path | None = None
    before_start: Callable[[], None] = lambda: None

    def writing_to(self, log: Path) -> "Program":
        """Return the same program, with its output in a file."""
        return replace(self, log=log)


def die_with(parent: int, by: signal.Signals) -> Callable[[], None]:
    """Return what a child runs first, so that the system stops it when its parent is gone."""

    def promise() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(by))
        if os.getppid() != parent:
            os._exit(1)

    return promise


class Running:
    """A program that was started, and may be started again."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process = spawn(program)

    def start_again(self) -> None:
        """Start the program anew once its process has ended."""
        self.kill_group()
        self.process = spawn(self.program)

    def has_ended(self) -> bool:
        """Return whether the process is gone."""
        return self.process.poll() is not None

    def ending(self) -> str:
        """Return in words how the process ended."""
        status = self.process.returncode
        if status < 0:
            return f"ended by {signal.Signals(-status).name}"
        return f"ended with status {status}"

    def kill_group(self) -> None:
        """End what a dead process left behind in its group, such as workers that hold its port."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, self.program.kill_signal)


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own.

    Its output goes into its log file, or comes to us through a pipe when it has none.
    """
    program.before_start()
    with contextlib.ExitStack() as stack:
        output: int = subprocess.PIPE
        if program.log is not None:
            output = stack.enter_context(program.log.open("ab")).fileno()
        account = program.account
        return subprocess.Popen(
            program.command,
            cwd=program.directory,
            env=program.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=die_with(os.getpid(), program.stop_signal),
        )


def stop(*those: Running, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Ask all of them to stop at once, and end what does not within its patience.

    `meanwhile` is called while we wait, so that no one is held up by output nobody takes.
    """
    for running in those:
        if not running.has_ended():
            running.process.send_signal(running.program.stop_signal)
    began = time.monotonic()
    for running in those:
        while not running.has_ended() and time.monotonic() < began + running.program.patience:
            meanwhile()
            time.sleep(0.02)
        if not running.has_ended():
            running.process.send_signal(running.program.kill_signal)
            running.process.wait()
        running.kill_group()
