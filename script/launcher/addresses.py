"""Which address the web server listens on."""

import os
import socket

from launcher.terminal import CannotGoOn

FIRST_PORT = 8000
FIRST_DEMO_PORT = 8795
PORTS_TO_TRY = 100


def host() -> str:
    """Return the address to listen on: this machine only, unless HOST says otherwise."""
    return os.environ.get("HOST", "") or "127.0.0.1"


def port() -> int:
    """Return PORT, or the first free one from 8000 up; raises CannotGoOn where it is taken."""
    wanted = os.environ.get("PORT", "")
    if not wanted:
        for number in range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY):
            if is_free(number):
                return number
        last = FIRST_PORT + PORTS_TO_TRY - 1
        raise CannotGoOn(f"No port from {FIRST_PORT} to {last} is free; choose one with PORT.")
    if not wanted.isdecimal() or not 0 < int(wanted) < 65_536:
        raise CannotGoOn(f"PORT is {wanted!r}; it has to be a number from 1 to 65535.")
    if not is_free(int(wanted)):
        raise CannotGoOn(f"Port {wanted} is in use by another program; choose another PORT.")
    return int(wanted)


def demo_port() -> int:
    """Return a free port for the made-up payment pages of the demo, the same one where it is."""
    ports = range(FIRST_DEMO_PORT, FIRST_DEMO_PORT + PORTS_TO_TRY)
    return next((number for number in ports if is_free(number)), FIRST_DEMO_PORT)


def is_free(number: int) -> bool:
    """Return whether we could listen on a port."""
    family = socket.AF_INET6 if ":" in host() else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host(), number))
        except OSError:
            return False
    return True


def base_url(number: int) -> str:
    """Return the address to open in a browser on this machine."""
    name = host()
    if name in {"0.0.0.0", "::"}:  # noqa: S104 (only compared)
        name = "127.0.0.1"
    return f"http://[{name}]:{number}" if ":" in name else f"http://{name}:{number}"
