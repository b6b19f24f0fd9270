"""Whatever colour a merchant takes, the words stay readable."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from postexp.design.colour import contrast, from_hex
from postexp.design.theme import (
    EDGE,
    SURFACES,
    TEXT,
    Theme,
    ThemeError,
    fingerprint,
    palette,
    stylesheet,
)

ACCENTS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(ACCENTS)
@example("#ffffff")
@example("#000000")
@example("#777777")
@example("#ffd400")
def test_text_reaches_aa_on_any_accent_in_both_modes(accent: str) -> None:
    for mode in ("light", "dark"):
        colours = palette(accent, mode)
        ink = from_hex(colours.on_accent)
        assert contrast(ink, from_hex(colours.accent)) >= TEXT
        assert contrast(ink, from_hex(colours.accent_hover)) >= TEXT
        for surface in (*SURFACES[mode], from_hex(colours.accent_soft)):
            assert contrast(from_hex(colours.accent_text), surface) >= TEXT
            assert contrast(from_hex(colours.accent_edge), surface) >= EDGE


@given(ACCENTS)
def test_the_accent_itself_is_kept(accent: str) -> None:
    assert palette(accent, "light").accent == accent


def test_a_readable_accent_is_also_the_link_colour() -> None:
    assert palette("#0f766e", "light").accent_text == "#0f766e"


def test_the_stylesheet_is_variables_in_the_theme_layer_and_nothing_else() -> None:
    css = stylesheet(Theme(accent="#0f766e", radius="large", font="serif", header="accent"))
    assert css.startswith("@layer theme {")
    for line in css.splitlines():
        assert re.fullmatch(r"--[a-z-]+: [^{}<>]+;|[:@][^<>]*\{|\}", line), line
    assert "--accent: light-dark(#0f766e, #0f766e);" in css
    assert "--radius-l: 21px;" in css
    assert "Georgia" in css
    assert "--header: var(--accent);" in css


def test_a_plain_header_keeps_the_surface() -> None:
    assert "--header:" not in stylesheet(Theme())


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"accent": "teal"}, "accent"),
        ({"accent": "#0f766e; } body { display: none"}, "accent"),
        ({"accent": 5}, "accent"),
        ({"radius": "9px"}, "radius"),
        ({"font": "Comic Sans"}, "font"),
        ({"header": "image"}, "header"),
        ({"logo_height": 500}, "logo_height"),
        ({"logo_height": True}, "logo_height"),
    ],
)
def test_a_bad_choice_is_refused_by_name(choice: dict[str, object], words: str) -> None:
    with pytest.raises(ThemeError, match=words):
        Theme(**choice)  # type: ignore[arg-type]


def test_the_fingerprint_follows_the_words() -> None:
    one, other = stylesheet(Theme()), stylesheet(Theme(accent="#aa0000"))
    assert fingerprint(one) == fingerprint(one)
    assert fingerprint(one) != fingerprint(other)
    assert re.fullmatch(r"[0-9a-f]{16}", fingerprint(one))
