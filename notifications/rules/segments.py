"""How many SMS a text is: a long one travels, and is paid, in parts."""

from __future__ import annotations

from collections.abc import Iterable

# GSM 03.38, the alphabet of SMS: seven bits a character.
_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These are written as an escape and a character.
_ESCAPED = frozenset("\f^{}\\[~]|€")
ONE_PLAIN, PART_PLAIN = 160, 153
# Every other character makes the whole text one of 16 bits a character, Japanese among them.
ONE_WIDE, PART_WIDE = 70, 67
"""What one SMS holds, and what each part of a longer one does."""


def is_plain(text: str) -> bool:
    """Whether a text needs no more than the alphabet of SMS."""
    return all(character in _PLAIN or character in _ESCAPED for character in text)


def count_segments(text: str) -> int:
    """Return how many SMS a text is sent as, at least 1."""
    if is_plain(text):
        sizes = [2 if character in _ESCAPED else 1 for character in text]
        return _parts(sizes, ONE_PLAIN, PART_PLAIN)
    # An emoji is two halves of a surrogate pair.
    sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return _parts(sizes, ONE_WIDE, PART_WIDE)


def _parts(sizes: Iterable[int], one: int, part: int) -> int:
    """Fill parts one after the other: none ends in the middle of a character."""
    sizes = list(sizes)
    if sum(sizes) <= one:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts
