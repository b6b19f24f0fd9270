"""A merchant's look as a stylesheet of variables, readable by construction.

The accent is the merchant's; everything derived from it (text on it, links, edges, tints) is
computed so that text reaches 4.5:1 and edges 3:1 (WCAG 2.2 AA) on the surfaces of both modes.
"""

import functools
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from postexp.design.colour import Rgb, contrast, from_hex, mix, shift_lightness, to_hex

TEXT = 4.5
EDGE = 3.0
WHITE, BLACK = from_hex("#ffffff"), from_hex("#000000")
# The surfaces of tokens.css on which an accent can stand, as sRGB; tests hold them together.
SURFACES = {
    "light": tuple(map(from_hex, ("#ffffff", "#f8f9fa", "#f3f4f6"))),
    "dark": tuple(map(from_hex, ("#16171a", "#0e0f12", "#1e2024"))),
}
RADII = {"none": 0, "small": 4, "medium": 8, "large": 14}
FONTS = {
    "system": '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", '
    '"Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", Meiryo, system-ui, '
    "sans-serif",
    "serif": 'ui-serif, "Iowan Old Style", Georgia, "Noto Serif", "Hiragino Mincho ProN", '
    '"Noto Serif JP", "Noto Serif CJK JP", "Yu Mincho", serif',
    "rounded": 'ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", "Kosugi Maru", '
    '"Noto Sans JP", "Noto Sans CJK JP", system-ui, sans-serif',
}
HEADERS = frozenset({"plain", "accent"})
LOGO_HEIGHTS = range(20, 73)


class ThemeError(ValueError):
    """A theme that cannot be used; the message names the token and what it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What a merchant chooses.

    `accent` is `#rrggbb`; `radius` none, small, medium or large; `font` system, serif or rounded
    (for headings and text alike); `header` plain or accent; `logo_height` 20 to 72 CSS pixels.
    Raises ThemeError when a choice is not one of these.
    """

    accent: str = "#4f46d8"
    radius: str = "medium"
    font: str = "system"
    header: str = "plain"
    logo_height: int = 32

    def __post_init__(self) -> None:
        if not isinstance(self.accent, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", self.accent):
            raise ThemeError(f"accent must be a colour such as #4f46d8, not {self.accent!r}")
        for token, chosen, allowed in (
            ("radius", self.radius, RADII),
            ("font", self.font, FONTS),
            ("header", self.header, HEADERS),
        ):
            if chosen not in allowed:
                raise ThemeError(f"{token} must be one of {sorted(allowed)}, not {chosen!r}")
        if type(self.logo_height) is not int or self.logo_height not in LOGO_HEIGHTS:
            raise ThemeError(f"logo_height must be 20 to 72 pixels, not {self.logo_height!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The accent and its derived colours in one mode, each `#rrggbb`."""

    accent: str
    accent_hover: str
    on_accent: str
    accent_text: str
    accent_soft: str
    accent_edge: str


@functools.lru_cache(maxsize=1024)
def palette(accent: str, mode: str) -> Palette:
    """Derive the colours of `mode` (`light` or `dark`) from the accent `#rrggbb`.

    Promised: on_accent on accent and on accent_hover, and accent_text on every surface and on
    accent_soft, reach 4.5:1; accent_edge reaches 3:1 on every surface.
    """
    fill = from_hex(accent)
    surfaces = SURFACES[mode]
    ink = WHITE if contrast(WHITE, fill) >= TEXT else BLACK
    # Hovering moves the fill away from its ink, so the words on it only gain contrast.
    hover = mix(fill, BLACK if ink is WHITE else WHITE, 0.14)
    soft = mix(surfaces[0], fill, 0.1 if mode == "light" else 0.2)
    darker = mode == "light"
    return Palette(
        accent=to_hex(fill),
        accent_hover=to_hex(hover),
        on_accent=to_hex(ink),
        accent_soft=to_hex(soft),
        accent_text=to_hex(_readable(fill, (*surfaces, soft), TEXT, darker=darker)),
        accent_edge=to_hex(_readable(fill, (*surfaces, soft), EDGE, darker=darker)),
    )


def stylesheet(theme: Theme) -> str:
    """Return the theme as CSS: variables of the theme layer, and nothing else."""
    light, dark = palette(theme.accent, "light"), palette(theme.accent, "dark")
    radius = RADII[theme.radius]
    shape = {
        "radius-s": f"{radius * 3 // 4}px",
        "radius-m": f"{radius}px",
        "radius-l": f"{radius * 3 // 2}px",
        "radius-button": f"{radius}px",
        "font": FONTS[theme.font],
        "font-heading": FONTS[theme.font],
        "weight-heading": "600" if theme.font == "serif" else "650",
        "logo-height": f"{theme.logo_height}px",
    }
    if theme.header == "accent":
        shape |= {"header": "var(--accent)", "on-header": "var(--on-accent)"}
        shape |= {"header-line": "var(--accent)"}
    colours = {name.replace("_", "-"): name for name in Palette.__slots__}
    both = {
        css: f"light-dark({getattr(light, name)}, {getattr(dark, name)})"
        for css, name in colours.items()
    }
    plain = {css: getattr(light, name) for css, name in colours.items()}
    return (
        f"@layer theme {{\n:root {{\n{_declarations((shape | both).items())}}}\n"
        "@supports not (color: light-dark(white, black)) {\n"
        f":root {{\n{_declarations(plain.items())}}}\n}}\n}}\n"
    )


def fingerprint(css: str) -> str:
    """Return the short hash under which a stylesheet may be cached for ever."""
    return hashlib.sha256(css.encode()).hexdigest()[:16]


def _readable(colour: Rgb, against: tuple[Rgb, ...], ratio: float, *, darker: bool) -> Rgb:
    """Return the colour nearest in lightness that reaches the ratio against all of `against`."""
    # The last of them is black or white, which reaches every ratio we ask for.
    nearest_first = (
        shift_lightness(colour, (-step if darker else step) / 200) for step in range(201)
    )
    return next(
        candidate
        for candidate in nearest_first
        if all(contrast(candidate, other) >= ratio for other in against)
    )


def _declarations(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"--{name}: {value};\n" for name, value in pairs)
