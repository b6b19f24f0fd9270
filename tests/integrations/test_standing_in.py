"""What stand-ins are made of: a port that answers while it is open, and is closed at once."""

import socket
import threading

import httpx
import pytest

from integrations.standing_in import Answering, StandIn


class Echo(Answering):
    """Answers what it is sent."""

    def do_POST(self) -> None:
        self._send(200, self._body(), kind="text/plain", headers={"X-Path": self.path})


class FakeEcho(StandIn):
    """A service that says everything again."""

    def __init__(self) -> None:
        super().__init__(Echo)


def test_it_answers_many_in_one_connection_and_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    with FakeEcho() as fake, httpx.Client(trust_env=False) as http:
        for path in ("/one", "/two"):
            answer = http.post(f"{fake.url}{path}", content="茶碗".encode())
            assert (answer.text, answer.headers["X-Path"]) == ("茶碗", path)
    left = [thread for thread in set(threading.enumerate()) - before if not thread.daemon]
    assert left == []
    with pytest.raises(httpx.ConnectError):
        httpx.post(fake.url, trust_env=False)


def test_it_ends_while_somebody_holds_a_connection_and_says_nothing() -> None:
    with FakeEcho() as fake:
        address = httpx.URL(fake.url)
        silent = socket.create_connection((address.host, address.port or 0))
    silent.close()
    fake.wait()
