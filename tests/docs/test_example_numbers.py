"""The tracking numbers of the guides and sample files are of the carriers they stand beside."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from integrations.spreadsheets.samples import sample_of
from tracking.rules import carrier_of
from tracking.rules.detection import detect_carriers

GUIDE = Path(settings.BASE_DIR) / "docs" / "guide"
NUMBER = re.compile(r"\b(?:1Z[0-9A-Z]{16}|[A-Z]{0,2}\d{9,22}[A-Z]{0,2}|\d{4}-\d{4}-\d{4})\b")
# By page: whose each number is; none for a carrier whose numbers have no shape we know.
NUMBERS = {
    "carriers.md": {"794600000010": "fedex", "1Z999AA10123456784": "ups"},
    "integrator.md": {"1032-6136-7661": "yamato"},
    "merchant.md": {"6000-7842-0325": "sagawa"},
    "tracking-platforms.md": {
        "1032-6136-7661": "yamato",
        "1371134583769923": "canada_post",
        "H1000730000825900023": None,
    },
}


def first_candidate(number: str, country: str = "") -> str | None:
    found = detect_carriers(number, country=country)
    return found[0].carrier.slug if found else None


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=lambda page: page.name)
def test_every_number_of_a_guide_is_of_its_carrier(page: Path) -> None:
    told = set(NUMBER.findall(page.read_text()))
    assert {number: first_candidate(number) for number in told} == NUMBERS.get(page.name, {})


@pytest.mark.parametrize("kind", ["shipments", "scans"])
@pytest.mark.parametrize(("locale", "country"), [("en", "US"), ("ja", "JP")])
def test_every_number_of_a_sample_file_is_of_its_carrier(
    kind: str, locale: str, country: str
) -> None:
    header, rows = sample_of(kind, locale)
    number, carrier = header.index("Tracking number"), header.index("Carrier")
    for row in rows:
        assert first_candidate(str(row[number]), country) == carrier_of(str(row[carrier])).slug
