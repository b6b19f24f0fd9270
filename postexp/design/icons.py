"""Icons as inline SVG, read once from the Lucide files under static/icons/lucide."""

import functools
import html
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "static" / "icons" / "lucide"
SIZES = frozenset({14, 16, 18, 20, 24, 32})

_INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BETWEEN_TAGS = re.compile(r">\s+<")


class UnknownIcon(LookupError):
    """There is no such icon, or not in that size."""


@functools.cache
def shapes(name: str) -> str:
    """Return what is inside the icon's svg element; raise UnknownIcon if there is no such file."""
    path = FOLDER / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        raise UnknownIcon(f"There is no icon {name!r} in {FOLDER}")
    inside = _INSIDE.search(path.read_text(encoding="utf-8"))
    if inside is None:
        raise UnknownIcon(f"{path} holds no svg element")
    return _BETWEEN_TAGS.sub("><", inside[1].strip())


@functools.lru_cache(maxsize=1024)
def svg(name: str, size: int = 16, css: str = "", label: str = "") -> str:
    """Return the icon as SVG markup that takes the colour of the text around it.

    Without a label it is hidden from assistive technology, since a word stands beside it.
    Raises UnknownIcon for a name or size that does not exist.
    """
    if size not in SIZES:
        raise UnknownIcon(f"Icons come in {sorted(SIZES)} pixels, not {size}")
    classes = "icon" if size == 16 else f"icon icon-{size}"
    if css:
        classes = f"{classes} {html.escape(css)}"
    voice = f'role="img" aria-label="{html.escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="{classes}" {voice} width="{size}" height="{size}" viewBox="0 0 24 24" '
        'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" '
        f'stroke-linejoin="round">{shapes(name)}</svg>'
    )


def names() -> list[str]:
    """Return every icon there is, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))
