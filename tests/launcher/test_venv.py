"""What is installed, and when it is installed again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import venv
from launcher.terminal import CannotGoOn

START = venv.start


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """An environment of this test, and the commands that would have been run."""
    made: list[list[str]] = []

    def start_nothing(command: list[str]) -> "subprocess.Popen[str]":
        made.append(command)
        return START(["true"])

    (tmp_path / "requirements.txt").write_text("django==5.2.1\n")
    monkeypatch.setattr(venv, "ROOT", tmp_path)
    monkeypatch.setattr(venv, "INSTALLED", tmp_path / "installed.json")
    monkeypatch.setattr(venv, "start", start_nothing)
    return made


def test_installs_once_and_again_when_a_pin_changes(tmp_path: Path, calls: list[list[str]]) -> None:
    assert not venv.is_installed("requirements.txt")
    venv.install("requirements.txt")
    assert "--require-hashes" in calls[0]
    assert venv.is_installed("requirements.txt")

    (tmp_path / "requirements.txt").write_text("django==5.2.2\n")
    assert not venv.is_installed("requirements.txt")


def test_the_tests_requirements_do_not_undo_the_servers(
    tmp_path: Path, calls: list[list[str]]
) -> None:
    (tmp_path / "requirements-dev.txt").write_text("pytest==9\n")
    venv.install("requirements.txt")
    venv.install("requirements-dev.txt")
    assert venv.is_installed("requirements.txt")
    assert venv.is_installed("requirements-dev.txt")


def test_every_pin_is_installed_with_its_hashes(tmp_path: Path, calls: list[list[str]]) -> None:
    pins = [f"package-{number}==1 \\\n    --hash=sha256:{number}\n" for number in range(5)]
    pinned = tmp_path / "pinned.txt"
    pinned.write_text("# How this was made\n" + "    # via another\n".join(pins))
    parts = venv.parts_of(pinned, tmp_path)
    assert len(parts) == venv.PIPS
    text = "".join(file.read_text() for file in parts)
    assert all(text.count(pin) == 1 for pin in pins)

    venv.install("requirements.txt")
    assert len(calls) == venv.PIPS
    assert all("--no-deps" in call for call in calls)


def test_what_pip_says_is_passed_on(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = iter([["true"], ["sh", "-c", "echo 'ERROR: hashes do not match' >&2; false"]])
    monkeypatch.setattr(venv, "start", lambda _: START(next(ends)))
    with pytest.raises(CannotGoOn, match=r"^ERROR: hashes do not match\n\npip could not install"):
        venv.install("requirements.txt")
    assert not venv.is_installed("requirements.txt")


def test_a_pip_that_is_not_the_pinned_one_is_not_run(
    calls: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = tmp_path / "pip.whl"
    served.write_bytes(b"something else")
    monkeypatch.setattr(venv, "run", lambda c: subprocess.CompletedProcess(c, 1, stdout=""))
    monkeypatch.setattr(venv, "PIP_URL", served.as_uri())
    with pytest.raises(CannotGoOn, match="is not the pip that was pinned; nothing was installed"):
        venv.bring_pip("python3")


def test_an_environment_whose_python_is_gone_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(venv, "VENV", tmp_path)
    monkeypatch.setattr(venv, "PYTHON", tmp_path / "bin/python")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to("/nowhere/python3")
    assert not venv.works()


def test_what_was_started_ends_with_who_started_it(tmp_path: Path) -> None:
    fifo = tmp_path / "told"
    os.mkfifo(fifo)
    lives_on = f"""
import time
with open({str(fifo)!r}, "w") as told:
    print("started", flush=True)
    time.sleep(5)
    told.write("lives on")
"""
    starts_it = f"""
import os, sys
from launcher import venv
venv.start([sys.executable, "-c", {lives_on!r}]).stdout.readline()
os._exit(0)
"""
    with subprocess.Popen([sys.executable, "-c", starts_it], cwd=venv.ROOT / "script"):
        assert fifo.read_text() == ""
