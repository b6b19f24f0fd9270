"""Colours there and back, and contrasts that WCAG publishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postexp.design.colour import (
    Oklch,
    Rgb,
    contrast,
    from_hex,
    from_oklch,
    mix,
    shift_lightness,
    to_hex,
    to_oklch,
)

CHANNEL = st.integers(0, 255)
COLOURS = st.builds(Rgb, CHANNEL, CHANNEL, CHANNEL)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(from_hex(one), from_hex(other)) == pytest.approx(ratio, abs=0.01)
    assert contrast(from_hex(other), from_hex(one)) == contrast(from_hex(one), from_hex(other))


def test_oklch_is_that_of_css() -> None:
    lightness, chroma, hue = to_oklch(from_hex("#ff0000"))
    assert (round(lightness, 3), round(chroma, 3), round(hue, 1)) == (0.628, 0.258, 29.2)


@given(COLOURS)
def test_a_colour_survives_oklch_and_hex(colour: Rgb) -> None:
    assert from_hex(to_hex(colour)) == colour
    back = from_oklch(to_oklch(colour))
    assert all(abs(one - other) <= 1 for one, other in zip(colour, back, strict=True))


@given(st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 360))
def test_every_oklch_becomes_a_colour_of_the_screen(
    light: float, chroma: float, hue: float
) -> None:
    assert all(0 <= channel <= 255 for channel in from_oklch(Oklch(light, chroma, hue)))


@given(COLOURS, st.floats(0.01, 1))
def test_lighter_is_never_darker(colour: Rgb, by: float) -> None:
    white = from_hex("#ffffff")
    assert contrast(shift_lightness(colour, by), white) <= contrast(colour, white) + 0.05


def test_mixing_lays_one_over_the_other() -> None:
    black, white = from_hex("#000000"), from_hex("#ffffff")
    assert mix(black, white, 0) == black
    assert mix(black, white, 1) == white
    assert to_hex(mix(black, white, 0.5)) == "#808080"
