"""A Chromium for the browser tests: the first that works, installed where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launcher.layout import var
from launcher.terminal import CannotGoOn, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_MACOS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


def chromium() -> Path:
    """Return a Chromium that works; raises CannotGoOn where none can be had."""
    for found in installed():
        if works(found):
            return found
    for install in (install_from_debian, install_by_playwright):
        if install():
            for found in installed():
                if works(found):
                    return found
    raise CannotGoOn(
        "The browser tests need Chromium, and none could be installed: install your "
        "distribution's chromium, or set POSTEXP_CHROMIUM to the path of one."
    )


def installed() -> Iterator[Path]:
    """Yield every Chromium that may be there, the one that was named first."""
    if named := os.environ.get("POSTEXP_CHROMIUM"):
        yield Path(named)
    for name in NAMES:
        if path := shutil.which(name):
            yield Path(path)
    yield from ON_MACOS
    yield from sorted(playwright_browsers().glob("chromium-*/chrome-*/**/chrome"))
    yield from sorted(playwright_browsers().glob("chromium-*/chrome-*/**/Contents/MacOS/*"))


def works(path: Path) -> bool:
    """Return whether this is a browser that starts, and not a hint to install one."""
    try:
        asked = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and "Chrom" in asked.stdout


def install_from_debian() -> bool:
    """Install Debian's package when we may; return whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say("Installing Debian's chromium for the browser tests; this takes a minute, once.")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    return succeeds(install, quiet) or (
        succeeds(["apt-get", "update", "-q"], quiet) and succeeds(install, quiet)
    )


def install_by_playwright() -> bool:
    """Let Playwright download its own build under `var/`; return whether it worked."""
    say("Downloading Playwright's Chromium for the browser tests; this takes a minute, once.")
    where = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(playwright_browsers())}
    return succeeds(
        [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"], where
    )


def playwright_browsers() -> Path:
    """Return the directory Playwright downloads into."""
    return var() / "browsers"


def succeeds(command: list[str], environment: dict[str, str]) -> bool:
    """Run a command quietly and return whether it ended well."""
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0
