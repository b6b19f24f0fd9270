"""Tests that are shared among processes: each is run once, and every end of it is heard of."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# Without a database, which is not what this is about.
CONFTEST = """
from tests import sharing
from tests.sharing import pytest_addoption, pytest_runtestloop, pytest_sessionstart

class Nothing:
    def wait(self):
        pass

sharing.Migrated = Nothing
sharing.WHOLE = ("test_whole.py",)
"""

BAD_END = """
import os
FIRST = os.getpid()

def pytest_sessionfinish():
    if os.getpid() != FIRST:
        os._exit(7)
"""

WHOLE = """
import os
from pathlib import Path
import pytest

@pytest.fixture(scope="module", autouse=True)
def set_up():
    yield
    Path("set_up", str(os.getpid())).touch()

@pytest.mark.parametrize("number", range(20))
def test_whole(number):
    pass
"""

SINGLE = """
import os, time
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(20))
def test_single(number):
    print("number", number)
    Path("ran", f"{number}-{os.getpid()}").touch()
    time.sleep(0.01)
    assert number != 3
    if number == 7:
        os._exit(9)
"""


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A directory with tests of its own, of which one fails and one takes its process along."""
    for name, text in (
        ("conftest.py", CONFTEST),
        ("test_whole.py", WHOLE),
        ("test_single.py", SINGLE),
    ):
        (tmp_path / name).write_text(text)
    for name in ("set_up", "ran"):
        (tmp_path / name).mkdir()
    return tmp_path


def start(planted: Path, *options: str) -> "subprocess.Popen[str]":
    plain = ("-p", "no:cacheprovider", "-p", "no:django", "-q", "--processes", "3")
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *plain, *options],
        cwd=planted,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'script'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ran(planted: Path) -> list[int]:
    """Return the numbers of the single tests that ran, one for each time."""
    return sorted(int(file.name.partition("-")[0]) for file in (planted / "ran").iterdir())


def test_every_test_is_run_once_and_every_end_is_heard_of(planted: Path) -> None:
    running = start(planted)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "2 failed, 38 passed" in said
    assert "Captured stdout call" in said
    assert "test_single.py::test_single[7]: the process that ran it ended with 9." in said
    assert ran(planted) == list(range(20))
    assert len(list((planted / "set_up").iterdir())) == 1, "a whole file is set up once"
    processes = {file.name.partition("-")[2] for file in (planted / "ran").iterdir()}
    assert len(processes) > 1


def test_it_stops_at_the_first_failure_where_it_is_asked_to(planted: Path) -> None:
    (planted / "test_single.py").write_text(SINGLE.replace("0.01", "0.2"))
    running = start(planted, "-x", "--deselect", "test_single.py::test_single[7]")
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "stopping after 1 failures" in said
    assert len(ran(planted)) < 19


def test_a_process_that_ends_badly_after_its_last_test_is_heard_of(planted: Path) -> None:
    (planted / "conftest.py").write_text(CONFTEST + BAD_END)
    (planted / "test_single.py").unlink()
    running = start(planted)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "20 passed" in said
    assert "A process ended with 7 after its last test." in said


def test_who_shares_them_out_takes_the_others_along(planted: Path) -> None:
    (planted / "test_single.py").write_text(SINGLE.replace("0.01", "60"))
    running = start(planted)
    while len(list((planted / "ran").iterdir())) < 3:
        assert running.poll() is None
    running.send_signal(signal.SIGTERM)
    # All of them have our end of what is printed, which is closed with the last one.
    running.communicate(timeout=50)
