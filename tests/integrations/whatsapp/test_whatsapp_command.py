"""The command that runs the made-up WhatsApp says what to connect with, and obeys its lines."""

import io
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from integrations.management.commands.fake_whatsapp import Command
from integrations.whatsapp.fake.business import FakeBusiness
from integrations.whatsapp.fake.postman import Postman, signature_of
from tests.integrations.whatsapp.conftest import BODY


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def command(said: io.StringIO) -> Command:
    return Command(stdout=said, stderr=said)


def test_lines_move_the_account_on(
    command: Command, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    business, started = FakeBusiness(), list[Postman]()
    monkeypatch.setattr(Postman, "start", lambda postman: started.append(postman))
    business.listeners.append(lambda event: command.show(business, event))
    template = business.template("shipped", "en", BODY, state="PENDING")
    for line in ("approve", "approve", "+15035550100 STOP", "con_1", "nonsense", ""):
        command.obey(business, line)
    assert template["status"] == "APPROVED"
    parameters = [{"type": "text", "text": one} for one in ("Hanako", "#1", "https://x.example")]
    business.send(
        {
            "messaging_product": "whatsapp",
            "to": "+819012345678",
            "type": "template",
            "template": {
                "name": "shipped",
                "language": {"code": "en"},
                "components": [{"type": "body", "parameters": parameters}],
            },
        }
    )
    command.obey(business, "read")
    words = said.getvalue()
    assert len(started) == 1
    assert "To +819012345678: Hello Hanako, your order #1 is on its way." in words
    for told in ("APPROVED", "messages: text", "messages: delivered", "messages: read"):
        assert told in words
    assert "no number with words" in words


def test_it_says_what_to_connect_with(
    command: Command, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end() -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    command.handle(port=0)
    words = said.getvalue()
    assert "POSTEXP_WHATSAPP_URL=http://127.0.0.1:" in words
    assert words.endswith("Stopped.\n")


@pytest.fixture
def heard() -> Iterator[tuple[str, list[tuple[bytes, str]]]]:
    """An address that takes what comes at the second time alone, and what came."""
    came: list[tuple[bytes, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((body, self.headers["X-Hub-Signature-256"]))
            self.send_response(500 if len(came) == 1 else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", came
    server.shutdown()
    server.server_close()


def test_what_was_not_taken_is_carried_again_as_it_was(
    heard: tuple[str, list[tuple[bytes, str]]], at: datetime
) -> None:
    url, came = heard
    business = FakeBusiness()
    Postman(business, url, waits=(0.0,)).start()
    event = business.prefer("819012345678", "stop")
    with httpx.Client(trust_env=False) as http:
        assert not Postman(FakeBusiness(), "http://127.0.0.1:9/").carry(http, event)
    waited = threading.Event()
    for _ in range(100):
        if len(came) == 2:
            break
        waited.wait(0.05)
    assert len(came) == 2
    assert came[0] == came[1]
    assert came[0][1] == signature_of(came[0][0], business.app_secret)
