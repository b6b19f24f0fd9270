"""The accent of a logo: the colour people know it by, in a shade that reads."""

import pytest

from commerce.rules import COUNTRIES, accent_of, first_language, readable_accent
from postexp.design.colour import Rgb, contrast, from_hex
from postexp.design.theme import SURFACES
from postexp.kernel.money import decimals

WHITE, INK, GREEN, PINK = Rgb(255, 255, 255), Rgb(20, 20, 20), Rgb(15, 118, 110), Rgb(230, 30, 120)


def test_the_mark_wins_over_its_background() -> None:
    assert accent_of([(9000, WHITE), (900, INK), (700, GREEN)]) == "#0f766e"


def test_the_larger_of_two_marks_wins() -> None:
    assert accent_of([(900, GREEN), (60, PINK)]) == "#0f766e"


def test_greys_have_no_accent() -> None:
    assert accent_of([(500, WHITE), (400, INK), (90, Rgb(128, 128, 130))]) is None


@pytest.mark.parametrize("colour", ["#ffe600", "#ff9900", "#9be7ff", "#0f766e", "#ffffff"])
def test_any_colour_reads_on_every_light_page(colour: str) -> None:
    shade = from_hex(readable_accent(colour))
    assert all(contrast(shade, surface) >= 4.5 for surface in SURFACES["light"])


def test_a_colour_that_reads_stays() -> None:
    assert readable_accent("#0F766E") == "#0f766e"


def test_every_country_has_a_known_currency() -> None:
    assert {decimals(country.currency) for country in COUNTRIES.values()} <= {0, 2, 3}


def test_a_shop_falls_back_to_its_countrys_language_where_it_speaks_it() -> None:
    assert first_language("JP", ["en", "ja"]) == "ja"
    assert first_language("JP", ["en"]) == "en"
    assert first_language("US", ["ja", "en"]) == "en"
