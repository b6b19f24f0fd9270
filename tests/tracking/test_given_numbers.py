"""Listed tracking numbers have their carrier among the candidates, wrong check digits have not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samples import folders
from tracking.rules.detection import detect_carriers

MOST_MISSED = 0.02


def lists() -> list[Path]:
    """Return the lists of Japanese numbers, ours and those we were given."""
    found = (folder / "tracking" / "numbers" / "japan_numbers.json" for folder in folders())
    return [path for path in found if path.exists()]


def candidates(number: str, country: str = "") -> set[str]:
    """Return the carriers that a number may belong to."""
    return {one.carrier.slug for one in detect_carriers(number, country=country)}


def valid(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each number of a list with its carrier."""
    for carrier, numbers in json.loads(path.read_text("utf-8"))["valid"].items():
        yield from ((number, carrier) for number in numbers)


@pytest.mark.parametrize("path", lists(), ids=str)
@pytest.mark.parametrize("country", ["", "JP"])
def test_japanese_numbers_have_their_carrier_among_the_candidates(path: Path, country: str) -> None:
    listed = list(valid(path))
    missed = [
        (number, carrier)
        for number, carrier in listed
        if carrier not in candidates(number, country)
    ]
    assert len(missed) <= MOST_MISSED * len(listed), missed


@pytest.mark.parametrize("path", lists(), ids=str)
def test_japanese_carriers_refuse_a_wrong_check_digit(path: Path) -> None:
    for number in json.loads(path.read_text("utf-8"))["invalid_check_digit"]:
        assert not {"yamato", "sagawa", "japan_post"} & candidates(number), number
        assert not candidates(number, "JP"), number
