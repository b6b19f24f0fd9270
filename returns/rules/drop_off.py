"""What is told of a drop-off point, which parcels it takes, and what a search for one means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from returns.enums import ReturnMethod

SHORTEST = 3
"""Signs of a postcode that name a region."""
_POSTCODE = re.compile(r"〒?\b(\d{3}-?\d{4}|\d{5})(?:-\d{4})?\b")
_LIKE_POSTCODE = re.compile(r"[A-Za-z]{0,2}\d[\dA-Za-z -]*")
_TOWN = re.compile(r"^.*[市区町村]")
_BEFORE_NUMBERS = re.compile(r"^[^\d]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFacts:
    """A drop-off point as a list tells of it. `time_zone` is found by the place where it is ""."""

    source_id: str
    name: str
    latitude: float
    longitude: float
    country: str = ""
    operator: str = ""
    carriers: tuple[str, ...] = ()
    takes_label: bool = True
    takes_qr: bool = True
    address1: str = ""
    address2: str = ""
    city: str = ""
    province: str = ""
    postcode: str = ""
    time_zone: str = ""
    opening_hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a parcel asks of a place: its way of sending, its country, and who carries it.

    No `carriers`: nobody knows yet who will.
    """

    method: str
    country: str
    carriers: tuple[str, ...] = ()

    @property
    def label(self) -> bool:
        """Whether it comes with a printed label."""
        return self.method == ReturnMethod.LABEL

    @property
    def code(self) -> bool:
        """Whether it comes with a QR code."""
        return self.method == ReturnMethod.QR


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to understand what was typed into a search: the beginning of a postcode, or words."""

    text: str
    is_postcode: bool


def readings(typed: str) -> Iterator[Reading]:
    """Yield the ways to understand a place that was typed, the most exact first.

    A whole address is found by its postcode, else by its town.
    """
    written = " ".join(typed.split())
    postcode = _POSTCODE.search(written)
    if postcode or _LIKE_POSTCODE.fullmatch(written):
        plain = re.sub(r"[^\dA-Za-z]", "", postcode[1] if postcode else written)
        for length in sorted({len(plain), 5, 4, SHORTEST}, reverse=True):
            if SHORTEST <= length <= len(plain):
                yield Reading(text=plain[:length], is_postcode=True)
    tried: list[str] = []
    parts = (written, *_shorter(written))
    for part in parts:
        if part and part not in tried:
            tried.append(part)
            yield Reading(text=part, is_postcode=False)


def _shorter(written: str) -> Iterator[str]:
    """Yield an address without its house, then its town alone."""
    for pattern in (_BEFORE_NUMBERS, _TOWN):
        if found := pattern.match(written):
            yield found[0].strip(" ,")
    *_street, town = written.rsplit(",", 1)
    yield re.sub(r"[\d-]+", "", town).strip()
