"""Pins, hashes and licences, and that the documents name what we depend on."""

from email.message import Message
from pathlib import Path

import pytest

from launcher import licences

ROOT = Path(__file__).resolve().parent.parent.parent
PINS = """\
# a comment
celery[redis]==5.7.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
    # via -r requirements.in
async-timeout==5.0.1 ; python_full_version < '3.11.3' \\
    --hash=sha256:cccc
Some_Thing==1.0
    # via celery
"""


def test_reads_pins_as_pip_does() -> None:
    celery, timeout, thing = licences.parse_pins(PINS)
    assert (celery.name, celery.version, celery.hashes) == ("celery", "5.7.0", 2)
    assert not celery.conditional
    assert (timeout.name, timeout.hashes, timeout.conditional) == ("async-timeout", 1, True)
    assert (thing.name, thing.hashes) == ("some-thing", 0)


def test_reads_what_is_asked_for() -> None:
    text = "-r requirements.in\nDjango~=5.2.0\npsycopg[binary,pool]  # the driver\n\n# none\nruff\n"
    assert licences.parse_direct(text) == ["django", "psycopg", "ruff"]


def test_names_what_is_not_pinned() -> None:
    pins = licences.parse_pins(PINS)
    assert list(licences.unpinned(pins, ["celery", "ruff"])) == [
        "ruff is asked for and not pinned: compile the requirements again.",
        "some-thing is pinned without a hash.",
    ]


def test_tests_run_with_the_versions_that_serve() -> None:
    serving = licences.parse_pins("a==1\nb==2\nc==3\n")
    testing = licences.parse_pins("a==1\nb==2.1\n")
    assert list(licences.disagreeing(serving, testing)) == [
        "b is 2 when serving and 2.1 when testing.",
        "c is 3 when serving and None when testing.",
    ]


def metadata(*fields: tuple[str, str]) -> Message:
    """Make the metadata of a distribution."""
    made = Message()
    for name, value in fields:
        made[name] = value
    return made


@pytest.mark.parametrize(
    ("fields", "licence", "allowed"),
    [
        ([("License-Expression", "Apache-2.0 OR BSD-3-Clause")], "Apache-2.0 OR BSD-3-Clause", 1),
        ([("License-Expression", "GPL-3.0-only")], "GPL-3.0-only", 0),
        ([("License-Expression", "MIT AND GPL-3.0-only")], "MIT AND GPL-3.0-only", 0),
        ([("License-Expression", "GPL-3.0-only OR MIT")], "GPL-3.0-only OR MIT", 1),
        ([("License", "New BSD")], "New BSD", 1),
        ([("License", "The whole\ntext")], "", 0),
        ([("License", "Dual License"), ("Classifier", "License :: OSI Approved :: BSD License")],
         "BSD License", 1),
        ([("Classifier", "License :: Other/Proprietary License")],
         "Other/Proprietary License", 0),
        ([], "", 0),
    ],
)  # fmt: skip
def test_reads_a_licence_wherever_it_stands(
    fields: list[tuple[str, str]], licence: str, allowed: int
) -> None:
    found = licences.licence_of(metadata(*fields))
    assert found == licence
    assert licences.is_allowed(found) == bool(allowed)


def test_a_pin_that_is_not_installed_is_named() -> None:
    pins = licences.parse_pins("no-such-thing==1 \\\n --hash=sha256:0\n")
    assert list(licences.not_shippable(pins)) == ["no-such-thing is pinned and not installed."]
    only_elsewhere = licences.parse_pins("no-such-thing==1 ; sys_platform == 'win32'\n")
    assert list(licences.not_shippable(only_elsewhere)) == []


def test_our_own_requirements_pass() -> None:
    assert list(licences.not_shippable(licences.read_pins(""))) == []
    for suffix in ("", "-dev"):
        pins, direct = licences.read_pins(suffix), licences.read_direct(suffix)
        assert list(licences.unpinned(pins, direct)) == []


@pytest.mark.parametrize("suffix", ["", "-dev"])
def test_the_documents_give_a_reason_for_each_direct_dependency(suffix: str) -> None:
    page = (ROOT / "docs/dependencies.md").read_text()
    named = {
        licences.normal(row.split("|")[1].strip(" `"))
        for row in page.splitlines()
        if row.startswith("| ") and row.split("|")[3].strip()
    }
    assert set(licences.read_direct(suffix)) <= named
