"""Dated versions of the API: a program sees the shapes of the day its key was made.

The code speaks the current version. Where a later version changes an answer, a `Change` says how it
looked before, and answers to older versions are taken back step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

CURRENT = "2026-11-01"
VERSIONS: tuple[str, ...] = (CURRENT,)
HEADER = "Postexp-Version"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a version changed of one resource: `undo` gives an answer its former shape.

    `resource` is the first part of the path after the version, such as `orders`.
    """

    version: str
    resource: str
    undo: Callable[[Any], Any]


CHANGES: list[Change] = []


def as_of(version: str, resource: str, body: Any, changes: Sequence[Change] = ()) -> Any:
    """Return an answer in the shape it had in a version, the latest changes undone first."""
    known = changes or CHANGES
    later = [one for one in known if one.version > version and one.resource == resource]
    for change in sorted(later, key=lambda one: one.version, reverse=True):
        body = change.undo(body)
    return body
