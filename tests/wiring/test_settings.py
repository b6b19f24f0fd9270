"""Every setting that the code reads from the environment is in `.env.example`, with a sentence."""

import re
from pathlib import Path

import pytest

from launcher.dotenv import parse

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / ".env.example"
IN_SETTINGS = re.compile(r'\benv(?:_flag|_list)?\(\s*"([A-Z_]+)"(?:,\s*"?([^")]*)"?\))?')
IN_SCRIPTS = re.compile(r'\benviron(?:ment)?(?:\.get\(|\[)\s*"([A-Z_]+)"')


def read_by_the_code() -> set[str]:
    """Return the names of all settings the code asks the environment for."""
    settings = (ROOT / "postexp/settings.py").read_text()
    launcher = "".join(file.read_text() for file in (ROOT / "script/launcher").glob("*.py"))
    return {name for name, _ in IN_SETTINGS.findall(settings)} | set(IN_SCRIPTS.findall(launcher))


def test_the_example_names_every_setting_and_no_other() -> None:
    named = set(parse(EXAMPLE.read_text()))
    providers = {name for name in named if name.startswith("ANYMAIL_")}
    assert named - providers == read_by_the_code()
    assert providers, "one provider's setting shows how"


def test_each_setting_stands_below_a_sentence() -> None:
    below_words = False
    for line in EXAMPLE.read_text().splitlines():
        if line.startswith("# ") and not line.startswith("# --"):
            below_words = line.endswith(".")
        elif "=" in line:
            assert below_words, line
        else:
            below_words = False


def test_the_example_shows_the_defaults() -> None:
    shown = parse(EXAMPLE.read_text())
    settings = (ROOT / "postexp/settings.py").read_text()
    for name, default in re.findall(r'\benv(?:_list)?\("([A-Z_]+)", "([^"]+)"\)', settings):
        if shown[name]:
            assert shown[name] == default, name
    flags = re.findall(r'\benv_flag\("([A-Z_]+)",\s*(?:default=)?(True|False)\)', settings)
    assert {name: shown[name] for name, _ in flags} == {
        name: str(int(default == "True")) for name, default in flags
    }


@pytest.mark.parametrize("name", ["POSTEXP_SECRET_KEY", "POSTEXP_ENCRYPTION_KEYS"])
def test_the_example_holds_no_secret(name: str) -> None:
    assert parse(EXAMPLE.read_text())[name] == ""
