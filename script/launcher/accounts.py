"""Who runs PostgreSQL: it refuses root, so root lends it an account that exists already."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher.terminal import CannotGoOn


@dataclass(frozen=True)
class Account:
    """An account of this machine without rights of its own."""

    name: str
    uid: int
    gid: int

    def can_enter(self, directory: Path) -> bool:
        """Return whether the account can pass through the directory and all above it."""
        return self._test("-x", directory)

    def can_read(self, file: Path) -> bool:
        """Return whether the account can read the file."""
        return self._test("-r", file)

    def _test(self, flag: str, path: Path) -> bool:
        # The kernel answers for the account itself: modes, owners, groups and access lists alike.
        found = subprocess.run(
            ["test", flag, str(path)],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            check=False,
        )
        return found.returncode == 0

    def owns(self, directory: Path) -> Path:
        """Give a directory of ours to the account, and return it."""
        os.chown(directory, self.uid, self.gid)
        return directory


def unprivileged_account() -> Account | None:
    """Return the account PostgreSQL runs under; None when we are not root and it runs as we do."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise CannotGoOn(
        "PostgreSQL does not run as root, and this machine has no account named postgres or "
        "nobody; start the script as an ordinary user."
    )
