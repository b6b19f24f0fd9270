"""What `script/server`, `script/test`, `script/console` and `script/bench` share.

Only the standard library: this code runs before anything is installed. This file alone keeps to
syntax that older Pythons can read, so that they can be told what is wanted.
"""

import os
import shutil
import sys

OLDEST = (3, 11)
NEWEST_KNOWN = 15


def leave_old_python():
    # type: () -> None
    """Go on under a newer Python of this machine, or say in one sentence what is missing."""
    for minor in range(NEWEST_KNOWN, OLDEST[1] - 1, -1):
        newer = shutil.which("python3.%d" % minor)  # noqa: UP031
        if newer:
            os.execv(newer, [newer] + sys.argv)  # noqa: RUF005, S606
    sys.exit(
        "Postexp needs Python 3.11 or newer, and none was found; this is Python "
        + sys.version.split()[0]
    )


if os.name != "posix":
    sys.exit("Postexp runs on Linux and macOS; on Windows, use WSL.")
if sys.version_info < OLDEST:
    leave_old_python()
