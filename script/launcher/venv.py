"""The virtual environment: made once, filled from the pinned requirements, and run in."""

import hashlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from launcher.layout import ROOT, VAR, VENV
from launcher.lock import one_at_a_time
from launcher.processes import die_with
from launcher.terminal import CannotGoOn, say

PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "installed.json"
# One of them fetches and unpacks on one core, one package after another.
PIPS = 2

# For a Python that comes without ensurepip and without pip, as some distributions cut it.
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_URL = (
    "https://files.pythonhosted.org/packages/07/25/"
    f"ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/{PIP_WHEEL}"
)
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def run_inside(requirements: str) -> None:
    """Return inside `.venv` with the requirements installed: made if need be, then entered.

    Entering replaces this process, so what comes before the call runs twice.
    """
    if not (works() and is_installed(requirements)):
        waiting = "Waiting for another process that installs into .venv."
        with one_at_a_time("install.lock", waiting):
            if not works():
                make()
            if not is_installed(requirements):
                install(requirements)
    # Containers often forbid bytecode; without it our processes take thrice as long to start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606


def works() -> bool:
    """Return whether `.venv` has a Python that starts, and a pip."""
    if not PYTHON.exists() or not list(VENV.glob("lib/python3.*/site-packages/pip")):
        return False
    return subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0


def fingerprint(requirements: str) -> str:
    """Return what tells one state of a requirements file from another."""
    return hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()


def installed() -> dict[str, str]:
    """Return the fingerprints of the requirements files that `.venv` holds."""
    try:
        facts: dict[str, str] = json.loads(INSTALLED.read_text())
    except FileNotFoundError:
        return {}
    return facts


def is_installed(requirements: str) -> bool:
    """Return whether `.venv` holds this file's requirements as the file stands now."""
    return installed().get(requirements) == fingerprint(requirements)


def make() -> None:
    """Make `.venv` from the Python that runs this; raises CannotGoOn where it lacks the module."""
    say(f"Making .venv with Python {sys.version.split()[0]} ({sys.executable}).")
    if importlib.util.find_spec("venv") is None:
        raise CannotGoOn(
            "This Python comes without its venv module; install it (on Debian and Ubuntu: "
            "apt-get install python3-venv) or use another Python."
        )
    base: str = getattr(sys, "_base_executable", sys.executable)
    command = [base, "-m", "venv", "--clear", str(VENV)]
    if run(command).returncode == 0:
        return
    made = run([*command, "--without-pip"])
    if made.returncode != 0:
        raise CannotGoOn(f"This Python could not make .venv:\n{made.stdout}")
    bring_pip(base)


def bring_pip(base: str) -> None:
    """Put pip into `.venv` without ensurepip: by the base Python's own, else the pinned wheel."""
    borrowed = run([base, "-m", "pip", "--python", str(PYTHON), "install", "-q", "pip"])
    if borrowed.returncode == 0:
        return
    try:
        with urllib.request.urlopen(PIP_URL, timeout=60) as answer:  # noqa: S310 (https)
            wheel: bytes = answer.read()
    except OSError as error:
        raise CannotGoOn(
            "This Python has neither ensurepip nor pip, and pip could not be downloaded "
            f"({error}); on Debian and Ubuntu: apt-get install python3-venv."
        ) from error
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise CannotGoOn(f"{PIP_URL} is not the pip that was pinned; nothing was installed.")
    file = VAR / PIP_WHEEL
    file.write_bytes(wheel)
    fetched = run([str(PYTHON), f"{file}/pip", "install", "-q", "--no-index", str(file)])
    file.unlink()
    if fetched.returncode != 0:
        raise CannotGoOn(f"pip could not be installed into .venv:\n{fetched.stdout}")


def install(requirements: str) -> None:
    """Install the pinned requirements, each checked against its hash."""
    say(f"Installing {requirements} into .venv; this takes a minute, once.")
    with tempfile.TemporaryDirectory() as directory:
        parts = parts_of(ROOT / requirements, Path(directory))
        pips = [start(pip(part)) for part in parts]
        failed = [done.stdout for done in map(end_of, pips) if done.returncode != 0]
    if failed:
        said = "\n".join(failed)
        raise CannotGoOn(f"{said}\npip could not install {requirements}; see above.")
    INSTALLED.write_text(json.dumps(installed() | {requirements: fingerprint(requirements)}))


def parts_of(requirements: Path, directory: Path) -> list[Path]:
    """Share a file's requirements among as many files as pips are to work beside each other."""
    pins = re.split(r"^(?=\w)", requirements.read_text(), flags=re.MULTILINE)[1:]
    files = [directory / f"{number}.txt" for number in range(PIPS)]
    for number, file in enumerate(files):
        file.write_text("".join(pins[number::PIPS]))
    return files


def pip(requirements: Path) -> list[str]:
    """Return what installs requirements whose own are pinned as well, here or in another part."""
    # Compiling every module takes longer than compiling those that are ever imported.
    return [
        *(str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--no-compile"),
        *("--disable-pip-version-check", "--prefer-binary", "--require-hashes", "--no-deps"),
        *("-r", str(requirements)),
    ]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and keep what it says."""
    return end_of(start(command))


def start(command: list[str]) -> "subprocess.Popen[str]":
    """Start a command that ends with us, whatever ends us."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with(os.getpid(), signal.SIGTERM),
    )


def end_of(process: "subprocess.Popen[str]") -> subprocess.CompletedProcess[str]:
    """Wait for a command that was started, and keep what it says."""
    said, _ = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, said)
