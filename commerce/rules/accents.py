"""From the colours of a logo or a site to an accent that can be read."""

from __future__ import annotations

from collections.abc import Iterable

from postexp.design.colour import Rgb, from_hex, to_hex, to_oklch
from postexp.design.theme import palette

# Below this, the eye takes a colour for grey.
LEAST_CHROMA = 0.04
# A logo's small coloured mark counts more than its large pale background.
MOST_LIGHTNESS, LEAST_LIGHTNESS = 0.97, 0.12


def accent_of(colours: Iterable[tuple[int, Rgb]]) -> str | None:
    """Return the colour people know a picture by as `#rrggbb`, or None for one of greys.

    `colours` are pairs of how many pixels have a colour, and the colour. The most vivid large one
    wins: pixels weigh by their chroma.
    """
    weighed = [
        (count * shade.chroma, colour)
        for count, colour in colours
        if (shade := to_oklch(colour)).chroma >= LEAST_CHROMA
        and LEAST_LIGHTNESS <= shade.lightness <= MOST_LIGHTNESS
    ]
    return to_hex(max(weighed)[1]) if weighed else None


def readable_accent(colour: str) -> str:
    """Return the nearest shade of `#rrggbb` that reads as text on light pages, at 4.5:1 or more.

    A colour that reads already stays as it is.
    """
    readable = palette(colour.lower(), "light").accent_text
    return to_hex(from_hex(readable))
