"""What people can run, hear of and depend on is documented, and every link leads somewhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from postexp.kernel import reference

ROOT = Path(settings.BASE_DIR)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def text(path: str) -> str:
    return (ROOT / path).read_text()


def headings(path: str) -> set[str]:
    return set(re.findall(r"^### `([^`]+)`", text(path), re.MULTILINE))


def test_the_reference_is_the_codes_own() -> None:
    for name, page in reference.reference_pages().items():
        written = (reference.reference_folder() / name).read_text()
        assert written == page, f"run manage.py write_reference: {name}"


def test_every_command_and_script_is_documented_and_no_other() -> None:
    rooms = {app.partition(".")[0] for app in settings.INSTALLED_APPS}
    commands = {
        f"manage.py {name}"
        for name, app in get_commands().items()
        if app.partition(".")[0] in rooms and (ROOT / app.partition(".")[0]).is_dir()
    }
    scripts = {f"script/{file.name}" for file in (ROOT / "script").iterdir() if file.is_file()}
    assert headings("docs/reference/commands.md") == commands | scripts


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_has_its_reason_and_no_other(name: str) -> None:
    wanted = {
        re.split(r"[\[~=<> ]", line)[0]
        for line in text(name).splitlines()
        if line and not line.startswith(("#", "-"))
    }
    section = text("docs/dependencies.md").split(f"(`{name}`)")[1].split("\n## ")[0]
    told = set(re.findall(r"^\| ([\w-]+) \|", section, re.MULTILINE)) - {"package"}
    assert told == wanted


def test_decisions_are_numbered_in_a_row_and_listed() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    index = text("docs/README.md")
    assert [file.name for file in files if f"adr/{file.name}" not in index] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made from their words."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
