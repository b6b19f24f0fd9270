"""Keeps programs running: streams what they say, restarts what dies, ends with its terminal."""

import os
import select
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from launcher.processes import Program, Running, stop
from launcher.signals import Stopped
from launcher.terminal import say_from, say_to_nobody

TICK = 0.25
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# A program that ran this long was well; its next pause is short again.
STEADY_AFTER = 30.0
COLOURS = ("cyan", "magenta", "green", "blue")


@dataclass
class Watched:
    """A running program under watch: its output so far, and when it may start again."""

    running: Running
    colour: str
    started: float = field(default_factory=time.monotonic)
    pause: float = FIRST_PAUSE
    again_at: float | None = None
    unfinished: bytes = b""

    @property
    def name(self) -> str:
        """The name its lines are printed behind."""
        return self.running.program.name


class Supervisor:
    """Runs programs until Stopped; the servers among them were started by someone else."""

    def __init__(self, servers: list[Running]) -> None:
        self.watched = [Watched(server, "yellow") for server in servers]
        self.own: list[Running] = []
        self._poll = select.poll()
        self._readers: dict[int, Watched] = {}
        self._watch_terminal()

    def add(self, program: Program) -> None:
        """Start a program and keep it running."""
        colour = COLOURS[len(self.own) % len(COLOURS)]
        watched = Watched(Running(program), colour)
        self.own.append(watched.running)
        self.watched.append(watched)
        self._listen(watched)

    def run(self, on_tick: Callable[[], None]) -> None:
        """Watch until Stopped is raised; `on_tick` is called a few times a second."""
        while True:
            self._pass_output(TICK)
            for watched in self.watched:
                self._keep_running(watched)
            on_tick()

    def stop(self) -> None:
        """End our own programs; a second request to stop ends them at once."""
        try:
            stop(*self.own, meanwhile=lambda: self._pass_output(0))
        except Stopped:
            for running in self.own:
                running.process.kill()
                running.kill_group()
        self._pass_output(0)

    def _keep_running(self, watched: Watched) -> None:
        now = time.monotonic()
        if watched.again_at is None:
            if watched.running.has_ended():
                self._pass_output(0)
                if now - watched.started > STEADY_AFTER:
                    watched.pause = FIRST_PAUSE
                ending = watched.running.ending()
                say_from(watched.name, f"{ending}; starts again in {watched.pause:g} s", "red")
                watched.again_at = now + watched.pause
                watched.pause = min(watched.pause * 2, LONGEST_PAUSE)
        elif now >= watched.again_at:
            watched.again_at = None
            watched.started = now
            self._forget(watched)
            watched.running.start_again()
            self._listen(watched)

    def _listen(self, watched: Watched) -> None:
        pipe = watched.running.process.stdout
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
            self._readers[pipe.fileno()] = watched
            self._poll.register(pipe, select.POLLIN)

    def _forget(self, watched: Watched) -> None:
        pipe = watched.running.process.stdout
        if pipe is not None:
            if self._readers.pop(pipe.fileno(), None):
                self._poll.unregister(pipe)
            pipe.close()

    def _pass_output(self, timeout: float) -> None:
        for descriptor, event in self._poll.poll(timeout * 1000):
            watched = self._readers.get(descriptor)
            if watched is not None:
                self._print_lines(descriptor, watched)
            elif event & (select.POLLERR | select.POLLHUP):
                self._poll.unregister(descriptor)
                say_to_nobody()
                raise Stopped("the terminal is gone")

    def _print_lines(self, descriptor: int, watched: Watched) -> None:
        try:
            chunk = os.read(descriptor, 65_536)
        except BlockingIOError:
            return
        if not chunk:
            self._poll.unregister(descriptor)
            del self._readers[descriptor]
        *lines, watched.unfinished = (watched.unfinished + chunk).split(b"\n")
        for line in lines:
            say_from(watched.name, line.decode(errors="replace"), watched.colour)

    def _watch_terminal(self) -> None:
        # Without waiting for anything the system still reports that the reader of our output, a
        # terminal or a pipe, is gone. A file never goes.
        self._poll.register(sys.stdout, 0)
