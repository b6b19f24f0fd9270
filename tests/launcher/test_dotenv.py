"""`.env` files as people write them."""

import os
from pathlib import Path

import pytest

from launcher.dotenv import load, parse
from launcher.terminal import CannotGoOn


def test_reads_what_people_write() -> None:
    text = """
# a comment
PLAIN=value
export EXPORTED = spaced out
QUOTED="with # and spaces "
SINGLE='$literal'
COMMENTED=value  # not part of it
URL=postgresql://me:p#ss@db/postexp
EMPTY=
JAPANESE=注文
"""
    assert parse(text) == {
        "PLAIN": "value",
        "EXPORTED": "spaced out",
        "QUOTED": "with # and spaces ",
        "SINGLE": "$literal",
        "COMMENTED": "value",
        "URL": "postgresql://me:p#ss@db/postexp",
        "EMPTY": "",
        "JAPANESE": "注文",
    }


@pytest.mark.parametrize("line", ["just words", "1ST=value", "A B=c", "=value"])
def test_names_the_line_it_cannot_read(line: str) -> None:
    with pytest.raises(CannotGoOn, match=r"Line 2 of \.env is not NAME=value: "):
        parse(f"A=1\n{line}\n")


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("SET_BEFORE=file\nSET_HERE=file\nLEFT_EMPTY=\n")
    monkeypatch.setenv("SET_BEFORE", "environment")
    for name in ("SET_HERE", "LEFT_EMPTY"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    load(file)
    assert os.environ["SET_BEFORE"] == "environment"
    assert os.environ["SET_HERE"] == "file"
    assert "LEFT_EMPTY" not in os.environ


def test_no_file_is_fine(tmp_path: Path) -> None:
    before = dict(os.environ)
    load(tmp_path / ".env")
    assert dict(os.environ) == before
