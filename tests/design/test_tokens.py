"""The tokens keep their promise: every pair that components use reaches AA, light and dark."""

import re
from pathlib import Path

import pytest

from postexp.design.colour import Oklch, Rgb, contrast, from_oklch
from postexp.design.theme import SURFACES

STATIC = Path(__file__).resolve().parents[2] / "static"
CSS = (STATIC / "css" / "tokens.css").read_text()
MODES = ("light", "dark")
GROUNDS = ("page", "surface", "surface-2", "raised")
MEANINGS = ("good", "attention", "problem", "information", "neutral")

_COLOUR = r"oklch\(([\d. ]+)\)"
_PAIR = re.compile(rf"--([\w-]+): light-dark\({_COLOUR}, {_COLOUR}\);")
_SINGLE = re.compile(rf"--([\w-]+): {_COLOUR};")


def _colour(text: str) -> Rgb:
    return from_oklch(Oklch(*map(float, text.split())))


def _tokens() -> dict[str, tuple[Rgb, Rgb]]:
    pairs = {found[1]: (_colour(found[2]), _colour(found[3])) for found in _PAIR.finditer(CSS)}
    first = CSS.partition("@supports")[0]
    singles = {found[1]: (_colour(found[2]),) * 2 for found in _SINGLE.finditer(first)}
    return {**singles, **pairs}


TOKENS = _tokens()
TEXTS = [
    *((ink, ground) for ink in ("text", "text-2", "text-3") for ground in GROUNDS),
    *((ink, "surface-3") for ink in ("text", "text-2")),
    *((ink, "accent-soft") for ink in ("text", "text-2")),
    *(("accent-text", ground) for ground in GROUNDS),
    *((f"{name}-text", f"{name}-soft") for name in (*MEANINGS, "accent")),
    *((f"{name}-text", ground) for name in MEANINGS for ground in GROUNDS),
    *((f"on-{name}", name) for name in ("accent", "danger")),
    *((f"on-{name}", f"{name}-hover") for name in ("accent", "danger")),
]
EDGES = [
    *((name, ground) for name in MEANINGS for ground in GROUNDS),
    *((name, ground) for name in ("line-control", "accent-edge") for ground in GROUNDS),
    ("accent-edge", "accent-soft"),
]


@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_reaches_aa(ink: str, ground: str) -> None:
    for mode in range(2):
        assert contrast(TOKENS[ink][mode], TOKENS[ground][mode]) >= 4.5, MODES[mode]


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_are_seen(edge: str, ground: str) -> None:
    for mode in range(2):
        assert contrast(TOKENS[edge][mode], TOKENS[ground][mode]) >= 3, MODES[mode]


def test_older_browsers_get_the_same_light_page() -> None:
    fallback = CSS.partition("@supports")[2]
    plain = {found[1]: _colour(found[2]) for found in _SINGLE.finditer(fallback)}
    colours = {found[1] for found in _PAIR.finditer(CSS)}
    assert plain.keys() == colours
    assert plain == {name: TOKENS[name][0] for name in colours}


def test_themes_are_judged_on_the_surfaces_of_the_tokens() -> None:
    for at, mode in enumerate(MODES):
        grounds = tuple(TOKENS[name][at] for name in ("surface", "page", "surface-2"))
        assert SURFACES[mode] == grounds
