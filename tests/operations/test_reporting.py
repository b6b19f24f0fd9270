"""What leaves for Sentry: the kind and place of a failure, and nothing personal."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CANARY = "hana.canary@example.jp"
# A process of its own: whoever reports once goes on reporting.
FAILS = f"""
import logging
import django
django.setup()
from postexp.kernel import logs
name = {CANARY!r}
def lose(parcel):
    raise ValueError("no parcel for " + parcel)
with logs.caused_by("caller-2026"):
    try:
        lose(name)
    except ValueError:
        logging.getLogger("postexp.test").exception("could not look up %s", name)
import sentry_sdk
sentry_sdk.set_user({{"email": name}})
sentry_sdk.set_context("order", {{"email": name}})
sentry_sdk.capture_message("hello " + name)
sentry_sdk.flush(5)
"""


@pytest.fixture
def sentry() -> Iterator[tuple[str, list[bytes]]]:
    """The DSN of a local server that keeps the envelopes it is sent."""
    kept: list[bytes] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            kept.append(gzip.decompress(body) if packed else body)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_address[1]}/7", kept
    server.shutdown()
    server.server_close()


def fail(**settings: str) -> None:
    """Fail in a process with these settings."""
    subprocess.run(
        [sys.executable, "-c", FAILS],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "postexp.settings", **settings},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )


def test_a_failure_is_reported_without_what_is_personal(sentry: tuple[str, list[bytes]]) -> None:
    dsn, kept = sentry
    fail(POSTEXP_SENTRY_DSN=dsn)
    sent = b"\n".join(kept)
    assert CANARY.encode() not in sent.split(b"hello ")[0]
    events = [
        json.loads(line)
        for envelope in kept
        for line in envelope.splitlines()
        if line.startswith(b"{") and b'"exception"' in line
    ]
    [event] = events
    [failure] = event["exception"]["values"]
    assert failure["type"] == "ValueError"
    assert "value" not in failure
    assert failure["stacktrace"]["frames"][-1]["function"] == "lose"
    assert event["tags"] == {"request_id": "caller-2026"}
    assert event["logentry"] == {"message": "could not look up %s"}
    assert event["release"] == "0.1.0"
    assert {"user", "contexts", "server_name", "breadcrumbs", "extra"} & event.keys() == set()


def test_without_the_switch_nothing_is_sent(sentry: tuple[str, list[bytes]]) -> None:
    fail(POSTEXP_SENTRY_DSN="")
    assert sentry[1] == []
