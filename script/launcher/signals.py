"""How the scripts end: asked to stop, or unable to go on; in both cases in one sentence."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from launcher.terminal import CannotGoOn, complain, say


class Stopped(BaseException):
    """We were asked to stop: Ctrl-C, SIGTERM, or the terminal is gone."""


def stop_on_signals() -> None:
    """Turn the signals that ask us to stop into Stopped, wherever we are.

    A SIGHUP that our caller told us to ignore (nohup) stays ignored.
    """

    def raise_stopped(number: int, _frame: FrameType | None) -> None:
        raise Stopped(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, raise_stopped)


@contextmanager
def plain_endings() -> Iterator[None]:
    """Run a script's work: one sentence for what was foreseen, status 0 when asked to stop."""
    stop_on_signals()
    try:
        yield
    except CannotGoOn as reason:
        complain(reason)
        sys.exit(1)
    except Stopped as request:
        say(f"Stopped ({request}).")
        sys.exit(0)
