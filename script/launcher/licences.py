"""`script/check-licences`: what we install is pinned, and may be shipped under Apache-2.0."""

import importlib.metadata
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import cast

from launcher import venv
from launcher.layout import ROOT
from launcher.signals import plain_endings
from launcher.terminal import CannotGoOn, say

ALLOWED = {
    *("MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "ISC"),
    # Copyleft of the file or of the library: used unchanged, it asks nothing of our own code.
    *("MPL-2.0", "LGPL-3.0-only"),
}
# How distributions spelt licences before there were expressions for them.
SPELT = {
    "bsd": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd license (see license.txt for details), copyright (c) 2000-2025, reportlab inc.": (
        "BSD-3-Clause"
    ),
    "mit license": "MIT",
    "apache 2": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "psfl": "PSF-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}
# Distributions whose metadata say nothing, and what their source says.
SAID_ELSEWHERE = {"mrml": "MIT"}  # https://github.com/jdrouet/mrml/blob/main/license.md

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[.*\])?==(?P<version>\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Pin:
    """One distribution at one version, and the hashes it may have."""

    name: str
    version: str
    hashes: int
    # Only for some Pythons or systems, such as `python_full_version < '3.11.3'`.
    conditional: bool


def main() -> None:
    """Print what is wrong and end with status 1, or say that nothing is."""
    with plain_endings():
        venv.run_inside("requirements-dev.txt")
        run_time, development = (read_pins(name) for name in ("", "-dev"))
        wrong = [
            *unpinned(run_time, read_direct("")),
            *unpinned(development, read_direct("-dev")),
            *disagreeing(run_time, development),
            *not_shippable(run_time),
        ]
        if wrong:
            raise CannotGoOn("\n".join(wrong))
        say(f"{len(run_time)} requirements are pinned by hash under licences we may ship.")
        sys.exit(0)


def read_pins(suffix: str) -> list[Pin]:
    """Return the pins of `requirements.txt`, or of its sister with a suffix."""
    return parse_pins((ROOT / f"requirements{suffix}.txt").read_text())


def read_direct(suffix: str) -> list[str]:
    """Return what `requirements.in` asks for, or its sister with a suffix."""
    return parse_direct((ROOT / f"requirements{suffix}.in").read_text())


def parse_pins(text: str) -> list[Pin]:
    """Return every pin with the number of hashes below it."""
    starts = list(PIN.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return [
        Pin(
            normal(match["name"]),
            match["version"],
            hashes=text.count("--hash=sha256:", match.start(), end),
            conditional=";" in text[match.start() : text.find("\n", match.start())],
        )
        for match, end in zip(starts, ends, strict=True)
    ]


def parse_direct(text: str) -> list[str]:
    """Return the names a `.in` file asks for."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith("-"))
    return [normal(match[0]) for match in names if match]


def normal(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def unpinned(pins: list[Pin], direct: list[str]) -> Iterator[str]:
    """Yield a sentence for each requirement without a pin, and each pin without a hash."""
    for name in sorted(set(direct) - {pin.name for pin in pins}):
        yield f"{name} is asked for and not pinned: compile the requirements again."
    for pin in pins:
        if not pin.hashes:
            yield f"{pin.name} is pinned without a hash."


def disagreeing(run_time: list[Pin], development: list[Pin]) -> Iterator[str]:
    """Yield a sentence for each distribution the tests would run with in another version."""
    versions = {pin.name: pin.version for pin in development}
    for pin in run_time:
        found = versions.get(pin.name)
        if found != pin.version:
            yield f"{pin.name} is {pin.version} when serving and {found} when testing."


def not_shippable(pins: list[Pin]) -> Iterator[str]:
    """Yield a sentence for each distribution whose licence is unknown or not allowed."""
    for pin in pins:
        try:
            metadata = cast("Message", importlib.metadata.metadata(pin.name))
        except importlib.metadata.PackageNotFoundError:
            if not pin.conditional:
                yield f"{pin.name} is pinned and not installed."
            continue
        licence = SAID_ELSEWHERE.get(pin.name) or licence_of(metadata)
        if not is_allowed(licence):
            yield f"{pin.name} is under {licence or 'no licence it names'}, which is not allowed."


def licence_of(metadata: Message) -> str:
    """Return the licence as an expression, from whichever field tells it."""
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [
        value.rpartition("::")[2].strip()
        for value in metadata.get_all("Classifier") or []
        if value.startswith("License ::")
    ]
    text = str(metadata.get("License") or "")
    if len(text.splitlines()) == 1 and not text.startswith("Dual"):
        return text
    return " OR ".join(classifiers)


def is_allowed(licence: str) -> bool:
    """Return whether one of the alternatives is allowed, in all of its parts."""
    return any(
        all(spelt(part) in ALLOWED for part in alternative.split(" AND "))
        for alternative in licence.split(" OR ")
    )


def spelt(licence: str) -> str:
    """Return a licence as expressions spell it."""
    return SPELT.get(licence.strip().lower(), licence.strip())
