"""One program in the foreground, with the terminal in its hands: pytest, a shell."""

import os
import signal
import subprocess
from collections.abc import Mapping

from launcher.processes import die_with
from launcher.signals import Stopped


def run(command: list[str], environment: Mapping[str, str]) -> int:
    """Run a program to its end and return its status, as a shell would tell it.

    Ctrl-C is the program's own to answer; another request to stop is passed on to it.
    """
    process = subprocess.Popen(
        command,
        env=dict(environment),
        preexec_fn=die_with(os.getpid(), signal.SIGTERM),
    )
    # Only now: a child inherits what is ignored.
    answer_to_ctrl_c = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        status = process.wait()
    except Stopped:
        process.terminate()
        process.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, answer_to_ctrl_c)
    return 128 - status if status < 0 else status
