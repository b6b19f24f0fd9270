"""What every stand-in for a service is made of: a server on a port of this machine."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self


class Answering(BaseHTTPRequestHandler):
    """Answers one connection of a stand-in; each has its own, which says what is answered."""

    fake: ClassVar[Any]
    protocol_version = "HTTP/1.1"
    # Head and body go out apart: the body would wait for word that the head has come.
    disable_nagle_algorithm = True

    def _body(self) -> bytes:
        """Read what came with the request."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(
        self,
        status: int,
        data: bytes,
        *,
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answer the request."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: tests and the demo have their own words."""


class StandIn:
    """A service made up on this machine. Use it as a context manager; `url` is where it listens."""

    def __init__(
        self, answering: type[Answering], *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        handler = type("Handler", (answering,), {"fake": self})
        self._server = ThreadingHTTPServer((host, port), handler)
        self._address = host, self._server.server_port
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._ended = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        # It sees that only when it is called.
        socket.create_connection(self._address).close()
        self._thread.join()
        self._server.server_close()

    def wait(self) -> None:
        """Serve until interrupted."""
        self._thread.join()

    def _serve(self) -> None:
        while not self._ended:
            self._server.handle_request()
