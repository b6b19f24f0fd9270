"""What the browser gets: hashes of vendored files, joined sheets, sizes, nothing from outside."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from postexp.design.storage import ENTRIES, join_sheets

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
LUCIDE = STATIC / "icons" / "lucide"
SHEETS = sorted(path.relative_to(STATIC / "css") for path in (STATIC / "css").rglob("*.css"))


def _joined(entry: str) -> str:
    sources = {str(path): (STATIC / "css" / path).read_text() for path in SHEETS}
    return join_sheets((STATIC / entry).read_text(), sources)


def test_vendored_icons_are_those_that_were_published() -> None:
    lines = (LUCIDE / "SHA256SUMS").read_text().splitlines()
    listed = dict(reversed(line.split("  ")) for line in lines)
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in LUCIDE.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert found == listed
    assert len(found) > 60


def test_the_list_of_vendored_files_names_its_own_sums() -> None:
    words = (STATIC / "VENDORED.md").read_text()
    sums = hashlib.sha256((LUCIDE / "SHA256SUMS").read_bytes()).hexdigest()
    assert sums in words
    assert "ISC" in words


@pytest.mark.parametrize("entry", ENTRIES)
def test_entries_join_into_one_sheet_within_budget(entry: str) -> None:
    css = _joined(entry)
    assert "@import" not in css
    assert css.startswith("@layer reset, tokens, base, components, utilities, theme;")
    assert css.count("{") == css.count("}")
    assert len(gzip.compress(css.encode())) < 13_000


def test_every_component_has_its_place_in_the_dashboard_sheet() -> None:
    css = (STATIC / "css" / "dashboard.css").read_text()
    for path in SHEETS:
        if path.parts[0] == "components":
            assert f'@import url("{path}") layer(components);' in css


def test_a_missing_part_is_an_error() -> None:
    with pytest.raises(KeyError):
        join_sheets('@import url("gone.css") layer(base);\n', {})


@pytest.mark.parametrize("path", SHEETS, ids=str)
def test_sheets_fetch_nothing(path: Path) -> None:
    css = (STATIC / "css" / path).read_text()
    fetched = re.findall(r"url\(([^)]*)\)", css)
    assert [name for name in fetched if not re.fullmatch(r'"[\w/-]+\.css"', name)] == []
    assert "http" not in css


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_pages_carry_no_inline_code_and_nothing_from_outside(path: Path) -> None:
    markup = path.read_text()
    assert not re.search(r"""\sstyle=|\son[a-z]+=["']|<style\b|javascript:""", markup)
    assert not re.search(r"<script(?![^>]*\bsrc=)", markup)
    assert not re.search(r"""\b(src|href|action)=["'](https?:)?//""", markup)
