"""`.env`: settings in a file, one `NAME=value` a line. What the environment says goes first."""

import os
import re
from pathlib import Path

from launcher.layout import ROOT
from launcher.terminal import CannotGoOn

LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)")


def parse(text: str, source: str = ".env") -> dict[str, str]:
    """Return the settings of a file; raises CannotGoOn that names the line it cannot read."""
    settings = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = LINE.fullmatch(stripped)
        if match is None:
            raise CannotGoOn(f"Line {number} of {source} is not NAME=value: {stripped}")
        settings[match["name"]] = unquote(match["value"])
    return settings


def unquote(value: str) -> str:
    """Return the value without its quotes, or without the comment behind it."""
    for quote in ('"', "'"):
        if len(value) >= 2 and value.startswith(quote) and value.endswith(quote):
            return value[1:-1]
    return re.split(r"\s+#", value, maxsplit=1)[0]


def load(path: Path = ROOT / ".env") -> None:
    """Add the file's settings to the environment; one that is there already stays.

    A setting without a value, as in a copy of `.env.example`, keeps its default.
    """
    if path.exists():
        for name, value in parse(path.read_text(encoding="utf-8"), path.name).items():
            if value:
                os.environ.setdefault(name, value)
