"""What codes and sentences of carriers mean in our words.

A table names each meaning once: `in_transit/weather_delay`, with ` +weather` where the scan also
tells of a delay, or `information_only` for a row that says nothing about where the parcel is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from tracking.enums import DelayReason, Status
from tracking.rules import Summary

_REMEMBERED = 1_000
_SENTENCE = 200


class Meaning(NamedTuple):
    """What a scan says: a status of ours (None moves nothing), its refinement, and a delay."""

    status: Status | None
    substatus: str = ""
    delay: DelayReason | None = None


UNMAPPED = Meaning(None)
"""A code we do not know: kept, moves nothing, and is listed for staff."""

INFORMATION = Meaning(None, "information_only")

BACK_AT_SENDER = Meaning(Status.RETURNED, "returned_to_sender")
"""What a delivery means once the way back has begun."""


def meaning(name: str) -> Meaning:
    """Return the meaning that a table names; raises ValueError for a name that is none of ours."""
    words, _, delay = name.partition(" +")
    reason = DelayReason(delay) if delay else None
    if words == INFORMATION.substatus:
        return Meaning(None, words, reason)
    status, _, substatus = words.partition("/")
    known = Status(status)
    if substatus not in known.substatuses:
        raise ValueError(f"{substatus!r} does not refine {status}")
    return Meaning(known, substatus, reason)


def by_code(table: Mapping[str, str]) -> dict[str, Meaning]:
    """Turn a table of meanings, each with its codes, into one of codes."""
    return {code: meaning(name) for name, codes in table.items() for code in codes.split()}


class Phrases:
    """Sentences of a carrier, by what stands in them. The first that fits is meant."""

    def __init__(self, *rows: tuple[str, str]) -> None:
        self._rows = [(re.compile(words, re.IGNORECASE), meaning(name)) for words, name in rows]
        # Carriers say the same few sentences all day.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._find)

    def meant_by(self, text: str) -> Meaning | None:
        """Return what a sentence means; None where no row fits."""
        return self._remembered(text) if len(text) <= _SENTENCE else self._find(text)

    def _find(self, text: str) -> Meaning | None:
        return next((means for words, means in self._rows if words.search(text)), None)


def summary_of(means: Meaning | None) -> Summary | None:
    """Return what a carrier says over all scans; None where it says nothing of ours."""
    if means is None or means.status is None:
        return None
    return Summary(status=means.status, substatus=means.substatus)
