"""What the scripts say: plain sentences, and the output of many processes in one stream."""

import contextlib
import os
import sys
from typing import TextIO

COLOURS = {"grey": 90, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36}
NAME_WIDTH = 9


class CannotGoOn(Exception):
    """Something the user has to know and change; the text is one clear sentence."""


def paint(text: str, colour: str, stream: TextIO = sys.stdout) -> str:
    """Return the text in a colour where the stream is a terminal that wants colours."""
    if not stream.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{COLOURS[colour]}m{text}\033[0m"


def say(text: str) -> None:
    """Print one line at once. Where nobody can read it any more, that ends nothing by itself."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def say_to_nobody() -> None:
    """Drop all that is said from now on: Python itself would fail to flush it at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def say_from(name: str, text: str, colour: str = "grey") -> None:
    """Print one line of a process, behind its name."""
    say(f"{paint(name.ljust(NAME_WIDTH), colour)} {text}")


def complain(reason: Exception) -> None:
    """Print why we cannot go on."""
    with contextlib.suppress(OSError):
        print(paint(str(reason), "red", sys.stderr), file=sys.stderr, flush=True)
