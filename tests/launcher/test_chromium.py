"""Which browser the tests get."""

import stat
from pathlib import Path

import pytest

from launcher import chromium
from launcher.terminal import CannotGoOn


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a browser, and without the means to install one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("POSTEXP_CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "ON_MACOS", ())
    monkeypatch.setattr(chromium, "playwright_browsers", lambda: tmp_path / "browsers")
    monkeypatch.setattr(chromium, "install_from_debian", lambda: False)
    monkeypatch.setattr(chromium, "install_by_playwright", lambda: False)
    return tmp_path


def browser(path: Path, says: str = "Chromium 142.0", status: int = 0) -> Path:
    """Make a program that answers --version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_takes_an_installed_one(machine: Path) -> None:
    found = browser(machine / "google-chrome", "Google Chrome 142.0")
    assert chromium.chromium() == found


def test_passes_over_what_only_tells_how_to_install_it(machine: Path) -> None:
    browser(machine / "chromium-browser", "Please install the snap of Chromium", status=1)
    browser(machine / "chromium", "hello")
    working = browser(machine / "google-chrome", "Google Chrome 142.0")
    assert chromium.chromium() == working


def test_the_one_that_is_named_goes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser(machine / "chromium")
    named = browser(machine / "elsewhere" / "mine")
    monkeypatch.setenv("POSTEXP_CHROMIUM", str(named))
    assert chromium.chromium() == named


def test_debian_is_asked_before_playwright(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def debian() -> bool:
        browser(machine / "chromium")
        return True

    monkeypatch.setattr(chromium, "install_from_debian", debian)
    assert chromium.chromium() == machine / "chromium"


def test_playwright_is_asked_last(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = machine / "browsers/chromium-1200/chrome-linux64/chrome"

    def playwright() -> bool:
        browser(own)
        return True

    monkeypatch.setattr(chromium, "install_by_playwright", playwright)
    assert chromium.chromium() == own


def test_says_in_one_sentence_that_none_can_be_had() -> None:
    with pytest.raises(CannotGoOn, match="need Chromium, and none could be installed: install"):
        chromium.chromium()


def test_debian_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(chromium, "succeeds", lambda *_: pytest.fail("nothing may be installed"))
    assert chromium.install_from_debian() is False
