"""What stands in the addresses of a shop."""

import re

import pytest

from commerce.rules import SHORT_NAME, short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Harbor & Pine", "harbor-pine"),
        ("Café Zoë’s", "cafe-zoes"),
        ("ＫＯＭＯＲＥＢＩ 雑貨", "komorebi"),
        ("Mika's Shop", "mikas-shop"),
        ("a" * 31 + " b", "a" * 31),
        ("こもれび雑貨店", ""),
        ("雑貨 24", ""),
    ],
)
def test_a_short_name_is_made_of_the_latin_letters(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("a", True), ("komorebi_3", True), ("abc\n", False), ("abc ", False), ("-abc", False)],
)
def test_what_can_stand_in_an_address(name: str, is_one: bool) -> None:
    assert bool(re.match(SHORT_NAME, name)) is is_one
