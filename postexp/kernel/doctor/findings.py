"""What a look at something finds: how it stands, in words, and what to do where it is not good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

GOOD, WARNING, WRONG = "good", "warning", "wrong"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at: how it stands, in words, and what to do where it is not good.

    `state` is `good`, `warning` (it works, and will not for ever) or `wrong`. `page` names the page
    of the dashboard where it is mended.
    """

    about: str
    state: str
    found: str
    advice: str = ""
    page: str = ""


Check = Callable[[datetime], Finding]


def good(about: str, found: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(about=about, state=GOOD, found=found)


def warning(about: str, found: str, advice: str, page: str = "") -> Finding:
    """Return that something works and should be seen to."""
    return Finding(about=about, state=WARNING, found=found, advice=advice, page=page)


def wrong(about: str, found: str, advice: str, page: str = "") -> Finding:
    """Return that something does not work."""
    return Finding(about=about, state=WRONG, found=found, advice=advice, page=page)
