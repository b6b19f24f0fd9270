"""Where things are: the repository, and `var/`, which holds all that a running Postexp writes."""

import os
import tempfile
from pathlib import Path

from launcher.terminal import CannotGoOn

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"

# A Unix socket's path fits into 108 bytes on Linux and 104 on macOS, its closing zero included.
LONGEST_SOCKET_PATH = 103


def private_directory(path: Path, mode: int = 0o700) -> Path:
    """Return the directory, made if need be, with exactly this mode whatever the umask says."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    return path


def var() -> Path:
    """Return `var/`: others may pass through to what is theirs, and see nothing on the way.

    Raises CannotGoOn where it belongs to someone else, before their files are mixed with ours.
    """
    if VAR.exists() and VAR.stat().st_uid != os.geteuid():
        raise CannotGoOn(
            f"{VAR} belongs to the account {owner_of(VAR)}: run this as that account, or remove "
            "the directory together with the data in it."
        )
    return private_directory(VAR, 0o711 if os.geteuid() == 0 else 0o700)


def owner_of(path: Path) -> str:
    """Return the name of the account a file belongs to, or its number where it has no name."""
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


def temporary_directory(parent: Path | None = None) -> Path:
    """Return a new 0700 directory; in the system's directory for such where no parent is named."""
    return Path(tempfile.mkdtemp(prefix="postexp-", dir=parent))


def fits_a_socket(directory: Path, name: str) -> bool:
    """Return whether a socket of this name can be made in the directory."""
    return len(os.fsencode(directory / name)) <= LONGEST_SOCKET_PATH
