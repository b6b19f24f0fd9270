"""Colour arithmetic: sRGB, OKLab, OKLCH and the contrast of WCAG 2.2. Pure functions."""

import math
from typing import NamedTuple


class Rgb(NamedTuple):
    """A colour of the screen: red, green and blue, 0 to 255."""

    red: int
    green: int
    blue: int


class Oklch(NamedTuple):
    """The same by eye: lightness 0 to 1, chroma 0 to about 0.37, hue in degrees."""

    lightness: float
    chroma: float
    hue: float


def from_hex(text: str) -> Rgb:
    """Read `#rrggbb`."""
    return Rgb(*(int(text[at : at + 2], 16) for at in (1, 3, 5)))


def to_hex(colour: Rgb) -> str:
    """Write `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Rgb) -> float:
    """Return the relative luminance of WCAG 2.2, 0 to 1."""
    red, green, blue = map(_linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(base: Rgb, colour: Rgb, share: float) -> Rgb:
    """Lay `share` (0 to 1) of a colour over a base, as `color-mix(in srgb)` does."""
    return Rgb(*(round(b + (c - b) * share) for b, c in zip(base, colour, strict=True)))


def shift_lightness(colour: Rgb, by: float) -> Rgb:
    """Return the colour lighter or darker by `by` of lightness, its hue kept."""
    lightness, chroma, hue = to_oklch(colour)
    return from_oklch(Oklch(min(1.0, max(0.0, lightness + by)), chroma, hue)) if by else colour


def to_oklch(colour: Rgb) -> Oklch:
    """Convert to OKLCH (Ottosson's OKLab in polar form)."""
    red, green, blue = map(_linear, colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def from_oklch(colour: Oklch) -> Rgb:
    """Convert to sRGB; a colour the screen lacks loses chroma until it fits."""
    duller = (colour._replace(chroma=colour.chroma * step / 100) for step in range(100, -1, -1))
    # Grey, the last of them, is always on the screen.
    channels = next(
        found
        for found in map(_channels, duller)
        if all(-0.0005 <= channel <= 1.0005 for channel in found)
    )
    return Rgb(*(_encoded(min(1.0, max(0.0, channel))) for channel in channels))


def _channels(colour: Oklch) -> tuple[float, float, float]:
    a = colour.chroma * math.cos(math.radians(colour.hue))
    b = colour.chroma * math.sin(math.radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _encoded(channel: float) -> int:
    share = 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(share * 255)
